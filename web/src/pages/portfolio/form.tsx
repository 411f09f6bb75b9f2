// A portfolio of one's own: a list by name, or a filter that follows the register. Beside it stands what it holds now.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { api, must, onceKey, Problem, type Schemas } from '~/app/api'
import { useCalm } from '~/app/calm'
import { useText } from '~/app/language'
import { Bones, Button, Choices, Failed, PageHead, Panel, Select, TextArea, TextField } from '~/parts/basic'
import { PickOrganisation } from '~/parts/pick'
import { allGrades, counties, GradeBar, kinds, kostraGroups, NoFigure, ScoreWithGrade, sectors, useGroupName, weights } from './common'
import { draftFrom, emptyDraft, filterOf, type Draft } from './draft'
import { usePortfolio } from './index'

export function NewPortfolio() {
  return <Form before={null} />
}

export function ChangePortfolio() {
  const { portfolio } = useParams({ strict: false }) as { portfolio: string }
  const before = usePortfolio(portfolio)
  if (before.isPending) return <Bones />
  if (before.error) return <Failed problem={before.error} />
  return <Form before={before.data} />
}

function Form({ before }: { before: Schemas['Portfolio'] | null }) {
  const { t } = useText()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [name, setName] = useState(before?.name ?? '')
  const [description, setDescription] = useState(before?.description ?? '')
  const [form, setForm] = useState<'list' | 'filter'>(before?.form ?? 'list')
  const [weighBy, setWeighBy] = useState<Schemas['WeightBy']>(before?.weight_by ?? 'one')
  const [members, setMembers] = useState<{ id: string; name: string; weight: number }[]>([])
  const [draft, setDraft] = useState<Draft>(before?.filter ? draftFrom(before.filter) : emptyDraft)
  const [supplied, setSupplied] = useState<string | null>(null)
  const filter = filterOf(draft)
  const asked = useCalm(JSON.stringify({ filter, weight_by: weighBy === 'criticality' && !filter.suppliers_of ? 'one' : weighBy === 'given' ? 'one' : weighBy }), 300)
  const preview = useQuery({
    queryKey: ['portfolio-preview', asked],
    queryFn: () => must(api.POST('/api/v1/portfolio-preview', { body: JSON.parse(asked) as { filter: Schemas['Filter']; weight_by: Schemas['WeightBy'] } })),
    enabled: form === 'filter',
    placeholderData: (old) => old,
    retry: false,
  })
  const save = useMutation({
    mutationFn: async () => {
      if (before)
        return must(api.PATCH('/api/v1/portfolios/{portfolio}', { params: { path: { portfolio: before.id } }, body: { name: name.trim(), description: description.trim(), weight_by: weighBy, ...(form === 'filter' ? { filter } : {}) } }))
      return must(api.POST('/api/v1/portfolios', {
        params: { header: { 'Idempotency-Key': onceKey() } },
        body: form === 'filter'
          ? { name: name.trim(), description: description.trim(), form, filter, weight_by: weighBy }
          : { name: name.trim(), description: description.trim(), form, members: members.map((one) => ({ organisation: one.id, weight: one.weight })), weight_by: weighBy },
      }))
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['portfolios'] })
      await queries.invalidateQueries({ queryKey: ['portfolio', made.id] })
      await navigate({ to: '/portefolje/$portfolio', params: { portfolio: made.id } })
    },
  })
  const title = before ? t('portfolio-form.change', { name: before.name }) : t('portfolios.new')
  const fault = save.error instanceof Problem ? save.error : null
  return (
    <>
      <nav aria-label={t('portfolio.path')}><ol className="crumbs"><li><Link to="/portefolje">{t('portfolios.title')}</Link></li>{before && <li><Link to="/portefolje/$portfolio" params={{ portfolio: before.id }}>{before.name}</Link></li>}</ol></nav>
      <PageHead title={title} meta={<span>{t('portfolio-form.lead')}</span>} />
      <form className="grid" onSubmit={(event) => { event.preventDefault(); save.mutate() }}>
        <section className="panel s8" aria-label={title}>
          <TextField label={t('portfolio.name')} required autoFocus={!before} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} fault={fault?.field === '/name' ? fault.detail : null} />
          <TextArea label={t('portfolio-form.description')} maxLength={2000} value={description} onChange={(event) => setDescription(event.target.value)} />
          {!before && (
            <fieldset className="plain">
              <legend>{t('portfolio-form.form')}</legend>
              <Choices label={t('portfolio-form.form')} value={form} options={(['list', 'filter'] as const).map((one) => ({ value: one, label: t(`portfolio-form.${one}`) }))} onChange={setForm} />
              <p className="small dim">{form === 'list' ? t('portfolio-form.list-is') : t('portfolio-form.filter-is')}</p>
            </fieldset>
          )}
          {form === 'filter' && <FilterFields draft={draft} onChange={setDraft} supplied={supplied} onSupplied={setSupplied} />}
          {form === 'list' && !before && (
            <>
              <PickOrganisation label={t('portfolio.add.find')} without={members.map((one) => one.id)} onPick={(one) => setMembers([...members, { id: one.id, name: one.name, weight: 1 }])} />
              {members.length > 0 && (
                <table className="t">
                  <thead><tr><th>{t('portfolio.member')}</th>{weighBy === 'given' && <th className="right">{t('portfolio-form.weight')}</th>}<th aria-label={t('portfolio.remove')} /></tr></thead>
                  <tbody>
                    {members.map((one) => (
                      <tr key={one.id}>
                        <th scope="row">{one.name}</th>
                        {weighBy === 'given' && <td className="right"><input className="input ds-input weight" type="number" min={0} max={1_000_000_000} aria-label={t('portfolio-form.weight-of', { name: one.name })} value={one.weight} onChange={(event) => setMembers(members.map((other) => (other.id === one.id ? { ...other, weight: Math.max(0, Number(event.target.value) || 0) } : other)))} /></td>}
                        <td className="right"><Button tight variant="tertiary" aria-label={t('portfolio.remove-one', { name: one.name })} onClick={() => setMembers(members.filter((other) => other.id !== one.id))}>{t('portfolio.remove')}</Button></td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </>
          )}
          <Select label={t('portfolio-form.weigh-by')} value={weighBy} onChange={setWeighBy} options={weights.filter((one) => (one !== 'given' || form === 'list') && (one !== 'criticality' || (form === 'filter' && draft.suppliersOf))).map((one) => ({ value: one, label: t(`weight.${one}`) }))} />
          {fault && fault.field !== '/name' && <Failed problem={fault} />}
          {save.error && !fault && <Failed problem={save.error} />}
          <div className="row">
            <Button type="submit" variant="primary" disabled={save.isPending}>{before ? t('action.save') : t('portfolio-form.make')}</Button>
            <Link className="ds-button" data-variant="tertiary" to={before ? '/portefolje/$portfolio' : '/portefolje'} params={before ? { portfolio: before.id } : {}}>{t('action.cancel')}</Link>
          </div>
        </section>
        <div className="s4 preview">
          <Panel title={t('portfolio-form.now')} note={form === 'filter' ? t('portfolio-form.now.note') : undefined}>
            {form === 'list' && <p><span className="figure number">{members.length}</span> {t('portfolio-form.members-word', { count: members.length })}</p>}
            {form === 'list' && before && <p className="dim">{t('portfolio-form.members-there')}</p>}
            {form === 'filter' && (
              <div role="status">
                {preview.isPending && <Bones />}
                {preview.error && <Failed problem={preview.error} />}
                {preview.data && (
                  <>
                    <p><span className="figure number">{preview.data.members}</span> {t('portfolio-form.members-word', { count: preview.data.members })}</p>
                    {preview.data.figures ? (
                      <>
                        <dl className="facts">
                          <dt>{t('portfolio.median')}</dt><dd><ScoreWithGrade cp={preview.data.figures.median_cp} /></dd>
                          <dt>{t('portfolio.mean')}</dt><dd><ScoreWithGrade cp={preview.data.figures.mean_cp} /></dd>
                          <dt>{t('portfolio.rated')}</dt><dd>{preview.data.figures.rated}</dd>
                        </dl>
                        <GradeBar counts={preview.data.figures.grades} />
                      </>
                    ) : <p><NoFigure of={preview.data} /></p>}
                  </>
                )}
              </div>
            )}
          </Panel>
        </div>
      </form>
    </>
  )
}

function Ticks({ legend, options, value, onChange }: { legend: string; options: { value: string; label: ReactNode }[]; value: string[]; onChange: (value: string[]) => void }) {
  return (
    <fieldset className="plain">
      <legend>{legend}</legend>
      <div className="chips">
        {options.map((option) => <button key={option.value} type="button" className="chip" aria-pressed={value.includes(option.value)} onClick={() => onChange(value.includes(option.value) ? value.filter((one) => one !== option.value) : [...value, option.value])}>{option.label}</button>)}
      </div>
    </fieldset>
  )
}

function FilterFields({ draft, onChange, supplied, onSupplied }: { draft: Draft; onChange: (draft: Draft) => void; supplied: string | null; onSupplied: (name: string | null) => void }) {
  const { t } = useText()
  const groupName = useGroupName()
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change })
  const whole = (label: string, name: 'populationLeast' | 'populationMost' | 'scoreLeast' | 'scoreMost' | 'largest', most = 1_000_000_000) => <TextField label={label} type="number" inputMode="numeric" min={0} max={most} value={draft[name]} onChange={(event) => set({ [name]: event.target.value })} />
  return (
    <>
      <TextField label={t('portfolio-form.text')} maxLength={200} value={draft.text} onChange={(event) => set({ text: event.target.value })} />
      <Ticks legend={t('dimension.kind')} value={draft.kinds} onChange={(value) => set({ kinds: value as Draft['kinds'] })} options={kinds.map((one) => ({ value: one, label: t(`organisation-kind.${one}`) }))} />
      <Ticks legend={t('score.grade')} value={draft.grades} onChange={(value) => set({ grades: value as Draft['grades'] })} options={allGrades.map((one) => ({ value: one, label: one }))} />
      <details open={draft.counties.length > 0}><summary>{t('portfolio-form.counties', { count: draft.counties.length })}</summary><Ticks legend={t('dimension.county')} value={draft.counties} onChange={(value) => set({ counties: value })} options={Object.entries(counties).map(([number, name]) => ({ value: number, label: name }))} /></details>
      <details open={draft.kostra.length > 0}><summary>{t('portfolio-form.kostra', { count: draft.kostra.length })}</summary><Ticks legend={t('dimension.kostra')} value={draft.kostra} onChange={(value) => set({ kostra: value })} options={kostraGroups.map((one) => ({ value: one, label: groupName('kostra', one) }))} /></details>
      <details open={draft.sectors.length > 0}><summary>{t('portfolio-form.sectors', { count: draft.sectors.length })}</summary><Ticks legend={t('dimension.sector')} value={draft.sectors} onChange={(value) => set({ sectors: value })} options={sectors.map((one) => ({ value: one, label: groupName('sector', one) }))} /></details>
      <br />
      <div className="two">
        {whole(t('portfolio-form.population-least'), 'populationLeast')}
        {whole(t('portfolio-form.population-most'), 'populationMost')}
        {whole(t('portfolio-form.score-least'), 'scoreLeast', 100)}
        {whole(t('portfolio-form.score-most'), 'scoreMost', 100)}
        {whole(t('portfolio-form.largest'), 'largest', 100_000)}
        <TextField label={t('portfolio-form.open-check')} maxLength={200} placeholder="email.dmarc.policy" value={draft.openCheck} onChange={(event) => set({ openCheck: event.target.value })} />
      </div>
      <label className="check"><input type="checkbox" checked={draft.openGate} onChange={(event) => set({ openGate: event.target.checked })} />{t('portfolio-form.open-gate')}</label>
      <br />
      {draft.suppliersOf
        ? <p className="row"><span>{t('portfolio-form.suppliers-of-is', { name: supplied ?? draft.suppliersOf })}</span><Button tight onClick={() => { set({ suppliersOf: '' }); onSupplied(null) }}>{t('portfolio.remove')}</Button></p>
        : <PickOrganisation label={t('portfolio-form.suppliers-of')} onPick={(one) => { set({ suppliersOf: one.id }); onSupplied(one.name) }} />}
    </>
  )
}
