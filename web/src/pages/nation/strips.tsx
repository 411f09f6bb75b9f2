// Every organisation on the score axis, one line for each group, with the group's median and middle half. A map hides
// small municipalities; here each has a mark.
import { useCallback, type ReactNode } from 'react'
import { useText } from '~/app/language'
import type { Grade } from '~/format/format'
import { Chart, Figure, gradeColour, gradeSymbol, scoreAxis, shapes, textStyle, type ChartPoint, type Drawing, type Room } from '~/parts/chart'
import { gradeBands, swarm } from '~/parts/chart-places'
import { ScoreWithGrade } from '../portfolio/common'

export interface StripGroup {
  key: string
  name: string
  /** On a phone. */
  short: string
  n: number
  suppressed: boolean
  /** Why, in words, when it is. */
  hidden: string
  median: number | null
  quarters: [number, number] | null
  marks: { key: string; name: string; cp: number; grade: Grade; to: string }[]
}

const rowHeight = 30

export function Strips({ groups, part, when, heading, file }: { file?: ReactNode; part: string | null; groups: StripGroup[]; when: string; heading: string }) {
  const { t, score, number } = useText()
  const build = useCallback(({ width, narrow, colours }: Room): Drawing => {
    const left = narrow ? 86 : 150
    const right = narrow ? 50 : 104
    const room = Math.max(60, width - left - right)
    const mark = narrow ? 6 : 8
    const font = textStyle(colours).fontFamily
    const y = (group: number, step: number) => group + (step * (mark + 0.5)) / rowHeight
    const points: ChartPoint[] = []
    const byGrade = new Map<Grade, [number, number][]>()
    groups.forEach((group, i) => {
      const sorted = [...group.marks].sort((a, b) => a.cp - b.cp)
      const steps = swarm(sorted.map((one) => (one.cp / 10_000) * room), mark + 1, narrow ? 1 : 1)
      sorted.forEach((one, k) => {
        const at: [number, number] = [one.cp / 100, y(i, steps[k]!)]
        byGrade.set(one.grade, [...(byGrade.get(one.grade) ?? []), at])
        points.push({ key: `${group.key} ${one.key}`, x: at[0], y: at[1], label: `${one.name}: ${score(one.cp)} ${one.grade}`, to: one.to })
      })
    })
    const cut = (text: string) => (text.length * 6.6 > left - 8 ? `${text.slice(0, Math.floor((left - 14) / 6.6))}…` : text)
    return {
      option: {
        grid: { left, right, top: 22, bottom: 24 },
        xAxis: { ...scoreAxis(colours, narrow), position: 'bottom' },
        yAxis: { type: 'value', min: -0.5, max: groups.length - 0.5, inverse: true, show: false },
        series: [
          shapes((at) => {
            const list = []
            const [x0] = at(0, 0)
            const [x1] = at(100, 0)
            for (const [from, to, grade] of gradeBands) {
              const [a, b] = [at(from, 0)[0], at(to, 0)[0]]
              list.push({ type: 'rect' as const, shape: { x: a + (from ? 1 : 0), y: 15, width: b - a - (from ? 1 : 0), height: 4 }, style: { fill: gradeColour(colours, grade) } })
              list.push({ type: 'text' as const, style: { text: grade, x: (a + b) / 2, y: 0, align: 'center' as const, fill: colours.ink, font: `600 12px ${font}` } })
            }
            groups.forEach((group, i) => {
              const [, middle] = at(0, i)
              if (i > 0) { const [, edge] = at(0, i - 0.5); list.push({ type: 'line' as const, shape: { x1: x0, y1: edge, x2: x1, y2: edge }, style: { stroke: colours.line, lineWidth: 1 } }) }
              list.push({ type: 'text' as const, style: { text: cut(narrow ? group.short : group.name), x: 0, y: middle, verticalAlign: 'middle' as const, fill: colours.ink, font: `12px ${font}` } })
              list.push({ type: 'text' as const, style: { text: `n = ${number(group.n)}`, x: width, y: middle, align: 'right' as const, verticalAlign: 'middle' as const, fill: colours.dim, font: `12px ${font}` } })
              if (group.quarters) { const [a, b] = [at(group.quarters[0] / 100, i)[0], at(group.quarters[1] / 100, i)[0]]; list.push({ type: 'rect' as const, shape: { x: a, y: middle - 11, width: Math.max(1, b - a), height: 22 }, style: { fill: colours.band } }) }
              if (group.median !== null) {
                const [mx] = at(group.median / 100, i)
                list.push({ type: 'line' as const, shape: { x1: mx, y1: middle - 12, x2: mx, y2: middle + 12 }, style: { stroke: colours.ink, lineWidth: 2.5 } })
                if (!narrow) list.push({ type: 'text' as const, style: { text: score(group.median), x: x1 + 10, y: middle, verticalAlign: 'middle' as const, fill: colours.ink, font: `600 12px ${font}` } })
              } else {
                // Beside marks there is only room for a word, where low scores would stand.
                list.push({ type: 'text' as const, style: { text: !group.suppressed ? t('portfolio.none-rated') : group.marks.length > 0 ? t('nation.hidden-median') : group.hidden, x: x0 + 4, y: middle, verticalAlign: 'middle' as const, fill: colours.dim, font: `italic 12px ${font}` } })
              }
            })
            return list
          }, 1),
          ...[...byGrade].map(([grade, data]) => ({ type: 'scatter' as const, silent: true, z: 4, symbol: gradeSymbol[grade], symbolKeepAspect: true, symbolSize: mark, itemStyle: { color: gradeColour(colours, grade), opacity: 1 }, data })),
        ],
      },
      points: points.length > 0 ? points : groups.filter((group) => group.median !== null).map((group) => ({ key: group.key, x: group.median! / 100, y: groups.indexOf(group), label: `${group.name}: ${score(group.median!)}` })),
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [JSON.stringify(groups), t])
  const n = groups.reduce((sum, group) => sum + group.n, 0)
  return (
    <Figure
      file={file}
      note={<><span>{t('chart.n-date', { n: number(n), date: when })}</span><span>{t('nation.strips.words')}</span>{part && <span>{part}</span>}</>}
      table={
        <table className="t">
          <thead><tr><th>{heading}</th><th>{t('portfolio.member')}</th><th className="right">{t('score.title')}</th></tr></thead>
          <tbody>
            {groups.flatMap((group) => [
              <tr key={group.key}><th scope="row">{group.name}</th><td className="dim">{t('portfolio.median')}, n = {number(group.n)}</td><td className="right">{group.median === null ? <span className="dim">{group.suppressed ? group.hidden : t('portfolio.none-rated')}</span> : <ScoreWithGrade cp={group.median} />}</td></tr>,
              ...[...group.marks].sort((a, b) => b.cp - a.cp).map((one) => <tr key={`${group.key} ${one.key}`}><td /><th scope="row">{one.name}</th><td className="right"><ScoreWithGrade cp={one.cp} grade={one.grade} /></td></tr>),
            ])}
          </tbody>
        </table>
      }
    >
      <Chart label={t('nation.strips.label', { n: number(n) })} height={groups.length * rowHeight + 46} build={build} />
    </Figure>
  )
}
