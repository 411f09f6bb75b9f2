// Who did what? The audit log with a filter in the address, as files, and whether its chain is whole.
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api, may, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { Bones, Button, Empty, Failed, PageHead, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { instant, Pick } from '~/parts/form'
import { OrganisationName, OrganisationPicker } from '~/parts/pick'
import { dayAfter, DayField } from '../day'
import { factName, factWords } from './facts'
import { auditFilterFrom, type AuditFilter } from './sections'

type Entry = Schemas['AuditEntry']
const groups = ['login', 'login.refused', 'user.', 'invitation.', 'grant.', 'token.', 'session.', 'login-provider.', 'organisation.', 'target.', 'asset.', 'ownership.', 'opt-out.', 'supplier.', 'finding.', 'portfolio.', 'consent.', 'alert-rule.', 'channel.', 'delivery.', 'report.', 'nation.', 'filter.', 'measuring.', 'backup.'] as const

export function Audit() {
  const { t, number } = useText()
  const me = useMe()!
  const filter = auditFilterFrom(useSearch({ strict: false }))
  const navigate = useNavigate()
  const set = (change: { [name in keyof AuditFilter]?: string | undefined }) => void navigate({ to: '.', search: auditFilterFrom({ ...filter, ...change }), replace: true, resetScroll: false })
  const whole = me.role === 'administrator' || me.role === 'auditor'
  // From and to are days where the reader is; the service reads times.
  const asked = {
    ...(filter.actor ? { actor: filter.actor } : {}),
    ...(filter.action ? { action: filter.action } : {}),
    ...(filter.organisation ? { organisation: filter.organisation } : {}),
    ...(filter.object ? { object: filter.object } : {}),
    ...(filter.from ? { from: instant(filter.from, '00:00:00') } : {}),
    ...(filter.before ? { before: instant(dayAfter(filter.before), '00:00:00') } : {}),
  }
  const list = useInfiniteQuery({
    queryKey: ['audit', asked],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/audit', { params: { query: { limit: 100, ...asked, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  })
  const people = useQuery({ queryKey: ['users', 'all'], queryFn: () => must(api.GET('/api/v1/users', { params: { query: { limit: 500 } } })), enabled: may(me, 'manage_access') })
  const organisation = useQuery({
    queryKey: ['organisation', filter.organisation ?? ''],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}', { params: { path: { organisation: filter.organisation! } } })),
    enabled: filter.organisation !== undefined,
    retry: false,
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const filtered = Object.keys(filter).length > 0
  // An entry names what it made; later entries about the same thing have its id only.
  const names = new Map(items.flatMap((one) => { const name = nameIn(one); return one.object && name ? [[one.object, name] as const] : [] }))
  const actors = [
    { value: '', label: t('audit.actor.all') },
    ...(people.data?.items ?? []).map((one) => ({ value: one.id, label: one.name })),
    { value: 'system', label: t('audit.actor.system') },
    { value: 'command-line', label: t('audit.actor.command-line') },
  ]
  if (filter.actor && !actors.some((one) => one.value === filter.actor)) actors.push({ value: filter.actor, label: filter.actor })
  return (
    <>
      <PageHead
        help="access"
        title={t('audit.title')}
        meta={<span>{whole ? t('audit.meta.all') : t('audit.meta.own')}</span>}
        acts={
          <TableFile of="/api/v1/audit/table" blanks={{}} asked={asked} what={t('audit.title')} />
        }
      />
      {whole && <Chain />}
      <section className="panel" aria-label={t('audit.filter')}>
        <div className="filters">
          {may(me, 'manage_access')
            ? <Pick label={t('audit.actor')} value={filter.actor ?? ''} options={actors} onPick={(actor) => set({ actor: actor || undefined })} />
            : filter.actor && <p><span className="tag">{filter.actor}</span></p>}
          <Pick label={t('audit.action')} value={filter.action ?? ''} options={[{ value: '', label: t('audit.action.all') }, ...groups.map((one) => ({ value: one as string, label: t(`audit.group.${one.replace(/\.$/, '')}`) })), ...(filter.action && !groups.includes(filter.action as 'login') ? [{ value: filter.action, label: filter.action }] : [])]} onPick={(action) => set({ action: action || undefined })} />
          {whole && <OrganisationPicker label={t('users.organisation')} value={filter.organisation ? { id: filter.organisation, name: organisation.data?.name ?? filter.organisation } : null} onChange={(one) => set({ organisation: one?.id })} />}
          <Day label={t('audit.from')} value={filter.from ?? ''} onChange={(from) => set({ from })} />
          <Day label={t('audit.before')} value={filter.before ?? ''} onChange={(before) => set({ before })} />
          <Words label={t('audit.object')} value={filter.object ?? ''} onChange={(object) => set({ object })} />
          {filtered && <Button tight variant="tertiary" onClick={() => void navigate({ to: '.', search: {}, replace: true })}>{t('admin.clear-filter')}</Button>}
        </div>
      </section>
      <br />
      <section className="panel" aria-label={t('admin.audit')}>
        {list.isPending && <Bones />}
        {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
        {list.data && items.length === 0 && <Empty title={t('audit.none')}>{filtered && <p className="dim">{t('audit.none.next')}</p>}</Empty>}
        {items.length > 0 && (
          <div className="scroll">
            <table className="t dense">
              <caption className="unseen">{t('admin.audit')}</caption>
              <thead><tr><th>{t('audit.when')}</th><th className="wide">{t('audit.actor')}</th><th>{t('audit.action')}</th><th className="wide">{t('users.organisation')}</th><th className="wide">{t('audit.object')}</th></tr></thead>
              <tbody>{items.map((one) => <Row key={one.number} entry={one} thing={(one.object && names.get(one.object)) || null} name={people.data?.items.find((person) => person.id === one.actor)?.name} onActor={(actor) => set({ actor })} />)}</tbody>
            </table>
          </div>
        )}
        {list.hasNextPage && <p><br /><Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>{t('audit.more', { shown: number(items.length) })}</Button></p>}
      </section>
    </>
  )
}

function Day({ label, value, onChange }: { label: string; value: string; onChange: (value: string | undefined) => void }) {
  return <DayField label={label} value={value} onDay={(day) => onChange(day || undefined)} />
}

/** A filter that is sent when the reader pauses. */
function Words({ label, value, onChange }: { label: string; value: string; onChange: (value: string | undefined) => void }) {
  const [text, setText] = useState(value)
  useEffect(() => { setText(value) }, [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text.trim() || undefined), 350)
    return () => clearTimeout(timer)
  })
  return <TextField label={label} maxLength={300} value={text} onChange={(event) => setText(event.target.value)} />
}

/** What the entry calls the thing that it is about, where an id would tell nothing. */
function nameIn(entry: Entry): string | null {
  const name = (entry.detail as { name?: unknown }).name
  return typeof name === 'string' && name && entry.object && /^[a-z2-7]{20,}$/.test(entry.object) ? name : null
}

function Row({ entry, thing, name, onActor }: { entry: Entry; thing: string | null; name: string | undefined; onActor: (actor: string) => void }) {
  const { t, dateTime } = useText()
  const words = t(`audit.action.${entry.action}`)
  const known = words !== `audit.action.${entry.action}`
  const facts = Object.entries(entry.detail as Record<string, unknown>)
  const who = name ?? entry.actor_name ?? (entry.actor === 'system' ? t('audit.actor.system') : entry.actor === 'command-line' ? t('audit.actor.command-line') : entry.actor)
  return (
    <tr>
      <td className="number">{dateTime(entry.time)}<span className="under">{t('audit.number', { number: entry.number })}</span></td>
      <td className="wide"><button type="button" className="toggle" onClick={() => onActor(entry.actor)}>{who}</button>{entry.address && <span className="under mono">{entry.address}</span>}</td>
      <td>
        <span className="strong">{known ? words : <span className="mono">{entry.action}</span>}</span>
        <span className="under phone">{who}</span>
        <details>
          <summary className="small">{t('audit.details')}<span className="unseen"> {entry.number}</span></summary>
          <dl className="entry-facts">
            {entry.organisation && <><dt>{t('users.organisation')}</dt><dd><OrganisationName id={entry.organisation} plain /></dd></>}
            <dt>{t('audit.code')}</dt><dd className="mono">{entry.action}</dd>
            {entry.object && <><dt>{t('audit.object')}</dt><dd className="mono">{entry.object}</dd></>}
            {facts.map(([name, value]) => <Fact key={name} name={name} value={value} />)}
            <dt>{t('audit.hash')}</dt><dd className="mono">{entry.hash}</dd>
            <dt>{t('audit.previous')}</dt><dd className="mono">{entry.previous ?? '–'}</dd>
          </dl>
        </details>
      </td>
      <td className="wide">{entry.organisation && <OrganisationName id={entry.organisation} />}</td>
      <td className={`wide ${thing ? '' : 'mono'}`}>{entry.object && entry.object !== entry.organisation && !(entry.object === entry.actor && !entry.action.startsWith('user.')) && (thing ? thing : /^user\.|^grant\.|^session\.end-all/.test(entry.action) && /^[a-z2-7]{26}$/.test(entry.object) ? <Link to="/administrasjon/brukere/$user" params={{ user: entry.object }}>{t('audit.the-user')}</Link> : entry.object.length > 40 ? `${entry.object.slice(0, 39)}…` : entry.object)}</td>
    </tr>
  )
}

function Fact({ name, value }: { name: string; value: unknown }) {
  const text = useText()
  const words = factName(text.t, name)
  return <><dt className={words === name ? 'mono' : ''}>{words}</dt><dd className={typeof value === 'object' && value !== null && !('before_cp' in value) && !Array.isArray(value) ? 'mono' : ''}>{factWords(text, name, value)}</dd></>
}

function Chain() {
  const { t, number, dateTime } = useText()
  const [at, setAt] = useState<string | null>(null)
  const check = useMutation({ mutationFn: () => must(api.GET('/api/v1/audit/check')), onSuccess: () => setAt(new Date().toISOString()) })
  const answer = check.data
  return (
    <>
      <section className="panel" aria-label={t('audit.chain')}>
        <div className="row">
          <div role="status">
            {check.isPending && <span>{t('audit.checking')}</span>}
            {!check.isPending && !answer && !check.error && <span className="dim">{t('audit.chain.lead')}</span>}
            {answer && !check.isPending && (answer.whole
              ? <span><span className="up strong">✓ {t('audit.whole')}</span> <span className="dim">{t('audit.whole.count', { count: answer.entries, shown: number(answer.entries), time: at ? dateTime(at) : '' })}</span></span>
              : <span className="down strong">⚑ {t('audit.broken', { number: answer.first_broken ?? 0 })}</span>)}
          </div>
          <span className="end"><Button tight disabled={check.isPending} onClick={() => check.mutate()}>{t('audit.check')}</Button></span>
        </div>
        {answer && !answer.whole && <p>{t('audit.broken.next')}</p>}
        {check.error && <Failed problem={check.error} />}
      </section>
      <br />
    </>
  )
}
