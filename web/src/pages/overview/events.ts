// Which of all that happened in a year is told beside the curve: a change of method always, then the days that moved the
// score most, then the days on which most happened.
import type { Schemas } from '~/app/api'

export interface CurveEvent {
  at: number
  /** The score after it. */
  cp: number
  change: number
  words: string
  method: boolean
}

const dayOf = (time: string) => time.slice(0, 10)
const mostTold = 6
const born: Schemas['ScoreMarker']['kind'][] = ['finding-opened', 'asset-found', 'asset-changed']

export function eventsOf(points: Schemas['ScoreAt'][], markers: Schemas['ScoreMarker'][]): CurveEvent[] {
  if (points.length === 0) return []
  const days = new Map<string, { at: number; change: number; words: string[]; count: number; method: boolean }>()
  const dayAt = (time: string) => {
    const day = dayOf(time)
    const one = days.get(day) ?? { at: new Date(time).getTime(), change: 0, words: [], count: 0, method: false }
    days.set(day, one)
    return one
  }
  points.slice(1).forEach((point, i) => {
    const one = dayAt(point.from)
    one.change += point.score_cp - points[i]!.score_cp
    if (point.method !== points[i]!.method) one.method = true
  })
  const first = dayOf(points[0]!.from)
  for (const marker of markers) {
    // What was there at the first measurement is no event.
    if (dayOf(marker.time) < first || (dayOf(marker.time) === first && born.includes(marker.kind))) continue
    const one = dayAt(marker.time)
    one.words.push(marker.text.replace(/\.$/, ''))
    one.count += marker.count
    if (marker.kind === 'method') one.method = true
  }
  return [...days.values()]
    .filter((one) => one.method || Math.abs(one.change) >= 10 || one.words.length > 0)
    .sort((a, b) => Number(b.method) - Number(a.method) || Math.abs(b.change) - Math.abs(a.change) || b.count - a.count)
    .slice(0, mostTold)
    .sort((a, b) => a.at - b.at)
    .map((one) => ({ at: one.at, cp: points.filter((point) => new Date(point.from).getTime() <= one.at + 86_400_000).at(-1)?.score_cp ?? points[0]!.score_cp, change: one.change, words: one.words.slice(0, 2).join('; '), method: one.method }))
}
