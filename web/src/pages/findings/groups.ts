// Groups of findings by check: the worst first, or the most, or those with most over their deadline.
import type { Schemas } from '~/app/api'

type Group = Schemas['FindingGroup']
type Severity = Schemas['Severity']
export type GroupSort = 'severity' | 'findings' | 'overdue'
const worst: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 }

export function sortedGroups(groups: readonly Group[], severities: ReadonlyMap<string, Severity>, sort: GroupSort): Group[] {
  const weight = (one: Group) => {
    const severity = severities.get(one.key)
    return sort === 'severity' ? (severity ? worst[severity] : -1) : one[sort]
  }
  return [...groups].sort((a, b) => weight(b) - weight(a) || b.findings - a.findings || a.key.localeCompare(b.key))
}
