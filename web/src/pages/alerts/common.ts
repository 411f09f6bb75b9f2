// What the pages of alerts read: each list once, however many pages show it.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, must, onceKey, type Schemas } from '~/app/api'

export type Channel = Schemas['Channel']
export type Schedule = Schemas['ReportSchedule']

export const useRules = () => useQuery({ queryKey: ['alert-rules'], queryFn: () => must(api.GET('/api/v1/alert-rules')) })
export const useChannels = () => useQuery({ queryKey: ['channels'], queryFn: () => must(api.GET('/api/v1/channels')) })
/** All, or those in some states; asked again while one of them may change. */
export const useDeliveries = (state: readonly Schemas['Delivery']['state'][] = []) => useInfiniteQuery({
  queryKey: ['deliveries', state],
  queryFn: ({ pageParam }) => must(api.GET('/api/v1/deliveries', { params: { query: { limit: 200, ...(state.length > 0 ? { state: [...state] } : {}), ...(pageParam ? { cursor: pageParam } : {}) } } })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((one) => one.state === 'pending' || one.state === 'making' || one.state === 'sending')) ? 4_000 : false),
})

/** A report that is being made or sent at this moment; one that waits for its next try is not. */
export const underWay = (one: Schedule) => one.latest?.state === 'making' || one.latest?.state === 'sending' || (one.latest?.state === 'pending' && one.latest.attempts === 0 && one.waits === null)

export const useSchedules = () => useQuery({
  queryKey: ['report-schedules'],
  queryFn: () => must(api.GET('/api/v1/report-schedules')),
  refetchInterval: (query) => (query.state.data?.items.some(underWay) ? 2_000 : false),
})

/** A channel to the address that stands in the reader's account. */
export const makeOwnMail = async (name: string, address: string): Promise<Channel> =>
  must(api.POST('/api/v1/channels', { params: { header: { 'Idempotency-Key': onceKey() } }, body: { name, kind: 'email', address } }))
