// Which group an organisation belongs to, as the service groups them.
import type { Organisation } from '~/app/api'

/** What the national picture can be divided by. */
export const nationBy = ['kostra', 'county', 'population', 'sector'] as const
export type NationBy = (typeof nationBy)[number]

const sizes: [number, string][] = [[2_000, '0-1999'], [5_000, '2000-4999'], [10_000, '5000-9999'], [20_000, '10000-19999'], [50_000, '20000-49999'], [Infinity, '50000-and-more']]

export function groupOf(one: Pick<Organisation, 'county' | 'kostra' | 'sector' | 'population'>, by: NationBy): string {
  if (by === 'county') return one.county ?? 'unknown'
  if (by === 'kostra') return one.kostra ?? 'unknown'
  if (by === 'sector') return one.sector ?? 'unknown'
  return one.population === null ? 'unknown' : sizes.find(([below]) => one.population! < below)![1]
}

export const nationKinds = ['municipality', 'county', 'state', 'supplier', 'other'] as const

export interface NationSearch {
  etter?: NationBy
  slags?: (typeof nationKinds)[number]
  dag?: string
}

export function nationSearch(search: Record<string, unknown>): NationSearch {
  const by = nationBy.find((one) => one === search.etter)
  const kind = nationKinds.find((one) => one === search.slags)
  return { ...(by ? { etter: by } : {}), ...(kind ? { slags: kind } : {}), ...(typeof search.dag === 'string' && /^\d{4}-\d\d-\d\d$/.test(search.dag) ? { dag: search.dag } : {}) }
}

/** How many organisations are read for their marks; the figures are of all. */
export const mostMarks = 2_000

/** What the caption says when not each organisation has a mark: how many have, of how many, and whether more are coming. */
export function partDrawn(read: number, total: number | undefined): { count: number; total: number; reading: boolean } | null {
  return total === undefined || read >= total ? null : { count: read, total, reading: read < mostMarks }
}
