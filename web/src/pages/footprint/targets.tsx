// Domains and hosts that are not measured yet, since it is not sure whose they are: what waits, and what to do next. For
// the organisation itself, and for the administrator who answers for all.
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must, onceKey, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { mayAt, useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Empty, Failed, Panel, TextArea } from '~/parts/basic'
import { allWaitingQuery } from './waiting'

type Target = Schemas['Target']
type Named = Pick<Target, 'kind' | 'name' | 'shown'>

export const targetsQuery = (org: string) => queryOptions({
  queryKey: ['targets', org],
  queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/targets', { params: { path: { organisation: org } } })),
})

function useRenew(org: string): () => Promise<unknown> {
  const queries = useQueryClient()
  return () => Promise.all([['targets', org], ['waiting', 'targets'], ['assets', org], ['jobs', org]].map((queryKey) => queries.invalidateQueries({ queryKey })))
}

export function WaitingTargets({ org, items, manages }: { org: string; items: Target[]; manages: boolean }) {
  const { t } = useText()
  if (items.length === 0) return null
  return (
    <Panel title={t('targets.waiting.title')} note={t('targets.waiting.note')}>
      <p className="read">{t('targets.waiting.lead')}</p>
      <ul className="list">{items.map((one) => <li key={`${one.kind} ${one.name}`}><WaitingTarget org={org} one={one} manages={manages} /></li>)}</ul>
    </Panel>
  )
}

function WaitingTarget({ org, one, manages }: { org: string; one: Target; manages: boolean }) {
  const { t, dateTime } = useText()
  const me = useMe()
  const toasts = useToasts()
  const renew = useRenew(org)
  const answers = one.state === 'waiting' && mayAt(me, 'manage_register', org)
  const withdraw = useMutation({
    mutationFn: () => must(api.DELETE('/api/v1/organisations/{organisation}/targets/{kind}/{name}', { params: { path: { organisation: org, kind: one.kind, name: one.name }, query: { reason: t('targets.withdraw.reason') } } })),
    onSuccess: async () => {
      toasts.say(t('targets.withdrawn', { name: one.shown }))
      await renew()
    },
    onError: toasts.fail,
  })
  return (
    <>
      <div className="row">
        <div>
          <span className="strong mono">{one.shown}</span> <span className={one.state === 'refused' ? 'tag warn' : 'tag'}>{t(`targets.state.${one.state}`)}</span>
          <span className="under">{one.state === 'refused' ? t('targets.refused', { time: one.answered ? dateTime(one.answered) : '–', answer: one.answer ?? '–' }) : t('targets.asked', { time: dateTime(one.added) })}</span>
        </div>
        {manages && <Button tight variant="tertiary" className="end" disabled={withdraw.isPending} onClick={() => withdraw.mutate()}>{t('targets.withdraw')}<span className="unseen"> {one.shown}</span></Button>}
      </div>
      <p className="small dim">{one.state === 'refused' ? t('targets.next.refused') : t(one.kind === 'host' ? 'targets.next.host' : 'targets.next.domain', { panel: t('ownership.title') })}</p>
      {answers && <TargetAnswer org={org} one={one} />}
    </>
  )
}

/** The administrator's word, with a reason that the organisation reads. */
function TargetAnswer({ org, one }: { org: string; one: Named }) {
  const { t } = useText()
  const toasts = useToasts()
  const renew = useRenew(org)
  const [reason, setReason] = useState('')
  const answer = useMutation({
    mutationFn: (confirmed: boolean) => must(api.POST('/api/v1/organisations/{organisation}/targets/{kind}/{name}/answer', { params: { path: { organisation: org, kind: one.kind, name: one.name }, header: { 'Idempotency-Key': onceKey() } }, body: { confirmed, reason: reason.trim() } })),
    onSuccess: async (_, confirmed) => {
      toasts.say(t(confirmed ? 'targets.confirmed' : 'targets.refused.done', { name: one.shown }))
      await renew()
    },
    onError: toasts.fail,
  })
  const idle = reason.trim().length < 10 || answer.isPending
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <TextArea label={t('targets.answer.reason')} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
      <div className="row">
        <Button tight disabled={idle} onClick={() => answer.mutate(true)}>{t('targets.confirm')}<span className="unseen"> {one.shown}</span></Button>
        <Button tight disabled={idle} onClick={() => answer.mutate(false)}>{t('targets.refuse')}<span className="unseen"> {one.shown}</span></Button>
      </div>
    </form>
  )
}

/** All that wait for an administrator, with who else has the name. */
export function AllWaitingTargets() {
  const { t } = useText()
  const list = useQuery(allWaitingQuery)
  return (
    <Panel title={t('targets.all.title')} note={t('targets.all.note')}>
      {list.isPending && <Bones />}
      {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
      {list.data?.items.length === 0 && <Empty title={t('targets.all.none')} />}
      <ul className="list">{list.data?.items.map((one) => <Item key={`${one.organisation} ${one.kind} ${one.name}`} one={one} />)}</ul>
      {list.data?.next && <p className="small dim">{t('waiting.more')}</p>}
    </Panel>
  )
}

function Item({ one }: { one: Schemas['WaitingTarget'] }) {
  const { t, dateTime } = useText()
  const [answering, setAnswering] = useState(false)
  return (
    <li>
      <div className="row waiting-head">
        <div>
          <Link className="strong mono" to="/virksomhet/$org/fotavtrykk" params={{ org: one.organisation }}>{one.shown}</Link>
          <span className="under">{t('targets.wanted-by', { organisation: one.organisation_name, time: dateTime(one.asked) })}</span>
        </div>
        <Button tight variant={answering ? 'tertiary' : 'secondary'} aria-expanded={answering} onClick={() => setAnswering(!answering)}>{t('targets.answer')}<span className="unseen"> {one.shown}</span></Button>
      </div>
      <p className="small">{one.others.length > 0 ? t('targets.others', { names: one.others.map((other) => other.name).join(', ') }) : t('targets.no-others')}</p>
      {answering && <TargetAnswer org={one.organisation} one={one} />}
    </li>
  )
}
