// Until when the five actions are to be done and who has them, with giving them there and then. Comes after the first
// paint, with one question for all five.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, must, type Finding, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Button } from '~/parts/basic'
import { PersonDialog, type Person } from '~/parts/person'
import { changeListed, renewLists } from '../findings/cache'
import { Due } from '../findings/due'
import { act, assignedBack } from '../findings/send'
import { seen } from '../common'
import { toGive, whoseOf, type Whose } from './whose'

export type Action = Schemas['PlanAnswer']['actions'][number]
/** The deadlines that come first are in the first pages. */
const mostPages = 4

function useWhose(org: string, actions: readonly Action[]): (action: Action) => Whose | null {
  const { language } = useText()
  const checks = [...new Set(actions.map((one) => one.check))].sort().join()
  const asked = useQuery({
    queryKey: ['findings', org, 'whose', checks, language],
    queryFn: async () => {
      const all: Finding[] = []
      let cursor: string | null = null
      for (let page = 0; page === 0 || (cursor && page < mostPages); ++page) {
        const found: Schemas['FindingList'] = await must(api.GET('/api/v1/organisations/{organisation}/findings', { params: { path: { organisation: org }, query: { check: checks, sort: 'due', limit: 500, lang: language, ...(cursor ? { cursor } : {}) } } }))
        all.push(...found.items)
        cursor = found.next
      }
      return all
    },
    retry: false,
  })
  const known = useMemo(() => asked.data && new Map(asked.data.map((one) => [one.id, one])), [asked.data])
  return (action) => (known ? whoseOf(action.findings, known) : null)
}

interface Of {
  org: string
  /** All five: what is asked for is asked for once. */
  actions: readonly Action[]
  action: Action
}

export function DueOf({ org, actions, action }: Of) {
  const first = useWhose(org, actions)(action)?.first
  return first ? <Due finding={first} /> : null
}

export function WhoseOf({ org, actions, action, onGive }: Of & { onGive: (() => void) | null }) {
  const { t } = useText()
  const whose = useWhose(org, actions)(action)
  if (!whose || whose.all.length === 0) return null
  const [somebody, ...others] = whose.people
  const free = whose.free.length
  return (
    <>
      {somebody && <>{somebody.name}{others.length > 0 && ` ${t('table.and-more', { count: others.length })}`} </>}
      {somebody && free > 0 && <span className="under">{t('overview.free', { count: free })}</span>}
      {!somebody && !onGive && <span className="dim">{t('findings.nobody')}</span>}
      {onGive && <Button key="give" tight variant={free > 0 ? 'secondary' : 'tertiary'} aria-haspopup="dialog" onClick={onGive}>{t(free > 0 ? 'findings.assign' : 'finding.give')}<span className="unseen"> {seen(action)}</span></Button>}
    </>
  )
}

/** Seen before the service has answered, and taken back by one press. */
export function Giving({ org, actions, action, onClose }: { org: string; actions: readonly Action[]; action: Action | null; onClose: () => void }) {
  const { t, number } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const of = useWhose(org, actions)
  const shown = (which: readonly Finding[], whom: (one: Finding) => Finding['assignee']) => {
    const by = new Map(which.map((one) => [one.id, whom(one)]))
    queries.setQueriesData<Finding[]>({ queryKey: ['findings', org, 'whose'] }, (all) => all?.map((one) => (by.has(one.id) ? { ...one, assignee: by.get(one.id)! } : one)))
  }
  const back = async (which: readonly Finding[]) => {
    try {
      await assignedBack(which)
      shown(which, (one) => one.assignee)
      toasts.say(t('findings.undone'))
    } catch (problem) {
      toasts.fail(problem)
    }
    await renewLists(queries)
  }
  const give = useMutation({
    mutationFn: ({ which, person }: { which: Finding[]; person: Person | null }) => act(which, { action: 'assign', work: { assignee: person?.id ?? null } }),
    onMutate: async ({ which, person }) => {
      onClose()
      await queries.cancelQueries({ queryKey: ['findings', org, 'whose'] })
      shown(which, () => person)
      return changeListed(queries, new Map(which.map((one) => [`${one.organisation} ${one.id}`, one])), { assignee: person })
    },
    onSuccess: async (outcome, { which }) => {
      const refused = outcome.items.find((one) => !one.done)
      const done = new Set(outcome.items.filter((one) => one.done).map((one) => one.finding))
      toasts.say(
        refused ? t('findings.acted-some', { done: number(outcome.done), refused: number(outcome.refused), why: refused.detail ?? refused.problem ?? '' }) : t('findings.acted', { count: number(outcome.done) }),
        outcome.done > 0 ? () => void back(which.filter((one) => done.has(one.id))) : undefined,
      )
      await renewLists(queries)
    },
    onError: (problem, { which }, unlisted) => {
      shown(which, (one) => one.assignee)
      unlisted?.()
      toasts.fail(problem)
    },
  })
  const whose = action && of(action)
  return <PersonDialog open={whose !== null} organisation={org} onClose={onClose} onChoose={(person) => { if (whose) give.mutate({ which: toGive(whose), person }) }} />
}
