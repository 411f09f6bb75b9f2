// The assets of an organisation, all of them, and which ask somebody for an answer.
import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { api, must, type Schemas } from '~/app/api'

export type Asset = Schemas['Asset']

export const assetsQuery = (org: string) => queryOptions({
  queryKey: ['assets', org],
  queryFn: async () => {
    const all: Asset[] = []
    let cursor: string | null = null
    do {
      const page: Schemas['AssetList'] = await must(api.GET('/api/v1/organisations/{organisation}/assets', { params: { path: { organisation: org }, query: { limit: 500, ...(cursor ? { cursor } : {}) } } }))
      all.push(...page.items)
      cursor = page.next
    } while (cursor && all.length < 20_000)
    return all
  },
})

/** A value that waits for a second person, or what is too unsure to be scored before somebody answers. */
export function asksOfUs(one: Asset): boolean {
  return one.waiting !== null || (one.candidate && one.state === 'proposed')
}

/** Shows a decision before the service has answered; the answer undoes it. */
export function decided(queries: QueryClient, org: string, which: ReadonlySet<string>, state: Asset['state']): () => void {
  const key = ['assets', org]
  const before = queries.getQueryData<Asset[]>(key)
  queries.setQueryData<Asset[]>(key, (all) => all?.map((one) => (which.has(one.id) ? { ...one, state } : one)))
  return () => queries.setQueryData(key, before)
}
