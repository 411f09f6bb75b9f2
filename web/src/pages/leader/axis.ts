// The time a curve of the leader page is drawn over, and where its ticks stand: clock times in the first two days, then
// dates, and months when there is a quarter of a year to see.
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export interface Axis {
  from: number
  to: number
  kind: 'hour' | 'day' | 'month'
  ticks: number[]
}

const hourSteps = [minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour]
const daySteps = [1, 2, 7, 14]

/** From the first score until the report was made, with at most so many ticks, all within. */
export function axisOf(first: number, until: number, most: number): Axis {
  const age = Math.max(0, until - first)
  if (age <= 2 * day) {
    const from = first - Math.max(5 * minute, age * 0.08)
    const step = hourSteps.find((one) => (until - from) / one <= most) ?? 12 * hour
    return { from, to: until, kind: 'hour', ticks: spaced(from, until, (i) => midnight(from) + i * step) }
  }
  const from = Math.min(first - Math.min(day, age * 0.04), until - 7 * day)
  if (age <= 100 * day) {
    const step = daySteps.find((one) => (until - from) / day / one <= most) ?? 28
    return { from, to: until, kind: 'day', ticks: spaced(from, until, (i) => midnight(from, i * step)) }
  }
  const every = Math.max(1, Math.ceil((until - from) / (30.4 * day) / most))
  const start = new Date(from)
  return { from, to: until, kind: 'month', ticks: spaced(from, until, (i) => new Date(start.getFullYear(), start.getMonth() + 1 + i * every, 1).getTime()) }
}

/** Midnight where the reader is, so many days later. */
function midnight(time: number, later = 0): number {
  const at = new Date(time)
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + later).getTime()
}

function spaced(from: number, to: number, at: (i: number) => number): number[] {
  const out: number[] = []
  for (let i = 0, time = at(0); time <= to && i < 5_000; time = at(++i)) if (time >= from) out.push(time)
  return out
}
