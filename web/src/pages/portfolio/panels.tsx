// The panels of a portfolio: its issues, who has moved, groups, what many lean on, and what is fixed once for all.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { Bones, Empty, Failed, Panel, Select, Severity } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { Trend, TrendTable } from './trends'
import type { IssueHistory } from './trend'
import { groupOrder, GroupTable, ScoreWithGrade, useCheckTitle, useGroupName } from './common'
import { dimensions, leanings } from './names'

export function Issues({ portfolio, of, title, issues, history, from, error, className }: { portfolio: string; of: 'most_critical' | 'most_common'; title: string; history: IssueHistory | undefined; from: string; issues: { measured: number; suppressed: boolean; most_critical: Schemas['Issue'][]; most_common: Schemas['Issue'][] } | undefined; error: unknown; className: string }) {
  const { t, number, share } = useText()
  const titleOf = useCheckTitle()
  const rows = issues?.[of] ?? []
  return (
    <Panel className={className} title={title} note={issues && !issues.suppressed ? t('portfolio.issues.of', { count: number(issues.measured) }) : undefined} end={rows.length > 0 && <TableFile of="/api/v1/portfolios/{portfolio}/issues/table" blanks={{ portfolio }} what={title} />} footer={<><Link to="/funn" search={{ group: 'check' }}>{t('portfolio.issues.all')}</Link><TrendTable portfolio={portfolio} from={from} history={history} issues={rows} title={title} /></>}>
      {!issues && !error && <Bones />}
      {Boolean(error) && <Failed problem={error} />}
      {issues?.suppressed && <p className="dim">{t('portfolio.hidden')}</p>}
      {issues && !issues.suppressed && rows.length === 0 && <Empty title={t('portfolio.issues.none')} />}
      {rows.length > 0 && (
        <table className="t tracked">
          <thead><tr><th>{t('portfolio.check')}</th><th className="right">{of === 'most_common' ? t('table.share') : ''}</th><th className="right">{t('portfolio.at')}</th></tr></thead>
          <tbody>
            {rows.map((issue) => (
              <tr key={issue.check}>
                <th scope="row">
                  <Link to="/funn" search={{ check: issue.check }}>{titleOf(issue.check)}</Link>
                  {of === 'most_critical' ? <span className="under"><Severity of={issue.severity} /></span> : <progress max={10_000} value={issue.share} aria-hidden="true" />}
                  <Trend history={history} check={issue.check} />
                </th>
                <td className="right number">{of === 'most_common' ? <b>{share(issue.share)}</b> : ''}</td>
                <td className="right number">{number(issue.organisations)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}

export function Moved({ portfolio, title, rows, since, days }: { portfolio: string; title: string; rows: Schemas['Mover'][] | undefined; since: string | null; days: number }) {
  const { t, signed, date } = useText()
  return (
    <Panel className="s4" title={title} note={since ? t('portfolio.since', { date: date(since) }) : t('portfolio.last-days', { days })} end={rows && rows.length > 0 && <TableFile of="/api/v1/portfolios/{portfolio}/movers/table" blanks={{ portfolio }} asked={{ days: String(days) }} what={title} />}>
      {!rows && <Bones />}
      {rows && since === null && <p className="dim">{t('portfolio.movers.none-kept')}</p>}
      {rows && since !== null && rows.length === 0 && <p className="dim">{t('portfolio.movers.none')}</p>}
      {rows && rows.length > 0 && (
        <table className="t">
          <thead><tr><th>{t('portfolio.member')}</th><th className="right">{t('score.title')}</th><th className="right">{t('portfolio.moved')}</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.organisation}>
                <th scope="row"><Link to="/virksomhet/$org" params={{ org: row.organisation }}>{row.name}</Link></th>
                <td className="right"><ScoreWithGrade cp={row.now_cp} /></td>
                <td className={`right number ${row.change_cp < 0 ? 'down' : 'up'}`}>{row.change_cp < 0 ? '▼' : '▲'} {signed(row.change_cp, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}

export function Breakdown({ portfolio, by, onBy }: { portfolio: string; by: Schemas['Dimension']; onBy: (by: Schemas['Dimension']) => void }) {
  const { t } = useText()
  const groupName = useGroupName()
  const cells = useQuery({
    queryKey: ['portfolio', portfolio, 'breakdown', by],
    queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}/breakdown', { params: { path: { portfolio }, query: { by } } })),
    placeholderData: (before) => before,
  })
  const rows = [...(cells.data?.cells ?? [])].sort((a, b) => groupOrder(a.key, b.key)).map((cell) => ({ ...cell, name: groupName(cells.data!.by, cell.key) }))
  return (
    <Panel className="s12" title={t('portfolio.breakdown')} note={t('portfolio.breakdown.note')} end={<span className="row"><TableFile of="/api/v1/portfolios/{portfolio}/breakdown/table" blanks={{ portfolio }} asked={{ by }} what={t('portfolio.breakdown')} /><Select hidden label={t('portfolio.breakdown.by')} value={by} onChange={onBy} options={dimensions.map((one) => ({ value: one, label: t(`dimension.${one}`) }))} /></span>}>
      {cells.isPending && <Bones />}
      {cells.error && <Failed problem={cells.error} again={() => void cells.refetch()} />}
      {cells.data && rows.length === 0 && <Empty title={t('portfolio.no-members')} />}
      {rows.length > 0 && <div className="scroll" tabIndex={0} role="region" aria-label={t('portfolio.breakdown')}><GroupTable heading={t(`dimension.${by}`)} caption={t('portfolio.breakdown')} rows={rows} /></div>}
    </Panel>
  )
}

export function Concentration({ portfolio, kind, onKind }: { portfolio: string; kind: Schemas['LeaningKind']; onKind: (kind: Schemas['LeaningKind']) => void }) {
  const { t, number, share } = useText()
  const leaning = useQuery({
    queryKey: ['portfolio', portfolio, 'concentration', kind],
    queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}/concentration', { params: { path: { portfolio }, query: { kind, most: 8 } } })),
    placeholderData: (before) => before,
    retry: false,
  })
  return (
    <Panel className="s6" title={t('portfolio.concentration')} note={leaning.data ? t('portfolio.issues.of', { count: number(leaning.data.members) }) : undefined} end={<span className="row">{(leaning.data?.most.length ?? 0) > 0 && <TableFile of="/api/v1/portfolios/{portfolio}/concentration/table" blanks={{ portfolio }} asked={{ kind }} what={t('portfolio.concentration')} />}<Select hidden label={t('portfolio.concentration.kind')} value={kind} onChange={onKind} options={leanings.map((one) => ({ value: one, label: t(`leaning.${one}`) }))} /></span>}>
      {leaning.isPending && <Bones />}
      {leaning.error && <Failed problem={leaning.error} />}
      {leaning.data?.suppressed && <p className="dim">{t('portfolio.hidden')}</p>}
      {leaning.data && !leaning.data.suppressed && leaning.data.most.length === 0 && <p className="dim">{t('portfolio.concentration.none')}</p>}
      {leaning.data && leaning.data.most.length > 0 && (
        <table className="t tracked">
          <thead><tr><th>{t(`leaning.${leaning.data.kind}`)}</th><th className="right">{t('table.share')}</th><th className="right">{t('portfolio.members')}</th><th className="right wide">{t('portfolio.inhabitants')}</th></tr></thead>
          <tbody>
            {leaning.data.most.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.supplier ? <Link to="/leverandor/$org" params={{ org: row.supplier }}>{row.name}</Link> : leaning.data.kind === 'product' ? <Link to="/trusler" search={{ produkt: row.name, ...(portfolio === 'all' ? {} : { portefolje: portfolio }) }}>{row.name}</Link> : row.name}<progress max={10_000} value={row.share} aria-hidden="true" /></th>
                <td className="right number strong">{share(row.share)}</td>
                <td className="right number">{number(row.organisations)}</td>
                <td className="right number wide">{number(row.inhabitants)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}

export function FixOnce({ portfolio }: { portfolio: string }) {
  const { t, number, signed } = useText()
  const titleOf = useCheckTitle()
  const helping = useQuery({
    queryKey: ['portfolio', portfolio, 'actions'],
    queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}/actions', { params: { path: { portfolio }, query: { most: 8 } } })),
    retry: false,
  })
  // What gains nothing to see is no help.
  const rows = helping.data?.actions.filter((row) => row.gain_cp > 0) ?? []
  return (
    <Panel className="s6" title={t('portfolio.fix-once')} note={t('portfolio.fix-once.note')} end={rows.length > 0 && <TableFile of="/api/v1/portfolios/{portfolio}/actions/table" blanks={{ portfolio }} what={t('portfolio.fix-once')} />} footer={helping.data && helping.data.members_left_out > 0 ? <span>{t('portfolio.fix-once.left-out', { count: number(helping.data.members_left_out) })}</span> : undefined}>
      {helping.isPending && <Bones />}
      {helping.error && <Failed problem={helping.error} />}
      {helping.data && rows.length === 0 && <p className="dim">{t('portfolio.fix-once.none')}</p>}
      {rows.length > 0 && (
        <table className="t">
          <thead><tr><th>{t('table.action')}</th><th className="right">{t('portfolio.helps')}</th><th className="right">{t('table.gain')}</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.operator} ${row.check}`}>
                <th scope="row"><Link to="/funn" search={{ check: row.check }}>{titleOf(row.check)}</Link><span className="under">{row.operator}</span></th>
                <td className="right number">{number(row.customers)}<span className="under">{t('portfolio.of-inhabitants', { count: number(row.inhabitants) })}</span></td>
                <td className="right number up">{signed(row.gain_cp)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}
