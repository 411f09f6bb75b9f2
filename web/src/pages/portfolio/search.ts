// What the address of a portfolio holds, so that a view can be shared and gone back to.
import { dimensions, leanings, type Dimension, type Leaning } from './names'
import { memberSort, type MemberSort } from './names'

export const periods = [30, 90, 365] as const

export interface PortfolioSearch {
  days?: (typeof periods)[number]
  by?: Dimension
  leaning?: Leaning
  sort?: MemberSort
  q?: string
  grade?: string
}

export function portfolioSearch(search: Record<string, unknown>): PortfolioSearch {
  const out: PortfolioSearch = {}
  const days = periods.find((one) => one === Number(search.days))
  if (days) out.days = days
  const by = dimensions.find((one) => one === search.by)
  if (by) out.by = by
  const leaning = leanings.find((one) => one === search.leaning)
  if (leaning) out.leaning = leaning
  const sort = memberSort(search.sort)
  if (sort) out.sort = sort
  if (typeof search.q === 'string' && search.q) out.q = search.q.slice(0, 200)
  else if (typeof search.q === 'number') out.q = String(search.q)
  if (typeof search.grade === 'string' && /^[A-FU](,[A-FU])*$/.test(search.grade)) out.grade = search.grade
  return out
}

export interface CompareSearch {
  portefolje?: string
  virksomhet?: string
}

/** Two lists of ids with commas; at most twenty of each. */
export function compareSearch(search: Record<string, unknown>): CompareSearch {
  const list = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? [...new Set(String(value).split(',').filter(Boolean))].slice(0, 20).join(',') : '')
  const portefolje = list(search.portefolje)
  const virksomhet = list(search.virksomhet)
  return { ...(portefolje ? { portefolje } : {}), ...(virksomhet ? { virksomhet } : {}) }
}
