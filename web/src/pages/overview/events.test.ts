import { describe, expect, it } from 'vitest'
import type { Schemas } from '~/app/api'
import { eventsOf } from './events'

const point = (day: string, score_cp: number, method = 'utsyn-1.0'): Schemas['ScoreAt'] => ({ from: `2026-${day}T06:00:00Z`, to: `2026-${day}T07:00:00Z`, score_cp, grade: 'C', managed_cp: score_cp, interval_cp: [score_cp, score_cp], confidence: 'high', coverage: 10000, method })
const marker = (day: string, kind: Schemas['ScoreMarker']['kind'], count: number, text: string): Schemas['ScoreMarker'] => ({ time: `2026-${day}T06:00:00Z`, kind, count, text })

describe('the events of a year', () => {
  it('are none where there is no score', () => expect(eventsOf([], [marker('01-02', 'finding-opened', 1, 'x')])).toEqual([]))
  it('join what happened on one day with what it did to the score', () => {
    const events = eventsOf([point('01-01', 7000), point('02-01', 7500)], [marker('02-01', 'finding-closed', 3, '3 findings closed.')])
    expect(events).toMatchObject([{ change: 500, cp: 7500, words: '3 findings closed', method: false }])
  })
  it('leave out the first measurement, where everything is new', () => expect(eventsOf([point('01-01', 7000)], [marker('01-01', 'finding-opened', 60, '60 opened')])).toEqual([]))
  it('are six at most, a change of method always among them', () => {
    const points = [point('01-01', 7000, 'a'), ...[2, 3, 4, 5, 6, 7, 8].map((month) => point(`0${month}-01`, 7000 + month * 100 * (month % 2 ? 1 : -1), 'a')), point('09-01', 6200, 'b')]
    const events = eventsOf(points, [])
    expect(events).toHaveLength(6)
    expect(events.filter((one) => one.method)).toHaveLength(1)
    expect(events.map((one) => one.at)).toEqual([...events.map((one) => one.at)].sort((a, b) => a - b))
  })
  it('stand each for itself on the first day', () => {
    const at = (time: string, score_cp: number) => ({ ...point('01-01', score_cp), from: `2026-01-01T${time}Z` })
    const mark = (time: string, text: string): Schemas['ScoreMarker'] => ({ ...marker('01-01', 'finding-closed', 1, text), time: `2026-01-01T${time}Z` })
    const points = [at('06:00:00', 7000), at('06:01:00', 7400), at('06:02:00', 7300)]
    const marks = [mark('06:01:00', 'One closed.'), mark('06:02:00', 'Two closed.')]
    expect(eventsOf(points, marks, true)).toMatchObject([{ change: 400, cp: 7400, words: 'One closed' }, { change: -100, cp: 7300, words: 'Two closed' }])
    expect(eventsOf(points, marks)).toHaveLength(1)
  })
  it('leave out moves too small to see', () => expect(eventsOf([point('01-01', 7000), point('02-01', 7005)], [])).toEqual([]))
})
