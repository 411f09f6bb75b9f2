// Two or more portfolios and organisations side by side. The best of each line is bold; there is no order of the whole.
import { useQueries, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Empty, Failed, PageHead, Select } from '~/parts/basic'
import { PickOrganisation } from '~/parts/pick'
import { TableFile } from '~/parts/table-file'
import { GradeBar, NoFigure, ScoreWithGrade } from './common'
import { usePortfolioName } from './index'
import type { CompareSearch } from './search'

/** The areas as the method names them, with the words that findings have for them. */
const areas = { mail: 'email', tls: 'tls', cert: 'cert', web: 'http', dns: 'dns' } as const
const year = 365 * 86_400_000

export function Compare() {
  const search = useSearch({ strict: false }) as CompareSearch
  const { t } = useText()
  const toasts = useToasts()
  const navigate = useNavigate()
  const nameOf = usePortfolioName()
  const portfolios = search.portefolje?.split(',') ?? []
  const organisations = search.virksomhet?.split(',') ?? []
  const set = (change: { portefolje?: string[]; virksomhet?: string[] }) => {
    const next = { portefolje: (change.portefolje ?? portfolios).join(','), virksomhet: (change.virksomhet ?? organisations).join(',') }
    void navigate({ to: '/sammenlikn', search: Object.fromEntries(Object.entries(next).filter(([, list]) => list)), replace: true, resetScroll: false })
  }
  const count = portfolios.length + organisations.length
  const list = useQuery({ queryKey: ['portfolios'], queryFn: () => must(api.GET('/api/v1/portfolios', { params: { query: { limit: 500 } } })) })
  const together = useQuery({
    queryKey: ['comparison', portfolios, organisations],
    queryFn: () => must(api.GET('/api/v1/comparison', { params: { query: { ...(portfolios.length ? { portfolio: portfolios } : {}), ...(organisations.length ? { organisation: organisations } : {}) } } })),
    enabled: count >= 2,
    placeholderData: (before) => before,
    retry: false,
  })
  const more = [{ id: 'all', name: '' }, ...(list.data?.items ?? [])].filter((one) => !portfolios.includes(one.id))
  return (
    <>
      <nav aria-label={t('portfolio.path')}><ol className="crumbs"><li><Link to="/portefolje">{t('portfolios.title')}</Link></li></ol></nav>
      <PageHead title={t('compare.title')} meta={<span>{t('compare.lead')}</span>} acts={<Button variant="tertiary" onClick={() => void navigator.clipboard.writeText(window.location.href).then(() => toasts.say(t('action.link-copied')))}>{t('action.copy-link')}</Button>} />
      <section className="panel" aria-label={t('compare.choose')}>
        <div className="two">
          <PickOrganisation label={t('compare.add-organisation')} without={organisations} onPick={(one) => set({ virksomhet: [...organisations, one.id] })} />
          <Select label={t('compare.add-portfolio')} value="" onChange={(id) => { if (id) set({ portefolje: [...portfolios, id] }) }} options={[{ value: '', label: t('compare.choose-portfolio') }, ...more.map((one) => ({ value: one.id, label: nameOf(one) }))]} />
        </div>
      </section>
      <br />
      {count < 2 && <section className="panel" aria-label={t('compare.title')}><Empty title={t('compare.two')} /></section>}
      {together.error && count >= 2 && <Failed problem={together.error} again={() => void together.refetch()} />}
      {together.isLoading && <Bones />}
      {together.data && count >= 2 && (
        <div className="stack">
          {organisations.length > 0 && <Organisations take={<TableFile of="/api/v1/comparison/organisations/table" blanks={{}} asked={{ portfolio: portfolios, organisation: organisations }} what={t('compare.organisations')} />} rows={together.data.organisations} onDrop={(id) => set({ virksomhet: organisations.filter((one) => one !== id) })} />}
          {portfolios.length > 0 && <PortfolioTable take={<TableFile of="/api/v1/comparison/portfolios/table" blanks={{}} asked={{ portfolio: portfolios, organisation: organisations }} what={t('portfolios.title')} />} rows={together.data.portfolios} nameOf={nameOf} onDrop={(id) => set({ portefolje: portfolios.filter((one) => one !== id) })} />}
        </div>
      )}
    </>
  )
}

interface Line<T> {
  key: string
  label: ReactNode
  show: (one: T) => ReactNode
  /** For finding the best; null where there is nothing to compare. */
  value?: (one: T) => number | null
  least?: boolean
}

function SideBySide<T>({ caption, columns, lines, idOf }: { caption: string; columns: { one: T; head: ReactNode }[]; lines: Line<T>[]; idOf: (one: T) => string }) {
  const { t } = useText()
  return (
    <div className="scroll">
      <table className="t versus">
        <caption className="unseen">{caption}</caption>
        <thead><tr><th><span className="unseen">{t('compare.line')}</span></th>{columns.map(({ one, head }) => <th key={idOf(one)} scope="col" className="right">{head}</th>)}</tr></thead>
        <tbody>
          {lines.map((line) => {
            const values = columns.map(({ one }) => line.value?.(one) ?? null).filter((value): value is number => value !== null)
            const best = values.length > 1 && new Set(values).size > 1 ? (line.least ? Math.min(...values) : Math.max(...values)) : null
            return (
              <tr key={line.key}>
                <th scope="row">{line.label}</th>
                {columns.map(({ one }) => <td key={idOf(one)} className={`right number ${best !== null && line.value?.(one) === best ? 'best' : ''}`}>{line.show(one)}{best !== null && line.value?.(one) === best && <span className="unseen"> ({t('compare.best')})</span>}</td>)}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function Organisations({ take, rows, onDrop }: { take: ReactNode; rows: Schemas['PortfolioOrganisation'][]; onDrop: (id: string) => void }) {
  const { t, score, share, number, date, language } = useText()
  const since = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - year).toISOString().slice(0, 19) + 'Z'
  const scores = useQueries({
    queries: rows.map((row) => ({
      queryKey: ['score', row.organisation, language],
      queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/score', { params: { path: { organisation: row.organisation }, query: { lang: language } } })),
      enabled: row.score_cp !== null,
      retry: false,
    })),
  })
  const histories = useQueries({
    queries: rows.map((row) => ({
      queryKey: ['score', row.organisation, 'history', since],
      queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/score/history', { params: { path: { organisation: row.organisation }, query: { since, limit: 500 } } })),
      enabled: row.score_cp !== null,
      retry: false,
    })),
  })
  type Row = Schemas['PortfolioOrganisation']
  const at = (row: Row) => rows.indexOf(row)
  // An area is named by its findings. One without was looked at like the others, and there was nothing to note.
  const bar = (row: Row, area: string) => {
    const its = scores[at(row)]
    const cp = its?.data?.domains[area]
    if (cp === undefined) return <span className="dim">{its?.data ? t('compare.no-findings') : its?.isLoading ? '…' : row.score_cp === null ? t('score.not-measured').toLocaleLowerCase() : t('compare.not-seen')}</span>
    return <span className="track"><progress max={10_000} value={cp} aria-hidden="true" />{score(cp)}</span>
  }
  const lines: Line<Row>[] = [
    { key: 'score', label: t('compare.score'), show: (row) => <ScoreWithGrade cp={row.grade === 'U' ? null : row.score_cp} grade={row.grade} />, value: (row) => (row.grade === 'U' ? null : row.score_cp) },
    { key: 'interval', label: t('score.interval'), show: (row) => { const its = scores[at(row)]?.data; return its ? `${score(its.interval_cp[0]!)} – ${score(its.interval_cp[1]!)}` : '–' } },
    { key: 'managed', label: t('score.managed'), show: (row) => (row.managed_cp === null ? '–' : score(row.managed_cp)), value: (row) => row.managed_cp },
    { key: 'coverage', label: t('score.coverage'), show: (row) => (row.measured ? share(row.coverage) : '–'), value: (row) => (row.measured ? row.coverage : null) },
    ...[...new Set([...Object.keys(areas), ...scores.flatMap((one) => Object.keys(one.data?.domains ?? {}))])]
      .filter((area) => scores.some((one) => one.data?.domains[area] !== undefined))
      .map((area): Line<Row> => ({
        key: area,
        label: area in areas ? t(`area.${areas[area as keyof typeof areas]}`) : area === 'patching' ? t('compare.patching') : area === 'exposure' ? t('compare.exposure') : area,
        show: (row) => bar(row, area),
        // An organisation without findings in the area has no figure there, and is not worse for it.
        value: (row) => (scores.every((one) => one.data?.domains[area] !== undefined) ? (scores[at(row)]?.data?.domains[area] ?? null) : null),
      })),
    { key: 'critical', label: t('portfolio.critical-high'), show: (row) => (row.findings ? `${number(row.findings.critical)} / ${number(row.findings.high)}` : <span className="dim">{t('compare.not-seen')}</span>), value: (row) => (row.findings ? row.findings.critical * 1000 + row.findings.high : null), least: true },
    { key: 'overdue', label: t('compare.overdue'), show: (row) => (row.findings ? number(row.findings.overdue_days) : '–'), value: (row) => row.findings?.overdue_days ?? null, least: true },
    { key: 'year', label: t('compare.year'), show: (row) => <Spark points={histories[at(row)]?.data?.items ?? []} organisation={row.organisation} name={row.name} /> },
    { key: 'measured', label: t('portfolio.measured'), show: (row) => (row.measured ? date(row.measured) : t('score.not-measured')) },
  ]
  return (
    <section className="panel" aria-label={t('compare.organisations')}>
      <header><h2>{t('compare.organisations')}</h2><p>{t('compare.bold')}</p><div className="end">{take}</div></header>
      <SideBySide
        caption={t('compare.organisations')}
        idOf={(row) => row.organisation}
        lines={lines}
        columns={rows.map((row) => ({ one: row, head: <><Link to="/virksomhet/$org" params={{ org: row.organisation }}>{row.name}</Link><br /><Button tight variant="tertiary" aria-label={t('compare.drop-one', { name: row.name })} onClick={() => onDrop(row.organisation)}>{t('compare.drop')}</Button></> }))}
      />
      <footer>{t('compare.areas')}</footer>
    </section>
  )
}

function PortfolioTable({ take, rows, nameOf, onDrop }: { take: ReactNode; rows: { portfolio: string; name: string; members: number; suppressed: boolean; figures: Schemas['FigureValues'] | null }[]; nameOf: (one: { id: string; name: string }) => string; onDrop: (id: string) => void }) {
  const { t, score, share, number } = useText()
  type Row = (typeof rows)[number]
  const cp = (pick: (figures: Schemas['FigureValues']) => number | null) => ({
    show: (row: Row) => { const value = row.figures ? pick(row.figures) : null; return value === null ? <span className="dim">–</span> : score(value) },
    value: (row: Row) => (row.figures ? pick(row.figures) : null),
  })
  const lines: Line<Row>[] = [
    { key: 'median', label: t('portfolio.median'), show: (row) => (row.figures ? <ScoreWithGrade cp={row.figures.median_cp} /> : <NoFigure of={row} />), value: (row) => row.figures?.median_cp ?? null },
    { key: 'interval', label: t('score.interval'), show: (row) => (row.figures?.median_interval_cp ? `${score(row.figures.median_interval_cp[0]!)} – ${score(row.figures.median_interval_cp[1]!)}` : '–') },
    { key: 'mean', label: t('portfolio.mean'), ...cp((figures) => figures.mean_cp), show: (row) => (row.figures ? <ScoreWithGrade cp={row.figures.mean_cp} /> : <span className="dim">–</span>) },
    { key: 'weighted', label: t('portfolio.weighted'), ...cp((figures) => figures.weighted_cp), show: (row) => (row.figures && row.figures.weighted_cp !== null ? <ScoreWithGrade cp={row.figures.weighted_cp} /> : <span className="dim">–</span>) },
    { key: 'p10', label: 'P10', ...cp((figures) => figures.p10_cp) },
    { key: 'p90', label: 'P90', ...cp((figures) => figures.p90_cp) },
    { key: 'grades', label: t('portfolio.distribution'), show: (row) => (row.figures ? <GradeBar counts={row.figures.grades} /> : '–') },
    { key: 'gates', label: t('portfolio.gates'), show: (row) => (row.figures && row.figures.gate_share !== null ? share(row.figures.gate_share) : '–'), value: (row) => row.figures?.gate_share ?? null, least: true },
    { key: 'overdue', label: t('portfolio.overdue'), show: (row) => (row.figures && row.figures.median_overdue_days !== null ? `${number(row.figures.median_overdue_days)} ${t('portfolio.days-word', { count: row.figures.median_overdue_days })}` : '–'), value: (row) => row.figures?.median_overdue_days ?? null, least: true },
    { key: 'rated', label: t('portfolio.rated'), show: (row) => (row.figures ? t('compare.rated-of', { rated: number(row.figures.rated), all: number(row.members) }) : number(row.members)) },
  ]
  return (
    <section className="panel" aria-label={t('portfolios.title')}>
      <header><h2>{t('portfolios.title')}</h2><p>{t('compare.bold')}</p><div className="end">{take}</div></header>
      <SideBySide
        caption={t('portfolios.title')}
        idOf={(row) => row.portfolio}
        lines={lines}
        columns={rows.map((row) => { const name = nameOf({ id: row.portfolio, name: row.name }); return { one: row, head: <><Link to="/portefolje/$portfolio" params={{ portfolio: row.portfolio }}>{name}</Link><br /><Button tight variant="tertiary" aria-label={t('compare.drop-one', { name })} onClick={() => onDrop(row.portfolio)}>{t('compare.drop')}</Button></> } })}
      />
    </section>
  )
}

/**
 * Twelve months in the height of a line, on the whole axis from 0 to 100, so that two beside each other can be compared;
 * with how many and from when, and the table behind it.
 */
export function Spark({ points, organisation, name }: { points: Schemas['ScoreAt'][]; organisation: string; name: string }) {
  const { t, score, date } = useText()
  const [asTable, setAsTable] = useState(false)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < 2) return <span className="dim">{t('compare.spark.none')}</span>
  const w = 132
  const h = 52
  const left = 24
  const from = new Date(first.from).getTime()
  const span = Math.max(1, new Date(last.to).getTime() - from)
  const X = (time: string) => left + (Math.max(0, new Date(time).getTime() - from) / span) * (w - left - 4)
  const Y = (cp: number) => h - 5 - (cp / 10_000) * (h - 10)
  const title = t('compare.spark.title', { name })
  return (
    <span className="spark-with">
      <svg className="spark" width={w} height={h} viewBox={`0 0 ${w} ${h}`} role="img" aria-label={t('compare.spark', { from: score(first.score_cp), to: score(last.score_cp) })}>
        {[0, 100].map((end) => <g key={end}><line x1={left} x2={w} y1={Y(end * 100)} y2={Y(end * 100)} /><text x={left - 4} y={Y(end * 100) + 4} textAnchor="end">{end}</text></g>)}
        <path d={points.map((point, i) => `${i ? 'L' : 'M'}${X(point.from).toFixed(1)} ${Y(point.score_cp).toFixed(1)}L${X(point.to).toFixed(1)} ${Y(point.score_cp).toFixed(1)}`).join('')} />
        <circle cx={X(last.to)} cy={Y(last.score_cp)} r="2.5" />
      </svg>
      <span className="under">{t('plot.n', { n: points.length, from: date(first.from), to: date(last.to) })}</span>
      <button type="button" className="toggle noprint" aria-label={`${t('plot.as-table')}: ${title}`} onClick={() => setAsTable(true)}>{t('plot.as-table')}</button>
      <Dialog open={asTable} onClose={() => setAsTable(false)} title={title}>
        <div className="scroll" tabIndex={0} role="region" aria-label={title}>
          <table className="t">
            <thead><tr><th>{t('compare.from')}</th><th>{t('compare.to')}</th><th className="right">{t('score.title')}</th></tr></thead>
            <tbody>{[...points].reverse().map((point) => <tr key={point.from}><th scope="row" className="number">{date(point.from)}</th><td className="number">{date(point.to)}</td><td className="right"><ScoreWithGrade cp={point.score_cp} grade={point.grade} /></td></tr>)}</tbody>
          </table>
        </div>
        <div className="row gap-top"><Button onClick={() => setAsTable(false)}>{t('action.close')}</Button><TableFile of="/api/v1/organisations/{organisation}/score/history/table" blanks={{ organisation }} what={title} /></div>
      </Dialog>
    </span>
  )
}
