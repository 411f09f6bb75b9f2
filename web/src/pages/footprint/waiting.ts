// What waits for an administrator, of all organisations: asked for by the menu too, so it stands apart from the page.
import { queryOptions } from '@tanstack/react-query'
import { api, must } from '~/app/api'

export const allWaitingQuery = queryOptions({
  queryKey: ['waiting', 'targets'],
  queryFn: () => must(api.GET('/api/v1/waiting-targets', { params: { query: { limit: 200 } } })),
  staleTime: 60_000,
})
