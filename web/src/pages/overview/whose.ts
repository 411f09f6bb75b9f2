// Of an action on many findings: which deadline comes first, and whose the findings are.
import type { Finding } from '~/app/api'
import type { Person } from '~/parts/person'

export interface Whose {
  /** The deadline that has passed, or passes first. */
  first: Finding | null
  /** Those that have the findings, each once. */
  people: Person[]
  /** Those that nobody has. */
  free: Finding[]
  all: Finding[]
}

export function whoseOf(ids: readonly string[], known: ReadonlyMap<string, Finding>): Whose {
  const all = ids.map((id) => known.get(id)).filter((one) => one !== undefined)
  const people = new Map<string, Person>()
  let first: Finding | null = null
  for (const one of all) {
    if (one.assignee) people.set(one.assignee.id, { id: one.assignee.id, name: one.assignee.name })
    if (!first || Number(one.overdue) > Number(first.overdue) || (one.overdue === first.overdue && one.due < first.due)) first = one
  }
  return { first, people: [...people.values()], free: all.filter((one) => !one.assignee), all }
}

/** What is given away: what nobody has; where somebody has each of them, all. */
export function toGive(whose: Whose): Finding[] {
  return whose.free.length > 0 ? whose.free : whose.all
}
