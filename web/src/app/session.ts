// Who is logged in. One query that everything reads; a login or logout sets it anew.
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, must, Problem, setCsrf, type Me } from './api'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await must(api.GET('/api/v1/me'))
      setCsrf(me.csrf)
      return me
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 401) {
        setCsrf(null)
        return null
      }
      throw problem
    }
  },
  staleTime: 60_000,
})

export function useMe(): Me | null {
  return useQuery(meQuery).data ?? null
}

const lastKey = 'utsyn.organisation'
export function rememberOrganisation(id: string): void {
  localStorage.setItem(lastKey, id)
}
export function lastOrganisation(): string | null {
  return localStorage.getItem(lastKey)
}
