// The table of findings at any length. The service pages by cursor; here only the rows near the screen exist. A row that
// has not come yet holds its place, so the scroll bar tells the truth. The window scrolls, not a box in it: one scroll
// on a phone, and the browser's own way back. One row at a time takes part in the tab order; j, k and the arrows move it.
import { createColumnHelper, tableFeatures, useTable, type Row as TableRow } from '@tanstack/react-table'
import { defaultRangeExtractor, useWindowVirtualizer, type Range, type Virtualizer } from '@tanstack/react-virtual'
import { Link } from '@tanstack/react-router'
import { Fragment, memo, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { Finding } from '~/app/api'
import { useText } from '~/app/language'
import { HostName, Severity } from '~/parts/basic'
import { Due } from './due'
import type { Filter } from './filter'

export const keyOf = (finding: Finding) => `${finding.organisation} ${finding.id}`

type Sort = NonNullable<Filter['sort']>

const features = tableFeatures({})
const helper = createColumnHelper<typeof features, Finding>()
/** Which columns stay when there is less room: on a phone the finding carries the rest beneath itself. */
const room: Record<string, string> = { asset: 'wide', severity: 'wide', state: 'wide', due: 'wide', assignee: 'roomy', seen: 'roomy' }

// Cells are components of their own, made once: what is made anew at each drawing loses the focus that stands in it.
function What({ finding, named }: { finding: Finding; named: boolean }) {
  const { t } = useText()
  return (
    <>
      <Link to="/virksomhet/$org/funn/$finding" params={{ org: finding.organisation, finding: finding.id }} preload={false}>{(finding.reason_text || finding.title).replace(/\.$/, '')}</Link>
      <span className="under">{named ? `${finding.organisation_name} · ${finding.title}` : finding.title}</span>
      <span className="under phone mono"><HostName of={finding.asset} /></span>
      <span className="under phone"><Severity of={finding.severity} /> · <Due finding={finding} />{finding.state !== 'open' && <> · {t(`finding-state.${finding.state}`)}</>}</span>
    </>
  )
}

function State({ finding }: { finding: Finding }) {
  const { t } = useText()
  return (
    <>
      {finding.state === 'open' ? <span className="dim">{t('finding-state.open')}</span> : <span className="tag">{t(`finding-state.${finding.state}`)}</span>}
      {finding.unseen && <> <span className="tag warn">{t('finding.unseen')}</span></>}
    </>
  )
}

function FirstSeen({ finding }: { finding: Finding }) {
  const { date } = useText()
  return <span className="number">{date(finding.first_seen)}</span>
}

function Words({ textKey }: { textKey: string }) {
  const { t } = useText()
  return <>{t(textKey)}</>
}

const columnsWith = (named: boolean) => helper.columns([
  helper.display({ id: 'finding', header: () => <Words textKey='table.finding' />, cell: ({ row }) => <What finding={row.original} named={named} /> }),
  helper.display({ id: 'asset', header: () => <Words textKey='table.asset' />, cell: ({ row }) => <span className="mono"><HostName of={row.original.asset} /></span> }),
  helper.display({ id: 'severity', header: () => <Words textKey='table.severity' />, cell: ({ row }) => <Severity of={row.original.severity} /> }),
  helper.display({ id: 'state', header: () => <Words textKey='table.state' />, cell: ({ row }) => <State finding={row.original} /> }),
  helper.display({ id: 'due', header: () => <Words textKey='table.due' />, cell: ({ row }) => <span className="number"><Due finding={row.original} /></span> }),
  helper.display({ id: 'assignee', header: () => <Words textKey='table.assignee' />, cell: ({ row }) => row.original.assignee?.name ?? <span className="dim">–</span> }),
  helper.display({ id: 'seen', header: () => <Words textKey='table.first-seen' />, cell: ({ row }) => <FirstSeen finding={row.original} /> }),
])
const columnsOfOne = columnsWith(false)
const columnsOfAll = columnsWith(true)

const usualHeight = 57
/** As the observer tells it; before that the height that is usual. To ask the row itself would make the browser lay out at once. */
function heightOf(row: Element, told: ResizeObserverEntry | undefined, rows: Virtualizer<Window, Element>): number {
  const box = told?.borderBoxSize[0]
  return box ? Math.round(box.blockSize) : (rows.measurementsCache[rows.indexFromElement(row)]?.size ?? usualHeight)
}

interface RowOf {
  index: number
  finding: Finding
  row: TableRow<typeof features, Finding>
  Flex: ReturnType<typeof useTable<typeof features, Finding>>['FlexRender']
  picked: boolean
  /** One row takes part in the tab order. */
  inTabs: boolean
  measure: (row: Element | null) => void
  onTick: (index: number, range: boolean) => void
  onFocus: (index: number) => void
}

/** Drawn anew when what it shows has changed, and not with every row that is ticked or scrolled to. */
const Row = memo(function Row({ index, finding, row, Flex, picked, inTabs, measure, onTick, onFocus }: RowOf) {
  const { t } = useText()
  return (
    <tr data-index={index} ref={measure} aria-rowindex={index + 2} aria-selected={picked} onFocus={() => onFocus(index)}>
      <td className="tick">
        <input
          type="checkbox"
          tabIndex={inTabs ? 0 : -1}
          aria-label={t('findings.tick', { title: finding.title, asset: finding.asset })}
          checked={picked}
          onChange={(event) => onTick(index, (event.nativeEvent as MouseEvent).shiftKey === true)}
        />
      </td>
      {row.getAllCells().map((cell) => cell.column.id === 'finding'
        ? <th key={cell.id} scope="row"><Flex cell={cell} /></th>
        : <td key={cell.id} className={room[cell.column.id]}><Flex cell={cell} /></td>)}
    </tr>
  )
}, (before, now) => before.finding === now.finding && before.index === now.index && before.picked === now.picked && before.inTabs === now.inTabs && before.onTick === now.onTick && before.onFocus === now.onFocus && before.measure === now.measure)

export interface ListKeys {
  /** Moves to the row, and gives it the focus. */
  focus: (index: number) => void
  at: () => number
}

export const FindingsTable = memo(function FindingsTable({ items, total, more, onMore, sort, onSort, chosen, onTick, onAll, oneOrganisation, keys }: {
  items: Finding[]
  total: number
  more: boolean
  onMore: () => void
  sort: Sort
  onSort: (sort: Sort) => void
  chosen: ReadonlyMap<string, Finding>
  onTick: (index: number, range: boolean) => void
  onAll: () => void
  oneOrganisation: boolean
  keys: React.RefObject<ListKeys | null>
}) {
  const { t } = useText()
  const body = useRef<HTMLTableSectionElement>(null)
  const [at, setAt] = useState(0)
  const wanted = useRef(-1)
  // Two keys may be pressed before one drawing.
  const latest = useRef(0)
  // About where the table begins; it is measured when it stands there.
  const [margin, setMargin] = useState(400)
  // What is seen at once comes first, the rows below the screen right after it.
  const [painted, setPainted] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setPainted(true), 100)
    return () => clearTimeout(timer)
  }, [])
  const count = more ? Math.max(total, items.length + 1) : items.length
  const current = Math.min(at, Math.max(0, items.length - 1))

  // The observer tells where the table is after the browser's own layout; to ask while drawing would make it lay out twice.
  useEffect(() => {
    const measure = () => {
      const top = body.current ? Math.round(body.current.getBoundingClientRect().top + window.scrollY) : 0
      setMargin((before) => (Math.abs(before - top) > 1 ? top : before))
    }
    const observer = new ResizeObserver(measure)
    const page = document.getElementById('content')
    if (page) for (const part of [page, ...page.children]) observer.observe(part)
    return () => observer.disconnect()
  }, [])

  // The row that has the focus stays, wherever the window is.
  const rangeExtractor = useCallback((range: Range) => {
    const near = defaultRangeExtractor(range)
    return near.includes(current) || items.length === 0 ? near : [...near, current].sort((a, b) => a - b)
  }, [current, items.length])
  const rows = useWindowVirtualizer({
    count,
    estimateSize: () => usualHeight,
    // Rows are there at the first drawing, and not after a measuring of the window.
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    measureElement: heightOf,
    overscan: painted ? 8 : 0,
    scrollMargin: margin,
    scrollPaddingStart: 56,
    scrollPaddingEnd: 96,
    rangeExtractor,
    useFlushSync: false,
  })
  // Another order or filter is other rows; their heights are not known yet.
  const first = items[0] ? keyOf(items[0]) : ''
  const measured = useRef(first)
  useEffect(() => {
    if (first && measured.current !== first) rows.measure()
    measured.current = first
  }, [first, rows])
  const focused = useCallback((index: number) => { latest.current = index; setAt(index) }, [])
  const near = rows.getVirtualItems()
  const last = near.at(-1)?.index ?? 0
  useEffect(() => { if (more && last >= items.length - 30) onMore() }, [more, last, items.length, onMore])

  const focusWanted = () => {
    const link = wanted.current < 0 ? null : body.current?.querySelector<HTMLElement>(`tr[data-index="${wanted.current}"] a`)
    if (!link) return
    wanted.current = -1
    link.focus({ preventScroll: true })
  }
  // A row far away is there one drawing later.
  useEffect(focusWanted)
  latest.current = wanted.current >= 0 ? wanted.current : current
  keys.current = {
    at: () => latest.current,
    focus: (index) => {
      const inside = Math.max(0, Math.min(items.length - 1, index))
      wanted.current = inside
      latest.current = inside
      setAt(inside)
      rows.scrollToIndex(inside, { align: 'auto' })
      focusWanted()
    },
  }
  const shown = useMemo(() => near.map((row) => items[row.index]).filter((one) => one !== undefined), [near, items])
  const table = useTable({ features, columns: oneOrganisation ? columnsOfOne : columnsOfAll, data: shown, getRowId: keyOf })
  const models = new Map(table.getRowModel().rows.map((row) => [row.id, row]))
  const sorts: Record<string, { next: Sort; on: boolean; way: 'ascending' | 'descending' }> = {
    finding: { next: 'check', on: sort === 'check', way: 'ascending' },
    asset: { next: 'asset', on: sort === 'asset', way: 'ascending' },
    severity: { next: 'worst', on: sort === 'worst', way: 'descending' },
    due: { next: 'due', on: sort === 'due', way: 'ascending' },
    seen: { next: sort === 'oldest' ? 'newest' : 'oldest', on: sort === 'oldest' || sort === 'newest', way: sort === 'newest' ? 'descending' : 'ascending' },
  }
  const head = (id: string, words: ReactNode) => {
    const by = sorts[id]
    if (!by) return words
    return <button type="button" onClick={() => onSort(by.next)}>{words}{by.on ? (by.way === 'ascending' ? ' ↑' : ' ↓') : ''}</button>
  }

  const all = items.length > 0 && items.every((one) => chosen.has(keyOf(one)))
  let reached = margin
  const end = rows.getTotalSize() + margin
  return (
    <table className="t listing" aria-rowcount={count + 1}>
      <caption className="unseen">{t('findings.caption')}</caption>
      <colgroup>
        <col className="c-tick" />
        {table.getAllLeafColumns().map((column) => <col key={column.id} className={`c-${column.id} ${room[column.id] ?? ''}`} />)}
      </colgroup>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} aria-rowindex={1}>
            <th className="tick"><input type="checkbox" aria-label={t('findings.tick-all')} checked={all} onChange={onAll} /></th>
            {group.headers.map((header) => {
              const by = sorts[header.column.id]
              return <th key={header.id} className={room[header.column.id]} {...(by?.on ? { 'aria-sort': by.way } : {})}>{head(header.column.id, <table.FlexRender header={header} />)}</th>
            })}
          </tr>
        ))}
      </thead>
      <tbody ref={body}>
        {near.map((place) => {
          const gap = place.start - reached
          reached = place.end
          const finding = items[place.index]
          const row = finding && models.get(keyOf(finding))
          const picked = finding ? chosen.has(keyOf(finding)) : false
          return (
            <Fragment key={finding ? keyOf(finding) : place.index}>
              {gap > 0 && <tr className="gap" aria-hidden="true"><td colSpan={2} style={{ height: gap }} /></tr>}
              {!finding || !row ? (
                <tr data-index={place.index} ref={rows.measureElement} aria-hidden="true"><td className="tick" /><td><div className="bone" /></td></tr>
              ) : (
                <Row index={place.index} finding={finding} row={row} Flex={table.FlexRender} picked={picked} inTabs={place.index === current} measure={rows.measureElement} onTick={onTick} onFocus={focused} />
              )}
            </Fragment>
          )
        })}
        {end > reached && <tr className="gap" aria-hidden="true"><td colSpan={2} style={{ height: end - reached }} /></tr>}
      </tbody>
    </table>
  )
})
