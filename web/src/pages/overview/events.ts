// Which of all that happened in a year is told beside the curve: a change of method always, then the days that moved the
// score most, then the days on which most happened. Of a curve of hours, each measurement stands for itself.
import type { Schemas } from '~/app/api'

export interface CurveEvent {
  at: number
  /** The score after it. */
  cp: number
  change: number
  words: string
  method: boolean
}

/** 2026-11-21; of a curve of hours 2026-11-21T06:00:00. */
const momentOf = (time: string, young: boolean) => time.slice(0, young ? 19 : 10)
const mostTold = 6
const born: Schemas['ScoreMarker']['kind'][] = ['finding-opened', 'asset-found', 'asset-changed']

export function eventsOf(points: Schemas['ScoreAt'][], markers: Schemas['ScoreMarker'][], young = false): CurveEvent[] {
  if (points.length === 0) return []
  const moments = new Map<string, { at: number; change: number; words: string[]; count: number; method: boolean }>()
  const momentAt = (time: string) => {
    const moment = momentOf(time, young)
    const one = moments.get(moment) ?? { at: new Date(time).getTime(), change: 0, words: [], count: 0, method: false }
    moments.set(moment, one)
    return one
  }
  points.slice(1).forEach((point, i) => {
    const one = momentAt(point.from)
    one.change += point.score_cp - points[i]!.score_cp
    if (point.method !== points[i]!.method) one.method = true
  })
  const first = momentOf(points[0]!.from, young)
  for (const marker of markers) {
    // What was there at the first measurement is no event.
    const moment = momentOf(marker.time, young)
    if (moment < first || (moment === first && born.includes(marker.kind))) continue
    const one = momentAt(marker.time)
    one.words.push(marker.text.replace(/\.$/, ''))
    one.count += marker.count
    if (marker.kind === 'method') one.method = true
  }
  return [...moments.values()]
    .filter((one) => one.method || Math.abs(one.change) >= 10 || one.words.length > 0)
    .sort((a, b) => Number(b.method) - Number(a.method) || Math.abs(b.change) - Math.abs(a.change) || b.count - a.count)
    .slice(0, mostTold)
    .sort((a, b) => a.at - b.at)
    .map((one) => ({ at: one.at, cp: points.filter((point) => new Date(point.from).getTime() <= one.at + (young ? 0 : 86_400_000)).at(-1)?.score_cp ?? points[0]!.score_cp, change: one.change, words: one.words.slice(0, 2).join('; '), method: one.method }))
}

const hour = 3_600_000
const year = 365 * 24 * hour

/** The time a curve is drawn over. The first two days are hours: up to the last measurement, with some air; later a week at least, and a year at most. */
export function roomOf(points: Schemas['ScoreAt'][], now: number): { from: number; to: number; young: boolean } {
  const first = points[0] ? new Date(points[0].from).getTime() : now
  if (now - first > 48 * hour || points.length === 0) return { from: Math.max(now - year, Math.min(first - 24 * hour, now - 7 * 24 * hour)), to: now, young: false }
  const last = Math.max(...points.map((point) => new Date(point.to).getTime()))
  const air = Math.max(30_000, (last - first) * 0.08)
  return { from: first - air, to: last + air, young: true }
}
