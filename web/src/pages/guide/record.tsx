// What is known of an organisation: the fields that place it on the map and among its peers. All but the name are free to
// leave out; the service says which is wrong and why.
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, type Organisation, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Button, Dialog, Panel, TextField } from '~/parts/basic'
import { FormEnd, Pick, useForm } from '~/parts/form'
import { changeOf, draftOf, kinds, recordFields, shownFields, type Draft, type RecordField } from './draft'
import './record.css'

const limits: Record<RecordField, number> = { number: 40, municipality: 4, county: 2, kostra: 12, population: 10, employees: 9, sector: 4, industry: 12, form: 12, parent: 40, website: 300, language: 20 }

export function RecordFields({ draft, onChange, fault, only = recordFields }: { draft: Draft; onChange: (draft: Draft) => void; fault: (field: string) => string | null; only?: readonly RecordField[] }) {
  const { t } = useText()
  return (
    <div className="pair record">
      {only.map((field) => field === 'language'
        ? <Pick key={field} label={t('record.language')} hint={t('record.language.hint')} value={draft.language} fault={fault(field)} options={[{ value: '', label: t('record.language.none') }, ...(['nb', 'nn', 'en'] as const).map((one) => ({ value: one as string, label: t(`language.${one}`) }))]} onPick={(language) => onChange({ ...draft, language })} />
        : <TextField key={field} label={t(`record.${field}`)} hint={t(`record.${field}.hint`)} maxLength={limits[field]} {...(field === 'population' || field === 'employees' ? { inputMode: 'numeric' as const } : {})} autoComplete="off" value={draft[field]} onChange={(event) => onChange({ ...draft, [field]: event.target.value })} fault={fault(field)} />)}
    </div>
  )
}

export function RecordPanel({ organisation, writes }: { organisation: Organisation; writes: boolean }) {
  const { t, number } = useText()
  const [changing, setChanging] = useState(false)
  const words = (field: RecordField) => {
    const value = organisation[field === 'number' ? 'number_shown' : field]
    if (value === null || value === undefined || value === '') return null
    return typeof value === 'number' ? number(value) : field === 'language' ? t(`language.${value}`) : value
  }
  const missing = organisation.kind === 'municipality' && !organisation.municipality
  return (
    <Panel id="record" title={t('record.title')} note={t(`organisation-kind.${organisation.kind}`)} footer={writes && <Button tight onClick={() => setChanging(true)}>{t('record.change')}</Button>}>
      <dl className="facts flat">
        {shownFields.map((field) => <Fact key={field} label={t(`record.${field}`)} words={words(field)} />)}
      </dl>
      {missing && <p className="small dim">{t('record.missing')}</p>}
      <Dialog open={changing} onClose={() => setChanging(false)} title={t('record.change')}>
        <RecordForm organisation={organisation} onClose={() => setChanging(false)} />
      </Dialog>
    </Panel>
  )
}

function Fact({ label, words }: { label: string; words: string | null }) {
  const { t } = useText()
  return <><dt>{label}</dt><dd>{words ?? <span className="dim">{t('record.unknown')}</span>}</dd></>
}

function RecordForm({ organisation, onClose }: { organisation: Organisation; onClose: () => void }) {
  const { t } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [draft, setDraft] = useState(draftOf(organisation))
  const { form, busy, send, fault, rest } = useForm(['name', 'kind', ...recordFields])
  return (
    <form ref={form} onSubmit={send(async () => {
      const change = changeOf(draftOf(organisation), draft)
      if (Object.keys(change).length > 0) {
        await must(api.PATCH('/api/v1/organisations/{organisation}', { params: { path: { organisation: organisation.id } }, body: change as Schemas['OrganisationChange'] }))
        await queries.invalidateQueries({ queryKey: ['organisation', organisation.id] })
        toasts.say(t('record.saved'))
      }
      onClose()
    })}>
      <p className="dim">{t('record.lead')}</p>
      <br />
      <TextField label={t('guide.name')} required maxLength={300} value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.target.value })} fault={fault('name')} />
      <Pick label={t('guide.kind')} value={draft.kind} fault={fault('kind')} options={kinds.map((one) => ({ value: one, label: t(`organisation-kind.${one}`) }))} onPick={(kind) => setDraft({ ...draft, kind })} />
      <RecordFields draft={draft} onChange={setDraft} fault={(field) => fault(field)} />
      <FormEnd rest={rest} action={t('action.save')} busy={busy} onClose={onClose} />
    </form>
  )
}
