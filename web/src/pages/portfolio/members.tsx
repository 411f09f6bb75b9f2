// The members as a table: pages from the service, sorted there, and only the rows in sight in the page.
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useCalm } from '~/app/calm'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Empty, Failed, Panel } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { allGrades, ScoreWithGrade } from './common'
import { type memberSorts, type MemberSort } from './names'

type Member = Schemas['PortfolioMember']
const features = tableFeatures({})
const helper = createColumnHelper<typeof features, Member>()

interface Look {
  sort?: (typeof memberSorts)[number]
  right?: boolean
  wide?: boolean
}

export function Members({ portfolio, sort, text, grade, onChange, removable }: {
  portfolio: string
  sort: MemberSort
  text: string
  grade: string
  onChange: (change: { sort?: MemberSort; q?: string; grade?: string }) => void
  removable: boolean
}) {
  const { t, number, share, date, language } = useText()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [typed, setTyped] = useState(text)
  const calm = useCalm(typed, 250)
  useEffect(() => { if (calm !== text) onChange({ q: calm }) }, [calm]) // eslint-disable-line react-hooks/exhaustive-deps
  const asked = { sort, ...(text ? { q: text } : {}), ...(grade ? { grade } : {}) }
  const list = useInfiniteQuery({
    queryKey: ['portfolio', portfolio, 'members', asked],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/portfolios/{portfolio}/members', { params: { path: { portfolio }, query: { ...asked, limit: 200, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const total = list.data?.pages[0]?.total ?? 0
  const remove = useMutation({
    mutationFn: (organisation: string) => must(api.DELETE('/api/v1/portfolios/{portfolio}/members/{organisation}', { params: { path: { portfolio, organisation } } })),
    onSuccess: async (_done, organisation) => {
      await queries.invalidateQueries({ queryKey: ['portfolio', portfolio] })
      toasts.say(t('portfolio.removed'), () => void must(api.PUT('/api/v1/portfolios/{portfolio}/members/{organisation}', { params: { path: { portfolio, organisation } }, body: {} })).then(() => queries.invalidateQueries({ queryKey: ['portfolio', portfolio] }), toasts.fail))
    },
    onError: toasts.fail,
  })

  const columns = useMemo(() => helper.columns([
    helper.accessor('name', { header: () => t('portfolio.member'), cell: ({ row }) => <Link to="/virksomhet/$org" params={{ org: row.original.organisation }}>{row.original.name}</Link> }),
    helper.accessor('score_cp', { header: () => t('score.title'), cell: ({ row }) => <ScoreWithGrade cp={row.original.grade === 'U' ? null : row.original.score_cp} grade={row.original.grade} /> }),
    helper.accessor('coverage', { header: () => t('score.coverage'), cell: ({ row }) => (row.original.measured ? share(row.original.coverage) : '–') }),
    helper.accessor('findings', { id: 'critical', header: () => t('portfolio.critical-high'), cell: ({ row }) => (row.original.findings ? `${number(row.original.findings.critical)} / ${number(row.original.findings.high)}` : '–') }),
    helper.accessor('findings', { id: 'overdue', header: () => t('table.overdue'), cell: ({ row }) => { const days = row.original.findings?.overdue_days; return days ? <span className="late">⚑ {t('portfolio.days', { count: number(days) })}</span> : days === 0 ? '0' : '–' } }),
    helper.accessor('findings', { id: 'gate', header: () => t('portfolio.gate'), cell: ({ row }) => (row.original.findings?.gate ? <span className="tag warn">{t('portfolio.gate-open')}</span> : '–') }),
    helper.accessor('population', { header: () => t('portfolio.inhabitants'), cell: ({ row }) => (row.original.population === null ? '–' : number(row.original.population)) }),
    helper.accessor('measured', { header: () => t('portfolio.measured'), cell: ({ row }) => (row.original.measured ? date(row.original.measured) : t('score.not-measured')) }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
  ]), [t, language])
  const looks: Record<string, Look> = { name: { sort: 'name' }, score_cp: { sort: 'score', right: true }, coverage: { sort: 'coverage', right: true, wide: true }, critical: { right: true, wide: true }, overdue: { sort: 'overdue', right: true, wide: true }, gate: { wide: true }, population: { sort: 'population', right: true, wide: true }, measured: { sort: 'measured', wide: true } }
  const table = useTable({ features, columns, data: rows, getRowId: (row: Member) => row.organisation })
  const model = table.getRowModel().rows

  const body = useRef<HTMLTableElement>(null)
  // Where the rows begin on the page; what stands above them may grow while it is fetched.
  const [margin, setMargin] = useState(0)
  useEffect(() => {
    const measure = () => { if (body.current?.tBodies[0]) setMargin(Math.round(body.current.tBodies[0].getBoundingClientRect().top + window.scrollY)) }
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    measure()
    return () => observer.disconnect()
  }, [model.length])
  const virtual = useWindowVirtualizer({ count: model.length, estimateSize: () => 37, overscan: 25, scrollMargin: margin })
  const inSight = virtual.getVirtualItems()
  const last = inSight.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => { if (last >= model.length - 30 && hasNextPage && !isFetchingNextPage) void fetchNextPage() }, [last, model.length, hasNextPage, isFetchingNextPage, fetchNextPage])
  const before = inSight[0] ? inSight[0].start - virtual.options.scrollMargin : 0
  const after = virtual.getTotalSize() - ((inSight.at(-1)?.end ?? 0) - virtual.options.scrollMargin)

  const chosen = grade ? grade.split(',') : []
  const filtered = Boolean(text || grade)
  return (
    <Panel className="s12" id="medlemmer" title={t('portfolio.all')} note={list.data ? t('portfolio.count', { count: total, n: number(total) }) : undefined} end={<TableFile of="/api/v1/portfolios/{portfolio}/members/table" blanks={{ portfolio }} asked={asked} what={t('portfolio.all')} />}>
      <div className="row">
        <div className="field">
          <label className="unseen" htmlFor="members-text">{t('portfolio.text')}</label>
          <input id="members-text" type="search" className="input ds-input" placeholder={t('portfolio.text')} value={typed} maxLength={200} onChange={(event) => setTyped(event.target.value)} />
        </div>
        <div className="chips" role="group" aria-label={t('score.grade')}>
          {allGrades.map((one) => <button key={one} type="button" className="chip" aria-pressed={chosen.includes(one)} onClick={() => onChange({ grade: (chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]).join(',') })}>{one}<span className="unseen"> {t('score.grade')}</span></button>)}
        </div>
        {filtered && <Button tight variant="tertiary" onClick={() => { setTyped(''); onChange({ q: '', grade: '' }) }}>{t('findings.clear')}</Button>}
      </div>
      <br />
      {list.isPending && <Bones />}
      {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
      {list.data && rows.length === 0 && <Empty title={filtered ? t('portfolio.none-fit') : t('portfolio.no-members')} />}
      {rows.length > 0 && (
        <div className="scroll">
          <table ref={body} className="t" aria-rowcount={total + 1}>
            <caption className="unseen">{t('portfolio.all')}</caption>
            <thead>
              {table.getHeaderGroups().map((group) => (
                <tr key={group.id}>
                  {group.headers.map((header) => {
                    const look = looks[header.column.id] ?? {}
                    const className = `${look.right ? 'right' : ''} ${look.wide ? 'wide' : ''}`.trim() || undefined
                    if (!look.sort) return <th key={header.id} className={className}><table.FlexRender header={header} /></th>
                    const on = sort.replace('-', '') === look.sort
                    const down = sort.startsWith('-')
                    return (
                      <th key={header.id} className={className} {...(on ? { 'aria-sort': down ? 'descending' as const : 'ascending' as const } : {})}>
                        <button type="button" onClick={() => onChange({ sort: on && !down ? `-${look.sort!}` : on ? look.sort! : look.sort === 'name' ? 'name' : `-${look.sort!}` })}><table.FlexRender header={header} />{on ? (down ? ' ↓' : ' ↑') : ''}</button>
                      </th>
                    )
                  })}
                  {removable && <th aria-label={t('portfolio.remove')} />}
                </tr>
              ))}
            </thead>
            <tbody>
              {before > 0 && <tr aria-hidden="true"><td colSpan={9} style={{ height: before, padding: 0 }} /></tr>}
              {inSight.map((item) => {
                const row = model[item.index]
                if (!row) return null
                return (
                  <tr key={row.id} data-index={item.index} ref={virtual.measureElement} aria-rowindex={item.index + 2}>
                    {row.getAllCells().map((cell) => {
                      const look = looks[cell.column.id] ?? {}
                      const className = `${look.right ? 'right number' : ''} ${look.wide ? 'wide' : ''}`.trim() || undefined
                      return cell.column.id === 'name' ? <th key={cell.id} scope="row"><table.FlexRender cell={cell} /></th> : <td key={cell.id} className={className}><table.FlexRender cell={cell} /></td>
                    })}
                    {removable && <td className="right"><Button tight variant="tertiary" aria-label={t('portfolio.remove-one', { name: row.original.name })} onClick={() => remove.mutate(row.original.organisation)}>{t('portfolio.remove')}</Button></td>}
                  </tr>
                )
              })}
              {after > 0 && <tr aria-hidden="true"><td colSpan={9} style={{ height: after, padding: 0 }} /></tr>}
            </tbody>
          </table>
        </div>
      )}
      {isFetchingNextPage && <p className="dim small" role="status">{t('state.loading')}</p>}
    </Panel>
  )
}
