// What the organisation has consented to: the active questions of the full profile, being counted among peers, being
// shown to a national body. Its own leader or security officer gives and withdraws; who keeps the register writes down
// what was given on paper; others read what holds.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, may, must, onceKey, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { mayConsent, useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Failed, Panel, Select, TextField } from '~/parts/basic'
import { Confirm, FormEnd, inDays, instant, useForm } from '~/parts/form'
import { dayAfter, DayField, lastDay } from '../day'

type Consent = Schemas['Consent']
const scopes = ['active', 'comparison', 'score', 'findings'] as const
type Scope = (typeof scopes)[number]

export function standingOf(one: Pick<Consent, 'in_force' | 'withdrawn' | 'until' | 'from'>, now = Date.now()): 'in_force' | 'withdrawn' | 'ended' | 'coming' {
  if (one.withdrawn) return 'withdrawn'
  if (one.in_force) return 'in_force'
  return Date.parse(one.from) > now ? 'coming' : 'ended'
}

export function Consents({ org, proved }: { org: string; proved: number }) {
  const { t } = useText()
  const me = useMe()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [giving, setGiving] = useState(false)
  const [ending, setEnding] = useState<Consent | null>(null)
  const list = useQuery({ queryKey: ['consents', org], queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/consents', { params: { path: { organisation: org } } })) })
  const renew = () => queries.invalidateQueries({ queryKey: ['consents', org] })
  const writes = mayConsent(me, org)
  const items = list.data?.items ?? []
  const active = items.find((one) => one.scope === 'active' && one.in_force)
  const held = items.filter((one) => one !== active && ['in_force', 'coming'].includes(standingOf(one)))
  const past = items.filter((one) => ['withdrawn', 'ended'].includes(standingOf(one)))
  const end = (one: Consent) => (writes ? () => setEnding(one) : undefined)
  return (
    <Panel id="consents" title={t('consent.title')} note={t('consent.note')} footer={writes ? <Button tight onClick={() => setGiving(true)}>{t('consent.give')}</Button> : list.data && t('consent.who')}>
      {list.isPending && <Bones />}
      {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
      {list.data && (
        <ul className="list">
          <li>
            {active ? <One one={active} onEnd={end(active)} /> : <p><span className="strong">{t('consent.scope.active')}</span> <span className="tag">{t('consent.none')}</span></p>}
            <p className="small dim">{active && proved === 0 ? t('consent.unproved') : active ? t('consent.active.on') : t('consent.active.off')}</p>
          </li>
          {held.map((one) => <li key={one.id}><One one={one} onEnd={end(one)} /></li>)}
        </ul>
      )}
      {past.length > 0 && (
        <details>
          <summary>{t('consent.past', { count: past.length })}</summary>
          <ul className="list">{past.map((one) => <li key={one.id}><One one={one} onEnd={undefined} /></li>)}</ul>
        </details>
      )}
      <Dialog open={giving} onClose={() => setGiving(false)} title={t('consent.give')}>
        <ConsentForm org={org} proved={proved} onClose={() => setGiving(false)} onDone={async () => { await renew(); toasts.say(t('consent.given')) }} />
      </Dialog>
      <Confirm
        open={ending !== null}
        title={t('consent.end.title', { scope: ending ? t(`consent.scope.${ending.scope}`) : '' })}
        lead={<p>{ending?.scope === 'active' ? t('consent.end.active') : t('consent.end.lead')}</p>}
        action={t('consent.end')}
        onClose={() => setEnding(null)}
        onDo={async () => {
          await must(api.DELETE('/api/v1/organisations/{organisation}/consents/{consent}', { params: { path: { organisation: org, consent: ending!.id } } }))
          await renew()
          toasts.say(t('consent.ended'))
        }}
      />
    </Panel>
  )
}

function One({ one, onEnd }: { one: Consent; onEnd: (() => void) | undefined }) {
  const { t, date } = useText()
  const standing = standingOf(one)
  const shows = one.scope === 'score' || one.scope === 'findings'
  const scope = t(`consent.scope.${one.scope}`)
  return (
    <>
      <p className="row">
        <span><span className="strong">{scope}</span> <span className="tag">{t(`consent.standing.${standing}`)}</span></span>
        {onEnd && <span className="end"><Button tight variant="tertiary" onClick={onEnd}>{t('consent.end')}<span className="unseen"> {scope}</span></Button></span>}
      </p>
      <p className="small dim">
        {one.until ? t('consent.from-until', { from: date(one.from), until: date(lastDay(one.until)) }) : t('consent.from', { from: date(one.from) })}
        {one.withdrawn && <> · {t('consent.withdrawn-on', { date: date(one.withdrawn) })}</>}
        {' · '}{t(one.way === 'own' ? 'consent.by' : 'consent.by.paper', { who: one.given_by })}
      </p>
      {shows && (
        <p className="small dim">
          {one.for === 'any' ? t('consent.for.any') : one.for === 'body' ? t('consent.for.body', { body: one.recipient }) : t('consent.for.words', { words: one.recipient })}
        </p>
      )}
    </>
  )
}

function ConsentForm({ org, proved, onClose, onDone }: { org: string; proved: number; onClose: () => void; onDone: () => Promise<void> }) {
  const { t, date } = useText()
  const me = useMe()
  const own = me?.organisation === org
  const [scope, setScope] = useState<Scope>(proved > 0 ? 'active' : 'comparison')
  const [onPaper, setOnPaper] = useState(false)
  const [givenBy, setGivenBy] = useState('')
  const [recipient, setRecipient] = useState('')
  const [until, setUntil] = useState(inDays(365))
  const { form, busy, send, fault, rest } = useForm(['given_by', 'recipient', 'until'])
  const toOthers = scope === 'score' || scope === 'findings'
  const bodies = useQuery({ queryKey: ['national-bodies'], queryFn: () => must(api.GET('/api/v1/national-bodies')), enabled: toOthers })
  const paper = !own || onPaper
  const body = bodies.data?.items.find((one) => one.organisation === recipient)
  const who = recipient === 'any' ? t('consent.sees.any') : body?.name
  return (
    <form ref={form} onSubmit={send(async () => {
      await must(api.POST('/api/v1/organisations/{organisation}/consents', {
        params: { path: { organisation: org }, header: { 'Idempotency-Key': onceKey() } },
        body: { scope, ...(paper ? { given_by: givenBy.trim() } : {}), ...(toOthers ? { recipient } : {}), ...(until ? { until: instant(dayAfter(until), '00:00:00') } : {}) },
      }))
      await onDone()
      onClose()
    })}>
      <fieldset className="options">
        <legend>{t('consent.to')}</legend>
        {scopes.map((one) => (
          <label key={one} className="option">
            <input type="radio" name="scope" checked={scope === one} disabled={one === 'active' && proved === 0} onChange={() => setScope(one)} />
            <span>{t(`consent.scope.${one}`)}</span>
            <span className="under">{one === 'active' && proved === 0 ? t('consent.prove-first') : t(`consent.scope.${one}.what`)}</span>
          </label>
        ))}
      </fieldset>
      {toOthers && bodies.error && <Failed problem={bodies.error} again={() => void bodies.refetch()} />}
      {toOthers && bodies.data && (
        <Select
          label={t('consent.recipient')}
          value={recipient}
          onChange={setRecipient}
          options={[{ value: '', label: t('consent.recipient.choose') }, ...bodies.data.items.map((one) => ({ value: one.organisation, label: one.number ? `${one.name} (${one.number})` : one.name })), { value: 'any', label: t('consent.recipient.any') }]}
        />
      )}
      <DayField label={t('consent.until')} hint={t('consent.until.hint')} min={inDays(1)} value={until} onDay={setUntil} fault={fault('until')} />
      {own && may(me, 'manage_register') && (
        <label className="option">
          <input type="checkbox" checked={onPaper} onChange={(event) => setOnPaper(event.target.checked)} />
          <span>{t('consent.on-paper')}</span>
        </label>
      )}
      {paper && <TextField label={t('consent.given-by')} hint={t('consent.given-by.hint')} required maxLength={300} value={givenBy} onChange={(event) => setGivenBy(event.target.value)} fault={fault('given_by')} />}
      {toOthers && fault('recipient') && <p className="fault">{fault('recipient')}</p>}
      {toOthers && who && (
        <p role="status">
          {t(`consent.sees.${scope}`, { who })} {until ? t('consent.sees.until', { date: date(until) }) : t('consent.sees.always')} {t('consent.sees.end')}
        </p>
      )}
      <FormEnd rest={rest} action={paper ? t('consent.do') : t('consent.give.do')} busy={busy} onClose={onClose} />
    </form>
  )
}
