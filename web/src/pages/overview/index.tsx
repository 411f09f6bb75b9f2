// Is it getting better, and what do I do today?
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState, type ComponentType } from 'react'
import { api, must, onceKey, Problem, type Job, type Schemas } from '~/app/api'
import { useEvents } from '~/app/events'
import { useText } from '~/app/language'
import { afterPaint } from '~/app/paint'
import { mayAt, seesFindings, useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Empty, Failed, HostName, Mark, PageHead, Panel } from '~/parts/basic'
import { Scale, WithTable } from '~/parts/plots'
import { TableFile } from '~/parts/table-file'
import { seen, useActions, useJobs, useOrganisation, useScore } from '../common'
import { eventsOf, roomOf } from './events'
import { Ages, Moved, News, Open, Unseen } from './lower'
import { isoSeconds, useChange } from './since'
import './overview.css'

const Year = lazy(() => import('./year').then((part) => ({ default: part.Year }), () => ({ default: Undrawn })))
/** What is fetched after the first paint; where it cannot be fetched, the page stands without it. */
function later<Props>(part: () => Promise<ComponentType<Props>>) {
  return lazy(() => new Promise<void>(afterPaint).then(part).then((found) => ({ default: found }), () => ({ default: (() => null) as ComponentType<Props> })))
}
const DueOf = later(() => import('./give').then((part) => part.DueOf))
const WhoseOf = later(() => import('./give').then((part) => part.WhoseOf))
const Giving = later(() => import('./give').then((part) => part.Giving))
const Candidates = later(() => import('./candidates').then((part) => part.Candidates))
const year = 365 * 86_400_000

/** Where the curve cannot be fetched; the table behind it is there all the same. */
function Undrawn() {
  const { t } = useText()
  return <p className="dim">{t('chart.failed')}</p>
}

export function Overview() {
  const { org } = useParams({ from: '/inside/virksomhet/$org/' })
  const { t, dateTime, number } = useText()
  const me = useMe()
  const toasts = useToasts()
  const queries = useQueryClient()
  const organisation = useOrganisation(org)
  const score = useScore(org)
  const jobs = useJobs(org)
  // Asked for beside the score, not after it. The charts come when what is read first is there.
  const actions = useActions(org, !score.data || score.data.lines !== undefined)
  const moved = Boolean(useChange(org, 30).data)
  useEvents(org, (event) => {
    if (event.kind === 'measured' || event.kind === 'score-changed' || event.kind === 'treatment-changed') void queries.invalidateQueries({ queryKey: ['score', org] })
    if (event.kind === 'job-changed') void queries.invalidateQueries({ queryKey: ['jobs', org] })
  })
  const measure = useMutation({
    mutationFn: () => must(api.POST('/api/v1/organisations/{organisation}/recheck', { params: { path: { organisation: org }, header: { 'Idempotency-Key': onceKey() } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs', org] }),
    onError: toasts.fail,
  })
  const active = jobs.data?.items.find((job) => !job.finding && (job.state === 'queued' || job.state === 'running'))

  if (organisation.isPending) return <Bones />
  if (organisation.error) return <Failed problem={organisation.error} again={() => void organisation.refetch()} />
  const now = score.data
  const unmeasured = score.error instanceof Problem && score.error.status === 404

  return (
    <>
      <PageHead
        title={organisation.data.name}
        meta={
          <>
            {now?.measured && <span>{t('score.measured-at', { time: dateTime(now.measured) })}</span>}
            {organisation.data.number_shown && <span className="number">{organisation.data.number_shown}</span>}
            {now && <span>{t('score.assets', { count: now.assets, shown: number(now.assets) })}</span>}
            {now && seesFindings(me, org) && <Suspense fallback={null}><Candidates org={org} /></Suspense>}
          </>
        }
        acts={
          <>
            {mayAt(me, 'recheck', org) && <Button disabled={Boolean(active) || measure.isPending} onClick={() => measure.mutate()}>{t('overview.measure')}</Button>}
            <Button variant="tertiary" onClick={() => void navigator.clipboard.writeText(window.location.href).then(() => toasts.say(t('action.link-copied')))}>{t('action.copy-link')}</Button>
          </>
        }
      />
      {active && <Measuring job={active} />}
      {score.isPending && <Bones />}
      {unmeasured && <NotMeasured org={org} active={Boolean(active)} mine={seesFindings(me, org)} />}
      {score.error && !unmeasured && <Failed problem={score.error} again={() => void score.refetch()} />}
      {now && (
        <div className="grid">
          <Now org={org} now={now} />
          <TwelveMonths org={org} now={now} ready={now.lines === undefined || !actions.isPending} />
          <FiveActions org={org} now={now} />
          {now.lines === undefined ? <Panel className="s4" title={t('overview.open')}><p className="dim">{t('overview.open.hidden')}</p></Panel> : <Open org={org} />}
          <News org={org} />
          <Moved org={org} />
          <Ages org={org} />
          <Unseen now={now} wide={!moved} />
        </div>
      )}
    </>
  )
}

function Measuring({ job }: { job: Job }) {
  const { t } = useText()
  return (
    <div className="panel" role="status">
      <p className="strong">{job.progress ? t('job.progress', { done: job.progress.hosts_done, all: job.progress.hosts }) : t('job.queued')}</p>
      <progress max={job.progress?.hosts || 1} value={job.progress?.hosts_done ?? 0} aria-label={t('job.label')} />
      <p className="small dim">{t('job.leave')}</p>
    </div>
  )
}

function NotMeasured({ org, active, mine }: { org: string; active: boolean; mine: boolean }) {
  const { t } = useText()
  return (
    <div className="panel">
      <Empty title={t('overview.not-measured')}>
        <p className="dim">{active ? t('overview.not-measured.soon') : t('overview.not-measured.next')}</p>
        {mine && <p><Link className="ds-button" data-variant="primary" to="/virksomhet/$org/fotavtrykk" params={{ org }}>{t('overview.to-footprint')}</Link></p>}
      </Empty>
    </div>
  )
}

function Now({ org, now }: { org: string; now: Schemas['ScoreExplained'] }) {
  const { t, score, share, signed } = useText()
  const [low, high] = [now.interval_cp[0] ?? now.score_cp, now.interval_cp[1] ?? now.score_cp]
  const peers = useQuery({
    queryKey: ['peers', org],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/peers', { params: { path: { organisation: org } } })),
    retry: false,
  })
  const month = useChange(org, 30)
  const moved = month.data ? month.data.after_cp - month.data.before_cp : null
  const peer = peers.data?.groups.find((group) => group.figures)
  return (
    <Panel
      className="s5"
      title={t('score.title')}
      note={t('score.hundred')}
      footer={now.lines && <Link to="/virksomhet/$org/poeng" params={{ org }}>{t('overview.why', { score: score(now.score_cp) })}</Link>}
    >
      <div className="big">
        <Mark grade={now.grade} size={58} />
        <b>{score(now.score_cp)}<small>{t('score.of')}</small></b>
        {moved !== null && (
          <div className="end small">
            <span className={`strong ${moved > 0 ? 'up' : moved < 0 ? 'down' : 'dim'}`}>{moved > 0 ? '▲ ' : moved < 0 ? '▼ ' : ''}{signed(moved, 1)}</span>
            <span className="under">{t('score.last-days', { days: 30 })}</span>
          </div>
        )}
      </div>
      {now.grade === 'U' && <p className="alert">{t('score.unrated', { coverage: share(now.coverage) })}</p>}
      <Scale cp={now.score_cp} interval={[low, high]} />
      <dl className="facts">
        <dt>{t('score.interval')}</dt><dd>{score(low)} – {score(high)} · {t(`confidence.${now.confidence}`)}</dd>
        <dt>{t('score.coverage')}</dt><dd><progress className="inline" max={10000} value={now.coverage} aria-label={t('score.coverage')} />{share(now.coverage)}</dd>
        <dt>{t('score.managed')}</dt><dd>{score(now.managed_cp)}</dd>
        {now.disputed && <><dt>{t('score.if-upheld')}</dt><dd>{score(now.if_upheld_cp)}</dd></>}
        {peers.data && peers.data.groups.length > 0 && (
          <>
            <dt>{t('score.peers')}</dt>
            <dd>{peer?.figures ? <>{score(peer.figures.median_cp)} · n = {peer.figures.n}</> : <span className="dim">{t('score.peers.hidden')}</span>}</dd>
          </>
        )}
      </dl>
    </Panel>
  )
}

function useHistory(org: string) {
  const since = useMemo(() => isoSeconds(new Date(Date.now() - year)), [])
  return useQuery({
    queryKey: ['score', org, 'history', since],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/score/history', { params: { path: { organisation: org }, query: { since, limit: 500 } } })),
  })
}

function TwelveMonths({ org, now, ready }: { org: string; now: Schemas['ScoreExplained']; ready: boolean }) {
  const { t, score, signed, date, dateTime } = useText()
  const history = useHistory(org)
  const points = useMemo(() => history.data?.items ?? [], [history.data])
  const { from, to, young } = useMemo(() => roomOf(points, Date.now()), [points])
  const events = useMemo(() => eventsOf(points, history.data?.markers ?? [], young), [points, history.data, young])
  const moment = young ? dateTime : date
  return (
    <Panel className="s7" title={t('overview.year')} note={t('overview.year.note')}>
      {history.isPending && <div className="room-for-plot"><Bones /></div>}
      {history.error && <Failed problem={history.error} />}
      {history.data && (
        <WithTable
          plot={
            <>
              <Suspense fallback={<div className="room-for-plot" />}>{ready ? <Year points={points} events={events} from={from} to={to} young={young} /> : <div className="room-for-plot" />}</Suspense>
              {events.length > 0 && (
                <ol className="legend events">
                  {events.map((event, i) => <li key={event.at}><b>{i + 1}</b> {moment(new Date(event.at).toISOString())} {event.words} {event.change !== 0 && <span className={event.change < 0 ? 'down' : 'up'}>{signed(event.change, 1)}</span>}</li>)}
                </ol>
              )}
            </>
          }
          table={
            <table className="t">
              <thead><tr><th>{t('table.from')}</th><th className="wide">{t('table.to')}</th><th className="right">{t('score.title')}</th><th>{t('score.grade')}</th><th>{t('score.interval')}</th><th className="wide">{t('score.method')}</th></tr></thead>
              <tbody>
                {[...points].reverse().map((point) => (
                  <tr key={point.from}><td className="number">{dateTime(point.from)}</td><td className="number wide">{dateTime(point.to)}</td><td className="right number">{score(point.score_cp)}</td><td><Mark grade={point.grade} /></td><td className="number">{score(point.interval_cp[0] ?? point.score_cp)} – {score(point.interval_cp[1] ?? point.score_cp)}</td><td className="wide">{point.method}</td></tr>
                ))}
              </tbody>
            </table>
          }
          file={<TableFile of="/api/v1/organisations/{organisation}/score/history/table" blanks={{ organisation: org }} what={t('overview.year')} />}
          note={<><span>{t('plot.n', { n: points.length, from: date(points[0]?.from ?? now.time), to: date(now.time) })}</span>{events.some((event) => event.method) && <span>{t('overview.year.method')}</span>}</>}
        />
      )}
    </Panel>
  )
}

function FiveActions({ org, now }: { org: string; now: Schemas['ScoreExplained'] }) {
  const { t, signed, work } = useText()
  const acts = mayAt(useMe(), 'follow_up', org)
  const [given, setGiven] = useState<Schemas['PlanAnswer']['actions'][number] | null>(null)
  const actions = useActions(org, now.lines !== undefined)
  if (now.lines === undefined) return null
  const best = [...(actions.data?.actions ?? [])].filter((one) => one.gain_cp > 0).sort((a, b) => b.gain_cp - a.gain_cp).slice(0, 5)
  const most = Math.max(1, ...best.map((one) => one.gain_cp))
  return (
    <Panel className="s8" title={t('overview.actions')} note={t('overview.actions.note')} end={best.length > 0 && <TableFile of="/api/v1/organisations/{organisation}/score/plan/table" blanks={{ organisation: org }} what={t('overview.actions')} />} footer={<><span>{t('overview.actions.alone')}</span><Link className="end" to="/virksomhet/$org/poeng" params={{ org }}>{t('overview.what-if')}</Link></>}>
      {actions.isPending && <Bones />}
      {actions.error && <Failed problem={actions.error} />}
      {actions.data && best.length === 0 && <Empty title={t('overview.nothing-open')} />}
      {best.length > 0 && (
        <div className="scroll">
          <table className="t">
            <thead><tr><th aria-label={t('table.rank')} /><th>{t('table.action')}</th><th className="right">{t('table.gain')}</th><th className="right wide">{t('table.work')}</th><th className="wide">{t('table.due')}</th><th className="wide">{t('table.assignee')}</th></tr></thead>
            <tbody>
              {best.map((action, i) => (
                <tr key={action.id}>
                  <td className="dim number">{i + 1}</td>
                  <th scope="row">
                    {action.findings.length === 1
                      ? <Link to="/virksomhet/$org/funn/$finding" params={{ org, finding: action.findings[0]! }}>{seen(action)}</Link>
                      : <Link to="/virksomhet/$org/funn" params={{ org }} search={{ check: action.check }}>{seen(action)}</Link>}
                    <span className="under">{action.title}</span>
                    <span className="under mono"><HostName of={action.findings.slice(0, 2).map((id) => id.slice(id.indexOf('@') + 1)).join(', ')} />{action.findings.length > 2 ? ` ${t('table.and-more', { count: action.findings.length - 2 })}` : ''}</span>
                    <span className="under phone given"><Suspense fallback={null}><DueOf org={org} actions={best} action={action} /> <WhoseOf org={org} actions={best} action={action} onGive={acts ? () => setGiven(action) : null} /></Suspense></span>
                  </th>
                  <td className="right number"><span className="strong">{signed(action.gain_cp, 1)}</span><br /><svg width="72" height="6" aria-hidden="true"><rect x={72 - (action.gain_cp / most) * 72} width={(action.gain_cp / most) * 72} height="6" rx="1" fill="var(--act)" /></svg></td>
                  <td className="right number wide">{work(action.minutes)}</td>
                  <td className="until number wide"><Suspense fallback={null}><DueOf org={org} actions={best} action={action} /></Suspense></td>
                  <td className="for-whom wide"><Suspense fallback={null}><WhoseOf org={org} actions={best} action={action} onGive={acts ? () => setGiven(action) : null} /></Suspense></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {given && <Suspense fallback={null}><Giving org={org} actions={best} action={given} onClose={() => setGiven(null)} /></Suspense>}
    </Panel>
  )
}
