// The order of the suppliers in their list: by name, score or criticality, either way.
import type { Supply } from './criticality'

export interface Order {
  by: 'name' | 'score' | 'criticality'
  way: 'ascending' | 'descending'
}

/** The first press puts what matters first: A, the lowest score, the most critical. The next turns it. */
export function pressed(now: Order, by: Order['by']): Order {
  if (now.by === by) return { by, way: now.way === 'ascending' ? 'descending' : 'ascending' }
  return { by, way: by === 'criticality' ? 'descending' : 'ascending' }
}

type Sorted = Pick<Supply, 'name' | 'criticality'> & { score: { score_cp: number; grade: string } | null }

const byName = (a: Sorted, b: Sorted) => a.name.localeCompare(b.name, 'nb')
const scoreOf = (one: Sorted) => (one.score && one.score.grade !== 'U' ? one.score.score_cp : null)

/** Not measured comes last either way. */
function byScore(a: Sorted, b: Sorted, turn: number): number {
  const [x, y] = [scoreOf(a), scoreOf(b)]
  if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1
  return turn * (x - y)
}

export function inOrder({ by, way }: Order): (a: Sorted, b: Sorted) => number {
  const turn = way === 'ascending' ? 1 : -1
  if (by === 'name') return (a, b) => turn * byName(a, b)
  if (by === 'score') return (a, b) => byScore(a, b, turn) || byName(a, b)
  return (a, b) => turn * (a.criticality - b.criticality) || byScore(a, b, 1) || byName(a, b)
}
