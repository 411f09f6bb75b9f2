// The score over twelve months: the line, the interval around it, and what happened as numbered flags in the empty lower
// half, whose words stand in the list beneath. Comes after the first paint, with the charts.
import { useCallback } from 'react'
import type { Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { gradeOf, type Grade } from '~/format/format'
import { Chart, scoreAxis, shapes, textStyle, type Drawing, type Room, type Shape } from '~/parts/chart'
import type { CurveEvent } from './events'

const bands: [number, number, Grade][] = [[44, 60, 'F'], [60, 70, 'D'], [70, 80, 'C'], [80, 90, 'B'], [90, 100, 'A']]
/** Where the flag of the nth event hangs. */
const flagAt = (i: number) => 40 - (i % 3) * 14

export function Year({ points, events, from, to, young }: { points: Schemas['ScoreAt'][]; events: CurveEvent[]; from: number; to: number; young: boolean }) {
  const { t, language, score, signed, date, dateTime } = useText()
  const build = useCallback(({ narrow, colours }: Room): Drawing => {
    const moment = young ? dateTime : date
    const start = (point: Schemas['ScoreAt']) => Math.max(from, new Date(point.from).getTime())
    const end = (i: number) => (i + 1 < points.length ? start(points[i + 1]!) : to)
    const last = points.at(-1)
    const font = (size: number, weight: number) => `${weight} ${size}px ${textStyle(colours).fontFamily}`
    return {
      option: {
        grid: { left: 32, right: 26, top: 12, bottom: 26 },
        xAxis: {
          type: 'time',
          min: from,
          max: to,
          axisLine: { lineStyle: { color: colours.rule } },
          axisTick: { lineStyle: { color: colours.rule } },
          axisLabel: { ...textStyle(colours), hideOverlap: true, formatter: (at: number) => { const day = new Date(at); return young ? `${String(day.getHours()).padStart(2, '0')}${language === 'en' ? ':' : '.'}${String(day.getMinutes()).padStart(2, '0')}` : to - from > 100 * 86_400_000 ? t(`month.${day.getMonth() + 1}`) : `${day.getDate()}${language === 'en' ? '' : '.'} ${t(`month.${day.getMonth() + 1}`)}` } },
          splitNumber: narrow ? 4 : 8,
          ...(young ? { minInterval: 60_000 } : {}),
        },
        yAxis: { ...scoreAxis(colours, narrow), axisLabel: { ...textStyle(colours), formatter: (value: number) => (value % 20 === 0 ? String(value) : '') } },
        series: [
          shapes((at) => points.map((point, i): Shape => {
            const [low = point.score_cp, high = point.score_cp] = point.interval_cp
            const [x1, y1] = at(start(point), high / 100)
            const [x2, y2] = at(end(i), low / 100)
            return { type: 'rect', shape: { x: x1, y: y1, width: Math.max(0, x2 - x1), height: Math.max(1, y2 - y1) }, style: { fill: colours.band } }
          }), 0),
          {
            type: 'line',
            silent: true,
            z: 2,
            step: 'end',
            showSymbol: points.length < 80,
            symbol: 'circle',
            symbolSize: 6,
            itemStyle: { color: colours.panel, borderColor: colours.ink, borderWidth: 2 },
            lineStyle: { color: colours.ink, width: 2 },
            data: [...points.map((point) => [start(point), point.score_cp / 100]), ...(last ? [[to, last.score_cp / 100]] : [])],
          },
          shapes((at) => events.flatMap((event, i): Shape[] => {
            const [x, y1] = at(event.at, event.cp / 100)
            const [, y2] = at(event.at, flagAt(i))
            return [
              { type: 'line', shape: { x1: x, y1: y1 + 4, x2: x, y2: y2 - 9 }, style: { stroke: event.method ? colours.ink : colours.dim, lineWidth: 1, lineDash: event.method ? [5, 4] : undefined } } as Shape,
              { type: 'circle', shape: { cx: x, cy: y2, r: 9 }, style: { fill: colours.panel, stroke: colours.ink, lineWidth: 1, lineDash: event.method ? [3, 2] : undefined } } as Shape,
              { type: 'text', style: { text: String(i + 1), x, y: y2 - 6, align: 'center', fill: colours.ink, font: font(12, 600) } } as Shape,
            ]
          }), 3),
          shapes((at) => {
            const list: Shape[] = bands.map(([low, high, grade]) => {
              const [x, y] = at(to, (low + high) / 2)
              const own = last !== undefined && gradeOf(last.score_cp) === grade
              return { type: 'text', style: { text: grade, x: x + 12, y: y - 6, fill: own ? colours.ink : colours.dim, font: font(12, own ? 650 : 400) } } as Shape
            })
            if (last) {
              const [x, y] = at(to, last.score_cp / 100)
              list.push({ type: 'circle', shape: { cx: x, cy: y, r: 4.5 }, style: { fill: colours.ink } } as Shape)
              list.push({ type: 'text', style: { text: score(last.score_cp), x: x - 6, y: last.score_cp > 9300 ? y + 10 : y - 24, align: 'right', fill: colours.ink, font: font(14, 650) } } as Shape)
            }
            return list
          }, 4),
        ],
      },
      points: [
        ...points.map((point) => ({ key: point.from, x: start(point), y: point.score_cp / 100, label: `${moment(point.from)}: ${score(point.score_cp)} ${point.grade} (${score(point.interval_cp[0] ?? point.score_cp)} – ${score(point.interval_cp[1] ?? point.score_cp)})` })),
        ...events.map((event, i) => ({ key: `event-${event.at}`, x: event.at, y: flagAt(i), label: `${i + 1}: ${moment(new Date(event.at).toISOString())} ${event.words} ${signed(event.change, 1)}` })),
      ],
    }
  }, [points, events, from, to, young, t, language, score, signed, date, dateTime])
  return <Chart label={t('plot.history')} height={(width) => (width < 520 ? 240 : 300)} build={build} />
}
