// How do you know, and how do I fix it? Evidence, remedy, measuring again at once, what was decided, and the talk.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { api, must, onceKey, type FindingDetail, type Job, type Schemas } from '~/app/api'
import { useEvents } from '~/app/events'
import { useText } from '~/app/language'
import { mayAt, useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Failed, HostName, Mark, PageHead, Panel, Severity, TextArea } from '~/parts/basic'
import { PersonDialog, type Person } from '~/parts/person'
import { findingQuery, useJobs } from '../common'
import { DayField, lastDay } from '../day'
import { Due } from '../findings/due'
import { TreatDialog, type TreatmentKind } from '../findings/treat'
import { AnswerForm } from './answer'
import { answersIt, waits } from './answers'
import { Evidence } from './evidence'

// Comes after the first paint: how it is fixed is read after what it is.
// When it cannot be fetched, the page stands without it.
const Fixes = lazy(() => import('~/parts/fixes').then((part) => ({ default: part.Fixes }), () => ({ default: () => null })))
/** A recheck that has ended is shown so long, to who comes back to the page. */
const remembered = 60 * 60_000

export function FindingPage() {
  const { org = '', finding: id = '' } = useParams({ strict: false })
  const { t, language, dateTime } = useText()
  const me = useMe()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [treating, setTreating] = useState<TreatmentKind | null>(null)
  const [asking, setJob] = useState<string | null>(null)
  const jobs = useJobs(org)
  const path = { organisation: org, finding: id }

  const asked = useQuery(findingQuery(org, id, language))
  const renew = async () => {
    await queries.invalidateQueries({ queryKey: ['findings'] })
    await queries.invalidateQueries({ queryKey: ['score', org] })
  }
  useEvents(org, (event) => {
    const about = event.data as { finding?: string; id?: string; job?: string }
    if (event.kind === 'job-changed') {
      void queries.invalidateQueries({ queryKey: ['job'] })
      void queries.invalidateQueries({ queryKey: ['jobs', org] })
    }
    if (about.finding === id || event.kind === 'measured') void queries.invalidateQueries({ queryKey: ['findings', org, 'one', id] })
  })
  const recheck = useMutation({
    mutationFn: () => must(api.POST('/api/v1/organisations/{organisation}/findings/{finding}/recheck', { params: { path, header: { 'Idempotency-Key': onceKey() } } })),
    onSuccess: (made) => setJob(made.id),
    onError: toasts.fail,
  })
  const treat = useMutation({
    mutationFn: (treatment: Schemas['NewTreatment']) => must(api.POST('/api/v1/organisations/{organisation}/findings/{finding}/treatments', { params: { path, header: { 'Idempotency-Key': onceKey() } }, body: treatment })),
    onSuccess: async (outcome) => {
      setTreating(null)
      toasts.say(t(`treat.${outcome.treatment.kind}.done`), () => withdraw.mutate(outcome.treatment.id))
      await renew()
    },
    onError: toasts.fail,
  })
  const withdraw = useMutation({
    mutationFn: (treatment: string) => must(api.DELETE('/api/v1/organisations/{organisation}/findings/{finding}/treatments/{treatment}', { params: { path: { ...path, treatment } } })),
    onSuccess: renew,
    onError: toasts.fail,
  })

  // Who left the page and comes back finds the recheck again, under way or just done.
  const own = jobs.data?.items.find((one) => one.finding === id && (!one.finished || Date.now() - new Date(one.finished).getTime() < remembered))
  const job = asking ?? own?.id ?? null
  const active = own !== undefined && own.finished === null

  if (asked.isPending) return <Bones />
  if (asked.error) return <Failed problem={asked.error} again={() => void asked.refetch()} />
  const finding = asked.data
  const acts = mayAt(me, 'follow_up', org)
  const fixed = finding.state === 'fixed'
  return (
    <>
      <nav aria-label={t('finding.path')}>
        <ol className="crumbs">
          <li><Link to="/virksomhet/$org" params={{ org }}>{finding.organisation_name}</Link></li>
          <li><Link to="/virksomhet/$org/funn" params={{ org }} search={{}}>{t('menu.findings')}</Link></li>
          <li><Link to="/virksomhet/$org/funn" params={{ org }} search={{ area: finding.area }}>{areaWords(t, finding.area)}</Link></li>
        </ol>
      </nav>
      <PageHead
        help="fix"
        title={t('finding.title', { what: (finding.reason_text || finding.title).replace(/\.$/, ''), asset: finding.asset })}
        meta={
          <>
            <Severity of={finding.severity} />
            {finding.state !== 'open' && <span className="tag">{t(`finding-state.${finding.state}`)}</span>}
            {!fixed && <Due finding={finding} />}
            <span>{finding.title}</span>
            <Link className="mono" to="/metode/$check" params={{ check: finding.check }}>{finding.check}</Link>
            <span>{t('finding.since', { first: dateTime(finding.first_seen), last: dateTime(finding.last_seen) })}</span>
          </>
        }
        acts={
          <>
            {mayAt(me, 'recheck', org) && <Button variant="primary" disabled={recheck.isPending || active} onClick={() => recheck.mutate()}>{t('finding.recheck')}</Button>}
            {acts && !fixed && <Button onClick={() => setTreating('dispute')}>{t('finding.dispute')}</Button>}
            {acts && !fixed && <Button onClick={() => setTreating('acceptance')}>{t('finding.accept')}</Button>}
            {acts && !fixed && <Button variant="tertiary" onClick={() => setTreating('compensation')}>{t('finding.compensate')}</Button>}
          </>
        }
      />
      <div className="grid">
        <div className="s8 stack">
          <Panel title={t('finding.what')} note={<HostName of={finding.asset} />}>
            <p className="read strong">{(fixed && finding.verdict?.reason_text) || finding.reason_text || finding.title}</p>
            <p className="read dim">{t('finding.confidence', { confidence: t(`proof.${finding.confidence}`) })}</p>
            <br />
            <Evidence items={finding.evidence_now} area={finding.area} hidden={(finding.verdict?.evidence.length ?? 0) > 0} />
            {finding.evidence_before.length > 0 && <details><summary>{t('finding.before')}</summary><Evidence items={finding.evidence_before} area={finding.area} hidden={false} /></details>}
          </Panel>
          <Panel title={t('finding.fix')} footer={<Link to="/virksomhet/$org/funn" params={{ org }} search={{ check: finding.check }}>{t('finding.same')}</Link>}>
            <p className="read">{finding.texts.remedy}</p>
            <Suspense fallback={null}><Fixes check={finding.check} asset={finding.asset} /></Suspense>
            <br />
            <h3>{t('finding.why')}</h3>
            <p className="read">{finding.texts.why}</p>
            {finding.texts.references.length > 0 && <p className="small dim"><br />{t('finding.references')} {finding.texts.references.map((one, i) => <span key={one}>{i > 0 && ', '}<Reference name={one} /></span>)}</p>}
          </Panel>
          <Panel title={t('finding.timeline')} note={t('finding.timeline.note', { count: finding.verdicts.length })}>
            <Timeline finding={finding} />
          </Panel>
          <Comments finding={finding} path={path} onSaid={renew} may={acts} />
        </div>
        <div className="s4 stack melt">
          {job && <Recheck key={job} id={job} finding={id} onDone={renew} />}
          <Meaning org={org} finding={finding} />
          <Work finding={finding} path={path} acts={acts} />
          {finding.treatments.length > 0 && <Treatments finding={finding} path={path} onWithdraw={(one) => withdraw.mutate(one)} onChange={renew} />}
        </div>
      </div>
      <TreatDialog kind={treating} count={1} owner={me?.name ?? ''} busy={treat.isPending} onClose={() => setTreating(null)} onSend={(treatment) => treat.mutate(treatment)} />
    </>
  )
}

const areaNames = ['dns', 'email', 'tls', 'cert', 'http']
function areaWords(t: (key: string) => string, area: string): string {
  return areaNames.includes(area) ? t(`area.${area}`) : area
}

function Reference({ name }: { name: string }) {
  const rfc = /^RFC ?(\d+)/.exec(name)
  return rfc ? <a href={`https://www.rfc-editor.org/rfc/rfc${rfc[1]}`} rel="noreferrer">RFC {rfc[1]}</a> : <>{name}</>
}

/** A recheck as it goes: the steps while it runs, before and after when it is done. */
function Recheck({ id, finding, onDone }: { id: string; finding: string; onDone: () => Promise<void> }) {
  const { t, score, signed, dateTime } = useText()
  const job = useQuery({
    queryKey: ['job', id],
    queryFn: () => must(api.GET('/api/v1/jobs/{job}', { params: { path: { job: id } } })),
    refetchInterval: (query) => (query.state.data && (query.state.data.state === 'done' || query.state.data.state === 'failed') ? false : 3_000),
  })
  const state = job.data?.state
  const ended = state === 'done' || state === 'failed'
  const going = useRef(false)
  if (state && !ended) going.current = true
  // What ended before the page was opened is in the finding already.
  useEffect(() => { if (ended && going.current) void onDone() }, [ended]) // eslint-disable-line
  const progress = job.data?.progress
  const own = job.data?.result?.findings.find((one) => one.finding === finding)
  const result = job.data?.result
  const steps: { words: string; at: 'done' | 'now' | 'wait' }[] = [
    { words: t('recheck.queued'), at: !state || state === 'queued' ? 'now' : 'done' },
    { words: t('recheck.running'), at: ended ? 'done' : state === 'running' ? 'now' : 'wait' },
    { words: t('recheck.judged'), at: ended ? 'done' : 'wait' },
  ]
  return (
    <Panel className="before" title={ended ? t('recheck.done') : t('recheck.title')} note={ended && job.data?.finished ? dateTime(job.data.finished) : undefined}>
      <div aria-live="polite">
        <ol className="steps">
          {steps.map((step) => <li key={step.words} className={step.at === 'wait' ? 'wait' : ''}><span className={`dot ${step.at}`} aria-hidden="true">{step.at === 'done' ? '✓' : ''}</span><span>{step.words}</span></li>)}
        </ol>
        {job.error && <Failed problem={job.error} />}
        {state === 'failed' && <div className="alert bad"><p>{job.data?.error ?? t('recheck.failed')}</p></div>}
        {result && (
          <dl className="facts">
            <dt>{t('recheck.before')}</dt><dd>{outcomeWords(t, own?.before ?? null)}</dd>
            <dt>{t('recheck.after')}</dt><dd className="strong">{outcomeWords(t, own?.after ?? null)}{own?.change === 'closed' && <span className="up"> – {t('recheck.closed')}</span>}</dd>
            <dt>{t('score.title')}</dt>
            <dd>{result.score_before_cp !== null && <>{score(result.score_before_cp)} → </>}{score(result.score_after_cp)} <Mark grade={result.grade_after} /> {result.score_before_cp !== null && result.score_before_cp !== result.score_after_cp && <span className={result.score_after_cp > result.score_before_cp ? 'up' : 'down'}>{signed(result.score_after_cp - result.score_before_cp)}</span>}</dd>
          </dl>
        )}
        {!ended && progress && progress.hosts > 0 && <p><br /><progress max={progress.hosts} value={progress.hosts_done} aria-label={t('job.label')} /></p>}
        {!ended && <p className="small dim"><br />{t('job.leave')}</p>}
      </div>
    </Panel>
  )
}

function outcomeWords(t: (key: string) => string, verdict: NonNullable<Job['result']>['findings'][number]['before']): string {
  return verdict ? t(`outcome.${verdict.outcome}`) : '–'
}

function Meaning({ org, finding }: { org: string; finding: FindingDetail }) {
  const { t, signed, work } = useText()
  return (
    <Panel title={t('finding.meaning')} footer={<Link to="/virksomhet/$org/poeng" params={{ org }}>{t('finding.how-counted')}</Link>}>
      <dl className="facts">
        <dt>{t('finding.takes')}</dt><dd>{finding.line_cp === null ? '–' : signed(-finding.line_cp)}</dd>
        <dt>{t('finding.gives')}</dt><dd className="strong up">{finding.gain_cp === null ? '–' : signed(finding.gain_cp)}</dd>
        <dt>{t('table.work')}</dt><dd>{work(finding.minutes)}</dd>
        <dt>{t('finding.proof')}</dt><dd>{t(`proof.${finding.confidence}`)}</dd>
      </dl>
    </Panel>
  )
}

function Work({ finding, path, acts }: { finding: FindingDetail; path: { organisation: string; finding: string }; acts: boolean }) {
  const { t, date, dateTime, language } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [due, setDue] = useState(finding.due)
  const [giving, setGiving] = useState(false)
  const own = ['findings', path.organisation, 'one', path.finding, language]
  const set = useMutation({
    mutationFn: ({ work }: { work: Schemas['FindingWork']; shown: Partial<FindingDetail>; back: (() => void) | null }) => must(api.PATCH('/api/v1/organisations/{organisation}/findings/{finding}', { params: { path }, body: work })),
    // Shown at once, and put back when it is refused.
    onMutate: async ({ shown }) => {
      setGiving(false)
      await queries.cancelQueries({ queryKey: own })
      const before = queries.getQueryData<FindingDetail>(own)
      queries.setQueryData<FindingDetail>(own, (now) => now && { ...now, ...shown })
      return before
    },
    onSuccess: async (_, { back }) => {
      toasts.say(t('finding.saved'), back ?? undefined)
      await queries.invalidateQueries({ queryKey: ['findings'] })
    },
    onError: (problem, _, before) => {
      queries.setQueryData(own, before)
      toasts.fail(problem)
    },
  })
  const give = (person: Person | null, undo: boolean) => {
    const before = finding.assignee
    set.mutate({ work: { assignee: person?.id ?? null }, shown: { assignee: person }, back: undo ? () => give(before, false) : null })
  }
  const setUntil = (to: string, undo: boolean) => {
    const before = finding.due
    setDue(to)
    set.mutate({ work: { due: to }, shown: { due: to, due_set_by: 'person' }, back: undo ? () => setUntil(before, false) : null })
  }
  return (
    <Panel title={t('finding.work')}>
      <dl className="facts">
        <dt>{t('table.assignee')}</dt>
        <dd>{finding.assignee?.name ?? t('findings.nobody')} {acts && <button type="button" className="toggle" onClick={() => setGiving(true)}>{t('finding.give')}</button>}</dd>
        <dt>{t('table.due')}</dt><dd className={finding.overdue ? 'late' : ''}>{date(finding.due)} <span className="dim small">{t(`due.${finding.due_set_by}`)}</span></dd>
        <dt>{t('table.first-seen')}</dt><dd>{dateTime(finding.first_seen)}</dd>
        <dt>{t('table.last-seen')}</dt><dd>{dateTime(finding.last_seen)}</dd>
        {finding.reopened > 0 && <><dt>{t('finding.reopened')}</dt><dd>{finding.reopened}</dd></>}
        {finding.closed && <><dt>{t('finding-state.fixed')}</dt><dd>{dateTime(finding.closed)}</dd></>}
      </dl>
      {acts && finding.state !== 'fixed' && (
        <form className="row spaced" onSubmit={(event) => { event.preventDefault(); setUntil(due, true) }}>
          <DayField hidden label={t('finding.new-due')} value={due} onDay={setDue} required />
          <Button tight type="submit" disabled={set.isPending || due === finding.due}>{t('finding.set-due')}</Button>
        </form>
      )}
      <PersonDialog open={giving} organisation={path.organisation} onClose={() => setGiving(false)} onChoose={(person) => give(person, true)} />
    </Panel>
  )
}

function Treatments({ finding, path, onWithdraw, onChange }: { finding: FindingDetail; path: { organisation: string; finding: string }; onWithdraw: (id: string) => void; onChange: () => Promise<void> }) {
  const { t, date, dateTime } = useText()
  const me = useMe()
  return (
    <Panel title={t('finding.treatments')}>
      <ul className="list">
        {finding.treatments.map((one) => {
          return (
            <li key={one.id}>
              <p><span className="strong">{t(`treat.${one.kind}.name`)}</span> <span className={`tag ${one.standing === 'overdue' ? 'warn' : ''}`}>{t(`standing.${one.standing}`)}</span></p>
              <p className="read">{one.reason}</p>
              {one.evidence && <pre tabIndex={0}>{one.evidence}</pre>}
              <p className="small dim">
                {one.created_by.name}, {dateTime(one.created)}
                {one.owner && <> · {t('treat.owner')}: {one.owner}</>}
                {one.until && <> · {t('treat.until')}: {date(lastDay(one.until))}</>}
                {waits(one) && one.answer_due && <> · {t('treat.answer-due', { time: dateTime(one.answer_due) })}</>}
              </p>
              {one.decision_reason && <p>{t(`decision.${one.decision}`)} {one.decided_by?.name}: {one.decision_reason}</p>}
              {answersIt(me, path.organisation, one) && <AnswerForm organisation={path.organisation} one={one} onDone={onChange} />}
              {(waits(one) || one.standing === 'in_effect') && mayAt(me, 'follow_up', path.organisation) && <button type="button" className="toggle" onClick={() => onWithdraw(one.id)}>{t('treat.withdraw')}</button>}
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

function Timeline({ finding }: { finding: FindingDetail }) {
  const { t, dateTime } = useText()
  return (
    <ol className="timeline">
      {[...finding.timeline].reverse().map((item, i) => (
        <li key={`${item.time}-${i}`}>
          <span className="strong">{t(`timeline.${item.kind}`)}</span> <span className="dim small number">{dateTime(item.time)}{item.by && item.by.id !== 'system' ? ` · ${item.by.name}` : ''}</span>
          {item.text && <p className="read">{item.text}</p>}
        </li>
      ))}
    </ol>
  )
}

function Comments({ finding, path, onSaid, may: mayWrite }: { finding: FindingDetail; path: { organisation: string; finding: string }; onSaid: () => Promise<void>; may: boolean }) {
  const { t, dateTime } = useText()
  const toasts = useToasts()
  const [text, setText] = useState('')
  const say = useMutation({
    mutationFn: (words: string) => must(api.POST('/api/v1/organisations/{organisation}/findings/{finding}/comments', { params: { path, header: { 'Idempotency-Key': onceKey() } }, body: { text: words } })),
    // It stands there at once; what was refused comes back into the field.
    onMutate: () => setText(''),
    onSuccess: onSaid,
    onError: (problem, words) => {
      setText(words)
      toasts.fail(problem)
    },
  })
  if (!mayWrite && finding.comments.length === 0) return null
  return (
    <Panel title={t('finding.comments')}>
      {(finding.comments.length > 0 || say.isPending) && (
        <ul className="list">
          {finding.comments.map((one) => <li key={one.id}><span className="strong">{one.by.name}</span> <span className="dim small number">{dateTime(one.time)}</span><p className="read">{one.text}</p></li>)}
          {say.isPending && <li className="dim"><p className="read">{say.variables}</p></li>}
        </ul>
      )}
      {mayWrite && (
        <form onSubmit={(event) => { event.preventDefault(); say.mutate(text.trim()) }}>
          <TextArea label={t('finding.comment.new')} maxLength={4000} required value={text} onChange={(event) => setText(event.target.value)} />
          <Button type="submit" disabled={!text.trim() || say.isPending}>{t('finding.comment.add')}</Button>
        </form>
      )}
    </Panel>
  )
}
