// What a list on the screen shows is changed at once, before the service has answered, and put back when it refuses.
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Finding, Schemas } from '~/app/api'

type Pages = InfiniteData<Schemas['FindingList'], string | null>

const lists = { queryKey: ['findings'], predicate: (query: { queryKey: readonly unknown[] }) => query.queryKey[2] === 'list' }

/** Changes those findings in every list; the answer undoes it. */
export function changeListed(queries: QueryClient, which: ReadonlyMap<string, Finding>, change: Partial<Finding>): () => void {
  const before = queries.getQueriesData<Pages>(lists)
  const fits = (one: Finding) => which.has(`${one.organisation} ${one.id}`)
  queries.setQueriesData<Pages>(lists, (data) => data && {
    ...data,
    pages: data.pages.map((page) => (page.items.some(fits) ? { ...page, items: page.items.map((one) => (fits(one) ? { ...one, ...change } : one)) } : page)),
  })
  return () => { for (const [key, data] of before) queries.setQueryData(key, data) }
}

/** Puts them back as they were when they were chosen. */
export function restoreListed(queries: QueryClient, which: ReadonlyMap<string, Finding>): void {
  queries.setQueriesData<Pages>(lists, (data) => data && {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.map((one) => which.get(`${one.organisation} ${one.id}`) ?? one) })),
  })
}

/** How many pages a list may have and still be fetched anew by itself when something happens. */
export const freshPages = 3

/** Short lists are fetched anew; a long one is left as it is, and says that it is old. */
export async function renewLists(queries: QueryClient): Promise<boolean> {
  let left = false
  await queries.invalidateQueries({
    queryKey: ['findings'],
    predicate: (query) => {
      const pages = (query.state.data as Pages | undefined)?.pages
      const long = query.queryKey[2] === 'list' && (pages?.length ?? 0) > freshPages
      if (long && query.isActive()) left = true
      return !long
    },
  })
  return left
}
