// Who is logged in. One query that everything reads; a login or logout sets it anew.
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, may, must, Problem, setCsrf, type Me, type Permission, type Schemas } from './api'

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

const details = ['none', 'score', 'findings', 'evidence'] as const

/** How much of an organisation the reader sees. Whatever else is seen (a supplier of one's own) is seen at its score. */
export function detailOf(me: Me, organisation: string, now = Date.now()): Schemas['Detail'] {
  if (me.organisation === organisation) return 'evidence'
  const grant = me.grants.find((one) => one.organisation === organisation && (!one.until || Date.parse(one.until) > now))
  const consent = me.consented.find((one) => one.organisation === organisation)
  return details[Math.max(1, details.indexOf(me.everywhere), details.indexOf(grant?.detail ?? 'none'), details.indexOf(consent?.detail ?? 'none'))]!
}

export function seesFindings(me: Me | null, organisation: string): boolean {
  return me !== null && details.indexOf(detailOf(me, organisation)) >= 2
}

/** What is done to an organisation takes its findings; a grant is for reading, unless it says that its holder acts there. */
export function mayAt(me: Me | null, permission: Permission, organisation: string): boolean {
  if (me === null || !may(me, permission) || !seesFindings(me, organisation)) return false
  if (permission === 'recheck' || me.role === 'administrator' || me.organisation === organisation) return true
  return me.grants.find((one) => one.organisation === organisation)?.acts ?? true
}

/** Consents are given for one's own organisation; who keeps the register writes down those given on paper. */
export function mayConsent(me: Me | null, organisation: string): boolean {
  return me !== null && may(me, 'give_consent') && (me.organisation === organisation || mayAt(me, 'manage_register', organisation))
}

/** Of how many organisations the reader may see findings; for who sees all, more than one. */
export function findingsSeen(me: Me): number {
  if (details.indexOf(me.everywhere) >= 2) return Infinity
  return new Set([me.organisation, ...me.grants.map((one) => one.organisation), ...me.consented.map((one) => one.organisation)].filter((one) => one && seesFindings(me, one))).size
}

const lastKey = 'utsyn.organisation'
export function rememberOrganisation(id: string): void {
  localStorage.setItem(lastKey, id)
}
export function lastOrganisation(): string | null {
  return localStorage.getItem(lastKey)
}
