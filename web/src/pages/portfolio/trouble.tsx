// What the portfolio has not got round to, day by day: how long it is past its deadlines, and the open gates.
import { useCallback } from 'react'
import type { Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { Chart, Figure, dayAxis, textStyle, type Drawing, type Room } from '~/parts/chart'
import { TableFile } from '~/parts/table-file'

type Point = Schemas['HistoryPoint']
type Kept = { day: string; days: number; gates: number }

const time = (day: string) => new Date(`${day}T12:00:00`).getTime()

/** Days on which it was written down; the others are not zero. */
function kept(points: Point[]): Kept[] {
  return points.flatMap(({ day, figures }) => (figures && figures.median_overdue_days !== null && figures.open_gates !== null ? [{ day, days: figures.median_overdue_days, gates: figures.open_gates }] : []))
}

export function Trouble({ portfolio, from, points, title }: { portfolio: string; from: string; points: Point[]; title: string }) {
  const { t, date, number } = useText()
  const shown = kept(points)
  const build = useCallback(({ narrow, colours }: Room): Drawing => {
    const known = new Map(shown.map((one) => [one.day, one]))
    return {
      option: {
        grid: { left: 44, right: 44, top: 14, bottom: 26 },
        xAxis: dayAxis(colours, narrow, points.map((point) => time(point.day)), (number) => t(`month.${number}`)),
        yAxis: {
          type: 'value',
          min: 0,
          max: Math.max(10, ...shown.map((one) => Math.ceil(one.days / 10) * 10)),
          minInterval: 1,
          splitNumber: 4,
          axisLabel: { ...textStyle(colours), formatter: (value: number) => number(value) },
          axisTick: { show: false },
          axisLine: { show: false },
          splitLine: { lineStyle: { color: colours.line } },
        },
        series: [
          { type: 'line', silent: true, showSymbol: shown.length < 40, symbol: 'circle', symbolSize: 6, connectNulls: false, itemStyle: { color: colours.ink }, lineStyle: { color: colours.ink, width: 2 }, data: points.map((point) => [time(point.day), known.get(point.day)?.days ?? null]) },
        ],
      },
      points: shown.map((one) => ({ key: one.day, x: time(one.day), y: one.days, label: `${date(one.day)}: ${t('portfolio.trouble.point', { count: one.days, days: number(one.days), gates: number(one.gates) })}` })),
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [points, t])
  const last = shown.at(-1)
  if (!last) return <p className="dim">{t('portfolio.trouble.none')}</p>
  return (
    <Figure
      note={
        <>
          <span>{t('portfolio.trouble.legend')}</span>
          <span>{t('portfolio.trouble.now', { date: date(last.day), gates: number(last.gates) })}</span>
          <span>{t('plot.n', { n: shown.length, from: date(shown[0]!.day), to: date(last.day) })}</span>
        </>
      }
      file={<TableFile of="/api/v1/portfolios/{portfolio}/history/table" blanks={{ portfolio }} asked={{ from }} what={t('portfolio.trouble')} />}
      table={
        <table className="t">
          <thead><tr><th>{t('portfolio.day')}</th><th className="right">{t('portfolio.trouble.days')}</th><th className="right">{t('portfolio.trouble.gates')}</th></tr></thead>
          <tbody>{[...shown].reverse().map((one) => <tr key={one.day}><th scope="row" className="number">{date(one.day)}</th><td className="right number">{number(one.days)}</td><td className="right number">{number(one.gates)}</td></tr>)}</tbody>
        </table>
      }
    >
      <Chart label={t('portfolio.trouble.label', { title })} height={(width) => (width < 520 ? 200 : 220)} build={build} />
    </Figure>
  )
}
