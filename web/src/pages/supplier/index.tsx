// Can we trust this supplier? As its customer meets it: the score at the detail the reader may see, what it carries, whom to
// tell, and what is open.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { api, may, must, onceKey, Problem } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Empty, Failed, HostName, Mark, PageHead, Panel, TextArea } from '~/parts/basic'
import { Scale } from '~/parts/plots'
import { TableFile } from '~/parts/table-file'
import { useOrganisation } from '../common'
import { Spark } from '../portfolio/compare'
import { ScoreWithGrade } from '../portfolio/common'
import { CriticalityField, type Criticality } from './criticality'
import './supplier.css'

export { MySuppliers, Suppliers } from './list'

export function SupplierPage() {
  const { org, supplier } = useParams({ strict: false }) as { org: string; supplier: string }
  const { t, language, date, dateTime, score, share, number } = useText()
  const me = useMe()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [changing, setChanging] = useState(false)
  const customer = useOrganisation(org)
  const its = useQuery({
    queryKey: ['suppliers', org, supplier, language],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/suppliers/{supplier}', { params: { path: { organisation: org, supplier }, query: { lang: language } } })),
    retry: false,
  })
  const sees = its.data && its.data.seen_at !== 'none'
  const since = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 365 * 86_400_000).toISOString().slice(0, 19) + 'Z'
  const history = useQuery({
    queryKey: ['score', supplier, 'history', since],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/score/history', { params: { path: { organisation: supplier }, query: { since, limit: 500 } } })),
    enabled: Boolean(sees),
    retry: false,
  })
  const customers = useQuery({
    queryKey: ['customers', supplier],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/customers', { params: { path: { organisation: supplier }, query: { limit: 50 } } })),
    enabled: Boolean(sees),
    retry: false,
  })
  const save = useMutation({
    mutationFn: (body: { criticality: Criticality; note: string }) => must(api.POST('/api/v1/organisations/{organisation}/suppliers', { params: { path: { organisation: org }, header: { 'Idempotency-Key': onceKey() } }, body: { supplier, ...body } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['suppliers', org] })
      setChanging(false)
    },
    onError: toasts.fail,
  })
  const navigate = useNavigate()
  const end = useMutation({
    mutationFn: () => must(api.DELETE('/api/v1/organisations/{organisation}/suppliers/{supplier}', { params: { path: { organisation: org, supplier } } })),
    onSuccess: async () => {
      toasts.say(t('suppliers.ended', { name: its.data?.name ?? '' }))
      await navigate({ to: '/virksomhet/$org/leverandorer', params: { org } })
      await queries.invalidateQueries({ queryKey: ['suppliers', org] })
    },
    onError: toasts.fail,
  })
  const changes = may(me, 'manage_register') || may(me, 'manage_suppliers')
  const path = (
    <nav aria-label={t('portfolio.path')}><ol className="crumbs"><li><Link to="/virksomhet/$org/leverandorer" params={{ org }}>{t('suppliers.title', { name: customer.data?.name ?? '…' })}</Link></li></ol></nav>
  )
  if (its.isPending) return <Bones />
  if (its.error) {
    const unknown = its.error instanceof Problem && its.error.status === 404
    return (
      <>
        {path}
        <PageHead title={t('supplier.title')} />
        {unknown ? (
          <section className="panel" aria-label={t('supplier.title')}>
            <Empty title={t('supplier.not-ours', { name: customer.data?.name ?? '' })}>
              <div className="row">
                <Link className="ds-button" data-variant="secondary" to="/virksomhet/$org" params={{ org: supplier }}>{t('supplier.to-record')}</Link>
                {changes && <Button variant="primary" disabled={save.isPending} onClick={() => save.mutate({ criticality: 1, note: '' })}>{t('suppliers.add')}</Button>}
              </div>
            </Empty>
          </section>
        ) : <Failed problem={its.error} again={() => void its.refetch()} />}
      </>
    )
  }
  const one = its.data
  const findingsSeen = one.seen_at === 'findings' || one.seen_at === 'evidence'
  return (
    <>
      {path}
      <PageHead
        title={one.name}
        help="suppliers"
        meta={
          <>
            <span>{t(`organisation-kind.${one.kind}`)}</span>
            {one.number && <span className="number">{one.number.replace(/(\d{3})(?=\d)/g, '$1 ')}</span>}
            <span>{t('supplier.critical-is', { level: t(`criticality.${one.criticality}`) })}</span>
            {one.since && <span>{t('supplier.ours-since', { date: date(one.since) })}</span>}
          </>
        }
        acts={
          <>
            {sees && <Link className="ds-button" data-variant="secondary" to="/sammenlikn" search={{ virksomhet: `${supplier},${org}` }}>{t('portfolio.compare')}</Link>}
            {sees && <Link className="ds-button" data-variant="secondary" to="/virksomhet/$org" params={{ org: supplier }}>{t('supplier.to-record')}</Link>}
            {changes && <Button variant="tertiary" disabled={end.isPending} aria-label={t('suppliers.end-one', { name: one.name })} onClick={() => end.mutate()}>{t('suppliers.end')}</Button>}
            {changes && <Button variant="primary" onClick={() => setChanging(true)}>{t('supplier.change')}</Button>}
          </>
        }
      />
      <div className="grid">
        <Panel className="s5" title={t('supplier.trust')} note={one.score ? t('score.measured-at', { time: dateTime(one.score.measured) }) : undefined}>
          {!sees && <Empty title={t('supplier.hidden')}><p className="dim">{t('supplier.hidden.next')}</p></Empty>}
          {sees && !one.score && <Empty title={t('score.not-measured')}><p className="dim">{t('supplier.not-measured.next')}</p></Empty>}
          {one.score && (
            <>
              <div className="big"><Mark grade={one.score.grade} size={58} /><b>{score(one.score.score_cp)}<small>{t('score.of')}</small></b></div>
              {one.score.grade === 'U' && <p className="alert">{t('score.unrated', { coverage: share(one.score.coverage) })}</p>}
              <Scale cp={one.score.score_cp} interval={[one.score.interval_cp[0]!, one.score.interval_cp[1]!]} />
              <dl className="facts">
                <dt>{t('score.interval')}</dt><dd>{score(one.score.interval_cp[0]!)} – {score(one.score.interval_cp[1]!)}</dd>
                <dt>{t('score.coverage')}</dt><dd>{share(one.score.coverage)}</dd>
                <dt>{t('compare.year')}</dt><dd><Spark points={history.data?.items ?? []} organisation={supplier} name={one.name} /></dd>
              </dl>
            </>
          )}
        </Panel>
        <Panel className="s7" title={t('supplier.carries')} note={one.carries_total > 0 ? t('supplier.carries.count', { count: one.carries_total, n: number(one.carries_total) }) : undefined} end={one.carries.length > 0 && <TableFile of="/api/v1/organisations/{organisation}/suppliers/{supplier}/carries/table" blanks={{ organisation: org, supplier }} what={t('supplier.carries')} />}>
          {one.note ? <p className="note">{one.note}</p> : <p className="dim">{t('supplier.no-note')}</p>}
          {one.carries.length === 0 && <p className="dim gap-top">{t('supplier.carries.none')}</p>}
          {one.carries.length > 0 && (
            <table className="t gap-top">
              <thead><tr><th>{t('table.asset')}</th><th>{t('supplier.asset-kind')}</th><th className="right">{t('supplier.asset-findings')}</th></tr></thead>
              <tbody>
                {one.carries.map((asset) => (
                  <tr key={`${asset.kind} ${asset.asset}`}>
                    <th scope="row" className="mono"><HostName of={asset.asset} /></th>
                    <td>{t(`asset-kind.${asset.kind}`)}</td>
                    <td className="right number">{asset.findings ? <Link to="/virksomhet/$org/funn" params={{ org }} search={{ asset: asset.asset }}>{number(asset.findings)}</Link> : <span className="dim">0</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {one.carries_total > one.carries.length && <p className="small dim">{t('table.and-more', { count: one.carries_total - one.carries.length })}</p>}
        </Panel>
        <Panel className="s5" title={t('supplier.open')} footer={findingsSeen ? <Link to="/virksomhet/$org/funn" params={{ org: supplier }}>{t('supplier.open.see')}</Link> : undefined}>
          {!one.open && <Empty title={t('supplier.open.hidden')}><p className="dim">{t('supplier.open.hidden.next')}</p></Empty>}
          {one.open && (
            <dl className="facts flat">
              <dt>{t('supplier.open.findings')}</dt><dd>{number(one.open.findings)}</dd>
              <dt>{t('supplier.open.serious')}</dt><dd>{number(one.open.serious)}</dd>
              <dt>{t('table.overdue')}</dt><dd>{one.open.overdue ? <span className="late">⚑ {number(one.open.overdue)}</span> : 0}</dd>
              <dt>{t('finding-state.disputed')}</dt><dd>{number(one.open.disputed)}</dd>
              <dt>{t('finding-state.accepted')}</dt><dd>{number(one.open.accepted)}</dd>
            </dl>
          )}
        </Panel>
        <Panel className="s7" title={t('supplier.contacts')} note={t('supplier.contacts.note')}>
          {!sees && <p className="dim">{t('supplier.hidden')}</p>}
          {sees && one.contacts.length === 0 && <p className="dim">{t('supplier.contacts.none')}</p>}
          {one.contacts.length > 0 && (
            <ul className="list">
              {one.contacts.map((contact, index) => (
                <li key={contact.host ?? index}>
                  <p className="row">{contact.contact.map((to) => <Address key={to} to={to} />)}{contact.expired && <span className="tag warn">{t('supplier.contacts.expired')}</span>}</p>
                  <span className="under">{[contact.host, contact.languages && t('supplier.contacts.languages', { languages: contact.languages }), contact.expires && t('supplier.contacts.until', { date: date(contact.expires) }), t('supplier.contacts.seen', { date: date(contact.seen) })].filter(Boolean).join(' · ')}</span>
                  {contact.policy.length > 0 && <p className="row small">{contact.policy.map((to) => <Address key={to} to={to} label={t('supplier.contacts.policy')} />)}</p>}
                </li>
              ))}
            </ul>
          )}
          {one.people !== null && <p className="small dim gap-top">{one.people ? t('supplier.people') : t('supplier.no-people')}</p>}
        </Panel>
        {customers.data && customers.data.items.filter((other) => other.id !== org).length > 0 && (
          <Panel className="s12" title={t('supplier.others')} note={t('supplier.others.note')} end={<TableFile of="/api/v1/organisations/{organisation}/customers/table" blanks={{ organisation: supplier }} what={t('supplier.others')} />}>
            <table className="t">
              <thead><tr><th>{t('portfolio.member')}</th><th className="right">{t('score.title')}</th><th>{t('supplier.criticality')}</th></tr></thead>
              <tbody>{customers.data.items.filter((other) => other.id !== org).map((other) => <tr key={other.id}><th scope="row"><Link to="/virksomhet/$org" params={{ org: other.id }}>{other.name}</Link></th><td className="right">{other.score ? <ScoreWithGrade cp={other.score.grade === 'U' ? null : other.score.score_cp} grade={other.score.grade} /> : <span className="dim">–</span>}</td><td>{t(`criticality.${other.criticality}`)}</td></tr>)}</tbody>
            </table>
          </Panel>
        )}
      </div>
      <Dialog open={changing} onClose={() => setChanging(false)} title={t('supplier.change-what', { name: one.name })}>{changing && <ChangeSupply criticality={one.criticality} note={one.note} busy={save.isPending} onSave={save.mutate} onClose={() => setChanging(false)} />}</Dialog>
    </>
  )
}

function ChangeSupply({ criticality, note, busy, onSave, onClose }: { criticality: Criticality; note: string; busy: boolean; onSave: (body: { criticality: Criticality; note: string }) => void; onClose: () => void }) {
  const { t } = useText()
  const [level, setLevel] = useState(criticality)
  const [words, setWords] = useState(note)
  return (
    <form onSubmit={(event) => { event.preventDefault(); onSave({ criticality: level, note: words.trim() }) }}>
      <CriticalityField value={level} onChange={setLevel} />
      <TextArea label={t('supplier.carries-for-us')} hint={t('suppliers.note.hint')} maxLength={2000} value={words} onChange={(event) => setWords(event.target.value)} />
      <div className="row gap-top"><Button type="submit" variant="primary" disabled={busy}>{t('action.save')}</Button><Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button></div>
    </form>
  )
}

/** An address that a stranger's file names: a link only where it is mail, telephone or a web page. */
function Address({ to, label }: { to: string; label?: string }): ReactNode {
  const shown = label ?? to.replace(/^(mailto:|tel:)/, '')
  return /^(mailto:|tel:|https:\/\/)/.test(to) ? <a href={to} rel="noreferrer noopener" {...(to.startsWith('https:') ? { target: '_blank' } : {})}>{shown}</a> : <span>{shown}</span>
}
