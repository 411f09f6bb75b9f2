// One asset of the footprint: why it is thought to be ours and how sure, what is decided about it, and what it is worth.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, onceKey } from '~/app/api'
import { useText } from '~/app/language'
import { mayAt, useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Button, Dialog, Select, TextArea } from '~/parts/basic'
import { useForm } from '~/parts/form'
import { decided, type Asset } from './assets'

function reasonWords(t: (key: string, blanks?: Record<string, string>) => string, why: string): string {
  const [kind = '', rest = ''] = [why.split(':')[0], why.slice(why.indexOf(':') + 1)]
  if (kind === 'measured-value') return t('why.measured-value', { of: ['25', '100', '200', '400'].includes(rest) ? t(`value.${rest}`).toLocaleLowerCase() : rest })
  const known = ['given', 'confirmed', 'proof-of', 'mx-of', 'ns-of', 'web-of', 'cert-of', 'zone-of', 'redirect-of', 'ct-of']
  return known.includes(kind) ? t(`why.${kind}`, { of: rest }) : why
}

export function Node({ org, asset, manages, name }: { org: string; asset: Asset; manages: boolean; name: string }) {
  const { t } = useText()
  const me = useMe()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [answering, setAnswering] = useState(false)
  const [rejecting, setRejecting] = useState(false)
  const [valuing, setValuing] = useState(false)
  const path = { organisation: org, asset: asset.id }
  const outDomain = asset.kind === 'domain' && asset.state === 'rejected'
  const renew = async () => {
    await queries.invalidateQueries({ queryKey: ['assets', org] })
    if (asset.kind === 'domain') await queries.invalidateQueries({ queryKey: ['targets', org] })
    await queries.invalidateQueries({ queryKey: ['score', org] })
  }
  const decide = useMutation({
    // A domain is where measuring starts: to reject it is to take it out with all that lies under it, and back is to add it.
    mutationFn: async (body: { state: 'confirmed' | 'rejected' | 'proposed'; reason?: string; evidence?: string; again?: boolean }): Promise<boolean> => {
      const target = { kind: 'domain' as const, name: asset.domain }
      if (asset.kind === 'domain' && body.state === 'rejected') await must(api.DELETE('/api/v1/organisations/{organisation}/targets/{kind}/{name}', { params: { path: { organisation: org, ...target }, query: { reason: body.reason ?? '', evidence: body.evidence ?? '' } } }))
      else if (asset.kind === 'domain' && body.again) return (await must(api.POST('/api/v1/organisations/{organisation}/targets', { params: { path: { organisation: org }, header: { 'Idempotency-Key': onceKey() } }, body: target }))).state !== 'in_force'
      else await must(api.PUT('/api/v1/organisations/{organisation}/assets/{asset}/decision', { params: { path }, body: { state: body.state, ...(body.reason ? { reason: body.reason } : {}), ...(body.evidence ? { evidence: body.evidence } : {}) } }))
      return false
    },
    onMutate: (body) => {
      setRejecting(false)
      return decided(queries, org, new Set([asset.id]), body.state)
    },
    onSuccess: async (waits, body) => {
      if (waits) toasts.say(t('targets.added-waits', { name }))
      else toasts.say(t(`footprint.did.${body.state}`, { name }), body.state === 'proposed' ? undefined : () => decide.mutate({ state: 'proposed', reason: t('action.undo'), again: body.state === 'rejected' }))
      await renew()
    },
    onError: (problem, _, back) => {
      back?.()
      toasts.fail(problem)
    },
  })
  const value = useMutation({
    mutationFn: (body: { value: 25 | 100 | 200 | 400; reason: string }) => must(api.PUT('/api/v1/organisations/{organisation}/assets/{asset}/value', { params: { path }, body })),
    onSuccess: async () => {
      setValuing(false)
      toasts.say(t('footprint.valued'))
      await renew()
    },
    onError: toasts.fail,
  })
  return (
    <div className="node">
      <div>
        <span className="strong">{name}</span> <span className="dim small">{t(`asset-kind.${asset.kind}`)}{asset.addresses.length > 0 && <> · <span className="mono">{asset.addresses.slice(0, 2).join(', ')}</span></>}</span>
        <span className="under">{asset.why.map((one) => reasonWords(t, one)).join('; ')} · {t('footprint.sure', { percent: asset.confidence })}{asset.by_provider && <> · {t('footprint.by-provider')}</>}</span>
      </div>
      <div className="row">
        <span className={asset.state === 'proposed' ? 'tag warn' : 'tag'}>{t(`asset-state.${asset.state}`)}</span>
        {!asset.present && <span className="tag">{t('footprint.gone')}</span>}
        {asset.waiting && <span className="tag warn">{t('footprint.value-waiting', { value: t(`value.${asset.waiting.value}`).toLocaleLowerCase() })}</span>}
        {asset.waiting && mayAt(me, 'approve', org) && asset.waiting.asked_by !== me?.id && <Button tight onClick={() => setAnswering(true)}>{t('footprint.value-answer')}<span className="unseen"> {name}</span></Button>}
        {manages ? <button type="button" className="toggle" onClick={() => setValuing(true)}>{t(`value.${asset.value}`)}<span className="unseen"> {t('footprint.change-value', { name })}</span></button> : <span className="small dim">{t(`value.${asset.value}`)}</span>}
        {manages && outDomain && <Button tight disabled={decide.isPending} onClick={() => decide.mutate({ state: 'proposed', again: true })}>{t('footprint.add-again')}<span className="unseen"> {name}</span></Button>}
        {manages && !outDomain && asset.state !== 'confirmed' && <Button tight disabled={decide.isPending} onClick={() => decide.mutate({ state: 'confirmed' })}>{t('footprint.confirm')}<span className="unseen"> {name}</span></Button>}
        {manages && asset.state !== 'rejected' && <Button tight variant="tertiary" onClick={() => setRejecting(true)}>{t('footprint.reject')}<span className="unseen"> {name}</span></Button>}
      </div>
      <ReasonDialog open={rejecting} title={t('footprint.reject.title', { name })} lead={asset.kind === 'domain' ? t('footprint.reject.domain', { name }) : t('footprint.reject.lead')} withEvidence busy={decide.isPending} action={t('footprint.reject')} onClose={() => setRejecting(false)} onSend={(reason, evidence) => decide.mutate({ state: 'rejected', reason, ...(evidence ? { evidence } : {}) })} />
      {asset.waiting && <Dialog open={answering} onClose={() => setAnswering(false)} title={t('footprint.value-answer.title', { name })}><ValueAnswer org={org} asset={asset} waiting={asset.waiting} onClose={() => setAnswering(false)} onDone={renew} /></Dialog>}
      {valuing && <ValueDialog asset={asset} name={name} busy={value.isPending} onClose={() => setValuing(false)} onSend={(body) => value.mutate(body)} />}
    </div>
  )
}

function ReasonDialog({ open, title, lead, action, busy, withEvidence, onClose, onSend }: { open: boolean; title: string; lead: string; action: string; busy: boolean; withEvidence?: boolean; onClose: () => void; onSend: (reason: string, evidence: string) => void }) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [evidence, setEvidence] = useState('')
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <form onSubmit={(event) => { event.preventDefault(); onSend(reason.trim(), evidence.trim()) }}>
        <p className="dim">{lead}</p>
        <br />
        <TextArea label={t('table.reason')} required minLength={10} maxLength={2000} autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />
        {withEvidence && <TextArea label={t('treat.evidence')} hint={t('footprint.reject.evidence')} required minLength={10} maxLength={2000} value={evidence} onChange={(event) => setEvidence(event.target.value)} />}
        <div className="row"><Button type="submit" variant="primary" disabled={busy}>{action}</Button><Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

function ValueDialog({ asset, name, busy, onClose, onSend }: { asset: Asset; name: string; busy: boolean; onClose: () => void; onSend: (body: { value: 25 | 100 | 200 | 400; reason: string }) => void }) {
  const { t } = useText()
  const [value, setValue] = useState(String(asset.value))
  const [reason, setReason] = useState('')
  return (
    <Dialog open onClose={onClose} title={t('footprint.value.title', { name })}>
      <form onSubmit={(event) => { event.preventDefault(); onSend({ value: Number(value) as 25, reason: reason.trim() }) }}>
        <p className="dim">{t('footprint.value.lead')}</p>
        <br />
        <Select label={t('footprint.value')} value={value} onChange={setValue} options={['25', '100', '200', '400'].map((one) => ({ value: one, label: t(`value.${one}`) }))} />
        <TextArea label={t('table.reason')} required minLength={10} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />
        <div className="row"><Button type="submit" variant="primary" disabled={busy}>{t('action.save')}</Button><Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

/** The second person's answer to a lower value. */
function ValueAnswer({ org, asset, waiting, onClose, onDone }: { org: string; asset: Asset; waiting: NonNullable<Asset['waiting']>; onClose: () => void; onDone: () => Promise<void> }) {
  const { t, dateTime } = useText()
  const toasts = useToasts()
  const [reason, setReason] = useState('')
  const { form, busy, send, fault, rest } = useForm(['reason'])
  const people = useQuery({
    queryKey: ['people', org],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/people', { params: { path: { organisation: org }, query: { limit: 500 } } })),
    retry: false,
    staleTime: 60_000,
  })
  const who = people.data?.items.find((one) => one.id === waiting.asked_by)?.name ?? t('footprint.value-answer.somebody')
  const answer = (approved: boolean) => send(async () => {
    if (!form.current?.reportValidity()) return
    await must(api.POST('/api/v1/organisations/{organisation}/assets/{asset}/value/answer', { params: { path: { organisation: org, asset: asset.id }, header: { 'Idempotency-Key': onceKey() } }, body: { approved, reason: reason.trim() } }))
    toasts.say(t(approved ? 'footprint.value-answer.approved' : 'footprint.value-answer.refused'))
    onClose()
    await onDone()
  })
  return (
    <form ref={form} onSubmit={(event) => event.preventDefault()}>
      <p>{t('footprint.value-answer.change', { from: t(`value.${asset.value}`).toLocaleLowerCase(), to: t(`value.${waiting.value}`).toLocaleLowerCase() })}</p>
      <p className="read">{waiting.reason}</p>
      <p className="small dim">{who}, {dateTime(waiting.asked)}</p>
      <br />
      <TextArea label={t('treat.answer.reason')} required minLength={10} maxLength={2000} autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />
      {fault('reason') && <p className="down small">{fault('reason')}</p>}
      {rest}
      <div className="row">
        <Button variant="primary" disabled={busy} onClick={answer(true)}>{t('treat.approve')}</Button>
        <Button disabled={busy} onClick={answer(false)}>{t('treat.decline')}</Button>
        <Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </form>
  )
}
