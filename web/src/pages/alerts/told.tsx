// What have my rules seen? Newest first, each with its cause.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import type { Grade } from '~/format/format'
import { Bones, Button, Dialog, Empty, Failed, Mark, More, PageHead } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { useRules } from './common'
import { RuleForm } from './rules'

type Alert = Schemas['Alert']

interface Facts {
  finding?: string
  asset?: string
  before?: string | number
  after?: string | number
  before_cp?: number
  after_cp?: number
  score_cp?: number
  days_left?: number
  answer?: string
}

function useCheckTitles() {
  const { language } = useText()
  const checks = useQuery({ queryKey: ['checks', language], queryFn: () => must(api.GET('/api/v1/checks')), staleTime: 3_600_000, retry: false })
  return (finding: string): { title: string; asset: string } => {
    const cut = finding.indexOf('@')
    const id = cut < 0 ? finding : finding.slice(0, cut)
    const known = checks.data?.items.find((one) => one.id === id)
    return { title: known ? known.title[language] : id, asset: cut < 0 ? '' : finding.slice(cut + 1) }
  }
}

function What({ alert }: { alert: Alert }) {
  const { t, score, share } = useText()
  const titles = useCheckTitles()
  const data = alert.data as Facts
  const org = alert.organisation
  if (data.finding) {
    const { title, asset } = titles(data.finding)
    return (
      <>
        <Link to="/virksomhet/$org/funn/$finding" params={{ org, finding: data.finding }}>{title}</Link>
        <span className="under"><span className="mono">{asset}</span>{data.days_left !== undefined && <> · {t('alerts.days-left', { count: data.days_left })}</>}{data.answer && <> · {t(`alerts.answer.${data.answer}`)}</>}{alert.kind === 'new_gate' && data.score_cp !== undefined && <> · {t('alerts.held-at', { score: score(data.score_cp) })}</>}</span>
      </>
    )
  }
  if (alert.kind === 'grade_changed')
    return <Link to="/virksomhet/$org" params={{ org }}><Mark grade={data.before as Grade} size={18} /> → <Mark grade={data.after as Grade} size={18} />{data.score_cp !== undefined && <> {score(data.score_cp)}</>}</Link>
  if (alert.kind === 'score_dropped') return <Link to="/virksomhet/$org/poeng" params={{ org }}>{t('alerts.from-to', { before: score(data.before_cp ?? 0), after: score(data.after_cp ?? 0) })}</Link>
  if (alert.kind === 'coverage_fell') return <Link to="/virksomhet/$org/poeng" params={{ org }}>{t('alerts.from-to', { before: share(Number(data.before)), after: share(Number(data.after)) })}</Link>
  if (data.asset) return <Link to="/virksomhet/$org/fotavtrykk" params={{ org }} className="mono">{data.asset}</Link>
  return <Link to="/virksomhet/$org" params={{ org }}>{t('alerts.see')}</Link>
}

export function Told() {
  const { t, dateTime } = useText()
  const rules = useRules()
  const [making, setMaking] = useState(false)
  const list = useInfiniteQuery({
    queryKey: ['alerts'],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/alerts', { params: { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const none = rules.data?.items.length === 0
  return (
    <>
      <PageHead help="alerts" title={t('alerts.title')} meta={<span>{t('alerts.meta')}</span>} acts={<>{items.length > 0 && <TableFile of="/api/v1/alerts/table" blanks={{}} what={t('alerts.section.told')} />}<Button variant={none ? 'primary' : 'secondary'} onClick={() => setMaking(true)}>{t('rules.new')}</Button></>} />
      <section className="panel" aria-label={t('alerts.section.told')}>
        {list.isPending && <Bones />}
        {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
        {list.data && items.length === 0 && (none
          ? <Empty title={t('alerts.no-rules')}><p className="dim read">{t('alerts.no-rules.next')}</p></Empty>
          : <Empty title={t('alerts.none')}><p className="dim">{t('alerts.none.next')}</p></Empty>)}
        {items.length > 0 && (
          <div className="scroll">
            <table className="t">
              <caption className="unseen">{t('alerts.section.told')}</caption>
              <thead><tr><th>{t('alerts.what')}</th><th>{t('alerts.cause')}</th><th>{t('alerts.organisation')}</th><th>{t('alerts.when')}</th></tr></thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">{t(`alert.${one.kind}`)}</th>
                    <td><What alert={one} /></td>
                    <td><Link to="/virksomhet/$org" params={{ org: one.organisation }}>{one.organisation_name}</Link></td>
                    <td className="number">{dateTime(one.time)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <More of={list} />
      </section>
      <Dialog open={making} onClose={() => setMaking(false)} title={t('rules.new')}><RuleForm rule={null} onClose={() => setMaking(false)} /></Dialog>
    </>
  )
}
