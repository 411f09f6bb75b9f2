import { describe, expect, it } from 'vitest'
import { axisOf } from './axis'

const hour = 3_600_000
const day = 24 * hour
const until = new Date(2026, 10, 21, 17, 12).getTime()

describe('the axis of the year', () => {
  it('has clock times, dates or months by the age of the history', () => {
    const cases: [age: number, kind: string][] = [[0, 'hour'], [20 * 60_000, 'hour'], [7 * hour, 'hour'], [2 * day, 'hour'], [3 * day, 'day'], [40 * day, 'day'], [100 * day, 'day'], [101 * day, 'month'], [365 * day, 'month']]
    for (const [age, kind] of cases) {
      for (const most of [4, 8]) {
        const axis = axisOf(until - age, until, most)
        expect(axis.kind, `${age / hour} h`).toBe(kind)
        expect(axis.from).toBeLessThan(until - age + 1)
        expect(axis.to).toBe(until)
        expect(axis.ticks.length, `${age / hour} h`).toBeGreaterThanOrEqual(age === 0 ? 1 : 2)
        expect(axis.ticks.length, `${age / hour} h`).toBeLessThanOrEqual(most + 1)
        for (const tick of axis.ticks) {
          expect(tick).toBeGreaterThanOrEqual(axis.from)
          expect(tick).toBeLessThanOrEqual(until)
        }
      }
    }
  })
  it('puts ticks on whole hours, midnights and the first of a month', () => {
    expect(axisOf(until - 7 * hour, until, 8).ticks.map((tick) => new Date(tick).getMinutes())).toEqual(Array(8).fill(0))
    expect(axisOf(until - 20 * day, until, 8).ticks.every((tick) => new Date(tick).getHours() === 0)).toBe(true)
    expect(axisOf(until - 365 * day, until, 8).ticks.every((tick) => new Date(tick).getDate() === 1)).toBe(true)
  })
  it('shows a week at least once it counts days', () => {
    expect(axisOf(until - 3 * day, until, 8).from).toBe(until - 7 * day)
  })
})
