// What several pages ask the service for, under the same names, so that an answer is fetched once.
import { useQuery } from '@tanstack/react-query'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'

export function useOrganisation(org: string) {
  return useQuery({
    queryKey: ['organisation', org],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}', { params: { path: { organisation: org } } })),
  })
}

export function useScore(org: string) {
  const { language } = useText()
  return useQuery({
    queryKey: ['score', org, language],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/score', { params: { path: { organisation: org }, query: { lang: language } } })),
    retry: false,
  })
}

/** Every action there is with what it gains alone; nothing is chosen. */
export function useActions(org: string, enabled: boolean) {
  const { language } = useText()
  return useQuery({
    queryKey: ['score', org, 'actions', language],
    queryFn: () => must(api.POST('/api/v1/organisations/{organisation}/score/plan', { params: { path: { organisation: org }, query: { lang: language } }, body: { budget_minutes: 0 } })),
    enabled,
    retry: false,
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
