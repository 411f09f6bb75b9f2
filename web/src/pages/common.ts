// What several pages ask the service for, under the same names, so that an answer is fetched once.
import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import type { Language } from '~/format/format'
import { queryOf, type Filter } from './findings/filter'

export const organisationQuery = (org: string) => queryOptions({
  queryKey: ['organisation', org],
  queryFn: () => must(api.GET('/api/v1/organisations/{organisation}', { params: { path: { organisation: org } } })),
})

export function useOrganisation(org: string) {
  return useQuery(organisationQuery(org))
}

export const scoreQuery = (org: string, language: Language) => queryOptions({
  queryKey: ['score', org, language],
  queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/score', { params: { path: { organisation: org }, query: { lang: language } } })),
  retry: false,
})

export function useScore(org: string) {
  return useQuery(scoreQuery(org, useText().language))
}

/** Every action there is with what it gains alone; nothing is chosen. */
export const actionsQuery = (org: string, language: Language) => queryOptions({
  queryKey: ['score', org, 'actions', language],
  queryFn: () => must(api.POST('/api/v1/organisations/{organisation}/score/plan', { params: { path: { organisation: org }, query: { lang: language } }, body: { budget_minutes: 0 } })),
  retry: false,
})

export function useActions(org: string, enabled: boolean) {
  return useQuery({ ...actionsQuery(org, useText().language), enabled })
}

export const findingQuery = (org: string, id: string, language: Language) => queryOptions({
  queryKey: ['findings', org, 'one', id, language],
  queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/findings/{finding}', { params: { path: { organisation: org, finding: id }, query: { lang: language } } })),
})

/** The first page is small, so that it is there soon; those that are scrolled to are large. */
const firstPage = 100
const nextPage = 500

/** Findings of an organisation, or of all that the reader sees, a page after the other. */
export function findingsQuery(org: string | null, filter: Filter, language: Language) {
  const asked = queryOf(filter)
  const sort = filter.sort ?? 'worst'
  return infiniteQueryOptions({
    queryKey: ['findings', org, 'list', asked, sort, language],
    queryFn: ({ pageParam }) => {
      const query = { ...asked, sort, limit: pageParam ? nextPage : firstPage, lang: language, ...(pageParam ? { cursor: pageParam } : {}) }
      return org
        ? must(api.GET('/api/v1/organisations/{organisation}/findings', { params: { path: { organisation: org }, query } }))
        : must(api.GET('/api/v1/findings', { params: { query } }))
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    // A page is compared with nothing: with a hundred thousand rows that alone would stall the scrolling.
    structuralSharing: false,
  })
}

/** What was seen, in the words of the commonest of its findings; that is what one recognises. */
export function seen(action: Schemas['PlanAnswer']['actions'][number]): string {
  return (action.reasons[0]?.reason_text || action.title).replace(/\.$/, '')
}

export function useJobs(org: string) {
  return useQuery({
    queryKey: ['jobs', org],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/jobs', { params: { path: { organisation: org }, query: { limit: 10 } } })),
    refetchInterval: (query) => (query.state.data?.items.some((job) => job.state === 'queued' || job.state === 'running') ? 2_000 : false),
  })
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Hands a file to the browser. */
export function saveAs(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
