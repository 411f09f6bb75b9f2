// Of what do I want to be told? Rules read as sentences.
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must, onceKey, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Choices, Dialog, Empty, Failed, PageHead, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { Pick, useForm } from '~/parts/form'
import { OrganisationName, OrganisationPicker, type Named } from '~/parts/pick'
import { makeOwnMail, useChannels, useRules } from './common'

type Rule = Schemas['AlertRule']
type Kind = Schemas['AlertKind']
type Pace = Rule['pace']

const kinds: Kind[] = ['new_critical', 'new_gate', 'deadline_near', 'grade_changed', 'score_dropped', 'coverage_fell', 'certificate_expiring', 'new_asset', 'dispute_answered']
const paces: Pace[] = ['now', 'daily', 'weekly']
const usualPace = (kind: Kind): Pace => (kind === 'new_critical' || kind === 'new_gate' || kind === 'dispute_answered' ? 'now' : 'daily')
/** What a threshold counts in: how many of the service's units one of the reader's has, and what is usual. */
const thresholds: Partial<Record<Kind, { unit: number; usual: number; most: number }>> = {
  score_dropped: { unit: 100, usual: 2, most: 100 },
  coverage_fell: { unit: 100, usual: 10, most: 100 },
  deadline_near: { unit: 1, usual: 7, most: 60 },
}

/** What a rule is to, in a sentence. */
function useSentence() {
  const { t, number } = useText()
  return (kind: Kind, threshold: number): string => {
    const row = thresholds[kind]
    const amount = row ? threshold / row.unit : 0
    return t(`rule.${kind}`, { count: amount, amount: number(amount, Number.isInteger(amount) ? 0 : 2) })
  }
}

export function Rules() {
  const { t } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const sentence = useSentence()
  const rules = useRules()
  const channels = useChannels()
  const [editing, setEditing] = useState<Rule | 'new' | null>(null)
  const items = rules.data?.items ?? []
  const read = () => queries.invalidateQueries({ queryKey: ['alert-rules'] })
  const put = (change: (before: Rule[]) => Rule[]) => queries.setQueryData<{ items: Rule[]; next: string | null }>(['alert-rules'], (before) => (before ? { ...before, items: change(before.items) } : before))
  const turn = async (rule: Rule) => {
    put((all) => all.map((one) => (one.id === rule.id ? { ...one, active: !rule.active } : one)))
    await must(api.PATCH('/api/v1/alert-rules/{rule}', { params: { path: { rule: rule.id } }, body: { active: !rule.active } })).catch(toasts.fail)
    await read()
  }
  const remove = async (rule: Rule) => {
    put((all) => all.filter((one) => one.id !== rule.id))
    try {
      await must(api.DELETE('/api/v1/alert-rules/{rule}', { params: { path: { rule: rule.id } } }))
      toasts.say(t('rules.removed'), () => void must(api.POST('/api/v1/alert-rules', {
        params: { header: { 'Idempotency-Key': onceKey() } },
        body: { kind: rule.kind, channel: rule.channel, pace: rule.pace, threshold: rule.threshold, ...(rule.organisation ? { organisation: rule.organisation } : {}) },
      })).then(read, toasts.fail))
    } catch (refused) {
      toasts.fail(refused)
    }
    await read()
  }
  return (
    <>
      <PageHead help="alerts" title={t('rules.title')} meta={<span>{t('rules.meta')}</span>} acts={<>{items.length > 0 && <TableFile of="/api/v1/alert-rules/table" blanks={{}} what={t('alerts.section.rules')} />}<Button variant="primary" onClick={() => setEditing('new')}>{t('rules.new')}</Button></>} />
      <section className="panel" aria-label={t('alerts.section.rules')}>
        {rules.isPending && <Bones />}
        {rules.error && <Failed problem={rules.error} again={() => void rules.refetch()} />}
        {rules.data && items.length === 0 && <Empty title={t('rules.none')}><p className="dim read">{t('rules.none.next')}</p></Empty>}
        <ul className="list">
          {items.map((one) => {
            const channel = channels.data?.items.find((other) => other.id === one.channel)
            return (
              <li key={one.id} className={one.active ? 'row' : 'row off'}>
                <span>
                  <span className="sentence">{sentence(one.kind, one.threshold)}</span>
                  <span className="under">
                    {one.organisation ? <OrganisationName id={one.organisation} plain /> : t('rules.every')} · {t(`pace.${one.pace}`)} · {channel ? channel.name : '…'}
                    {channel && !channel.active && <> · {t('channels.paused')}</>}
                  </span>
                </span>
                <span className="end row">
                  {!one.active && <span className="tag">{t('rules.paused')}</span>}
                  <Button tight onClick={() => void turn(one)}>{one.active ? t('rules.pause') : t('rules.start')}<span className="unseen"> {sentence(one.kind, one.threshold)}</span></Button>
                  <Button tight onClick={() => setEditing(one)}>{t('admin.change')}<span className="unseen"> {sentence(one.kind, one.threshold)}</span></Button>
                  <Button tight onClick={() => void remove(one)}>{t('rules.remove')}<span className="unseen"> {sentence(one.kind, one.threshold)}</span></Button>
                </span>
              </li>
            )
          })}
        </ul>
      </section>
      <Dialog open={editing !== null} onClose={() => setEditing(null)} title={editing === 'new' ? t('rules.new') : t('rules.change')}>
        {editing && <RuleForm rule={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      </Dialog>
    </>
  )
}

export function RuleForm({ rule, onClose }: { rule: Rule | null; onClose: () => void }) {
  const { t, number } = useText()
  const me = useMe()!
  const queries = useQueryClient()
  const toasts = useToasts()
  const sentence = useSentence()
  const channels = useChannels()
  const [kind, setKind] = useState<Kind>(rule?.kind ?? 'new_critical')
  const [organisation, setOrganisation] = useState<Named | null>(rule?.organisation ? { id: rule.organisation, name: rule.organisation } : null)
  const [one, setOne] = useState(rule ? rule.organisation !== null : false)
  const [amounts, setAmounts] = useState<Partial<Record<Kind, string>>>(rule && thresholds[rule.kind] ? { [rule.kind]: String(rule.threshold / thresholds[rule.kind]!.unit) } : {})
  const [channel, setChannel] = useState(rule?.channel ?? '')
  const [pace, setPace] = useState<Pace>(rule?.pace ?? usualPace(kind))
  const [missing, setMissing] = useState(false)
  const { form, busy, send, fault, rest } = useForm(['kind', 'organisation', 'threshold', 'channel', 'pace'])
  const row = thresholds[kind]
  const amount = row ? Number((amounts[kind] ?? String(row.usual)).replace(',', '.')) : 0
  const threshold = row ? Math.round(amount * row.unit) : 0
  const places = channels.data?.items ?? []
  const mine = me.email
  const toMail = channel === '' && places.length === 0
  return (
    <form ref={form} onSubmit={send(async () => {
      if (one && !organisation) { setMissing(true); return }
      let to = channel || places[0]?.id
      if (!to) to = (await makeOwnMail(t('channels.own-mail'), mine!)).id
      if (rule) await must(api.PATCH('/api/v1/alert-rules/{rule}', { params: { path: { rule: rule.id } }, body: { channel: to, pace, ...(row ? { threshold } : {}) } }))
      else await must(api.POST('/api/v1/alert-rules', { params: { header: { 'Idempotency-Key': onceKey() } }, body: { kind, channel: to, pace, ...(row ? { threshold } : {}), ...(one && organisation ? { organisation: organisation.id } : {}) } }))
      await queries.invalidateQueries({ queryKey: ['alert-rules'] })
      await queries.invalidateQueries({ queryKey: ['channels'] })
      toasts.say(t(rule ? 'rules.saved' : 'rules.made', { what: sentence(kind, threshold).replace(/\.$/, '') }))
      onClose()
    })}>
      {rule ? <p className="sentence">{sentence(kind, threshold)}</p> : (
        <fieldset className="options">
          <legend>{t('rules.when')}</legend>
          {kinds.map((each) => (
            <label key={each} className="option">
              <input type="radio" name="kind" checked={kind === each} onChange={() => { setKind(each); setPace(usualPace(each)) }} />
              <span>{sentence(each, thresholds[each] ? Math.round(Number((amounts[each] ?? String(thresholds[each].usual)).replace(',', '.')) * thresholds[each].unit) || 0 : 0)}</span>
            </label>
          ))}
        </fieldset>
      )}
      {row && <TextField label={t(`rules.threshold.${kind}`)} hint={t('rules.threshold.hint', { usual: number(row.usual) })} type="number" required min={0} max={row.most} step={row.unit === 1 ? 1 : 'any'} value={amounts[kind] ?? String(row.usual)} onChange={(event) => setAmounts({ ...amounts, [kind]: event.target.value })} fault={fault('threshold')} />}
      {!rule && (
        <>
          <p className="label">{t('rules.of')}</p>
          <Choices label={t('rules.of')} value={one ? 'one' : 'all'} options={[{ value: 'all', label: t('rules.every') }, { value: 'one', label: t('rules.one') }]} onChange={(value) => setOne(value === 'one')} />
          {one && <OrganisationPicker label={t('alerts.organisation')} value={organisation} onChange={(value) => { setOrganisation(value); setMissing(false) }} fault={missing ? t('picker.missing') : fault('organisation')} />}
          <br /><br />
        </>
      )}
      <p className="label">{t('rules.pace')}</p>
      <Choices label={t('rules.pace')} value={pace} options={paces.map((value) => ({ value, label: t(`pace.${value}`) }))} onChange={setPace} />
      <p className="small dim">{t(`pace.${pace}.what`)}</p>
      <br />
      {places.length > 0 && <Pick label={t('rules.channel')} value={channel || places[0]!.id} options={places.map((each) => ({ value: each.id, label: `${each.name} (${each.address})` }))} onPick={setChannel} fault={fault('channel')} />}
      {toMail && channels.data && (mine
        ? <p>{t('rules.to-own-mail', { address: mine })}</p>
        : <p className="down">{t('rules.no-mail')} <Link to="/konto">{t('rules.no-mail.account')}</Link> {t('rules.or')} <Link to="/varsler/kanaler">{t('rules.no-mail.channel')}</Link></p>)}
      <br />
      {rest ?? (fault('address') && <p className="down">{fault('address')}</p>)}
      <div className="row">
        <Button type="submit" variant="primary" disabled={busy || (toMail && !mine)}>{rule ? t('action.save') : t('rules.do')}</Button>
        <Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </form>
  )
}
