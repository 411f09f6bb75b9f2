// Whom do we lean on? The list of an organisation's suppliers, by how much would stop with each.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api, may, must, onceKey, Problem, type Organisation, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { lastOrganisation, useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Empty, Failed, Mark, PageHead, TextArea, TextField } from '~/parts/basic'
import { PickOrganisation } from '~/parts/pick'
import { TableFile } from '~/parts/table-file'
import { useOrganisation } from '../common'
import { GradeBar, Kpi, ScoreWithGrade } from '../portfolio/common'
import { inOrder, pressed, type Order } from './order'
import { criticalities, CriticalityField, type Criticality, type Supply } from './criticality'
import './supplier.css'

/** /leverandorer and /leverandor/$org, which say nothing of whose: of the organisation that the reader has at hand. */
export function MySuppliers() {
  const { t } = useText()
  const me = useMe()
  const navigate = useNavigate()
  const { org: supplier } = useParams({ strict: false }) as { org?: string }
  const own = me?.organisation ?? lastOrganisation()
  useEffect(() => {
    if (own && supplier && own !== supplier) void navigate({ to: '/virksomhet/$org/leverandorer/$supplier', params: { org: own, supplier }, replace: true })
    else if (supplier) void navigate({ to: '/virksomhet/$org', params: { org: supplier }, replace: true })
    else if (own) void navigate({ to: '/virksomhet/$org/leverandorer', params: { org: own }, replace: true })
  }, [own, supplier, navigate])
  return own || supplier ? <Bones /> : <Empty title={t('suppliers.whose')} />
}

function useSuppliers(org: string) {
  return useQuery({
    queryKey: ['suppliers', org],
    queryFn: async () => {
      const items: Supply[] = []
      let cursor: string | null = null
      do {
        const page: Schemas['SupplyList'] = await must(api.GET('/api/v1/organisations/{organisation}/suppliers', { params: { path: { organisation: org }, query: { limit: 500, ...(cursor ? { cursor } : {}) } } }))
        items.push(...page.items)
        cursor = page.next
      } while (cursor && items.length < 5_000)
      return items
    },
    retry: false,
  })
}


export function Suppliers() {
  const { org } = useParams({ strict: false }) as { org: string }
  const { t, number, score, date } = useText()
  const me = useMe()
  const toasts = useToasts()
  const queries = useQueryClient()
  const organisation = useOrganisation(org)
  const suppliers = useSuppliers(org)
  const [order, setOrder] = useState<Order>({ by: 'criticality', way: 'descending' })
  const [text, setText] = useState('')
  const [adding, setAdding] = useState(false)
  const changes = may(me, 'manage_register') || may(me, 'manage_suppliers')
  const figures = useQuery({
    queryKey: ['suppliers', org, 'figures', suppliers.data?.length],
    queryFn: () => must(api.POST('/api/v1/portfolio-preview', { body: { filter: { suppliers_of: org }, weight_by: 'criticality' } })),
    enabled: (suppliers.data?.length ?? 0) > 0,
    retry: false,
  })
  const put = useMutation({
    mutationFn: (one: { supplier: string; criticality: Criticality; note: string }) => must(api.POST('/api/v1/organisations/{organisation}/suppliers', { params: { path: { organisation: org }, header: { 'Idempotency-Key': onceKey() } }, body: one })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['suppliers', org] }),
    onError: toasts.fail,
  })
  const end = useMutation({
    mutationFn: (one: Supply) => must(api.DELETE('/api/v1/organisations/{organisation}/suppliers/{supplier}', { params: { path: { organisation: org, supplier: one.id } } })),
    onSuccess: async (_done, one) => {
      await queries.invalidateQueries({ queryKey: ['suppliers', org] })
      toasts.say(t('suppliers.ended', { name: one.name }), () => put.mutate({ supplier: one.id, criticality: one.criticality, note: one.note }))
    },
    onError: toasts.fail,
  })
  const words = text.trim().toLocaleLowerCase()
  const rows = [...(suppliers.data ?? [])].filter((one) => !words || one.name.toLocaleLowerCase().includes(words) || one.note.toLocaleLowerCase().includes(words)).sort(inOrder(order))
  const values = figures.data?.figures
  const head = (by: Order['by'], label: string, className?: string) => (
    <th className={className} {...(order.by === by ? { 'aria-sort': order.way } : {})}>
      <button type="button" onClick={() => setOrder(pressed(order, by))}>{label}{order.by === by && <span aria-hidden="true">{order.way === 'ascending' ? ' ↑' : ' ↓'}</span>}</button>
    </th>
  )
  return (
    <>
      <PageHead
        title={t('suppliers.title', { name: organisation.data?.name ?? '…' })}
        help="suppliers"
        meta={suppliers.data && <span>{t('suppliers.count', { count: suppliers.data.length, n: number(suppliers.data.length) })}</span>}
        acts={
          <>
            {rows.length > 0 && <TableFile of="/api/v1/organisations/{organisation}/suppliers/table" blanks={{ organisation: org }} what={t('suppliers.list')} />}
            {rows.length > 1 && <Link className="ds-button" data-variant="secondary" to="/sammenlikn" search={{ virksomhet: rows.slice(0, 6).map((one) => one.id).join(',') }}>{t('suppliers.compare', { count: Math.min(6, rows.length) })}</Link>}
            {changes && <Button variant="primary" onClick={() => setAdding(true)}>{t('suppliers.add')}</Button>}
          </>
        }
      />
      <div className="stack">
        {values && (
          <section className="panel" aria-label={t('portfolio.figures')}>
              <dl className="kpis">
                <Kpi label={t('portfolio.median')} under={t('portfolio.middle-half', { low: score(values.p25_cp), high: score(values.p75_cp) })}><ScoreWithGrade cp={values.median_cp} size={26} /></Kpi>
                <Kpi label={t('portfolio.weighted')} under={t('weight.criticality')}><ScoreWithGrade cp={values.weighted_cp} size={26} /></Kpi>
                <Kpi label={t('portfolio.rated')} under={t('portfolio.of', { count: number(values.rated + values.unrated) })}>{number(values.rated)}</Kpi>
                <Kpi label={t('portfolio.distribution')}><span className="kpi-bar"><GradeBar counts={values.grades} /></span></Kpi>
              </dl>
          </section>
        )}
        <section className="panel" aria-label={t('suppliers.list')}>
          {suppliers.isPending && <Bones />}
          {suppliers.error && <Failed problem={suppliers.error} again={() => void suppliers.refetch()} />}
          {suppliers.data?.length === 0 && <Empty title={t('suppliers.none')}><p className="dim">{t('suppliers.none.next')}</p></Empty>}
          {(suppliers.data?.length ?? 0) > 0 && (
            <>
              <div className="field finder">
                <label className="unseen" htmlFor="suppliers-text">{t('suppliers.find')}</label>
                <input id="suppliers-text" type="search" className="input ds-input" placeholder={t('suppliers.find')} value={text} maxLength={200} onChange={(event) => setText(event.target.value)} />
              </div>
              <div className="scroll">
                <table className="t">
                  <caption className="unseen">{t('suppliers.list')}</caption>
                  <thead><tr>{head('name', t('supplier.name'))}{head('score', t('score.title'), 'right')}{head('criticality', t('supplier.criticality'))}<th className="wide">{t('supplier.carries-for-us')}</th><th className="wide">{t('supplier.since')}</th><th className="wide">{t('portfolio.measured')}</th>{changes && <th className="wide" aria-label={t('suppliers.end')} />}</tr></thead>
                  <tbody>
                    {rows.map((one) => (
                      <tr key={one.id}>
                        <th scope="row"><Link to="/virksomhet/$org/leverandorer/$supplier" params={{ org, supplier: one.id }}>{one.name}</Link>{one.note && <span className="under phone">{one.note}</span>}</th>
                        <td className="right">{one.score ? <ScoreWithGrade cp={one.score.grade === 'U' ? null : one.score.score_cp} grade={one.score.grade} /> : <span className="dim">{t('supplier.no-score')}</span>}</td>
                        <td>
                          {changes
                            ? <select className="input ds-input" aria-label={t('supplier.criticality-of', { name: one.name })} value={one.criticality} onChange={(event) => put.mutate({ supplier: one.id, criticality: Number(event.target.value) as Criticality, note: one.note })}>{criticalities.map((level) => <option key={level} value={level}>{t(`criticality.${level}`)}</option>)}</select>
                            : t(`criticality.${one.criticality}`)}
                        </td>
                        <td className="wide">{one.note || <span className="dim">–</span>}</td>
                        <td className="number wide">{one.since ? date(one.since) : '–'}</td>
                        <td className="number wide">{one.score ? date(one.score.measured) : '–'}</td>
                        {changes && <td className="right wide"><Button tight variant="tertiary" aria-label={t('suppliers.end-one', { name: one.name })} onClick={() => end.mutate(one)}>{t('suppliers.end')}</Button></td>}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {rows.length === 0 && <p className="dim">{t('portfolio.none-fit')}</p>}
            </>
          )}
        </section>
      </div>
      <Dialog open={adding} onClose={() => setAdding(false)} title={t('suppliers.add')}>{adding && <AddSupplier org={org} taken={suppliers.data?.map((one) => one.id) ?? []} onDone={() => setAdding(false)} />}</Dialog>
    </>
  )
}

function AddSupplier({ org, taken, onDone }: { org: string; taken: string[]; onDone: () => void }) {
  const { t } = useText()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [picked, setPicked] = useState<Organisation | null>(null)
  const [number, setNumber] = useState('')
  const [name, setName] = useState('')
  const [domain, setDomain] = useState('')
  const [criticality, setCriticality] = useState<Criticality>(1)
  const [note, setNote] = useState('')
  const add = useMutation({
    mutationFn: () => must(api.POST('/api/v1/organisations/{organisation}/suppliers', {
      params: { path: { organisation: org }, header: { 'Idempotency-Key': onceKey() } },
      body: { supplier: picked?.id ?? number.trim(), criticality, ...(note.trim() ? { note: note.trim() } : {}), ...(!picked && name.trim() ? { name: name.trim() } : {}), ...(!picked && domain.trim() ? { domain: domain.trim() } : {}) },
    })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['suppliers', org] })
      toasts.say(t('suppliers.added'))
      onDone()
    },
  })
  const fault = add.error instanceof Problem ? add.error : null
  return (
    <form onSubmit={(event) => { event.preventDefault(); add.mutate() }}>
      {picked
        ? <p className="row chosen"><span>{picked.score && <Mark grade={picked.score.grade} />} <b>{picked.name}</b></span><Button tight onClick={() => setPicked(null)}>{t('suppliers.another')}</Button></p>
        : (
          <>
            <PickOrganisation label={t('suppliers.pick')} without={[org, ...taken]} onPick={setPicked} />
            <p className="small dim">{t('suppliers.or')}</p>
            <div className="two">
              <TextField label={t('suppliers.number')} required maxLength={40} inputMode="numeric" value={number} onChange={(event) => setNumber(event.target.value)} fault={fault?.field === '/supplier' ? fault.detail : null} />
              <TextField label={t('suppliers.name')} required maxLength={300} value={name} onChange={(event) => setName(event.target.value)} fault={fault?.field === '/name' ? fault.detail : null} />
            </div>
            <TextField label={t('suppliers.domain')} hint={t('suppliers.domain.hint')} maxLength={300} value={domain} onChange={(event) => setDomain(event.target.value)} fault={fault?.field === '/domain' ? fault.detail : null} />
          </>
        )}
      <CriticalityField value={criticality} onChange={setCriticality} />
      <TextArea label={t('supplier.carries-for-us')} hint={t('suppliers.note.hint')} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
      {add.error && !(fault && !picked && ['/supplier', '/name', '/domain'].includes(fault.field ?? '')) && <Failed problem={add.error} />}
      <div className="row gap-top"><Button type="submit" variant="primary" disabled={add.isPending}>{t('suppliers.add')}</Button><Button variant="tertiary" onClick={onDone}>{t('action.cancel')}</Button></div>
    </form>
  )
}
