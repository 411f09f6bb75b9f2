// The checks and the tables of the method, as the service works with them. They change with its version only.
import { queryOptions } from '@tanstack/react-query'
import { api, must, type Schemas } from '~/app/api'
import type { CheckFilter } from './filter'

export type Check = Schemas['CheckPage']
export type Method = Schemas['Method']

/** The areas that have words of their own. */
export const areaNames = ['dns', 'email', 'tls', 'cert', 'http']

export const checksQuery = queryOptions({ queryKey: ['checks'], queryFn: () => must(api.GET('/api/v1/checks')), staleTime: Infinity })
export const methodQuery = queryOptions({ queryKey: ['method'], queryFn: () => must(api.GET('/api/v1/method')), staleTime: Infinity })

/** Whether a check has all the words that are sought, in its id, title, reason or references. */
export function fits(check: Check, filter: CheckFilter, language: 'nb' | 'nn' | 'en'): boolean {
  if (filter.omrade && check.area !== filter.omrade) return false
  if (filter.alvor && check.severity !== filter.alvor) return false
  if (filter.profil && check.profile !== filter.profil) return false
  if (!filter.tekst) return true
  const all = [check.id, check.title[language], check.why[language], ...check.references.map((one) => one.name)].join(' ').toLowerCase()
  return filter.tekst.toLowerCase().split(/\s+/).every((word) => all.includes(word))
}
