// Is the service well? What needs a person first, then the figures; the switch that stops all measuring; backups; the age of
// what was brought in. And: when is who measured?
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import { api, may, must, onceKey, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Choices, Empty, Failed, More, PageHead, Panel, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { Confirm, Pick } from '~/parts/form'
import { planFilterFrom, planSorts, type PlanFilter } from './sections'

type System = Schemas['System']

/** Days after which a list that is brought in is called old, and a backup too far back. */
const oldAfter = 30
const backupAfter = 7
const fullBelow = 2 * 1024 ** 3

function useSize() {
  const { number } = useText()
  return (bytes: number): string => {
    const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
    let at = 0
    let value = bytes
    while (value >= 1024 && at < steps.length - 1) { value /= 1024; ++at }
    return `${number(value, at === 0 || value >= 100 ? 0 : 1)}\u00a0${steps[at]}`
  }
}

function daysSince(time: string): number {
  return Math.floor((Date.now() - new Date(time).getTime()) / 86_400_000)
}

export function SystemPage() {
  const { t } = useText()
  const asked = useQuery({ queryKey: ['system'], queryFn: () => must(api.GET('/api/v1/system')), refetchInterval: 15_000 })
  if (asked.error && !asked.data) return <><PageHead title={t('system.title')} /><Failed problem={asked.error} again={() => void asked.refetch()} /></>
  if (!asked.data) return <><PageHead title={t('system.title')} /><Bones /></>
  return <Well system={asked.data} />
}

function Well({ system }: { system: System }) {
  const { t, dateTime, number } = useText()
  const size = useSize()
  const worries = useWorries(system)
  return (
    <>
      <PageHead help="operate" title={t('system.title')} meta={<><span>{t('system.version', { version: system.version })}</span><span>{t('system.up-since', { time: dateTime(system.started) })}</span></>} />
      {worries.length > 0 ? (
        <div className="alert" role="status">
          <p className="strong">{t('system.worries')}</p>
          <ul className="worries">{worries.map((one, i) => <li key={i}>{one}</li>)}</ul>
        </div>
      ) : (
        <p role="status"><span className="up strong">✓ {t('system.well')}</span> <span className="dim">{t('system.well.what')}</span></p>
      )}
      <br />
      <div className="grid">
        <div className="s6 stack">
          <Panel title={t('system.measuring')}>
            <dl className="facts flat">
              <dt>{t('system.queue.running')}</dt><dd>{number(system.queue.running)}</dd>
              <dt>{t('system.queue.queued')}</dt><dd>{number(system.queue.queued)}</dd>
              <dt>{t('system.queue.due-now')}</dt><dd>{number(system.queue.due_now)}</dd>
              <dt>{t('system.queue.failed-today')}</dt><dd>{number(system.queue.failed_today)}</dd>
              <dt>{t('system.queue.failing')}</dt><dd>{system.queue.failing > 0 ? <Link to="/administrasjon/plan" search={{ failing: 'true' }}>{number(system.queue.failing)}</Link> : number(0)}</dd>
              <dt>{t('system.queue.scheduled')}</dt><dd><Link to="/administrasjon/plan" search={{}}>{number(system.queue.scheduled)}</Link></dd>
              <dt>{t('system.queue.next')}</dt><dd>{system.queue.next_due ? dateTime(system.queue.next_due) : '–'}</dd>
              <dt>{t('system.measuring.where')}</dt><dd>{system.measuring.here ? t('system.measuring.here') : t('system.measuring.workers')}</dd>
            </dl>
          </Panel>
          <StopPanel stop={system.stop} />
        </div>
        <div className="s6 stack">
          <Panel title={t('system.store')}>
            <dl className="facts flat">
              <dt>{t('system.store.kind')}</dt><dd>{system.store.kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'}</dd>
              <dt>{t('system.store.schema')}</dt><dd>{number(system.store.schema)}</dd>
              <dt>{t('system.store.size')}</dt><dd>{size(system.store.size_bytes)}</dd>
              <dt>{t('system.store.free')}</dt><dd>{system.disk_free_bytes === null ? t('system.unknown') : size(system.disk_free_bytes)}</dd>
              <dt>{t('system.store.organisations')}</dt><dd>{number(system.organisations)}</dd>
              <dt>{t('admin.users')}</dt><dd><Link to="/administrasjon/brukere" search={{}}>{number(system.users)}</Link></dd>
              <dt>{t('system.store.audit')}</dt><dd><Link to="/administrasjon/logg" search={{}}>{number(system.store.audit_entries)}</Link></dd>
            </dl>
          </Panel>
          <Backups />
        </div>
        <div className="s12"><Feeds system={system} /></div>
      </div>
    </>
  )
}

/** What a person should do something about, each with where. */
function useWorries(system: System): ReactNode[] {
  const { t, number } = useText()
  const size = useSize()
  const out: ReactNode[] = []
  if (system.stop.stopped) out.push(t('system.worry.stopped'))
  if (system.queue.failing > 0) out.push(<Link to="/administrasjon/plan" search={{ failing: 'true' }}>{t('system.worry.failing', { count: system.queue.failing, shown: number(system.queue.failing) })}</Link>)
  if (system.backup.state.error) out.push(t('system.worry.backup-failed'))
  else if (!system.backup.last) out.push(t('system.worry.no-backup'))
  else if (daysSince(system.backup.last.created) > backupAfter) out.push(t('system.worry.old-backup', { count: daysSince(system.backup.last.created) }))
  if (system.disk_free_bytes !== null && system.disk_free_bytes < fullBelow) out.push(t('system.worry.disk', { free: size(system.disk_free_bytes) }))
  const old = system.feeds.filter((one) => one.present && one.age_days !== null && one.age_days > oldAfter).length
  if (old > 0) out.push(t('system.worry.feeds', { count: old, days: oldAfter }))
  return out
}

function StopPanel({ stop }: { stop: Schemas['StopState'] }) {
  const { t, dateTime } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [asking, setAsking] = useState(false)
  return (
    <Panel title={t('stop.title')} end={<Button tight onClick={() => setAsking(true)}>{stop.stopped ? t('stop.go') : t('stop.do')}</Button>}>
      {stop.stopped ? (
        <>
          <p className="down strong">⚑ {t('stop.stopped')}</p>
          <p>{stop.reason}</p>
          <p className="dim">{[stop.by?.name, stop.since ? dateTime(stop.since) : null].filter(Boolean).join(', ')}</p>
        </>
      ) : <p>{t('stop.running')}</p>}
      <Confirm
        open={asking}
        title={stop.stopped ? t('stop.go.title') : t('stop.do.title')}
        lead={<p>{stop.stopped ? t('stop.go.lead') : t('stop.do.lead')}</p>}
        action={stop.stopped ? t('stop.go') : t('stop.do')}
        reasonLabel={t('stop.reason')}
        onClose={() => setAsking(false)}
        onDo={async (reason) => {
          await must(api.PUT('/api/v1/system/stop', { body: { stopped: !stop.stopped, reason } }))
          await queries.invalidateQueries({ queryKey: ['system'] })
          toasts.say(stop.stopped ? t('stop.gone-on') : t('stop.done'))
        }}
      />
    </Panel>
  )
}

function Backups() {
  const { t, dateTime, number } = useText()
  const size = useSize()
  const queries = useQueryClient()
  const toasts = useToasts()
  const list = useQuery({
    queryKey: ['backups'],
    queryFn: () => must(api.GET('/api/v1/backups')),
    refetchInterval: (query) => (query.state.data?.state.running ? 1_000 : false),
  })
  const [asked, setAsked] = useState(false)
  const state = list.data?.state
  const running = state?.running ?? false
  useEffect(() => {
    if (asked && state && !running) {
      setAsked(false)
      void queries.invalidateQueries({ queryKey: ['system'] })
      if (!state.error) toasts.say(t('backups.done'))
    }
  }, [asked, running, state, queries, toasts, t])
  const make = async () => {
    try {
      await must(api.POST('/api/v1/backups'))
      await list.refetch()
      setAsked(true)
    } catch (refused) {
      toasts.fail(refused)
    }
  }
  const items = list.data?.items ?? []
  return (
    <Panel title={t('backups.title')} {...(list.data?.folder ? { note: <span className="mono">{list.data.folder}</span> } : {})} end={<span className="row">{items.length > 0 && <TableFile of="/api/v1/backups/table" blanks={{}} what={t('backups.title')} />}<Button tight disabled={running || list.data?.folder === null} onClick={() => void make()}>{t('backups.make')}</Button></span>}>
      {list.isPending && <Bones />}
      {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
      {running && <p role="status">{t('backups.running', { rows: number(state?.rows ?? 0) })}</p>}
      {state?.error && <p className="down" role="alert">{t('backups.failed')} {state.error}</p>}
      {list.data && list.data.folder === null && <p className="dim">{t('backups.no-folder')}</p>}
      {list.data && list.data.folder !== null && items.length === 0 && !running && <Empty title={t('backups.none')}><p className="dim">{t('backups.none.next')}</p></Empty>}
      {items.length > 0 && (
        <div className="scroll">
          <table className="t">
            <caption className="unseen">{t('backups.title')}</caption>
            <thead><tr><th>{t('backups.file')}</th><th className="right">{t('system.store.size')}</th></tr></thead>
            <tbody>
              {items.slice(0, 8).map((one) => (
                <tr key={one.name}>
                  <th scope="row">{dateTime(one.created)}<span className="under mono">{one.name}</span>{one.sha256 && <details><summary className="small">{t('backups.sum')}</summary><span className="mono">{one.sha256}</span></details>}</th>
                  <td className="right number">{size(one.size_bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

function Feeds({ system }: { system: System }) {
  const { t, date } = useText()
  return (
    <Panel title={t('feeds.title')} note={system.reference_folder ? <span className="mono">{system.reference_folder}</span> : t('feeds.no-folder')} end={<TableFile of="/api/v1/system/feeds/table" blanks={{}} what={t('feeds.title')} />} footer={<span>{t('feeds.note')}</span>}>
      <div className="scroll">
        <table className="t">
          <caption className="unseen">{t('feeds.title')}</caption>
          <thead><tr><th>{t('feeds.name')}</th><th>{t('feeds.age')}</th><th className="wide">{t('feeds.changed')}</th><th className="wide">{t('feeds.without')}</th></tr></thead>
          <tbody>
            {system.feeds.map((one) => (
              <tr key={one.name}>
                <th scope="row">{t(`feed.${one.name}`)}<span className="under mono">{one.file}</span></th>
                <td>{!one.present ? <span className="tag">{t('feeds.missing')}</span> : one.age_days !== null && one.age_days > oldAfter ? <span className="late">⚑ {t('feeds.days', { count: one.age_days })}</span> : one.age_days === 0 ? t('feeds.today') : t('feeds.days', { count: one.age_days ?? 0 })}</td>
                <td className="number wide">{one.changed ? date(one.changed) : <span className="dim">–</span>}</td>
                <td className="wide">{one.checks.length > 0 ? one.checks.map((check, i) => <span key={check} className="mono">{i > 0 && ', '}<Link to="/metode/$check" params={{ check }}>{check}</Link></span>) : <span className="dim">–</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

// The schedule

export function Plan() {
  const { t, dateTime } = useText()
  const me = useMe()
  const toasts = useToasts()
  const queries = useQueryClient()
  const filter = planFilterFrom(useSearch({ strict: false }))
  const navigate = useNavigate()
  const [text, setText] = useState(filter.q ?? '')
  const set = (change: { [name in keyof PlanFilter]?: PlanFilter[name] | undefined }) => void navigate({ to: '.', search: planFilterFrom({ ...filter, ...change }), replace: true, resetScroll: false })
  useEffect(() => {
    if (text === (filter.q ?? '')) return
    const timer = setTimeout(() => set({ q: text || undefined }), 250)
    return () => clearTimeout(timer)
  })
  const sort = filter.sort ?? 'due'
  const list = useInfiniteQuery({
    queryKey: ['schedule', filter],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/schedule', { params: { query: { limit: 100, sort, ...(filter.q ? { q: filter.q } : {}), ...(filter.failing ? { failing: 'true' as const } : {}), ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((one) => one.running)) ? 3_000 : false),
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const now = async (one: Schemas['ScheduleRow']) => {
    try {
      await must(api.POST('/api/v1/organisations/{organisation}/recheck', { params: { path: { organisation: one.organisation }, header: { 'Idempotency-Key': onceKey() } } }))
      toasts.say(t('plan.queued', { name: one.organisation_name }))
      await queries.invalidateQueries({ queryKey: ['schedule'] })
    } catch (refused) {
      toasts.fail(refused)
    }
  }
  return (
    <>
      <PageHead help="profiles" title={t('plan.title')} meta={<span>{t('plan.meta')}</span>} acts={<TableFile of="/api/v1/schedule/table" blanks={{}} asked={{ sort, ...(filter.q ? { q: filter.q } : {}), ...(filter.failing ? { failing: 'true' } : {}) }} what={t('admin.plan')} />} />
      <section className="panel" aria-label={t('admin.plan')}>
        <div className="filters">
          <TextField label={t('plan.search')} type="search" maxLength={100} value={text} onChange={(event) => setText(event.target.value)} />
          <Pick label={t('plan.sort')} value={sort} options={planSorts.map((one) => ({ value: one as string, label: t(`plan.sort.${one.replace('-', '')}`) }))} onPick={(one) => set({ sort: one as PlanFilter['sort'] })} />
          <Choices label={t('plan.which')} value={filter.failing ? 'failing' : 'all'} options={[{ value: 'all', label: t('plan.all') }, { value: 'failing', label: t('plan.failing') }]} onChange={(one) => set({ failing: one === 'failing' ? 'true' : undefined })} />
        </div>
        <br />
        {list.isPending && <Bones />}
        {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
        {list.data && items.length === 0 && (filter.failing || filter.q
          ? <Empty title={filter.failing && !filter.q ? t('plan.none-failing') : t('plan.none-fit')}><p><Button onClick={() => { setText(''); void navigate({ to: '.', search: {}, replace: true }) }}>{t('admin.clear-filter')}</Button></p></Empty>
          : <Empty title={t('plan.none')}><p className="dim">{t('plan.none.next')} <Link to="/administrasjon/import">{t('admin.import')}</Link></p></Empty>)}
        {items.length > 0 && (
          <div className="scroll">
            <table className="t">
              <caption className="unseen">{t('admin.plan')}</caption>
              <thead><tr><th>{t('users.organisation')}</th><th className="wide">{t('plan.last')}</th><th>{t('plan.next')}</th><th className="wide">{t('plan.full')}</th><th aria-label={t('table.action')} /></tr></thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.organisation}>
                    <th scope="row"><Link to="/virksomhet/$org" params={{ org: one.organisation }}>{one.organisation_name}</Link>{one.last?.state === 'failed' && <span className="under phone late">⚑ {t('plan.failed', { count: Math.max(1, one.failures) })}</span>}</th>
                    <td className="wide">
                      {!one.last ? <span className="dim">{t('plan.never')}</span> : one.last.state === 'failed' ? <span className="late">⚑ {t('plan.failed', { count: Math.max(1, one.failures) })}</span> : <span className="number">{one.last.finished ? dateTime(one.last.finished) : '–'}</span>}
                      {one.last?.state === 'failed' && <span className="under">{one.last.finished && dateTime(one.last.finished)}{one.last.error && ` · ${one.last.error}`}</span>}
                    </td>
                    <td className="number">{one.running ? t('plan.running') : new Date(one.due).getTime() <= Date.now() ? t('plan.due') : dateTime(one.due)}</td>
                    <td className="number wide">{one.full_due ? dateTime(one.full_due) : <span className="dim">{t('plan.no-full')}</span>}</td>
                    <td className="right">{may(me, 'recheck') && <Button tight disabled={one.running !== null} onClick={() => void now(one)}>{t('plan.now')}<span className="unseen"> {one.organisation_name}</span></Button>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <More of={list} />
      </section>
    </>
  )
}
