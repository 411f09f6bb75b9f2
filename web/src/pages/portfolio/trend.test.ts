import { expect, test } from 'vitest'
import { trendOf, type IssueHistory } from './trend'

const history = (counts: (number | null)[]): IssueHistory => ({
  days: counts.map((count, i) => ({ day: `2026-11-0${i + 1}`, measured: 6, suppressed: count === null })),
  issues: [{ check: 'dns.caa.exists', severity: 'low', organisations: counts, share: counts }],
})

test('from the first day that is shown to the last, with a gap where a day is hidden', () => {
  const trend = trendOf(history([null, 5, null, 0, null]), 'dns.caa.exists')
  expect(trend?.first).toEqual({ day: '2026-11-02', count: 5 })
  expect(trend?.last).toEqual({ day: '2026-11-04', count: 0 })
  expect(trend?.points.map((point) => point.count)).toEqual([5, null, 0, null])
})

test('one day, or a check that is not told of, is no trend', () => {
  expect(trendOf(history([null, 5]), 'dns.caa.exists')).toBeNull()
  expect(trendOf(history([]), 'dns.caa.exists')).toBeNull()
  expect(trendOf(history([4, 5]), 'http.hsts.exists')).toBeNull()
})
