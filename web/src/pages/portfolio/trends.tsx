// How the issues of a portfolio have moved: a small curve in each row of the lists, and all of them as a table.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { Button, Dialog } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { useCheckTitle } from './common'
import { trendOf, type IssueHistory } from './trend'

/** Asked for once and shown by both lists. */
export function useIssueHistory(portfolio: string, from: string) {
  return useQuery({
    queryKey: ['portfolio', portfolio, 'issues', 'history', from],
    queryFn: (): Promise<IssueHistory> => must(api.GET('/api/v1/portfolios/{portfolio}/issues/history', { params: { path: { portfolio }, query: { from, most: 6 } } })),
    placeholderData: (before: IssueHistory | undefined) => before,
    retry: false,
  }).data
}

const [w, h] = [84, 20]

/** From none at the bottom to the most at the top; days that may not be shown leave a gap. */
export function Trend({ history, check }: { history: IssueHistory | undefined; check: string }) {
  const { t, number, date } = useText()
  const trend = history && trendOf(history, check)
  if (!trend) return null
  const { points, first, last } = trend
  const [from, to] = [new Date(first.day).getTime(), new Date(last.day).getTime()]
  const most = Math.max(1, ...points.map((point) => point.count ?? 0))
  const X = (day: string) => 2 + ((new Date(day).getTime() - from) / Math.max(1, to - from)) * (w - 6)
  const Y = (count: number) => h - 3 - (count / most) * (h - 6)
  const path = points.map((point, i) => (point.count === null ? '' : `${i > 0 && points[i - 1]!.count !== null ? 'L' : 'M'}${X(point.day).toFixed(1)} ${Y(point.count).toFixed(1)}`)).join('')
  return (
    <span className="under trend">
      <svg className="spark" width={w} height={h} viewBox={`0 0 ${w} ${h}`} aria-hidden="true">
        <line x1="0" x2={w} y1={Y(0)} y2={Y(0)} />
        <path d={path} />
        <circle cx={X(last.day)} cy={Y(last.count)} r="2.5" />
      </svg>
      <span>{t('portfolio.trend', { first: number(first.count), last: number(last.count), date: date(first.day) })}</span>
    </span>
  )
}

/** The same day by day. */
export function TrendTable({ portfolio, from, history, issues, title }: { portfolio: string; from: string; history: IssueHistory | undefined; issues: Schemas['Issue'][]; title: string }) {
  const { t, number, share, date } = useText()
  const titleOf = useCheckTitle()
  const [open, setOpen] = useState(false)
  const shown = history ? issues.flatMap((issue) => history.issues.filter((one) => one.check === issue.check)) : []
  if (!history || shown.length === 0 || history.days.length < 2) return null
  const name = t('portfolio.trend.title', { title })
  return (
    <>
      <button type="button" className="toggle noprint" aria-label={name} onClick={() => setOpen(true)}>{t('portfolio.trend.open')}</button>
      <Dialog open={open} onClose={() => setOpen(false)} title={name}>
        <div className="scroll" tabIndex={0} role="region" aria-label={name}>
          <table className="t">
            <thead><tr><th>{t('portfolio.day')}</th>{shown.map((one) => <th key={one.check} scope="col" className="right">{titleOf(one.check)}</th>)}</tr></thead>
            <tbody>
              {history.days.map((day, i) => (
                <tr key={day.day}>
                  <th scope="row" className="number">{date(day.day)}</th>
                  {day.suppressed ? <td className="dim" colSpan={shown.length}>{t('portfolio.hidden')}</td> : shown.map((one) => <td key={one.check} className="right number">{number(one.organisations[i] ?? 0)} <span className="dim">{share(one.share[i] ?? 0)}</span></td>)}
                </tr>
              )).reverse()}
            </tbody>
          </table>
        </div>
        <p className="small dim">{t('portfolio.trend.note')}</p>
        <div className="row gap-top"><Button onClick={() => setOpen(false)}>{t('action.close')}</Button><TableFile of="/api/v1/portfolios/{portfolio}/issues/history/table" blanks={{ portfolio }} asked={{ from }} what={name} /></div>
      </Dialog>
    </>
  )
}
