// Many organisations at once: how do they stand, which are worst, what is wrong with most of them, and where does one
// mend help many?
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { api, may, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Choices, Dialog, Empty, Failed, PageHead, Panel } from '~/parts/basic'
import { PickOrganisation } from '~/parts/pick'
import { TableFile } from '~/parts/table-file'
import { Distribution, History } from './charts'
import { GradeBar, Kpi, NoFigure, ScoreWithGrade } from './common'
import { Members } from './members'
import { periods, type PortfolioSearch } from './search'
import { ShareDialog } from './share'
import { Breakdown, Concentration, FixOnce, Issues, Moved } from './panels'
import { useIssueHistory } from './trends'
import { Trouble } from './trouble'

type Portfolio = Schemas['Portfolio']

export function usePortfolio(portfolio: string) {
  return useQuery({ queryKey: ['portfolio', portfolio], queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}', { params: { path: { portfolio } } })), retry: false })
}

export function usePortfolioName() {
  const { t } = useText()
  return (one: { id: string; name: string }) => (one.id === 'all' ? t('portfolio.everything') : one.name)
}

function dayBefore(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
}

/** All portfolios side by side; tick some to compare them. */
export function Portfolios() {
  const { t, number } = useText()
  const me = useMe()
  const navigate = useNavigate()
  const nameOf = usePortfolioName()
  const [ticked, setTicked] = useState<string[]>([])
  const list = useQuery({
    queryKey: ['portfolios'],
    queryFn: () => must(api.GET('/api/v1/portfolios', { params: { query: { limit: 500 } } })),
  })
  const ids = useMemo(() => ['all', ...(list.data?.items.map((one) => one.id) ?? [])], [list.data])
  const figures = useQuery({
    queryKey: ['portfolios', 'figures', ids],
    queryFn: async () => {
      const out = new Map<string, Schemas['Figures']>()
      for (let i = 0; i < ids.length; i += 20)
        for (const one of (await must(api.GET('/api/v1/comparison', { params: { query: { portfolio: ids.slice(i, i + 20) } } }))).portfolios) out.set(one.portfolio, one)
      return out
    },
    enabled: Boolean(list.data),
    // One portfolio alone cannot be compared.
    retry: false,
  })
  const alone = useQuery({
    queryKey: ['portfolio', 'all', 'figures'],
    queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}/figures', { params: { path: { portfolio: 'all' } } })),
    enabled: ids.length === 1,
  })
  const of = (id: string) => (ids.length === 1 ? alone.data : figures.data?.get(id))
  const rows = [{ id: 'all', name: '', form: 'filter' as const, own: false, description: '' }, ...(list.data?.items ?? [])]
  return (
    <>
      <PageHead
        title={t('portfolios.title')}
        help="suppliers"
        meta={<span>{t('portfolios.lead')}</span>}
        acts={
          <>
            <TableFile of="/api/v1/portfolios/table" blanks={{}} what={t('portfolios.title')} />
            <Button disabled={ticked.length < 2} onClick={() => void navigate({ to: '/sammenlikn', search: { portefolje: ticked.join(',') } })}>{t('portfolios.compare')}</Button>
            {may(me, 'manage_portfolios') && <Link className="ds-button" data-variant="primary" to="/portefolje/ny">{t('portfolios.new')}</Link>}
          </>
        }
      />
      <section className="panel" aria-label={t('portfolios.title')}>
        {list.isPending && <Bones />}
        {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
        {list.data && (
          <div className="scroll">
            <table className="t">
              <thead><tr><th className="tick"><span className="unseen">{t('portfolios.compare')}</span></th><th>{t('portfolio.name')}</th><th className="right">{t('portfolio.members')}</th><th className="right">{t('portfolio.median')}</th><th className="bars wide">{t('portfolio.distribution')}</th><th className="wide">{t('portfolios.whose')}</th></tr></thead>
              <tbody>
                {rows.map((one) => {
                  const its = of(one.id)
                  return (
                    <tr key={one.id} aria-selected={ticked.includes(one.id)}>
                      <td className="tick"><input type="checkbox" aria-label={t('portfolios.tick', { name: nameOf(one) })} checked={ticked.includes(one.id)} onChange={() => setTicked(ticked.includes(one.id) ? ticked.filter((id) => id !== one.id) : [...ticked, one.id])} /></td>
                      <th scope="row"><Link to="/portefolje/$portfolio" params={{ portfolio: one.id }}>{nameOf(one)}</Link><span className="under">{one.id === 'all' ? t('portfolios.all-is') : one.description || t(`portfolio-form.${one.form}`)}</span></th>
                      <td className="right number">{its ? number(its.members) : '…'}</td>
                      <td className="right">{its?.figures ? <ScoreWithGrade cp={its.figures.median_cp} /> : its ? <NoFigure of={its} /> : '…'}</td>
                      <td className="bars wide">{its?.figures && <GradeBar counts={its.figures.grades} />}</td>
                      <td className="wide">{one.id === 'all' ? <span className="dim">–</span> : one.own ? t('portfolios.own') : t('portfolios.shared')}</td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </>
  )
}

export function PortfolioPage() {
  const { portfolio } = useParams({ strict: false }) as { portfolio: string }
  const search = useSearch({ strict: false }) as PortfolioSearch
  const navigate = useNavigate()
  const { t, number, dateTime, share, score } = useText()
  const me = useMe()
  const toasts = useToasts()
  const queries = useQueryClient()
  const nameOf = usePortfolioName()
  const set = (change: { [name in keyof PortfolioSearch]?: PortfolioSearch[name] | undefined }) => {
    const next = Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined && value !== ''))
    void navigate({ to: '/portefolje/$portfolio', params: { portfolio }, search: next as PortfolioSearch, replace: true, resetScroll: false })
  }
  const days = search.days ?? 90
  const [adding, setAdding] = useState(false)
  const [sharing, setSharing] = useState(false)
  const [removing, setRemoving] = useState(false)

  const one = usePortfolio(portfolio)
  const path = { portfolio }
  const figures = useQuery({ queryKey: ['portfolio', portfolio, 'figures'], queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}/figures', { params: { path } })) })
  const issues = useQuery({ queryKey: ['portfolio', portfolio, 'issues'], queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}/issues', { params: { path, query: { most: 6 } } })), retry: false })
  const trends = useIssueHistory(portfolio, dayBefore(days))
  const movers = useQuery({ queryKey: ['portfolio', portfolio, 'movers', days], queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}/movers', { params: { path, query: { days, most: 7 } } })), placeholderData: (before) => before })
  const history = useQuery({ queryKey: ['portfolio', portfolio, 'history', days], queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}/history', { params: { path, query: { from: dayBefore(days) } } })), placeholderData: (before) => before })
  const all = useInfiniteQuery({
    queryKey: ['portfolio', portfolio, 'marks'],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/portfolios/{portfolio}/members', { params: { path, query: { sort: 'score', limit: 500, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page, pages) => (pages.length < 3 ? page.next : null),
  })
  const { hasNextPage, isFetching, fetchNextPage } = all
  useEffect(() => { if (hasNextPage && !isFetching) void fetchNextPage() }, [hasNextPage, isFetching, fetchNextPage])
  const marks = useMemo(() => all.data?.pages.flatMap((page) => page.items) ?? [], [all.data])
  const add = useMutation({
    mutationFn: (organisation: string) => must(api.PUT('/api/v1/portfolios/{portfolio}/members/{organisation}', { params: { path: { portfolio, organisation } }, body: {} })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['portfolio', portfolio] })
      toasts.say(t('portfolio.added'))
    },
    onError: toasts.fail,
  })
  const remove = useMutation({
    mutationFn: () => must(api.DELETE('/api/v1/portfolios/{portfolio}', { params: { path } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['portfolios'] })
      await navigate({ to: '/portefolje' })
    },
    onError: toasts.fail,
  })

  if (one.isPending) return <Bones />
  if (one.error) return <Failed problem={one.error} again={() => void one.refetch()} />
  const its: Portfolio = one.data
  const values = figures.data?.figures ?? null
  const measured = marks.map((member) => member.measured).filter((time): time is string => time !== null).sort().at(-1)
  const title = nameOf(its)
  // On the first day there is nothing to compare with, and the panels for it would stand empty.
  const past = movers.data?.since != null
  const isList = its.form === 'list' && portfolio !== 'all'
  return (
    <>
      <nav aria-label={t('portfolio.path')}><ol className="crumbs"><li><Link to="/portefolje">{t('portfolios.title')}</Link></li></ol></nav>
      <PageHead
        title={title}
        meta={
          <>
            {figures.data && <span>{t('portfolio.count', { count: figures.data.members, n: number(figures.data.members) })}</span>}
            {measured && <span>{t('score.measured-at', { time: dateTime(measured) })}</span>}
            {portfolio !== 'all' && <span>{its.own ? t(`portfolio-form.${its.form}`) : t('portfolios.shared')}</span>}
            <span>{t('portfolio.weighs', { by: t(`weight.${its.weight_by}`) })}</span>
          </>
        }
        acts={
          <>
            <Link className="ds-button" data-variant="secondary" to="/sammenlikn" search={{ portefolje: portfolio === 'all' ? 'all' : `${portfolio},all` }}>{t('portfolio.compare')}</Link>
            {its.own && <Button onClick={() => setSharing(true)}>{t('portfolio.share')}</Button>}
            {its.may_edit && portfolio !== 'all' && <Link className="ds-button" data-variant="secondary" to="/portefolje/$portfolio/endre" params={{ portfolio }}>{t('portfolio.change')}</Link>}
            {its.own && <Button variant="tertiary" onClick={() => setRemoving(true)}>{t('portfolio.delete')}</Button>}
            {isList && its.may_edit && <Button variant="primary" onClick={() => setAdding(true)}>{t('portfolio.add')}</Button>}
            {portfolio === 'all' && may(me, 'manage_register') && <Link className="ds-button" data-variant="primary" to="/start">{t('portfolio.add')}</Link>}
          </>
        }
      />
      <div className="grid">
        <section className="panel s12" aria-label={t('portfolio.figures')}>
          {figures.isPending && <Bones />}
          {figures.error && <Failed problem={figures.error} again={() => void figures.refetch()} />}
          {figures.data && !values && <p className="strong">{figures.data.members === 0 ? t('portfolio.no-members') : figures.data.suppressed ? t('portfolio.hidden-long') : t('portfolio.none-rated-of', { count: number(figures.data.members) })}</p>}
          {values && (
            <dl className="kpis">
              <Kpi label={t('portfolio.median')} under={values.median_interval_cp ? t('portfolio.interval', { low: score(values.median_interval_cp[0]!), high: score(values.median_interval_cp[1]!) }) : t('portfolio.no-interval')}><ScoreWithGrade cp={values.median_cp} size={26} /></Kpi>
              <Kpi label={t('portfolio.mean')} under={t('portfolio.middle-half', { low: score(values.p25_cp), high: score(values.p75_cp) })}><ScoreWithGrade cp={values.mean_cp} size={26} /></Kpi>
              <Kpi label={t('portfolio.weighted')} under={t(`weight.${its.weight_by}`)}>{values.weighted_cp === null ? <span className="dim">–</span> : <ScoreWithGrade cp={values.weighted_cp} size={26} />}</Kpi>
              <Kpi label={t('portfolio.rated')} under={t('portfolio.mean-coverage', { share: share(values.mean_coverage) })}>{number(values.rated)}<small>{t('portfolio.of', { count: number(values.rated + values.unrated) })}</small></Kpi>
              <Kpi label={t('portfolio.gates')} under={values.gate_share === null ? undefined : t('portfolio.gates.share', { share: share(values.gate_share) })}>{issues.data?.open_gates ?? <span className="dim">–</span>}</Kpi>
              <Kpi label={t('portfolio.overdue')} under={t('portfolio.overdue.note')}>{values.median_overdue_days === null ? <span className="dim">–</span> : <>{number(values.median_overdue_days)}<small>{t('portfolio.days-word', { count: values.median_overdue_days })}</small></>}</Kpi>
            </dl>
          )}
        </section>

        <Panel className="s8" title={t('portfolio.distribution')} note={t('portfolio.distribution.note')}>
          {all.isPending && <Bones />}
          {all.error && <Failed problem={all.error} again={() => void all.refetch()} />}
          {all.data && marks.length > 0 && <Distribution portfolio={portfolio} members={marks} figures={values} date={dateTime(measured ?? new Date().toISOString())} total={all.data.pages[0]?.total ?? marks.length} />}
          {all.data && marks.length === 0 && <Empty title={t('portfolio.no-members')} />}
          {values && (
            <dl className="percentiles">
              {([['P10', values.p10_cp], ['P25', values.p25_cp], [t('portfolio.median'), values.median_cp], ['P75', values.p75_cp], ['P90', values.p90_cp]] as const).map(([name, cp]) => <div key={name}><dt>{name}</dt><dd className="number">{score(cp)}</dd></div>)}
            </dl>
          )}
        </Panel>
        <Issues portfolio={portfolio} of="most_critical" title={t('portfolio.most-critical')} issues={issues.data} history={trends} from={dayBefore(days)} error={issues.error} className="s4" />

        <Panel className={past ? 's4' : 's6'} title={t('portfolio.worst')} note={t('portfolio.worst.note')} end={<TableFile of="/api/v1/portfolios/{portfolio}/movers/table" blanks={{ portfolio }} asked={{ days: String(days) }} what={t('portfolio.worst')} />}>
          {movers.isPending && <Bones />}
          {movers.error && <Failed problem={movers.error} />}
          {movers.data && (movers.data.worst.length === 0 ? <p className="dim">{t('portfolio.none-rated')}</p> : (
            <table className="t"><thead><tr><th>{t('portfolio.member')}</th><th className="right">{t('score.title')}</th></tr></thead>
              <tbody>{movers.data.worst.map((row) => <tr key={row.organisation}><th scope="row"><Link to="/virksomhet/$org" params={{ org: row.organisation }}>{row.name}</Link></th><td className="right"><ScoreWithGrade cp={row.score_cp} grade={row.grade} /></td></tr>)}</tbody>
            </table>
          ))}
        </Panel>
        {past && <Moved portfolio={portfolio} title={t('portfolio.improved')} rows={movers.data?.improved} since={movers.data?.since ?? null} days={days} />}
        {past && <Moved portfolio={portfolio} title={t('portfolio.worsened')} rows={movers.data?.worsened} since={movers.data?.since ?? null} days={days} />}
        {!past && <Issues portfolio={portfolio} of="most_common" title={t('portfolio.most-common')} issues={issues.data} history={trends} from={dayBefore(days)} error={issues.error} className="s6" />}

        <Panel className={past ? 's8' : 's12'} title={t('portfolio.history')} note={t('portfolio.history.note')} end={<Choices label={t('portfolio.period')} value={String(days)} options={periods.map((one) => ({ value: String(one), label: t('portfolio.last-days', { days: one }) }))} onChange={(value) => set({ days: periods.find((one) => String(one) === value) })} />}>
          {history.isPending && <Bones />}
          {history.error && <Failed problem={history.error} />}
          {history.data && <History portfolio={portfolio} from={dayBefore(days)} points={history.data.points} title={title} />}
        </Panel>
        {past && <Issues portfolio={portfolio} of="most_common" title={t('portfolio.most-common')} issues={issues.data} history={trends} from={dayBefore(days)} error={issues.error} className="s4" />}

        <Panel className="s12" title={t('portfolio.trouble')} note={t('portfolio.trouble.note')}>
          {history.isPending && <Bones />}
          {history.data && <Trouble portfolio={portfolio} from={dayBefore(days)} points={history.data.points} title={title} />}
        </Panel>

        <Breakdown portfolio={portfolio} by={search.by ?? 'county'} onBy={(by) => set({ by })} />
        <Concentration portfolio={portfolio} kind={search.leaning ?? 'supplier'} onKind={(leaning) => set({ leaning })} />
        <FixOnce portfolio={portfolio} />
        <Members key={portfolio} portfolio={portfolio} sort={search.sort ?? 'name'} text={search.q ?? ''} grade={search.grade ?? ''} onChange={set} removable={isList && its.may_edit} />
      </div>
      <Dialog open={adding} onClose={() => setAdding(false)} title={t('portfolio.add')}>
        <div className="roomy">
          <PickOrganisation label={t('portfolio.add.find')} without={marks.map((member) => member.organisation)} onPick={(picked) => add.mutate(picked.id)} />
          {may(me, 'manage_register') && <p className="small"><Link to="/start">{t('portfolio.add.new')}</Link></p>}
          <Button onClick={() => setAdding(false)}>{t('action.close')}</Button>
        </div>
      </Dialog>
      <ShareDialog open={sharing} onClose={() => setSharing(false)} portfolio={portfolio} />
      <Dialog open={removing} onClose={() => setRemoving(false)} title={t('portfolio.delete.sure', { name: title })}>
        <p>{t('portfolio.delete.what')}</p>
        <div className="row gap-top"><Button variant="primary" disabled={remove.isPending} onClick={() => remove.mutate()}>{t('portfolio.delete')}</Button><Button variant="tertiary" onClick={() => setRemoving(false)}>{t('action.cancel')}</Button></div>
      </Dialog>
    </>
  )
}
