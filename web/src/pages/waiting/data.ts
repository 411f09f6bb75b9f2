// What waits for an answer: compensations for a second person, disputes for the platform.
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, may, must, type Me, type Schemas } from '~/app/api'
import type { Language } from '~/format/format'
import { findingsSeen } from '~/app/session'
import { answersIt } from '../finding/answers'
import { allWaitingQuery } from '../footprint/waiting'

export type Waiting = Schemas['WaitingTreatment']
export const atOnce = 200

export const waitingQuery = (kind: 'compensation' | 'dispute', language: Language) => queryOptions({
  queryKey: ['waiting', kind, language],
  queryFn: () => must(api.GET('/api/v1/treatments', { params: { query: { kind, limit: atOnce, lang: language } } })),
  staleTime: 60_000,
})

/** For whom there is something to follow here: who answers, and who asks. */
export function waitsFor(me: Me): boolean {
  return findingsSeen(me) > 0 && (may(me, 'approve') || may(me, 'answer_disputes') || may(me, 'follow_up'))
}

export function mine(me: Me | null, items: Waiting[] | undefined): Waiting[] {
  return (items ?? []).filter((one) => answersIt(me, one.organisation, one.treatment))
}

/** How many wait for the reader's own answer; not asked for where the role answers nothing. */
export function useWaitingCount(me: Me | null, language: Language, enabled: boolean): number {
  const compensations = useQuery({ ...waitingQuery('compensation', language), enabled: enabled && may(me, 'approve'), retry: false })
  const disputes = useQuery({ ...waitingQuery('dispute', language), enabled: enabled && may(me, 'answer_disputes'), retry: false })
  const targets = useQuery({ ...allWaitingQuery, enabled: enabled && may(me, 'manage_register'), retry: false })
  return mine(me, compensations.data?.items).length + mine(me, disputes.data?.items).length + (targets.data?.items.length ?? 0)
}
