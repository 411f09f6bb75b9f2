// Within what we accepted, compared with peers? For a top manager: the answer in two sentences, three numbers, three
// decisions, peers, the year, what was accepted and until when, and the report to take to the board. Everything is the
// figures of the board report, so that page and paper say the same.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useId, useState, type ReactNode } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { seesFindings, useMe } from '~/app/session'
import { daysBetween, gradeOf } from '~/format/format'
import { Bones, Empty, Failed, Mark, PageHead, Panel, Severity } from '~/parts/basic'
import { WithTable } from '~/parts/plots'
import { TableFile } from '~/parts/table-file'
import { useOrganisation } from '../common'
import { useGroupName } from '../portfolio/common'
import './leader.css'
import { Bullet, Trend } from './plots'
import { Taken } from './taken'
import { keepTarget, keptTarget } from './target'

type Report = Schemas['BoardReport']

/** Of the checks behind a decision. */
const titlesShown = 2

/** What readers see of a score: one decimal, cut. Differences are between what is seen, or they would not add up. */
const cut = (cp: number) => Math.floor(cp / 10) * 10

export function LeaderPage() {
  const { org } = useParams({ from: '/inside/virksomhet/$org/ledelse' })
  const { mal } = useSearch({ from: '/inside/virksomhet/$org/ledelse' })
  const { t, language, dateTime, share } = useText()
  const me = useMe()
  const navigate = useNavigate()
  const organisation = useOrganisation(org)
  const target = mal ?? keptTarget(org)
  const asked = useQuery({
    queryKey: ['report', org, language, target],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/report', { params: { path: { organisation: org }, query: { lang: language, ...(target === null ? {} : { target_cp: target * 100 }) } } })),
    placeholderData: (before) => before,
  })
  const setTarget = (to: number | null) => {
    keepTarget(org, to)
    void navigate({ to: '/virksomhet/$org/ledelse', params: { org }, search: to === null ? {} : { mal: to }, replace: true })
  }
  if (asked.isPending) return <Bones />
  if (asked.error) return <Failed problem={asked.error} again={() => void asked.refetch()} />
  const report = asked.data
  return (
    <>
      <PageHead
        title={t('leader.title')}
        help="board"
        meta={
          <>
            <span>{organisation.data?.name ?? report.name}</span>
            {report.measured && <span>{t('score.measured-at', { time: dateTime(report.measured) })}</span>}
            {report.coverage !== undefined && <span>{t('leader.coverage', { coverage: share(report.coverage) })}</span>}
          </>
        }
      />
      {!report.scored ? (
        <div className="panel">
          <Empty title={t('overview.not-measured')}>
            <p className="dim">{t('overview.not-measured.next')}</p>
            {seesFindings(me, org) && <p><Link className="ds-button" data-variant="primary" to="/virksomhet/$org/fotavtrykk" params={{ org }}>{t('overview.to-footprint')}</Link></p>}
          </Empty>
        </div>
      ) : (
        <div className="grid">
          <section className="panel s8 answered" aria-label={t('leader.answer')}>
            {report.lead?.map((sentence, i) => <p key={sentence} className={i === 0 ? 'strong' : ''}>{sentence}</p>)}
            <Target target={target} onSet={setTarget} />
          </section>
          <Take org={org} report={report} target={target} />
          <Three org={org} report={report} />
          <Decisions org={org} report={report} />
          <Peers org={org} report={report} />
          <Year org={org} report={report} />
          <Accepted org={org} report={report} />
          <Changes org={org} report={report} />
          <Panel className={report.changes ? 's6' : 's12'} title={t('leader.limits')} footer={seesFindings(me, org) ? <Link to="/virksomhet/$org/poeng" params={{ org }}>{t('finding.how-counted')}</Link> : <Link to="/metode" search={{}}>{t('finding.how-counted')}</Link>}>
            <p className="read">{t('leader.limits.text', { missing: share(10000 - cut(report.coverage ?? 0)) })}</p>
          </Panel>
        </div>
      )}
    </>
  )
}

/** What was aimed at. It lives in the address, so that who gets the link sees the same. */
function Target({ target, onSet }: { target: number | null; onSet: (to: number | null) => void }) {
  const { t } = useText()
  const id = useId()
  return (
    <div className="row">
      <label htmlFor={id} className="label">{t('leader.target')}</label>
      <select id={id} className="input ds-input" value={target === null ? '' : String(target)} onChange={(event) => onSet(event.target.value === '' ? null : Number(event.target.value))}>
        <option value="">{t('leader.target.none')}</option>
        {[60, 65, 70, 75, 80, 85, 90, 95, ...(target !== null && target % 5 !== 0 ? [target] : [])].sort((a, b) => a - b).map((one) => <option key={one} value={one}>{t('leader.target.of', { score: one, grade: gradeOf(one * 100) })}</option>)}
      </select>
      <span className="small dim">{t('leader.target.note')}</span>
    </div>
  )
}

function Number_({ title, children, under, to }: { title: string; children: ReactNode; under: ReactNode; to: ReactNode }) {
  return (
    <div>
      <h2>{title}</h2>
      <p className="value">{children}</p>
      <div className="small dim">{under}</div>
      <p className="small">{to}</p>
    </div>
  )
}

function Three({ org, report }: { org: string; report: Report }) {
  const { t, score, number, signed } = useText()
  const [low, high] = report.interval_cp ?? [0, 0]
  const distance = report.target_cp === undefined || report.target_cp === null ? null : cut(report.score_cp ?? 0) - cut(report.target_cp)
  const first = report.trend?.[0]
  const moved = first && (report.trend?.length ?? 0) > 1 ? cut(report.score_cp ?? 0) - cut(first.score_cp) : null
  const serious = report.serious
  const suppliers = report.suppliers
  return (
    <section className="panel s12 three" aria-label={t('leader.numbers')}>
      <Number_
        title={t('score.title')}
        under={
          <>
            <p>{t('leader.interval', { low: score(low ?? 0), high: score(high ?? 0) })}{distance !== null && <> {t('leader.target.against', { by: signed(distance, 1) })}</>}</p>
            {moved !== null && <p className={moved > 0 ? 'up' : moved < 0 ? 'down' : ''}>{t('leader.moved', { moved: signed(moved, 1) })}</p>}
            {report.grade === 'U' && <p>{t('leader.unrated')}</p>}
          </>
        }
        to={serious && <Link to="/virksomhet/$org/poeng" params={{ org }}>{t('leader.score.why')}</Link>}
      >
        <Mark grade={report.grade ?? 'U'} size={40} /> <b>{score(report.score_cp ?? 0)}</b> <span>{t('score.of')}</span>
      </Number_>
      {serious ? (
        <Number_
          title={t('leader.late')}
          under={<p>{serious.open === 0 ? t('leader.late.none') : <>{t('leader.late.of', { count: serious.open })} {t('leader.late.oldest', { count: serious.oldest_days })}</>}</p>}
          to={<Link to="/virksomhet/$org/funn" params={{ org }} search={serious.overdue > 0 ? { severity: 'critical,high', overdue: true } : { severity: 'critical,high' }}>{t('leader.late.see')}</Link>}
        >
          <b className={serious.overdue > 0 ? 'down' : ''}>{number(serious.overdue)}</b>
        </Number_>
      ) : (
        <Number_ title={t('leader.late')} under={<p>{t('leader.hidden')}</p>} to={null}><b className="dim">–</b></Number_>
      )}
      {suppliers && suppliers.total > 0 ? (
        <Number_
          title={t('leader.suppliers')}
          under={
            <>
              <p>{t('leader.suppliers.level')} {suppliers.unrated > 0 && t('leader.suppliers.unrated', { count: number(suppliers.unrated) })}</p>
              {suppliers.items.slice(0, 3).filter((one) => one.score_cp !== null && one.score_cp < 7000).map((one) => <p key={one.name}>{one.name}: {score(one.score_cp ?? 0)} {one.grade}</p>)}
            </>
          }
          to={<Link to="/virksomhet/$org/leverandorer" params={{ org }}>{t('leader.suppliers.see')}</Link>}
        >
          <b className={suppliers.below > 0 ? 'down' : ''}>{number(suppliers.below)}</b> <span>{t('leader.suppliers.of', { count: number(suppliers.total) })}</span>
        </Number_>
      ) : (
        <Number_ title={t('leader.suppliers')} under={<p>{t('leader.suppliers.none')}</p>} to={null}><b className="dim">–</b></Number_>
      )}
    </section>
  )
}

/** Each is one sentence that can be adopted as it stands; what technicians call it is the small print. */
function Decisions({ org, report }: { org: string; report: Report }) {
  const { t, signed, work, date, score } = useText()
  const decisions = report.decisions
  const note = report.together && decisions && decisions.length > 0 && report.together.score_cp > (report.score_cp ?? 0) ? t('leader.decisions.note', { score: score(report.together.score_cp), grade: report.together.grade }) : undefined
  const capped = decisions?.some((one) => one.gain_cp === 0)
  return (
    <Panel className="s12" title={t('leader.decisions')} note={note} footer={decisions && decisions.length > 0 ? <><span>{t(capped ? 'leader.decisions.capped' : 'leader.decisions.order')}</span><Link className="end" to="/virksomhet/$org/poeng" params={{ org }}>{t('overview.what-if')}</Link></> : undefined}>
      {!decisions ? <Empty title={t('leader.hidden')} /> : decisions.length === 0 ? <Empty title={t('leader.decisions.none')} /> : (
        <ol className="decisions">
          {decisions.map((one, i) => {
            const only = one.findings === 1 ? one.finding_ids[0] : undefined
            const count = t('leader.decision.findings', { count: one.findings })
            return (
              <li key={one.key}>
                <span className="rank" aria-hidden="true">{i + 1}</span>
                <div>
                  <h3>{one.decision}</h3>
                  <p className="small dim">{t('leader.decision.technical')} {one.titles.slice(0, titlesShown).join('; ')}{one.titles.length > titlesShown && <> {t('leader.decision.more', { count: one.titles.length - titlesShown })}</>}</p>
                  <p className="small">{only ? <Link to="/virksomhet/$org/funn/$finding" params={{ org, finding: only }}>{count}</Link> : <Link to="/virksomhet/$org/funn" params={{ org }} search={{ check: one.checks.join(',') }}>{count}</Link>}</p>
                </div>
                <dl>
                  <dt>{t('table.gain')}</dt><dd className={one.gain_cp > 0 ? 'strong up number' : 'number'}>{one.gain_cp > 0 ? signed(one.gain_cp < 10 ? one.gain_cp : cut(one.gain_cp), one.gain_cp < 10 ? 2 : 1) : '–'}</dd>
                  <dt>{t('table.work')}</dt><dd className="number">{work(one.minutes)}</dd>
                  <dt>{t('leader.decision.who')}</dt><dd>{t(`leader.role.${one.role}`)}{one.carriers.map((name) => <span className="under" key={name}>{name}</span>)}</dd>
                  <dt>{t('table.due')}</dt><dd className={one.overdue ? 'late' : 'number'}>{one.due ? date(one.due) : '–'}{one.overdue && <> ⚑ {t('leader.overdue')}</>}</dd>
                </dl>
              </li>
            )
          })}
        </ol>
      )}
    </Panel>
  )
}

export type PeerGroup = { group: 'kostra' | 'population' | 'sector' | 'national'; key: string; suppressed: boolean; figures: { n: number; median_cp: number; p25_cp: number; p75_cp: number; percentile: number | null } | null }

function Peers({ org, report }: { org: string; report: Report }) {
  const { t, score, number, date } = useText()
  const groupName = useGroupName()
  const peers = useQuery({
    queryKey: ['peers', org],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/peers', { params: { path: { organisation: org } } })),
    retry: false,
  })
  const groups: PeerGroup[] = peers.data?.groups ?? []
  const own = report.score_cp ?? 0
  const shown = groups.find((one) => one.figures)
  const name = ({ group, key }: PeerGroup) => {
    if (group === 'national') return t('peer.national')
    if (group === 'kostra') return t('peer.kostra', { key: key.replace(/^EKG0?/, '') })
    if (group === 'population') return t('peer.population', { key: groupName(group, key) })
    const called = groupName(group, key)
    return called === key ? t('peer.sector', { key }) : called
  }
  const place = (percentile: number | null) => (percentile === null ? '–' : number(Math.floor(percentile / 100)))
  return (
    <Panel className="s6" title={t('leader.peers')}>
      {peers.isPending && <Bones />}
      {peers.error && <Failed problem={peers.error} />}
      {peers.data && (
        <WithTable
          plot={
            <div className="stack">
              <Bullet own={own} target={report.target_cp ?? null} groups={groups.map((one) => ({ key: one.group, label: name(one), figures: one.figures, hidden: t('leader.peers.hidden') }))} />
              <p className="small dim">{t('leader.bullet')} {report.target_cp ? t('leader.bullet.target') : ''} {shown ? t('leader.bullet.median') : ''}</p>
              {shown?.figures ? (
                <p className="read">{t(own > shown.figures.median_cp ? 'leader.peers.above' : own < shown.figures.median_cp ? 'leader.peers.below' : 'leader.peers.middle', { distance: number(Math.abs(cut(own) - cut(shown.figures.median_cp)) / 100, 1), group: name(shown), n: shown.figures.n, median: score(shown.figures.median_cp) })}</p>
              ) : (
                <p className="read">{groups.length === 0 ? t('leader.peers.no-groups') : t('leader.peers.none')}</p>
              )}
            </div>
          }
          table={
            <table className="t">
              <thead><tr><th>{t('leader.peers.group')}</th><th className="right">n</th><th className="right">{t('leader.peers.median')}</th><th className="right">{t('leader.peers.middle-half')}</th><th className="right">{t('leader.peers.lower')}</th></tr></thead>
              <tbody>
                {groups.map((one) => (
                  <tr key={one.group}>
                    <th scope="row">{name(one)}</th>
                    {one.figures
                      ? <><td className="right number">{one.figures.n}</td><td className="right number">{score(one.figures.median_cp)}</td><td className="right number">{score(one.figures.p25_cp)} – {score(one.figures.p75_cp)}</td><td className="right number">{place(one.figures.percentile)}</td></>
                      : <td colSpan={4} className="right dim">{t('leader.peers.hidden')}</td>}
                  </tr>
                ))}
              </tbody>
            </table>
          }
          file={<TableFile of="/api/v1/organisations/{organisation}/peers/table" blanks={{ organisation: org }} what={t('leader.peers')} />}
          note={<span>{shown?.figures ? t('leader.peers.note', { n: shown.figures.n, date: date(report.made) }) : t('leader.peers.note-none', { date: date(report.made) })}</span>}
        />
      )}
    </Panel>
  )
}

function Year({ org, report }: { org: string; report: Report }) {
  const { t, score, date, dateTime } = useText()
  const trend = report.trend ?? []
  return (
    <Panel className="s6" title={t('leader.year')}>
      {trend.length === 0 ? <Empty title={t('moved.no-history')} /> : (
        <WithTable
          plot={<Trend points={trend} target={report.target_cp ?? null} until={report.made} />}
          table={
            <table className="t">
              <thead><tr><th>{t('leader.time')}</th><th className="right">{t('score.title')}</th><th>{t('score.grade')}</th><th className="right">{t('score.interval')}</th><th>{t('score.method')}</th></tr></thead>
              <tbody>
                {[...trend].reverse().map((point) => <tr key={point.time}><td className="number">{dateTime(point.time)}</td><td className="right number">{score(point.score_cp)}</td><td><Mark grade={gradeOf(point.score_cp)} /></td><td className="right number">{score(point.interval_cp[0] ?? 0)} – {score(point.interval_cp[1] ?? 0)}</td><td>{point.method}</td></tr>)}
              </tbody>
            </table>
          }
          file={<TableFile of="/api/v1/organisations/{organisation}/score/history/table" blanks={{ organisation: org }} what={t('leader.year')} />}
          note={<><span>{t('leader.year.note', { n: trend.length, from: date(trend[0]!.time), to: date(report.made) })}</span><Link to="/virksomhet/$org" params={{ org }}>{t('leader.year.see')}</Link></>}
        />
      )}
    </Panel>
  )
}

const mostAccepted = 12

/** The last day of a period that is told by the first second after it. */
const lastDay = (until: string) => new Date(new Date(until).getTime() - 1000).toISOString()

/** What was accepted, by whom and until when; what ended lately too, since somebody has to decide anew. */
function Accepted({ org, report }: { org: string; report: Report }) {
  const { t, language, date, number } = useText()
  const [all, setAll] = useState(false)
  const list = useQuery({
    queryKey: ['acceptances', org, language],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/acceptances', { params: { path: { organisation: org }, query: { lang: language } } })),
    enabled: report.findings_seen,
    retry: false,
  })
  if (!report.findings_seen) return null
  const now = new Date()
  const items = list.data?.items ?? []
  const standing = items.filter((one) => one.standing === 'in_effect')
  const rows = [...standing, ...items.filter((one) => one.standing === 'ended')]
  const shown = all ? rows : rows.slice(0, mostAccepted)
  const soon = standing.filter((one) => daysBetween(now, lastDay(one.until)) <= 30).length
  return (
    <Panel
      className="s12"
      title={t('leader.accepted')}
      note={soon > 0 ? t('leader.accepted.soon', { count: soon }) : t('leader.accepted.note')}
      end={rows.length > 0 && <TableFile of="/api/v1/organisations/{organisation}/acceptances/table" blanks={{ organisation: org }} what={t('leader.accepted')} />}
      footer={rows.length > 0 ? <><Link to="/virksomhet/$org/funn" params={{ org }} search={{ state: 'accepted,compensated' }}>{t('leader.accepted.see')}</Link>{rows.length > shown.length && <button type="button" className="toggle end" onClick={() => setAll(true)}>{t('leader.accepted.all', { count: number(rows.length) })}</button>}</> : undefined}
    >
      {list.isPending && <Bones />}
      {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
      {list.data && rows.length === 0 && <Empty title={t('leader.accepted.none')} />}
      {rows.length > 0 && (
        <div className="scroll">
          <table className="t">
            <thead><tr><th>{t('leader.accepted.what')}</th><th className="wide">{t('table.severity')}</th><th className="wide">{t('treat.owner')}</th><th className="wide">{t('leader.accepted.why')}</th><th className="right">{t('leader.accepted.until')}</th></tr></thead>
            <tbody>
              {shown.map((one) => {
                const left = daysBetween(now, lastDay(one.until))
                return (
                  <tr key={one.id}>
                    <th scope="row">
                      <Link to="/virksomhet/$org/funn/$finding" params={{ org, finding: one.finding }}>{one.title}</Link>
                      {one.kind === 'compensation' && <> <span className="tag">{t('finding-state.compensated')}</span></>}
                      {one.standing === 'ended' && <> <span className="tag warn">{t('leader.accepted.ended')}</span></>}
                      <span className="under">{one.asset}</span>
                      {one.owner && <span className="under phone">{one.owner}</span>}
                    </th>
                    <td className="wide"><Severity of={one.severity} /></td>
                    <td className="wide">{one.owner ?? one.created_by?.name ?? '–'}</td>
                    <td className="wide reason">{one.reason}</td>
                    <td className="right number">{date(lastDay(one.until))}{one.standing === 'in_effect' && left <= 30 && <span className="under late">{t('leader.accepted.left', { count: Math.max(0, left) })}</span>}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

function Changes({ org, report }: { org: string; report: Report }) {
  const { t, number, date } = useText()
  const changes = report.changes
  if (!changes) return null
  return (
    <Panel className="s6" title={t('leader.changes', { date: date(changes.since) })}>
      <dl className="facts flat">
        <dt>{t('leader.changes.closed')}</dt><dd><Link to="/virksomhet/$org/funn" params={{ org }} search={{ state: 'fixed' }}>{number(changes.closed)}</Link></dd>
        <dt>{t('leader.changes.opened')}</dt><dd><Link to="/virksomhet/$org/funn" params={{ org }} search={{ sort: 'newest' }}>{number(changes.opened)}</Link></dd>
        <dt>{t('leader.changes.accepted')}</dt><dd><Link to="/virksomhet/$org/funn" params={{ org }} search={{ state: 'accepted' }}>{number(changes.accepted)}</Link></dd>
      </dl>
    </Panel>
  )
}

/** The report as a file: how long, in which language, and what to print at the foot. */
function Take({ org, report, target }: { org: string; report: Report; target: number | null }) {
  const { t, language } = useText()
  const [pages, setPages] = useState<1 | 5>(1)
  const [in_, setIn] = useState(language)
  const [exemption, setExemption] = useState('')
  const id = useId()
  return (
    <Panel className="s4" title={t('leader.take')} note={t('leader.take.note')}>
      <div className="choices" role="group" aria-label={t('leader.take.pages')}>
        {([1, 5] as const).map((one) => <button key={one} type="button" aria-pressed={pages === one} disabled={one === 5 && !report.findings_seen} onClick={() => setPages(one)}>{t(`leader.take.pages.${one}`)}</button>)}
      </div>
      {!report.findings_seen && <p className="small dim">{t('leader.take.one-only')}</p>}
      <div className="choices" role="group" aria-label={t('leader.take.language')}>
        {(['nb', 'nn', 'en'] as const).map((one) => <button key={one} type="button" lang={one} aria-pressed={in_ === one} onClick={() => setIn(one)}>{t(`language.${one}`)}</button>)}
      </div>
      <details>
        <summary>{t('leader.take.more')}</summary>
        <div className="field">
          <label htmlFor={id}>{t('leader.take.exemption')}</label>
          <span className="hint" id={`${id}-hint`}>{t('leader.take.exemption.hint')}</span>
          <input id={id} className="input ds-input" maxLength={200} value={exemption} aria-describedby={`${id}-hint`} onChange={(event) => setExemption(event.target.value)} />
        </div>
      </details>
      <Taken org={org} query={{ pages, lang: in_, ...(target === null ? {} : { target_cp: target * 100 }), ...(exemption.trim() ? { exemption: exemption.trim() } : {}) }} />
      <p className="small"><Link to="/varsler/rapporter" search={{ virksomhet: org }}>{t('leader.take.again')}</Link></p>
    </Panel>
  )
}
