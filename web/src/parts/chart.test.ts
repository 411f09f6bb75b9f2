import { describe, expect, it } from 'vitest'
import { nearestMark, nextMark, stacked, swarm, type Place } from './chart-places'

describe('arrow keys', () => {
  const places: Place[] = [[0, 50], [10, 40], [20, 40], [20, 80]]
  it.each([
    [0, 'ArrowRight', 1], [3, 'ArrowRight', 3], [0, 'ArrowLeft', 0], [2, 'ArrowLeft', 1], [1, 'End', 3], [2, 'Home', 0],
    [0, 'ArrowUp', 1], [2, 'ArrowUp', 2], [2, 'ArrowDown', 3], [3, 'ArrowDown', 3], [3, 'ArrowUp', 2], [1, 'x', 1],
  ])('%i %s leads to %i', (at, key, to) => expect(nextMark(places, at, key)).toBe(to))
  it('stays when nothing is there', () => expect(nextMark([], 0, 'ArrowUp')).toBe(0))
})

describe('the nearest mark', () => {
  const places: Place[] = [[0, 0], [10, 0]]
  it('is the nearest within reach', () => expect(nearestMark(places, 7, 2, 12)).toBe(1))
  it('is none beyond it', () => expect(nearestMark(places, 40, 0, 12)).toBe(-1))
})

describe('stacks', () => {
  it('never let a bin hold two grades', () => {
    const scores = Array.from({ length: 1001 }, (_, i) => i * 10)
    for (const mark of stacked(scores)) {
      const cp = scores[mark.index]!
      for (const limit of [6000, 7000, 8000, 9000]) expect(mark.at * 100 > limit).toBe(cp >= limit)
    }
  })
  it('hold every score once, from the axis upwards', () => {
    const marks = stacked([7610, 7690, 7505, 10_000])
    expect(marks.map((m) => [m.index, m.at, m.level])).toEqual([[2, 76.25, 0], [0, 76.25, 1], [1, 76.25, 2], [3, 98.75, 0]])
  })
})

describe('a swarm', () => {
  it('leaves marks with room on the line', () => expect(swarm([0, 10, 20], 5)).toEqual([0, 0, 0]))
  it('moves marks that would cover each other up and down', () => expect(swarm([0, 1, 2, 3], 5)).toEqual([0, 1, -1, 2]))
  it('lets them cover each other when there is no more room', () => expect(swarm([0, 0, 0, 0], 5, 1)).toEqual([0, 1, -1, 0]))
})
