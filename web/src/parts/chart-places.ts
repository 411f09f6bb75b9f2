// Where marks stand and which mark comes next: the arithmetic of the charts, without a browser.
import type { Grade } from '~/format/format'

export type Place = readonly [number, number]

/** The limits of the grades on the score axis. */
export const gradeBands: readonly (readonly [from: number, to: number, grade: Grade])[] = [[0, 60, 'F'], [60, 70, 'D'], [70, 80, 'C'], [80, 90, 'B'], [90, 100, 'A']]

/**
 * The mark that an arrow key leads to. Left and right follow the order of the list; up and down go to the nearest mark
 * that lies higher or lower, and stay where there is none.
 */
export function nextMark(places: readonly Place[], at: number, key: string): number {
  const last = places.length - 1
  switch (key) {
    case 'ArrowRight': return Math.min(at + 1, last)
    case 'ArrowLeft': return Math.max(at - 1, 0)
    case 'Home': return 0
    case 'End': return last
    case 'ArrowUp':
    case 'ArrowDown': {
      const here = places[at]
      if (!here) return at
      const sign = key === 'ArrowUp' ? -1 : 1
      let best = at
      let least = Infinity
      places.forEach(([x, y], i) => {
        const away = (y - here[1]) * sign
        if (away < 3) return
        const distance = away + 2 * Math.abs(x - here[0])
        if (distance < least) { least = distance; best = i }
      })
      return best
    }
    default: return at
  }
}

/** The mark nearest to a place, within reach; -1 when there is none. */
export function nearestMark(places: readonly Place[], x: number, y: number, reach: number): number {
  let best = -1
  let least = reach * reach
  places.forEach(([a, b], i) => {
    const distance = (a - x) ** 2 + (b - y) ** 2
    if (distance <= least) { least = distance; best = i }
  })
  return best
}

export interface Stacked {
  /** Position in the list that came in. */
  index: number
  /** The middle of the bin, in points. */
  at: number
  /** 0 at the axis, upwards. */
  level: number
}

/** One mark for each score, in bins that meet the grade limits; within a bin the lowest score stands at the bottom. */
export function stacked(scores: readonly number[], binCp = 250): Stacked[] {
  const order = scores.map((cp, index) => ({ cp, index })).sort((a, b) => a.cp - b.cp || a.index - b.index)
  const heights = new Map<number, number>()
  return order.map(({ cp, index }) => {
    const bin = Math.min(Math.floor(cp / binCp), 10_000 / binCp - 1)
    const level = heights.get(bin) ?? 0
    heights.set(bin, level + 1)
    return { index, at: ((bin + 0.5) * binCp) / 100, level }
  })
}

/**
 * Marks on a line that would cover each other are moved apart, alternately up and down, as little as needed. Takes the
 * places along the line and the width of a mark in the same unit; gives steps away from the line (0, 1, -1, 2, ...).
 */
export function swarm(along: readonly number[], width: number, mostSteps = 4): number[] {
  const order = along.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at || a.index - b.index)
  const taken = new Map<number, number>()
  const out = new Array<number>(along.length).fill(0)
  for (const { at, index } of order) {
    let chosen = 0
    for (let i = 0; i <= 2 * mostSteps; i++) {
      const step = i % 2 === 1 ? (i + 1) / 2 : -i / 2
      if (at - (taken.get(step) ?? -Infinity) >= width) { chosen = step; break }
    }
    taken.set(chosen, at)
    out[index] = chosen === 0 ? 0 : chosen
  }
  return out
}
