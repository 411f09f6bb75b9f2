// The plots of a portfolio: one mark for each member, and the middle with time.
import { useCallback } from 'react'
import type { Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { gradeOf } from '~/format/format'
import { Chart, Figure, dayAxis, gradeColour, gradeSymbol, scoreAxis, shapes, textStyle, type Drawing, type Room } from '~/parts/chart'
import { gradeBands, stacked } from '~/parts/chart-places'
import { TableFile } from '~/parts/table-file'
import { GradeBar, ScoreWithGrade, type FigureValues } from './common'

type Member = Schemas['PortfolioMember']

const side = 16

/** On a phone a bin is five points wide, else two and a half; both meet the grade limits. */
const binOf = (width: number) => (width < 520 ? 500 : 250)

function markSize(width: number): number {
  return Math.max(5, Math.min(16, ((width - 2 * side) * binOf(width)) / 10_000 - 2))
}

/** One mark for each member in bins that meet the grade limits, with the median and where it may lie. */
export function Distribution({ portfolio, members, figures, date, total }: { portfolio: string; members: Member[]; figures: FigureValues | null; date: string; total: number }) {
  const { t, score, number } = useText()
  const rated = members.filter((one) => one.score_cp !== null && one.grade !== 'U')
  const unrated = members.filter((one) => one.grade === 'U')
  const marksAt = (width: number) => stacked(rated.map((one) => one.score_cp ?? 0), binOf(width))
  const levelsAt = (width: number) => Math.max(4, ...marksAt(width).map((mark) => mark.level + 1))
  const heightOf = (width: number) => Math.min(420, Math.max(150, levelsAt(width) * (markSize(width) + 2))) + 92
  const build = useCallback(({ width, narrow, colours }: Room): Drawing => {
    const marks = marksAt(width)
    const levels = levelsAt(width)
    const size = markSize(width)
    const counts = figures?.grades
    const top = 26
    const room = heightOf(width) - top - 66
    const most = room / (size + 2)
    const median = figures?.median_cp
    const interval = figures?.median_interval_cp
    const x = (cp: number) => cp / 100
    return {
      option: {
        grid: { left: side, right: side, top, bottom: 66 },
        xAxis: { ...scoreAxis(colours), position: 'bottom', axisLabel: { show: false }, splitLine: { show: false } },
        yAxis: { type: 'value', min: 0, max: Math.max(most, levels), show: false },
        series: [
          shapes((at) => {
            const [, floor] = at(0, 0)
            const list = []
            if (interval) {
              const [a, b] = [at(x(interval[0]!), 0)[0], at(x(interval[1]!), 0)[0]]
              list.push({ type: 'rect' as const, shape: { x: a, y: top, width: Math.max(1, b - a), height: floor - top }, style: { fill: colours.band } })
            }
            for (const [from, to, grade] of gradeBands) {
              const [a, b] = [at(from, 0)[0], at(to, 0)[0]]
              list.push({ type: 'rect' as const, shape: { x: a + (from ? 1 : 0), y: floor + 3, width: b - a - (from ? 1 : 0), height: 6 }, style: { fill: gradeColour(colours, grade) } })
              list.push({ type: 'text' as const, style: { text: counts && !(narrow && from > 0) ? `${grade} ${number(counts[grade])}` : grade, x: (a + b) / 2, y: floor + 15, align: 'center' as const, fill: colours.ink, font: `600 12px ${textStyle(colours).fontFamily}` } })
              list.push({ type: 'text' as const, style: { text: String(from), x: narrow && from === 90 ? a + 3 : a, y: floor + 34, align: narrow && from === 90 ? 'right' as const : from ? 'center' as const : 'left' as const, fill: colours.dim, font: `12px ${textStyle(colours).fontFamily}` } })
            }
            list.push({ type: 'text' as const, style: { text: '100', x: at(100, 0)[0], y: floor + 34, align: 'right' as const, fill: colours.dim, font: `12px ${textStyle(colours).fontFamily}` } })
            return list
          }, 0),
          ...gradeBands.map(([, , grade]) => ({
            type: 'scatter' as const,
            silent: true,
            symbol: gradeSymbol[grade],
            symbolKeepAspect: true,
            symbolSize: size,
            z: 3,
            itemStyle: { color: gradeColour(colours, grade), opacity: 1 },
            data: marks.filter((mark) => gradeOf(rated[mark.index]!.score_cp!) === grade).map((mark) => [mark.at, mark.level + 0.55]),
          })),
          shapes((at) => {
            if (median === undefined) return []
            const [mx] = at(x(median), 0)
            const [, floor] = at(0, 0)
            return [
              { type: 'line' as const, shape: { x1: mx, y1: top - 6, x2: mx, y2: floor }, style: { stroke: colours.ink, lineWidth: 1.5 } },
              { type: 'text' as const, style: { text: t('portfolio.median-is', { score: score(median) }), x: mx, y: 4, align: mx > width - 90 ? 'right' as const : 'center' as const, fill: colours.ink, font: `600 12px ${textStyle(colours).fontFamily}` } },
            ]
          }, 2),
        ],
      },
      points: marks.map((mark) => {
        const one = rated[mark.index]!
        return { key: one.organisation, x: mark.at, y: mark.level + 0.55, label: `${one.name}: ${score(one.score_cp!)} ${one.grade}`, to: `/virksomhet/${encodeURIComponent(one.organisation)}` }
      }),
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [members, figures, t])
  return (
    <Figure
      note={
        <>
          <span>{t('chart.n-date', { n: number(rated.length), date })}</span>
          {unrated.length > 0 && <span>{t('portfolio.unrated-are', { names: unrated.slice(0, 4).map((one) => one.name).join(', '), more: unrated.length > 4 ? ` ${t('table.and-more', { count: unrated.length - 4 })}` : '' })}</span>}
          {members.length < total && <span>{t('portfolio.first-only', { count: number(members.length), total: number(total) })}</span>}
        </>
      }
      file={<TableFile of="/api/v1/portfolios/{portfolio}/members/table" blanks={{ portfolio }} asked={{ sort: '-score' }} what={t('portfolio.distribution')} />}
      table={
        <table className="t">
          <thead><tr><th>{t('portfolio.member')}</th><th className="right">{t('score.title')}</th></tr></thead>
          <tbody>{[...rated].sort((a, b) => b.score_cp! - a.score_cp!).map((one) => <tr key={one.organisation}><th scope="row">{one.name}</th><td className="right"><ScoreWithGrade cp={one.score_cp} grade={one.grade} /></td></tr>)}</tbody>
        </table>
      }
    >
      <Chart label={t('portfolio.distribution-label', { n: number(rated.length) })} height={heightOf} build={build} />
    </Figure>
  )
}

type HistoryPoint = Schemas['HistoryPoint']

/** The median with the middle half and all but the outer tenths, day by day or week by week. Days that may not be shown leave a gap. */
export function History({ portfolio, from, points, title }: { portfolio: string; from: string; points: HistoryPoint[]; title: string }) {
  const { t, score, date, number } = useText()
  const shown = points.filter((point) => point.figures)
  const build = useCallback(({ narrow, colours }: Room): Drawing => {
    const time = (day: string) => new Date(`${day}T12:00:00`).getTime()
    const line = (pick: (figures: NonNullable<HistoryPoint['figures']>) => number) => points.map((point) => [time(point.day), point.figures ? pick(point.figures) / 100 : null] as [number, number | null])
    const last = shown.at(-1)
    return {
      option: {
        grid: { left: 34, right: 58, top: 14, bottom: 26 },
        xAxis: dayAxis(colours, narrow, points.map((point) => time(point.day)), (number) => t(`month.${number}`)),
        yAxis: { ...scoreAxis(colours), axisLabel: { ...textStyle(colours), formatter: (value: number) => (value % 20 === 0 ? String(value) : '') } },
        series: [
          shapes((at) => {
            const list = []
            for (const [low, high, opacity] of [['p10_cp', 'p90_cp', 0.45], ['p25_cp', 'p75_cp', 1]] as const)
              for (let i = 1; i < points.length; i++) {
                const [a, b] = [points[i - 1]!, points[i]!]
                if (!a.figures || !b.figures) continue
                list.push({ type: 'polygon' as const, shape: { points: [at(time(a.day), a.figures[low] / 100), at(time(b.day), b.figures[low] / 100), at(time(b.day), b.figures[high] / 100), at(time(a.day), a.figures[high] / 100)] }, style: { fill: colours.band, opacity } })
              }
            return list
          }, 0),
          { type: 'line', silent: true, showSymbol: false, connectNulls: false, z: 2, lineStyle: { color: colours.dim, width: 1.5, type: 'dashed' }, data: line((figures) => figures.mean_cp) },
          { type: 'line', silent: true, showSymbol: shown.length < 40, symbol: 'circle', symbolSize: 6, connectNulls: false, z: 3, itemStyle: { color: colours.ink }, lineStyle: { color: colours.ink, width: 2 }, data: line((figures) => figures.median_cp) },
          shapes((at) => {
            if (!last?.figures) return []
            const [x, y] = at(time(last.day), last.figures.median_cp / 100)
            return [{ type: 'text' as const, style: { text: score(last.figures.median_cp), x: x + 8, y: y - 6, fill: colours.ink, font: `600 13px ${textStyle(colours).fontFamily}` } }]
          }, 4),
        ],
      },
      points: shown.map((point) => ({ key: point.day, x: time(point.day), y: point.figures!.median_cp / 100, label: `${date(point.day)}: ${score(point.figures!.median_cp)} ${gradeOf(point.figures!.median_cp)}` })),
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [points, t])
  if (shown.length === 0) return <p className="dim">{points.some((point) => point.suppressed) ? t('portfolio.hidden') : t('portfolio.history.none')}</p>
  return (
    <Figure
      note={
        <>
          <span>{t('portfolio.history.legend')}</span>
          <span>{t('plot.n', { n: shown.length, from: date(shown[0]!.day), to: date(shown.at(-1)!.day) })}</span>
          {shown.length < points.length && <span>{t('portfolio.history.hidden', { count: points.length - shown.length })}</span>}
        </>
      }
      file={<TableFile of="/api/v1/portfolios/{portfolio}/history/table" blanks={{ portfolio }} asked={{ from }} what={t('portfolio.history')} />}
      table={
        <table className="t">
          <thead><tr><th>{t('portfolio.day')}</th><th className="right">{t('portfolio.rated')}</th><th className="right">P10</th><th className="right">P25</th><th className="right">{t('portfolio.median')}</th><th className="right">P75</th><th className="right">P90</th><th className="right">{t('portfolio.mean')}</th><th className="bars">{t('portfolio.distribution')}</th></tr></thead>
          <tbody>
            {[...points].reverse().map((point) => point.figures ? (
              <tr key={point.day}><th scope="row" className="number">{date(point.day)}</th><td className="right number">{number(point.figures.rated)}</td><td className="right number">{score(point.figures.p10_cp)}</td><td className="right number">{score(point.figures.p25_cp)}</td><td className="right number strong">{score(point.figures.median_cp)}</td><td className="right number">{score(point.figures.p75_cp)}</td><td className="right number">{score(point.figures.p90_cp)}</td><td className="right number">{score(point.figures.mean_cp)}</td><td className="bars"><GradeBar counts={point.figures.grades} /></td></tr>
            ) : (
              <tr key={point.day}><th scope="row" className="number">{date(point.day)}</th><td className="dim" colSpan={8}>{point.suppressed ? t('portfolio.hidden') : t('portfolio.none-rated')}</td></tr>
            ))}
          </tbody>
        </table>
      }
    >
      <Chart label={t('portfolio.history-label', { title })} height={(width) => (width < 520 ? 240 : 280)} build={build} />
    </Figure>
  )
}
