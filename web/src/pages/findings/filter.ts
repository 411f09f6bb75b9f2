// A filter of findings lives in the address, so that a view can be shared, kept and gone back to.
import type { Schemas } from '~/app/api'

export const sorts = ['worst', 'oldest', 'newest', 'due', 'asset', 'check'] as const
/** `supplier` is the findings of those who deliver to the organisation, by whom they are. */
export const groupings = ['check', 'asset', 'severity', 'state', 'area', 'organisation', 'supplier', 'assignee'] as const
export const states = ['open', 'accepted', 'disputed', 'dispute_overdue', 'compensated', 'upheld', 'fixed'] as const
export const severityNames = ['critical', 'high', 'medium', 'low', 'info'] as const
export const areas = ['dns', 'email', 'tls', 'cert', 'http'] as const

export interface Filter {
  text?: string
  severity?: string
  state?: string
  area?: string
  check?: string
  asset?: string
  assignee?: string
  supplier?: string
  overdue?: boolean
  sort?: (typeof sorts)[number]
  group?: (typeof groupings)[number]
}

const words = ['text', 'severity', 'state', 'area', 'check', 'asset', 'assignee', 'supplier'] as const

export function filterFrom(search: Record<string, unknown>): Filter {
  const out: Filter = {}
  for (const name of words) {
    const value = search[name]
    if (typeof value === 'string' && value) out[name] = value.slice(0, 300)
    else if (typeof value === 'number') out[name] = String(value)
  }
  if (search.overdue === true || search.overdue === 'true') out.overdue = true
  const sort = sorts.find((one) => one === search.sort)
  if (sort) out.sort = sort
  const group = groupings.find((one) => one === search.group)
  if (group) out.group = group
  return out
}

/** The part that the service understands in a query. */
export function queryOf(filter: Filter) {
  const { sort: _sort, group: _group, overdue, ...rest } = filter
  return { ...rest, ...(overdue ? { overdue: 'true' as const } : {}) }
}

/** The same for a saved filter and for an action on all that fit. */
export function keptFrom(filter: Filter, org: string | null): Schemas['FindingFilter'] {
  const many = (text: string | undefined) => text?.split(',')
  return {
    ...(org ? { organisation: [org] } : {}),
    ...(filter.state ? { state: many(filter.state) as Schemas['FindingState'][] } : {}),
    ...(filter.severity ? { severity: many(filter.severity) as Schemas['Severity'][] } : {}),
    ...(filter.check ? { check: many(filter.check)! } : {}),
    ...(filter.area ? { area: many(filter.area)! } : {}),
    ...(filter.asset ? { asset: filter.asset } : {}),
    ...(filter.assignee ? { assignee: filter.assignee } : {}),
    ...(filter.overdue ? { overdue: true } : {}),
    ...(filter.supplier ? { supplier: filter.supplier } : {}),
    ...(filter.text ? { text: filter.text } : {}),
  } as Schemas['FindingFilter']
}

export function filterFromKept(kept: Schemas['FindingFilter']): Filter {
  return filterFrom({
    ...kept,
    state: kept.state?.join(','),
    severity: kept.severity?.join(','),
    check: kept.check?.join(','),
    area: kept.area?.join(','),
  })
}

/** Whether two filters let the same through; order and grouping are not part of it. */
export function sameFilter(a: Filter, b: Filter): boolean {
  const part = (filter: Filter) => JSON.stringify(Object.entries(queryOf(filter)).filter(([, value]) => value !== undefined).map(([name, value]) => [name, name === 'text' ? value : String(value).split(',').sort().join(',')]).sort())
  return part(a) === part(b)
}

/** Puts a value into a list with commas, or takes it out. */
export function toggled(list: string | undefined, value: string): string | undefined {
  const all = list ? list.split(',') : []
  const next = all.includes(value) ? all.filter((one) => one !== value) : [...all, value]
  return next.length ? next.join(',') : undefined
}
