// Every chart goes through here. ECharts draws it as SVG, without animation, in the colours of the theme, and anew when
// the theme or the width changes, so that text keeps its size on a phone. Over the drawing lie its points: they take the
// focus, the arrow keys go from one to the next, and each reads as its text. Behind every chart lies a table.
//
//   const build = useCallback(({ width, colours }: Room) => ({ option: {...}, points: [...] }), [data])
//   <Figure note={t('plot.n', ...)} table={<table className="t">...</table>}>
//     <Chart label="..." height={300} build={build} />
//   </Figure>
import { Link, useRouter } from '@tanstack/react-router'
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type { AriaComponentOption, GridComponentOption } from 'echarts/components'
import type { ComposeOption, EChartsType } from 'echarts/core'
import { useDeferredValue, useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent, type MouseEvent, type ReactNode, type RefObject } from 'react'
import { useText } from '~/app/language'
import type { Grade } from '~/format/format'
import { nearestMark, nextMark, type Place } from './chart-places'
import './chart.css'

export type ChartOption = ComposeOption<CustomSeriesOption | LineSeriesOption | ScatterSeriesOption | AriaComponentOption | GridComponentOption>

const names = ['ink', 'dim', 'line', 'rule', 'panel', 'page', 'sunk', 'act', 'band', 'good', 'bad', 'grade-a', 'grade-b', 'grade-c', 'grade-d', 'grade-f', 'grade-u', 'on-grade', 'on-grade-c'] as const
export type Colours = Record<(typeof names)[number], string>

export function gradeColour(colours: Colours, grade: Grade): string {
  return colours[`grade-${grade.toLowerCase()}` as keyof Colours]
}

/** A grade's shape as a symbol of ECharts; the same shapes as the marks in the text. */
export const gradeSymbol: Record<Grade, string> = {
  A: 'circle',
  B: 'path://M-8 -8H8V8H-8Z',
  C: 'path://M10 0L5 8.66L-5 8.66L-10 0L-5 -8.66L5 -8.66Z',
  D: 'path://M0 -11L11 0L0 11L-11 0Z',
  F: 'path://M-10 -8H10L0 10Z',
  U: 'emptyCircle',
}

/** What a drawing may use. */
export interface Room {
  width: number
  /** A phone, or a page at 400 %. */
  narrow: boolean
  colours: Colours
}

export interface ChartPoint {
  key: string
  /** In the units of the axes. */
  x: number | string
  y: number | string
  /** "name: value grade" */
  label: string
  /** Where it leads: an address of the interface. */
  to?: string
}

export interface Drawing {
  option: ChartOption
  points: ChartPoint[]
}

export type Shape = NonNullable<ReturnType<NonNullable<CustomSeriesOption['renderItem']>>>

/** Shapes that no ready series has, drawn where `at` says that values lie. The axes need a min and a max of their own. */
export function shapes(draw: (at: (x: number, y: number) => [number, number]) => Shape[], z = 1): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    clip: false,
    z,
    data: [[0, 0]],
    renderItem: (_params, api) => ({ type: 'group', children: draw((x, y) => api.coord([x, y]) as [number, number]) }) as Shape,
  }
}

/** Text of axes and labels. */
export function textStyle(colours: Colours, strong = false) {
  return { color: strong ? colours.ink : colours.dim, fontSize: 12, fontFamily: fontFamily(), ...(strong ? { fontWeight: 600 as const } : {}) }
}

function fontFamily(): string {
  return getComputedStyle(document.body).fontFamily
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Colours
}

/** Light or dark, as it is and as it changes. */
export function useScheme(): string {
  return useSyncExternalStore(
    (changed) => {
      const observer = new MutationObserver(changed)
      observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-color-scheme'] })
      return () => observer.disconnect()
    },
    () => document.documentElement.dataset.colorScheme ?? '',
  )
}

export function useRoom(): [RefObject<HTMLDivElement | null>, number] {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    // Behind its table a drawing has no width, and stays as it is: to draw it anew at each press would delay the answer.
    const measure = () => { if (element.clientWidth > 0) setWidth(Math.floor(element.clientWidth)) }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}

type Engine = typeof import('./echarts')
let loading: Promise<Engine> | undefined
const load = () => (loading ??= import('./echarts').catch((problem: unknown) => {
  loading = undefined
  throw problem
}))

interface Mark {
  point: ChartPoint
  place: Place
}

export function Chart({ label, height, build }: { label: string; height: number | ((width: number) => number); build: (room: Room) => Drawing }) {
  const { t } = useText()
  const [frame, width] = useRoom()
  const canvas = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const [engine, setEngine] = useState<Engine | null>(null)
  const [failed, setFailed] = useState(false)
  const [marks, setMarks] = useState<Mark[]>([])
  // The page turns dark at once; the drawing, which takes longer, right after.
  const scheme = useDeferredValue(useScheme())
  const h = typeof height === 'function' ? height(width) : height

  useEffect(() => {
    let gone = false
    load().then((loaded) => { if (!gone) setEngine(loaded) }, () => { if (!gone) setFailed(true) })
    return () => {
      gone = true
      chart.current?.dispose()
      chart.current = null
    }
  }, [])

  useEffect(() => {
    if (!engine || !canvas.current || width === 0) return
    const now = (chart.current ??= engine.init(canvas.current, null, { renderer: 'svg', width, height: h }) as unknown as EChartsType)
    now.resize({ width, height: h })
    const { option, points } = build({ width, narrow: width < 520, colours: readColours() })
    now.setOption({ animation: false, aria: { enabled: true, label: { description: label } }, ...option }, { notMerge: true })
    const drawn = points.map((point) => {
      const [x = NaN, y = NaN] = now.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [point.x, point.y]) as number[]
      return { point, place: [x, y] as const }
    })
    setMarks(drawn.filter(({ place: [x, y] }) => Number.isFinite(x) && Number.isFinite(y)))
  }, [engine, width, h, scheme, build, label])

  // On paper the drawing is as wide as the paper.
  useEffect(() => {
    const fit = () => canvas.current?.querySelector('svg')?.setAttribute('viewBox', `0 0 ${width} ${h}`)
    window.addEventListener('beforeprint', fit)
    return () => window.removeEventListener('beforeprint', fit)
  }, [width, h])

  return (
    <div ref={frame}>
      {failed && <p className="dim">{t('chart.failed')}</p>}
      {!failed && (
        <Points marks={marks} label={label} width={width} height={h}>
          <div ref={canvas} className="chart-canvas" role="img" aria-label={label} />
        </Points>
      )}
    </div>
  )
}

/** The points over a drawing. The mouse finds the nearest; the keyboard goes from one to the next. */
export function Points({ marks, label, width, height, children }: { marks: Mark[]; label: string; width: number; height: number; children: ReactNode }) {
  const { t } = useText()
  const router = useRouter()
  const list = useRef<HTMLUListElement>(null)
  const [current, setCurrent] = useState(0)
  const [shown, setShown] = useState(-1)
  const places = marks.map((mark) => mark.place)
  const at = Math.min(current, marks.length - 1)
  const told = marks[shown]

  const onKey = (event: KeyboardEvent) => {
    const next = nextMark(places, at, event.key)
    if (event.key.startsWith('Arrow') || event.key === 'Home' || event.key === 'End') event.preventDefault()
    if (event.key === 'Escape') setShown(-1)
    if (next === at) return
    setCurrent(next)
    list.current?.querySelectorAll<HTMLElement>('[data-point]')[next]?.focus()
  }
  const under = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    return nearestMark(places, event.clientX - box.left, event.clientY - box.top, 14)
  }
  return (
    <div
      className="chart"
      data-leads={told?.point.to ? true : undefined}
      style={{ height }}
      onMouseMove={(event) => setShown(under(event))}
      onMouseLeave={() => setShown(-1)}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest('[data-point]')) return
        const to = marks[under(event)]?.point.to
        if (to) router.history.push(to)
      }}
    >
      {children}
      {marks.length > 0 && (
        <ul ref={list} className="chart-points" aria-label={t('chart.points', { label, count: marks.length })} onKeyDown={onKey}>
          {marks.map(({ point, place }, i) => {
            const common = {
              'data-point': true,
              tabIndex: i === at ? 0 : -1,
              'aria-label': point.label,
              onFocus: () => { setCurrent(i); setShown(i) },
              onBlur: () => setShown(-1),
            }
            return (
              <li key={point.key} style={{ left: place[0], top: place[1] }}>
                {point.to ? <Link to={point.to as '/'} preload={false} {...common} /> : <span role="img" {...common} />}
              </li>
            )
          })}
        </ul>
      )}
      {told && <div className="chart-tip" aria-hidden="true" data-side={told.place[0] < width / 3 ? 'start' : told.place[0] > (width * 2) / 3 ? 'end' : 'middle'} data-under={told.place[1] < 44 ? true : undefined} style={{ left: told.place[0], top: told.place[1] }}>{told.point.label}</div>}
    </div>
  )
}

/** A drawing, what it counts and when, and the table behind it; `file` takes the table along. */
export function Figure({ children, table, note, file }: { children: ReactNode; table: ReactNode; note: ReactNode; file?: ReactNode }) {
  const { t } = useText()
  const [asTable, setAsTable] = useState(false)
  return (
    <>
      <div hidden={asTable}>{children}</div>
      {asTable && <div className="scroll" tabIndex={0} role="region" aria-label={t('chart.table')}>{table}</div>}
      <footer className="legend">
        {note}
        {asTable && file}
        <button type="button" className="toggle end noprint" onClick={() => setAsTable(!asTable)}>{asTable ? t('plot.as-plot') : t('plot.as-table')}</button>
      </footer>
    </>
  )
}

/** Days along the bottom, from the first to the last: "3. mai". `at` are milliseconds, `month` says one by its number. */
export function dayAxis(colours: Colours, narrow: boolean, at: number[], month: (number: number) => string) {
  return {
    type: 'time' as const,
    min: at[0] ?? 0,
    max: at.at(-1) ?? 0,
    axisLabel: { ...textStyle(colours), hideOverlap: true, formatter: (value: number) => { const day = new Date(value); return `${day.getDate()}. ${month(day.getMonth() + 1)}` } },
    splitNumber: narrow ? 3 : 6,
    axisLine: { lineStyle: { color: colours.rule } },
    axisTick: { lineStyle: { color: colours.rule } },
    splitLine: { show: false },
  }
}

/** The score axis is always 0 to 100, with a line at every grade limit. */
export function scoreAxis(colours: Colours, narrow = false) {
  return {
    type: 'value' as const,
    min: 0,
    max: 100,
    interval: 10,
    axisLabel: { ...textStyle(colours), formatter: (value: number) => (value % 20 === 0 || (!narrow && value >= 60) ? String(value) : '') },
    axisTick: { show: false },
    axisLine: { show: false },
    splitLine: { lineStyle: { color: colours.line } },
  }
}
