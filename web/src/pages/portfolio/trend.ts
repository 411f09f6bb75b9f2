// One check out of the history of issues.
export type IssueHistory = {
  days: { day: string; measured: number; suppressed: boolean }[]
  issues: { check: string; severity: string; organisations: (number | null)[]; share: (number | null)[] }[]
}

type Shown = { day: string; count: number }

/** The days with their counts (null: hidden), from the first that is shown; nothing when there are not two. */
export function trendOf(history: IssueHistory, check: string): { points: { day: string; count: number | null }[]; first: Shown; last: Shown } | null {
  const issue = history.issues.find((one) => one.check === check)
  if (!issue) return null
  const all = history.days.map(({ day }, i) => ({ day, count: issue.organisations[i] ?? null }))
  const shown = all.filter((point): point is Shown => point.count !== null)
  const [first, last] = [shown[0], shown.at(-1)]
  if (!first || !last || shown.length < 2) return null
  return { points: all.slice(all.findIndex((point) => point.count !== null)), first, last }
}
