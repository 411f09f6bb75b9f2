// Is this really ours? Domain, host, service, each with why it is thought so and how sure; confirm, reject, add, value,
// and proof of ownership step by step.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { api, must, onceKey, Problem, type Schemas } from '~/app/api'
import { useEvents } from '~/app/events'
import { useText } from '~/app/language'
import { mayAt, useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Choices, Dialog, Empty, Failed, PageHead, Panel, Select, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { useOrganisation } from '../common'
import { RecordPanel } from '../guide/record'
import { assetsQuery, decided, type Asset } from './assets'
import { Consents } from './consent'
import { walkTree } from './keys'
import { Node } from './node'
import { targetsQuery, WaitingTargets } from './targets'

type State = 'all' | Asset['state']

export function FootprintPage() {
  const { org = '' } = useParams({ strict: false })
  const { t, number } = useText()
  const me = useMe()
  const queries = useQueryClient()
  const organisation = useOrganisation(org)
  const [state, setState] = useState<State>('all')
  const [adding, setAdding] = useState(false)
  const toasts = useToasts()
  const list = useQuery(assetsQuery(org))
  const proofs = useProofs(org)
  const targets = useQuery(targetsQuery(org))
  useEvents(org, (event) => { if (event.kind.startsWith('asset') || event.kind === 'measured') void queries.invalidateQueries({ queryKey: ['assets', org] }) })
  const manages = mayAt(me, 'manage_footprint', org)
  const shown = useMemo(() => (list.data ?? []).filter((one) => state === 'all' || one.state === state), [list.data, state])
  const domains = useMemo(() => [...new Set([...(targets.data?.items.filter((one) => one.kind === 'domain' && one.state === 'in_force').map((one) => one.name) ?? []), ...shown.map((one) => one.domain)])].sort(), [targets.data, shown])
  const waiting = list.data?.filter((one) => one.state === 'proposed').length ?? 0
  // All that are proposed, one after the other; seen at once, and taken back by one press.
  const confirming = useMutation({
    mutationFn: async ({ which, to }: { which: Asset[]; to: 'confirmed' | 'proposed' }) => {
      for (const one of which) await must(api.PUT('/api/v1/organisations/{organisation}/assets/{asset}/decision', { params: { path: { organisation: org, asset: one.id } }, body: to === 'confirmed' ? { state: to } : { state: to, reason: t('action.undo') } }))
    },
    onMutate: ({ which, to }) => decided(queries, org, new Set(which.map((one) => one.id)), to),
    onSuccess: (_, { which, to }) => toasts.say(t(to === 'confirmed' ? 'footprint.confirmed-all' : 'footprint.unconfirmed-all', { count: number(which.length) }), to === 'confirmed' ? () => confirming.mutate({ which, to: 'proposed' }) : undefined),
    onError: toasts.fail,
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['assets', org] }), queries.invalidateQueries({ queryKey: ['score', org] })]),
  })

  return (
    <>
      <PageHead
        help="footprint"
        title={t('footprint.title', { name: organisation.data?.name ?? '…' })}
        meta={list.data && <><span>{t('footprint.count', { count: number(list.data.length) })}</span><span>{t('footprint.waiting', { count: number(waiting) })}</span></>}
        acts={
          <>
            {(list.data?.length ?? 0) > 0 && <TableFile of="/api/v1/organisations/{organisation}/assets/table" blanks={{ organisation: org }} what={t('footprint.ours')} />}
            {manages && waiting > 1 && <Button disabled={confirming.isPending} onClick={() => confirming.mutate({ which: (list.data ?? []).filter((one) => one.state === 'proposed'), to: 'confirmed' })}>{t('footprint.confirm-all', { count: number(waiting) })}</Button>}
            {manages && <Button variant="primary" onClick={() => setAdding(true)}>{t('footprint.add')}</Button>}
          </>
        }
      />
      <div className="grid">
        <div className="s8 stack">
          <WaitingTargets org={org} items={targets.data?.items.filter((one) => one.state !== 'in_force') ?? []} manages={manages} />
          <Panel title={t('footprint.ours')} note={t('footprint.ours.note')} end={<Choices label={t('footprint.show')} value={state} onChange={setState} options={(['all', 'proposed', 'confirmed', 'rejected'] as const).map((one) => ({ value: one as State, label: t(`asset-state.${one}`) }))} />}>
            {list.isPending && <Bones />}
            {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
            {list.data && domains.length === 0 && <Empty title={t('footprint.none')}><p className="dim">{t('footprint.none.next')}</p></Empty>}
            <ul className="tree" onKeyDown={walkTree}>
              {domains.map((domain) => <Domain key={domain} org={org} domain={domain} assets={shown.filter((one) => one.domain === domain)} manages={manages} />)}
            </ul>
          </Panel>
        </div>
        <div className="s4 stack">
          <Ownership org={org} domains={targets.data?.items.filter((one) => one.kind === 'domain') ?? []} manages={manages} />
          {organisation.data && <RecordPanel organisation={organisation.data} writes={mayAt(me, 'manage_register', org)} />}
          <Consents org={org} proved={proofs.data?.items.filter((one) => one.proved).length ?? 0} />
        </div>
      </div>
      <AddDialog org={org} open={adding} onClose={() => setAdding(false)} />
    </>
  )
}

function Domain({ org, domain, assets, manages }: { org: string; domain: string; assets: Asset[]; manages: boolean }) {
  const { t } = useText()
  const own = assets.find((one) => one.kind === 'domain')
  const hosts = [...new Set(assets.filter((one) => one.kind !== 'domain').map((one) => one.host))].sort()
  return (
    <li>
      {own ? <Node org={org} asset={own} manages={manages} name={domain} /> : <div className="node"><span className="strong">{domain}</span><span className="dim small">{t('footprint.not-measured')}</span></div>}
      {hosts.length > 0 && (
        <ul>
          {hosts.map((host) => {
            const services = assets.filter((one) => one.host === host && one.kind !== 'domain')
            return services.length === 1
              ? <li key={host}><Node org={org} asset={services[0]!} manages={manages} name={host} /></li>
              : (
                <li key={host}>
                  <div className="node"><span className="strong">{host}</span></div>
                  <ul>{services.map((one) => <li key={one.id}><Node org={org} asset={one} manages={manages} name={`${one.host}:${one.port}`} /></li>)}</ul>
                </li>
              )
          })}
        </ul>
      )}
    </li>
  )
}

function AddDialog({ org, open, onClose }: { org: string; open: boolean; onClose: () => void }) {
  const { t } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [kind, setKind] = useState<'domain' | 'host'>('domain')
  const [name, setName] = useState('')
  const add = useMutation({
    mutationFn: () => must(api.POST('/api/v1/organisations/{organisation}/targets', { params: { path: { organisation: org }, header: { 'Idempotency-Key': onceKey() } }, body: { kind, name: name.trim() } })),
    onSuccess: async (target) => {
      setName('')
      onClose()
      toasts.say(target.state === 'in_force' ? t('footprint.added') : t('targets.added-waits', { name: target.shown }))
      await queries.invalidateQueries({ queryKey: ['targets', org] })
      await queries.invalidateQueries({ queryKey: ['jobs', org] })
    },
  })
  return (
    <Dialog open={open} onClose={onClose} title={t('footprint.add')}>
      <form onSubmit={(event) => { event.preventDefault(); add.mutate() }}>
        <p className="dim">{t('footprint.add.lead')}</p>
        <br />
        <Select label={t('footprint.add.kind')} value={kind} onChange={setKind} options={[{ value: 'domain', label: t('footprint.add.domain') }, { value: 'host', label: t('footprint.add.host') }]} />
        <TextField label={t('footprint.add.name')} hint={t('footprint.add.hint')} required autoFocus maxLength={300} value={name} onChange={(event) => setName(event.target.value)} fault={add.error instanceof Problem ? add.error.detail : null} />
        <div className="row"><Button type="submit" variant="primary" disabled={add.isPending}>{t('footprint.add')}</Button><Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

function useProofs(org: string) {
  return useQuery({ queryKey: ['ownership', org], queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/ownership', { params: { path: { organisation: org } } })), retry: false })
}

function Ownership({ org, domains, manages }: { org: string; domains: Schemas['Target'][]; manages: boolean }) {
  const { t } = useText()
  const list = useProofs(org)
  if (list.error) return null
  return (
    <Panel title={t('ownership.title')} note={t('ownership.note')}>
      {domains.length === 0 && <p className="dim">{t('footprint.none')}</p>}
      <ul className="list">
        {domains.map((domain) => <li key={domain.name}><Proof org={org} domain={domain.name} proof={list.data?.items.find((one) => one.domain === domain.name)} manages={manages} /></li>)}
      </ul>
    </Panel>
  )
}

function Proof({ org, domain, proof, manages }: { org: string; domain: string; proof: Schemas['Ownership'] | undefined; manages: boolean }) {
  const { t, date, dateTime } = useText()
  const toasts = useToasts()
  const queries = useQueryClient()
  const renew = () => queries.invalidateQueries({ queryKey: ['ownership', org] })
  const ask = useMutation({
    mutationFn: () => must(api.POST('/api/v1/organisations/{organisation}/ownership', { params: { path: { organisation: org }, header: { 'Idempotency-Key': onceKey() } }, body: { domain } })),
    onSuccess: renew,
    onError: toasts.fail,
  })
  const check = useMutation({
    mutationFn: () => must(api.POST('/api/v1/organisations/{organisation}/ownership/{domain}/check', { params: { path: { organisation: org, domain } } })),
    onSuccess: async (answer) => {
      toasts.say(answer.proved ? t('ownership.proved', { domain }) : t('ownership.not-yet', { domain }))
      await renew()
      // What waited for the proof is measured from now on.
      await queries.invalidateQueries({ queryKey: ['targets', org] })
    },
    onError: toasts.fail,
  })
  if (proof?.proved) return <p><span className="strong">{domain}</span> <span className="tag">{t('ownership.is-proved')}</span><span className="under">{t('ownership.until', { date: proof.holds_until ? date(proof.holds_until) : '–' })}</span></p>
  if (!proof) return <div className="row"><span className="strong">{domain}</span>{manages && <Button tight className="end" disabled={ask.isPending} onClick={() => ask.mutate()}>{t('ownership.begin')}<span className="unseen"> {domain}</span></Button>}</div>
  return (
    <div className="stack">
      <p className="strong">{domain}</p>
      <ol className="steps">
        <li><span className="dot done" aria-hidden="true">✓</span><span>{t('ownership.step.asked')}</span></li>
        <li><span className="dot" aria-hidden="true">2</span><span>{t('ownership.step.put')}</span></li>
        <li className="wait"><span className="dot" aria-hidden="true">3</span><span>{t('ownership.step.check')}</span></li>
      </ol>
      {proof.dns_text && <div><p className="small">{t('ownership.dns')}</p><pre tabIndex={0}>{`${proof.dns_name}. IN TXT "${proof.dns_text}"`}</pre></div>}
      {proof.file_text && <div><p className="small">{t('ownership.file')} <span className="mono">{proof.file_url}</span></p><pre tabIndex={0}>{proof.file_text}</pre></div>}
      {manages && <div className="row"><Button tight variant="primary" disabled={check.isPending} onClick={() => check.mutate()}>{t('ownership.check')}</Button>{proof.checked && <span className="small dim">{t('ownership.checked', { time: dateTime(proof.checked) })}</span>}</div>}
    </div>
  )
}
