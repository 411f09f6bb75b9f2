// What waits for an answer, and from whom? Compensations for a second person, disputes for the platform, targets for an
// administrator, values and hosts of the footprint; what I may answer is answered here, what I asked for waits for another.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, may, must } from '~/app/api'
import { useText } from '~/app/language'
import { lastOrganisation, mayAt, seesFindings, useMe } from '~/app/session'
import { daysBetween } from '~/format/format'
import { Bones, Button, Empty, Failed, HostName, PageHead, Panel } from '~/parts/basic'
import { useOrganisation } from '../common'
import { lastDay } from '../day'
import { AnswerForm } from '../finding/answer'
import { answersIt } from '../finding/answers'
import { assetsQuery, asksOfUs } from '../footprint/assets'
import { Node } from '../footprint/node'
import { AllWaitingTargets } from '../footprint/targets'
import { allWaitingQuery } from '../footprint/waiting'
import { mine, waitingQuery, type Waiting as WaitingOne } from './data'
import './waiting.css'

export function Waiting() {
  const { t, language, number } = useText()
  const me = useMe()
  const compensations = useQuery(waitingQuery('compensation', language))
  const disputes = useQuery(waitingQuery('dispute', language))
  const targets = useQuery({ ...allWaitingQuery, enabled: may(me, 'manage_register') })
  const forMe = mine(me, compensations.data?.items).length + mine(me, disputes.data?.items).length + (targets.data?.items.length ?? 0)
  const org = me?.organisation ?? lastOrganisation() ?? ''
  return (
    <>
      <PageHead help="dispute" title={t('waiting.title')} meta={compensations.data && disputes.data && <span>{forMe > 0 ? t('waiting.for-me', { count: forMe, shown: number(forMe) }) : t('waiting.nothing')}</span>} />
      <div className="grid">
        <div className="s8 stack">
          <Treatments title={t('waiting.compensations')} note={t('waiting.compensations.note')} none={t('waiting.compensations.none')} of={compensations} />
          <Treatments title={t('waiting.disputes')} note={t('waiting.disputes.note')} none={t('waiting.disputes.none')} of={disputes} />
          {may(me, 'manage_register') && <AllWaitingTargets />}
          {org && seesFindings(me, org) && <Assets key={org} org={org} />}
        </div>
        <div className="s4 stack"><Promises /></div>
      </div>
    </>
  )
}

function Treatments({ title, note, none, of }: { title: string; note: string; none: string; of: { data: { items: WaitingOne[]; next: string | null } | undefined; isPending: boolean; error: unknown; refetch: () => unknown } }) {
  const { t } = useText()
  const me = useMe()
  // What the reader may answer first; the service has them oldest first.
  const items = [...(of.data?.items ?? [])].sort((a, b) => Number(answersIt(me, b.organisation, b.treatment)) - Number(answersIt(me, a.organisation, a.treatment)))
  return (
    <Panel title={title} note={note}>
      {of.isPending && <Bones />}
      {of.error !== null && <Failed problem={of.error} again={() => void of.refetch()} />}
      {of.data && items.length === 0 && <Empty title={none} />}
      <ul className="list">{items.map((one) => <Item key={one.treatment.id} one={one} />)}</ul>
      {of.data?.next && <p className="small dim">{t('waiting.more')}</p>}
    </Panel>
  )
}

function Item({ one: { organisation, organisation_name: name, title, treatment } }: { one: WaitingOne }) {
  const { t, date, dateTime } = useText()
  const me = useMe()
  const [answering, setAnswering] = useState(false)
  const answers = answersIt(me, organisation, treatment)
  const own = treatment.created_by.id === me?.id
  const asset = treatment.finding.slice(treatment.finding.indexOf('@') + 1)
  return (
    <li>
      <div className="row waiting-head">
        <div>
          <Link className="strong" to="/virksomhet/$org/funn/$finding" params={{ org: organisation, finding: treatment.finding }}>{t('waiting.not-met', { title })}</Link>
          <span className="under">{name} · <span className="mono"><HostName of={asset} /></span></span>
        </div>
        {answers
          ? <Button tight variant={answering ? 'tertiary' : 'secondary'} aria-expanded={answering} onClick={() => setAnswering(!answering)}>{t('waiting.answer')}<span className="unseen"> {title}, {asset}</span></Button>
          : <span className="tag">{own ? t('waiting.own') : t('waiting.other')}</span>}
      </div>
      <p className="read">{treatment.reason}</p>
      {treatment.evidence && <details><summary className="small">{t('treat.evidence')}</summary><pre tabIndex={0}>{treatment.evidence}</pre></details>}
      <p className="small dim">
        {treatment.created_by.name}, {dateTime(treatment.created)}
        {treatment.until && <> · {t('treat.until')} {date(lastDay(treatment.until))}</>}
        {treatment.answer_due && <> · <Clock due={treatment.answer_due} late={treatment.standing === 'overdue'} /></>}
      </p>
      {answering && answers && <AnswerForm organisation={organisation} one={treatment} />}
    </li>
  )
}

/** The clock of a dispute: five working days, then the finding counts no more until it is answered. */
function Clock({ due, late }: { due: string; late: boolean }) {
  const { t, dateTime } = useText()
  const days = daysBetween(new Date(), due)
  return <span className={late ? 'late' : ''}>{t('treat.answer-due', { time: dateTime(due) })} ({late ? t('finding.days-over', { count: Math.max(1, -days) }) : t('finding.days-left', { count: Math.max(0, days) })})</span>
}

function Assets({ org }: { org: string }) {
  const { t } = useText()
  const me = useMe()
  const organisation = useOrganisation(org)
  const list = useQuery(assetsQuery(org))
  const items = (list.data ?? []).filter(asksOfUs)
  const shown = items.slice(0, 30)
  return (
    <Panel title={t('waiting.footprint', { name: organisation.data?.name ?? '…' })} note={t('waiting.footprint.note')} footer={<Link to="/virksomhet/$org/fotavtrykk" params={{ org }}>{t('waiting.footprint.all')}</Link>}>
      {list.isPending && <Bones />}
      {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
      {list.data && items.length === 0 && <Empty title={t('waiting.footprint.none')} />}
      <ul className="tree">
        {shown.map((one) => <li key={one.id}><Node org={org} asset={one} manages={mayAt(me, 'manage_footprint', org)} name={one.kind === 'domain' ? one.domain : `${one.host}:${one.port}`} /></li>)}
      </ul>
      {items.length > shown.length && <p className="small dim">{t('table.and-more', { count: items.length - shown.length })}</p>}
    </Panel>
  )
}

/** How the platform keeps its own promises; anybody may know. */
function Promises() {
  const { t, number, date } = useText()
  const kept = useQuery({ queryKey: ['promises'], queryFn: () => must(api.GET('/api/v1/promises')), staleTime: 600_000, retry: false })
  if (!kept.data) return null
  const { median_recheck_seconds: median, ...of } = kept.data
  return (
    <Panel title={t('promises.title')} note={t('promises.since', { date: date(of.since) })}>
      <dl className="facts flat">
        <dt>{t('promises.disputes')}</dt><dd>{number(of.disputes)}</dd>
        <dt>{t('promises.upheld')}</dt><dd>{number(of.upheld)}</dd>
        <dt>{t('promises.rejected')}</dt><dd>{number(of.rejected)}</dd>
        <dt>{t('promises.waiting')}</dt><dd>{number(of.waiting)}</dd>
        <dt>{t('promises.late')}</dt><dd className={of.late > 0 ? 'late' : ''}>{number(of.late)}</dd>
        <dt>{t('promises.recheck')}</dt><dd>{median === null ? t('promises.few') : t('promises.seconds', { count: median })}</dd>
      </dl>
    </Panel>
  )
}
