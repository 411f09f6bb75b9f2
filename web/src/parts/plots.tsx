// The plots, drawn as SVG at the width there is, so that text keeps its size on a phone. The score axis is always 0 to
// 100 with the grade limits; every plot has a table behind it, and its points take the focus and read as text.
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { useText } from '~/app/language'
import { gradeOf, type Grade } from '~/format/format'

const bands: [number, number, Grade][] = [[0, 60, 'F'], [60, 70, 'D'], [70, 80, 'C'], [80, 90, 'B'], [90, 100, 'A']]

export function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    // The observer tells the first width too, after the browser's own layout; to ask here would make it lay out at once.
    // Behind its table a plot has no width, and keeps the one it had.
    const observer = new ResizeObserver(([entry]) => { if (entry?.contentRect.width) setWidth(Math.floor(entry.contentRect.width)) })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}

/** A plot with its table: one of them is shown, the other is a press away. A plot stays drawn behind its table. */
export function WithTable({ plot, table, note, file }: { plot: ReactNode; table: ReactNode; note: ReactNode; file?: ReactNode }) {
  const { t } = useText()
  const [asTable, setAsTable] = useState(false)
  return (
    <>
      <div hidden={asTable}>{plot}</div>
      {asTable && <div className="scroll">{table}</div>}
      <footer className="legend noprint-keep">
        {note}
        {asTable && file}
        <button type="button" className="toggle end" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>{asTable ? t('plot.as-plot') : t('plot.as-table')}</button>
      </footer>
    </>
  )
}

/** Where a score stands between 0 and 100, with the interval. */
export function Scale({ cp, interval }: { cp: number; interval: [number, number] }) {
  const { t, score } = useText()
  const [ref, width] = useWidth()
  const w = Math.max(width, 200)
  const x = (value: number) => (value / 100) * w
  const own = gradeOf(cp)
  const [low, high] = interval
  return (
    <div ref={ref}>
      <svg className="plot" height="76" viewBox={`0 0 ${w} 76`} role="img" aria-label={t('plot.scale', { score: score(cp), low: score(low), high: score(high) })}>
        {bands.map(([from, to, grade]) => (
          <g key={grade}>
            <rect className={`fill-${grade}`} x={x(from) + (from ? 1 : 0)} y="30" width={x(to) - x(from) - (from ? 1 : 0)} height="9" opacity={grade === own ? 1 : 0.35} />
            <text x={(x(from) + x(to)) / 2} y="55" textAnchor="middle" className={grade === own ? 'bold' : ''}>{grade}</text>
            {/* On a phone the last limit stands back, so that it does not run into the end of the axis. */}
            {from > 0 && <text x={x(from) + (w < 420 && from === 90 ? 3 : 0)} y="72" textAnchor={w < 420 && from === 90 ? 'end' : 'middle'}>{from}</text>}
          </g>
        ))}
        <text x="0" y="72">0</text>
        <text x={w} y="72" textAnchor="end">100</text>
        <rect x={x(low / 100)} y="17" width={Math.max(1, x((high - low) / 100))} height="6" fill="var(--ink)" opacity="0.3" />
        <path className="series" d={`M${x(low / 100)} 14v12M${x(high / 100)} 14v12`} />
        <circle cx={x(cp / 100)} cy="20" r="5.5" fill="var(--ink)" stroke="var(--panel)" strokeWidth="2" />
      </svg>
    </div>
  )
}

export interface FallStep {
  key: string
  label: string
  cp: number
}

/** From 100 down to the score, one bar for each cause, in the order of the table beneath. */
export function Waterfall({ steps, end }: { steps: FallStep[]; end: number }) {
  const { t, points, signed } = useText()
  const [ref, width] = useWidth()
  const w = Math.max(width, 280)
  const narrow = w < 520
  const left = narrow ? 118 : 220
  const right = narrow ? 58 : 70
  const rowHeight = 30
  const h = (steps.length + 2) * rowHeight + 26
  const X = (value: number) => left + (value / 100) * (w - left - right)
  let at = 100
  return (
    <div ref={ref}>
      <svg className="plot" height={h} viewBox={`0 0 ${w} ${h}`} role="group" aria-label={t('plot.waterfall', { score: points(end) })}>
        {[0, 20, 40, 60, 70, 80, 90, 100].filter((v) => !narrow || v % 20 === 0).map((value) => (
          <g key={value}>
            <line className="gridline" x1={X(value)} x2={X(value)} y1="0" y2={h - 22} />
            <text x={X(value)} y={h - 6} textAnchor="middle">{value}</text>
          </g>
        ))}
        <text className="ink" x="0" y="20">{t('score.start')}</text>
        <rect className="plain" x={X(0)} y="6" width={X(100) - X(0)} height={rowHeight - 12} />
        <text className="bold" x={w} y="20" textAnchor="end">{points(10000)}</text>
        {steps.map((step, i) => {
          const y = (i + 1) * rowHeight
          const before = at
          at -= step.cp / 100
          return (
            <g key={step.key} tabIndex={0} role="img" className="value" aria-label={`${step.label}: ${signed(-step.cp)}`}>
              <line className="event" x1={X(before)} x2={X(before)} y1={y - 6} y2={y + 6} />
              <text className="ink" x="0" y={y + 20}>{narrow && step.label.length > 17 ? `${step.label.slice(0, 16)}…` : step.label.length > 34 ? `${step.label.slice(0, 33)}…` : step.label}</text>
              <rect className="lost" x={X(Math.min(before, at))} y={y + 6} width={Math.max(1.5, Math.abs(X(before) - X(at)))} height={rowHeight - 12} />
              <text className="ink" x={w} y={y + 20} textAnchor="end">{signed(-step.cp)}</text>
            </g>
          )
        })}
        <text className="bold" x="0" y={(steps.length + 1) * rowHeight + 20}>{t('score.title')}</text>
        <rect className={`fill-${gradeOf(end)}`} x={X(0)} y={(steps.length + 1) * rowHeight + 6} width={Math.max(1, X(end / 100) - X(0))} height={rowHeight - 12} />
        <text className="bold" x={w} y={(steps.length + 1) * rowHeight + 20} textAnchor="end">{points(end)}</text>
      </svg>
    </div>
  )
}

/** Gains to the right, losses to the left, around nothing; with its table. */
export function Moves({ rows, note }: { rows: { key: string; label: string; cp: number }[]; note?: ReactNode }) {
  const { t, signed } = useText()
  return (
    <WithTable
      plot={<MovesPlot rows={rows} />}
      table={
        <table className="t">
          <thead><tr><th>{t('table.cause')}</th><th className="right">{t('score.points')}</th></tr></thead>
          <tbody>{rows.map((row) => <tr key={row.key}><th scope="row">{row.label}</th><td className="right number">{signed(row.cp)}</td></tr>)}</tbody>
        </table>
      }
      note={note}
    />
  )
}

function MovesPlot({ rows }: { rows: { key: string; label: string; cp: number }[] }) {
  const { t, signed } = useText()
  const [ref, width] = useWidth()
  const title = useId()
  const w = Math.max(width, 240)
  const left = 110
  const right = 64
  const most = Math.max(100, ...rows.map((row) => Math.abs(row.cp)))
  const middle = left + (w - left - right) / 2
  const X = (cp: number) => middle + (cp / most) * ((w - left - right) / 2)
  const h = rows.length * 28
  return (
    <div ref={ref}>
      <svg className="plot" height={h} viewBox={`0 0 ${w} ${h}`} role="group" aria-labelledby={title}>
        <title id={title}>{t('plot.moves', { rows: rows.map((row) => `${row.label} ${signed(row.cp)}`).join(', ') })}</title>
        <line className="axis" x1={middle} x2={middle} y1="0" y2={h} />
        {rows.map((row, i) => (
          <g key={row.key} tabIndex={0} role="img" className="value" aria-label={`${row.label}: ${signed(row.cp)}`}>
            <text className="ink" x="0" y={i * 28 + 18}>{row.label}</text>
            {row.cp !== 0 && <rect className={row.cp < 0 ? 'lost' : 'gained'} x={Math.min(middle, X(row.cp))} y={i * 28 + 6} width={Math.max(1.5, Math.abs(X(row.cp) - middle))} height="16" />}
            <text className="ink" x={w} y={i * 28 + 18} textAnchor="end">{signed(row.cp)}</text>
          </g>
        ))}
      </svg>
    </div>
  )
}
