// The lower half of the overview: what is open and how old, what is new, why the score moved, and what was not measured.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, must, Problem, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { Bones, Failed, HostName, Panel, Severity } from '~/parts/basic'
import { Moves } from '~/parts/plots'
import { TableFile } from '~/parts/table-file'
import { isoSeconds, useChange } from './since'

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const

export function Open({ org }: { org: string }) {
  const { t, number } = useText()
  const groups = useQuery({
    queryKey: ['findings', org, 'by-severity'],
    queryFn: () => must(api.GET('/api/v1/findings/groups', { params: { query: { by: 'severity', organisation: org } } })),
    retry: false,
  })
  if (groups.error instanceof Problem && groups.error.status === 403) return null
  const of = (severity: string) => groups.data?.items.find((group) => group.key === severity)
  const most = Math.max(1, ...severities.map((one) => of(one)?.findings ?? 0))
  const all = groups.data?.items.reduce((sum, group) => sum + group.findings, 0) ?? 0
  return (
    <Panel className="s4" title={t('overview.open')} note={groups.data ? t('overview.open.count', { count: number(all) }) : undefined} end={<TableFile of="/api/v1/findings/groups/table" blanks={{}} asked={{ by: 'severity', organisation: org }} what={t('overview.open')} />} footer={<Link to="/virksomhet/$org/funn" params={{ org }} search={{ overdue: true }}>{t('overview.overdue')}</Link>}>
      {groups.isPending && <Bones />}
      {groups.error && <Failed problem={groups.error} />}
      {groups.data && (
        <table className="t">
          <thead><tr><th>{t('table.severity')}</th><th className="wide" aria-label={t('table.share')} /><th className="right">{t('table.count')}</th><th className="right">{t('table.overdue')}</th></tr></thead>
          <tbody>
            {severities.map((severity) => {
              const group = of(severity)
              const count = group?.findings ?? 0
              return (
                <tr key={severity}>
                  <th scope="row">{count ? <Link to="/virksomhet/$org/funn" params={{ org }} search={{ severity }}><Severity of={severity} /></Link> : <Severity of={severity} />}</th>
                  <td className="wide"><svg width="90" height="12" aria-hidden="true"><rect width={(count / most) * 90} height="12" rx="1" fill={`var(--severity-${Math.max(1, 4 - severities.indexOf(severity))})`} /></svg></td>
                  <td className="right number">{number(count)}</td>
                  <td className="right number">{group?.overdue ? <span className="late">⚑ {number(group.overdue)}</span> : <span className="dim">0</span>}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </Panel>
  )
}

/** What has happened in a month: how many of each, and the worst of what is new. */
export function News({ org }: { org: string }) {
  const { t, date, number } = useText()
  const since = useMemo(() => isoSeconds(new Date(Date.now() - 30 * 86_400_000)), [])
  const { language } = useText()
  const news = useQuery({
    queryKey: ['findings', org, 'news', since, language],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/news', { params: { path: { organisation: org }, query: { since, lang: language } } })),
    retry: false,
  })
  if (news.error instanceof Problem && news.error.status === 403) return null
  return (
    <Panel className="s7" title={t('overview.news')} note={news.data && t('overview.news.note', { from: date(news.data.since), to: date(news.data.until), count: news.data.measurements, n: number(news.data.measurements) })} footer={<Link to="/virksomhet/$org/funn" params={{ org }} search={{ sort: 'newest' }}>{t('overview.news.all')}</Link>}>
      {news.isPending && <Bones />}
      {news.error && <Failed problem={news.error} />}
      {news.data && news.data.counts.length === 0 && <p className="dim">{t('overview.news.none')}</p>}
      {news.data && news.data.counts.length > 0 && <p className="legend">{news.data.counts.map((one) => <span key={one.kind}>{one.text.replace(/\.$/, '')}</span>)}</p>}
      {news.data && news.data.findings.length > 0 && (
        <ul className="list spaced">
          {news.data.findings.slice(0, 5).map((one) => (
            <li key={one.id} className="happened">
              <span className="dim small number">{date(one.first_seen)}</span>
              <span><Link to="/virksomhet/$org/funn/$finding" params={{ org, finding: one.id }}>{(one.reason_text || one.title).replace(/\.$/, '')}</Link><span className="under"><HostName of={one.asset} /></span></span>
              <Severity of={one.severity} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

export function Ages({ org }: { org: string }) {
  const { t, number } = useText()
  const ages = useQuery({
    queryKey: ['findings', org, 'ages'],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/findings/ages', { params: { path: { organisation: org } } })),
    retry: false,
  })
  if (!ages.data) return null
  const most = Math.max(1, ...ages.data.bands.map((band) => band.total))
  return (
    <Panel className="s5" title={t('overview.ages')} note={ages.data.median_days === null ? undefined : t('overview.ages.note', { median: number(ages.data.median_days), oldest: number(ages.data.oldest_days ?? 0) })} end={<TableFile of="/api/v1/organisations/{organisation}/findings/ages/table" blanks={{ organisation: org }} what={t('overview.ages')} />} footer={<Link to="/virksomhet/$org/funn" params={{ org }} search={{ sort: 'oldest' }}>{t('overview.ages.oldest')}</Link>}>
      <table className="t">
        <thead><tr><th>{t('overview.ages.age')}</th><th aria-label={t('table.share')} /><th className="right">{t('table.count')}</th></tr></thead>
        <tbody>
          {ages.data.bands.map((band) => {
            let x = 0
            return (
              <tr key={band.from_days}>
                <th scope="row">{band.to_days === null ? t('overview.ages.over', { days: number(band.from_days - 1) }) : t('overview.ages.band', { from: number(band.from_days), to: number(band.to_days) })}</th>
                <td>
                  <svg width="160" height="12" role="img" aria-label={severities.filter((one) => band[one] > 0).map((one) => `${t(`severity.${one}`)} ${band[one]}`).join(', ') || '0'}>
                    {severities.map((one, i) => {
                      const width = (band[one] / most) * 160
                      x += width
                      return band[one] > 0 && <rect key={one} x={x - width} width={Math.max(1, width - 1)} height="12" fill={`var(--severity-${Math.max(1, 4 - i)})`} opacity={one === 'info' ? 0.5 : 1} />
                    })}
                  </svg>
                </td>
                <td className="right number">{number(band.total)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <p className="legend spaced" aria-hidden="true">{severities.map((one, i) => <span key={one}><svg width="10" height="10"><rect width="10" height="10" fill={`var(--severity-${Math.max(1, 4 - i)})`} opacity={one === 'info' ? 0.5 : 1} /></svg>{t(`severity.${one}`)}</span>)}</p>
    </Panel>
  )
}

export function Moved({ org }: { org: string }) {
  const { t, date, signed } = useText()
  const change = useChange(org, 30)
  if (change.error || !change.data) return null
  const rows = (['method', 'footprint', 'feeds', 'treatment', 'ageing', 'findings'] as const).map((key) => ({ key, label: t(`step.${key}`), cp: change.data.steps[key] }))
  return (
    <Panel className="s5" title={t('overview.moved')} note={`${date(change.data.since)} – ${date(change.data.until)}`}>
      <Moves rows={rows} note={<span>{t('overview.moved.sum', { sum: signed(change.data.after_cp - change.data.before_cp) })}</span>} />
    </Panel>
  )
}

export function Unseen({ now, wide }: { now: Schemas['ScoreExplained']; wide: boolean }) {
  const { t } = useText()
  if (!now.not_seen) return null
  return (
    <Panel className={wide ? 's12' : 's7'} title={t('overview.unseen')} note={t('overview.unseen.note')}>
      {now.not_seen.length === 0 ? <p className="dim">{t('overview.unseen.none')}</p> : (
        <ul className="list">
          {now.not_seen.slice(0, 8).map((one) => <li key={one.asset + one.reason + one.checks.join()}><span className="strong"><HostName of={one.asset} /></span> <span className="dim">{one.reason_text}</span><span className="under mono">{one.checks.join(', ')}</span></li>)}
          {now.not_seen.length > 8 && <li className="dim">{t('table.and-more', { count: now.not_seen.length - 8 })}</li>}
        </ul>
      )}
    </Panel>
  )
}
