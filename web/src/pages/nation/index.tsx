// Where is the country weakest? A map of tiles of equal size, beside it every organisation on the score axis by group,
// and the same as a table; what is not measured is hatched, and small groups keep their row without a figure.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { api, must, Problem, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import type { Grade } from '~/format/format'
import { Bones, Choices, Failed, GradeShape, PageHead, Panel, Select } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { allGrades, GradeBar, grades, groupOrder, Kpi, ScoreWithGrade, useGroupName, useHidden } from '../portfolio/common'
import { Geometry, useGeometry } from './geometry'
import { groupOf, mostMarks, nationBy, nationKinds, partDrawn, type NationBy, type NationSearch } from './groups'
import { division, factsRead, sources, tiles } from './layout'
import { TileMap, type Filled } from './map'
import { Strips, type StripGroup } from './strips'

interface Standing {
  id: string
  name: string
  municipality: string | null
  county: string | null
  kostra: string | null
  sector: string | null
  population: number | null
  cp: number | null
  grade: Grade | null
}

/** What now and an earlier day both tell. */
type HistoryFigures = Pick<NonNullable<Schemas['HistoryPoint']['figures']>, 'rated' | 'p25_cp' | 'median_cp' | 'p75_cp' | 'grades'>

/** The most that the service hands out at a time. */
const pageSize = 500

const yearAgo = () => new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 10)

function useOrganisations(kind: (typeof nationKinds)[number]) {
  const list = useInfiniteQuery({
    queryKey: ['nation', 'organisations', kind],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/organisations', { params: { query: { kind, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page, pages) => (pages.length * pageSize < mostMarks ? page.next : null),
  })
  const { hasNextPage, isFetching, fetchNextPage } = list
  useEffect(() => { if (hasNextPage && !isFetching) void fetchNextPage() }, [hasNextPage, isFetching, fetchNextPage])
  const all = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  return { list, all }
}

function useHistory(by: NationBy, kind: (typeof nationKinds)[number]) {
  const from = useMemo(yearAgo, [])
  return useQuery({
    queryKey: ['nation', 'history', by, kind, from],
    queryFn: () => must(api.GET('/api/v1/nation/history', { params: { query: { by, kind, from } } })),
    staleTime: 300_000,
    retry: false,
  })
}

export function NationPage() {
  const search = useSearch({ strict: false }) as NationSearch
  const navigate = useNavigate()
  const { t, number, score, share, date, dateTime } = useText()
  const groupName = useGroupName()
  const hidden = useHidden()
  const by = search.etter ?? 'kostra'
  const kind = search.slags ?? 'municipality'
  const set = (change: { [name in keyof NationSearch]?: NationSearch[name] | undefined }) => {
    const next = Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined))
    void navigate({ to: '/nasjonalt', search: next as NationSearch, replace: true, resetScroll: false })
  }
  const now = useQuery({ queryKey: ['nation', by, kind], queryFn: () => must(api.GET('/api/v1/nation', { params: { query: { by, kind } } })), placeholderData: (before) => before, retry: false })
  const history = useHistory(by, kind)
  const { list, all } = useOrganisations(kind)
  const [chosen, setChosen] = useState<readonly Grade[]>([])
  const geometry = useGeometry()
  const [asMap, setAsMap] = useState(false)
  const onBorders = asMap && geometry.imported !== null

  const days = useMemo(() => history.data?.total.map((point) => point.day) ?? [], [history.data])
  const at = search.dag ? days.indexOf(search.dag) : -1
  const past = at >= 0 && at < days.length - 1 ? at : -1
  const day = past >= 0 ? days[past]! : null
  const measured = all.map((one) => one.score?.measured).filter((time): time is string => Boolean(time)).sort().at(-1)
  const when = day ? date(day) : measured ? dateTime(measured) : date(new Date().toISOString())

  // The figures of the day that is chosen: now in full, earlier as the history keeps them.
  const total: { members: number; suppressed: boolean; figures: HistoryFigures | null } | null = day ? (history.data!.total[past] ?? null) : (now.data?.total ?? null)
  const cells = useMemo(() => {
    const rows = day
      ? (history.data?.cells ?? []).map((cell) => ({ key: cell.key, point: cell.points.find((point) => point.day === day) })).filter((cell) => cell.point).map((cell) => ({ key: cell.key, members: cell.point!.members, suppressed: cell.point!.suppressed, figures: cell.point!.figures }))
      : (now.data?.by === by ? now.data.cells : []).map((cell) => ({ key: cell.key, members: cell.members, suppressed: cell.suppressed, figures: cell.figures as HistoryFigures | null }))
    return [...rows].sort((a, b) => groupOrder(a.key, b.key)).map((cell) => ({ ...cell, name: groupName(by, cell.key) }))
  }, [day, history.data, now.data, by, groupName])

  // Today's organisations, or the municipalities as they stood on the day that is chosen.
  const then = useQuery({
    queryKey: ['nation', 'tiles', day],
    queryFn: () => must(api.GET('/api/v1/nation/tiles', { params: { query: { day: day! } } })),
    enabled: day !== null && kind === 'municipality',
    placeholderData: (before) => before,
    staleTime: Infinity,
    retry: false,
  })
  const standing = useMemo((): Standing[] => {
    if (day === null) return all.map((one) => ({ id: one.id, name: one.name, municipality: one.municipality, county: one.county, kostra: one.kostra, sector: one.sector, population: one.population, cp: one.score?.score_cp ?? null, grade: one.score?.grade ?? null }))
    const sectorOf = new Map(all.map((one) => [one.id, one.sector]))
    return (then.data?.items ?? []).map((one) => ({ id: one.organisation, name: one.name, municipality: one.municipality, county: one.county, kostra: one.kostra, sector: sectorOf.get(one.organisation) ?? null, population: one.population, cp: one.score_cp, grade: one.score_cp === null ? null : one.grade }))
  }, [day, all, then.data])
  const ofMunicipality = useMemo(() => new Map(standing.filter((one) => one.municipality).map((one) => [one.municipality!, one])), [standing])
  const fill = (one: Standing | undefined, name: string): Filled => ({
    grade: one?.grade ?? null,
    label: one && one.cp !== null && one.grade ? `${one.name}: ${score(one.cp)} ${one.grade}` : t('nation.tile', { name: one?.name ?? name, what: t('score.not-measured').toLocaleLowerCase() }),
    ...(one ? { to: `/virksomhet/${encodeURIComponent(one.id)}` } : {}),
  })
  const onMap = new Set(tiles.map((tile) => tile.number))
  const beside = kind === 'municipality' ? standing.filter((one) => !one.municipality || !onMap.has(one.municipality)).sort((a, b) => a.name.localeCompare(b.name, 'nb')) : []
  const counts = Object.fromEntries(allGrades.map((grade) => [grade, 0])) as Record<Grade, number>
  for (const one of standing) if (one.grade) counts[one.grade]++
  const unmeasured = tiles.filter((tile) => !ofMunicipality.get(tile.number)?.grade).length

  const drawn = standing.filter((one) => one.grade).length

  const part = partDrawn(all.length, list.data?.pages[0]?.total)
  const partWords = part && t(part.reading && !list.error ? 'nation.reading' : 'nation.first-only', { count: number(part.count), total: number(part.total) })

  // A reader who may see the members sees them; that the group's figure is hidden does not hide them.
  const marksOf = (key: string) => standing.filter((one) => one.cp !== null && one.grade && one.grade !== 'U' && groupOf(one, by) === key)
  const ratedIn = new Map(cells.map((cell) => [cell.key, marksOf(cell.key).length]))
  const groups: StripGroup[] = cells.map((cell) => ({
    key: cell.key,
    name: cell.name,
    short: by === 'kostra' ? cell.key.replace(/^EKG0?/, 'K') : cell.name,
    n: cell.figures ? cell.figures.rated : cell.members,
    suppressed: cell.suppressed,
    median: cell.figures?.median_cp ?? null,
    quarters: cell.figures ? [cell.figures.p25_cp, cell.figures.p75_cp] : null,
    hidden: hidden(cell.members, ratedIn.get(cell.key)),
    marks: marksOf(cell.key).map((one) => ({ key: one.id, name: one.name, cp: one.cp!, grade: one.grade!, to: `/virksomhet/${encodeURIComponent(one.id)}` })),
  }))

  // Who may not read the national picture gets the reason, not a page of empty panels.
  if (now.error instanceof Problem && now.error.status === 403)
    return (
      <>
        <PageHead title={t('nation.title')} help="nation" />
        <Failed problem={now.error} />
      </>
    )

  // Few groups leave room for the table beside the map; many take the whole width.
  const few = groups.length <= 8
  const strips = (
    <Panel className={few ? '' : 's6'} title={t(`nation.question.${by}`)} note={t('nation.strips.note')} end={<Select hidden label={t('nation.by')} value={by} onChange={(value) => set({ etter: value === 'kostra' ? undefined : value })} options={nationBy.map((one) => ({ value: one, label: t(`dimension.${one}`) }))} />}>
      {now.isPending && <Bones />}
      {groups.length > 0 && <Strips file={kind === 'municipality' && <TableFile of="/api/v1/nation/tiles/table" blanks={{}} asked={day ? { day } : {}} what={t(`nation.question.${by}`)} />} groups={groups} part={day === null ? partWords : null} when={when} heading={t(`dimension.${by}`)} />}
      {now.data && groups.length === 0 && <p className="dim">{t('portfolio.no-members')}</p>}
    </Panel>
  )
  const table = (
    <Panel className={few ? '' : 's12'} title={t('nation.table')} note={when} end={cells.length > 0 && <TableFile of="/api/v1/nation/table" blanks={{}} asked={{ by, kind }} what={t('nation.table')} />}>
      {now.isPending && <Bones />}
      {cells.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('nation.table')}>
          <table className="t">
            <caption className="unseen">{t('nation.table')}</caption>
            <thead><tr><th>{t(`dimension.${by}`)}</th><th className="right">{t('portfolio.rated')}</th><th className="right wide">{t('portfolio.unrated')}</th><th className="right wide">P25</th><th className="right">{t('portfolio.median')}</th><th className="right wide">P75</th><th className="bars">{t('portfolio.distribution')}</th><th className="right wide">{t('portfolio.d-and-f')}</th></tr></thead>
            <tbody>
              {cells.map((cell) => cell.figures ? (
                <tr key={cell.key}>
                  <th scope="row">{cell.name}</th>
                  <td className="right number">{number(cell.figures.rated)}</td>
                  <td className="right number wide">{number(cell.members - cell.figures.rated)}</td>
                  <td className="right number wide">{score(cell.figures.p25_cp)}</td>
                  <td className="right number strong">{score(cell.figures.median_cp)}</td>
                  <td className="right number wide">{score(cell.figures.p75_cp)}</td>
                  <td className="bars"><GradeBar counts={cell.figures.grades} /></td>
                  <td className="right number wide">{share(Math.floor(((cell.figures.grades.D + cell.figures.grades.F) * 10_000) / cell.figures.rated))}</td>
                </tr>
              ) : (
                <tr key={cell.key}><th scope="row">{cell.name}</th><td className="dim" colSpan={7}>{cell.suppressed ? hidden(cell.members, ratedIn.get(cell.key)) : t('portfolio.none-rated')}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )

  return (
    <>
      <PageHead
        title={t('nation.title')}
        help="nation"
        meta={
          <>
            <span>{t('nation.division', { count: number(tiles.length), year: division })}</span>
            <span>{when}</span>
          </>
        }
        acts={
          <span className="row">
            <Select hidden label={t('dimension.kind')} value={kind} onChange={(value) => set({ slags: value === 'municipality' ? undefined : value, dag: undefined })} options={nationKinds.map((one) => ({ value: one, label: t(`nation.kind.${one}`) }))} />
            <a className="ds-button" data-variant="secondary" href="/api/v1/nation/export?format=csv&part=aggregates&separator=semicolon&bom=yes" download>{t('nation.export-csv')}</a>
            <a className="ds-button" data-variant="secondary" href="/api/v1/nation/export?format=json" download>{t('nation.export-json')}</a>
          </span>
        }
      />
      <div className="grid">
        <section className="panel s12" aria-label={t('portfolio.figures')}>
          {now.isPending && <Bones />}
          {now.error && <Failed problem={now.error} again={() => void now.refetch()} />}
          {total && !total.figures && <p className="strong">{total.suppressed ? t('portfolio.hidden-long') : t('portfolio.none-rated-of', { count: number(total.members) })}</p>}
          {total?.figures && (
            <dl className="kpis">
              <Kpi label={t('portfolio.median')} under={t('portfolio.middle-half', { low: score(total.figures.p25_cp), high: score(total.figures.p75_cp) })}><ScoreWithGrade cp={total.figures.median_cp} size={26} /></Kpi>
              {grades.map((grade, i) => (
                <Kpi key={grade} label={<span className="keep"><svg width="16" height="14" viewBox="-9 -8 18 16" aria-hidden="true"><GradeShape grade={grade} radius={7} /></svg> {grade} · {['90–100', '80–90', '70–80', '60–70', t('nation.below-60')][i]}</span>} under={t('nation.share-of', { share: share(Math.floor((total.figures!.grades[grade] * 10_000) / total.figures!.rated)), count: number(total.figures!.rated) })}>{number(total.figures!.grades[grade])}</Kpi>
              ))}
            </dl>
          )}
        </section>

        <Panel className="s6" title={t('nation.map')} note={[onBorders ? t('nation.map.borders-note') : t('nation.map.note'), day ? t('nation.map.then', { date: date(day) }) : ''].filter(Boolean).join(', ')} end={geometry.imported && <Choices label={t('nation.map.form')} value={asMap ? 'map' : 'tiles'} options={[{ value: 'tiles', label: t('nation.tiles') }, { value: 'map', label: t('nation.borders') }]} onChange={(value) => setAsMap(value === 'map')} />}>
          {kind !== 'municipality' && <p className="dim">{t('nation.map.only-municipalities')}</p>}
          {kind === 'municipality' && (
            <>
              <div className="chips" role="group" aria-label={t('nation.highlight')}>
                {grades.map((grade) => (
                  <button key={grade} type="button" className="chip" aria-pressed={chosen.includes(grade)} onClick={() => setChosen(chosen.includes(grade) ? chosen.filter((one) => one !== grade) : [...chosen, grade])}>
                    <svg width="14" height="12" viewBox="-9 -8 18 16" aria-hidden="true"><GradeShape grade={grade} radius={7} /></svg> {grade} <b>{number(counts[grade])}</b>
                  </button>
                ))}
                <span className="legend"><span className="hatch-sign" aria-hidden="true" />{t('nation.not-measured', { count: number(unmeasured) })}</span>
              </div>
              {then.error && <Failed problem={then.error} again={() => void then.refetch()} />}
              {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
              <TileMap fill={(number_, name) => fill(ofMunicipality.get(number_), name)} chosen={chosen} beside={beside.map((one) => ({ key: one.id, municipality: one.municipality, filled: fill(one, one.name) }))} label={onBorders ? t('nation.map.borders-label', { n: number(drawn) }) : t('nation.map.label', { n: number(drawn) })} geometry={onBorders ? geometry.imported : null} />
              {days.length > 1 && (
                <div className="slider">
                  <label htmlFor="nation-day">{t('nation.day')}</label>
                  <input id="nation-day" type="range" min={0} max={days.length - 1} value={past >= 0 ? past : days.length - 1} aria-valuetext={day ? date(day) : t('nation.now')} onChange={(event) => { const next = Number(event.target.value); set({ dag: next >= days.length - 1 ? undefined : days[next] }) }} />
                  <output htmlFor="nation-day" className="number">{day ? date(day) : t('nation.now')}</output>
                </div>
              )}
              {days.length <= 1 && history.data && <p className="small dim">{t('nation.no-past')}</p>}
              <p className="small dim">{onBorders ? t('nation.map.borders-words') : t('nation.map.words')} {t('chart.n-date', { n: number(drawn), date: when })}. {day === null && partWords}</p>
              <p className="small dim">{sources.join('. ')}. {t('nation.read', { date: date(factsRead) })} {onBorders && geometry.imported?.attribution}</p>
              <Geometry {...geometry} onShow={() => setAsMap(true)} />
            </>
          )}
        </Panel>

        {few ? <div className="s6 stack">{strips}{table}</div> : <>{strips}{table}</>}
      </div>
    </>
  )
}
