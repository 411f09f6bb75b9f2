// What was I told, of what do I want to be told, where does it go, and did it arrive? Rules read as sentences.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { api, may, must, onceKey, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Choices, Dialog, Empty, Failed, Mark, PageHead, TextField } from '~/parts/basic'
import type { Grade } from '~/format/format'
import { Confirm, Once, OrganisationName, OrganisationPicker, Pick, Sections, useForm, type Named } from '../admin/parts'

type Alert = Schemas['Alert']
type Rule = Schemas['AlertRule']
type Kind = Schemas['AlertKind']
type Channel = Schemas['Channel']
type Delivery = Schemas['Delivery']
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

const useRules = () => useQuery({ queryKey: ['alert-rules'], queryFn: () => must(api.GET('/api/v1/alert-rules')) })
const useChannels = () => useQuery({ queryKey: ['channels'], queryFn: () => must(api.GET('/api/v1/channels')) })
const useDeliveries = () => useInfiniteQuery({
  queryKey: ['deliveries'],
  queryFn: ({ pageParam }) => must(api.GET('/api/v1/deliveries', { params: { query: { limit: 200, ...(pageParam ? { cursor: pageParam } : {}) } } })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((one) => one.state === 'pending' || one.state === 'sending')) ? 4_000 : false),
})

export function Alerts() {
  const { t } = useText()
  return (
    <>
      <Sections label={t('menu.alerts')} links={[
        { to: '/varsler/hendelser', label: t('alerts.section.told') },
        { to: '/varsler/regler', label: t('alerts.section.rules') },
        { to: '/varsler/kanaler', label: t('alerts.section.channels') },
        { to: '/varsler/leveranser', label: t('alerts.section.deliveries') },
      ]} />
      <Outlet />
    </>
  )
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

// Told

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
      <PageHead help="alerts" title={t('alerts.title')} meta={<span>{t('alerts.meta')}</span>} acts={<Button variant={none ? 'primary' : 'secondary'} onClick={() => setMaking(true)}>{t('rules.new')}</Button>} />
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
        {list.hasNextPage && <p><br /><Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>{t('admin.more')}</Button></p>}
      </section>
      <Dialog open={making} onClose={() => setMaking(false)} title={t('rules.new')}><RuleForm rule={null} onClose={() => setMaking(false)} /></Dialog>
    </>
  )
}

// Rules

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
      <PageHead help="alerts" title={t('rules.title')} meta={<span>{t('rules.meta')}</span>} acts={<Button variant="primary" onClick={() => setEditing('new')}>{t('rules.new')}</Button>} />
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

function RuleForm({ rule, onClose }: { rule: Rule | null; onClose: () => void }) {
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
      if (!to) to = (await must(api.POST('/api/v1/channels', { params: { header: { 'Idempotency-Key': onceKey() } }, body: { name: t('channels.own-mail'), kind: 'email', address: mine! } }))).id
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

// Channels

export function Channels() {
  const { t } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const channels = useChannels()
  const rules = useRules()
  const [editing, setEditing] = useState<Channel | 'new' | null>(null)
  const [removing, setRemoving] = useState<Channel | null>(null)
  const items = channels.data?.items ?? []
  const read = () => queries.invalidateQueries({ queryKey: ['channels'] })
  const confirming = useConfirmation()
  const again = async (channel: Channel) => {
    try {
      await must(api.POST('/api/v1/channels/{channel}/confirmation', { params: { path: { channel: channel.id } } }))
      toasts.say(t('channels.letter', { address: channel.address }))
    } catch (refused) {
      toasts.fail(refused)
    }
  }
  const navigate = useNavigate()
  const tryOut = async (channel: Channel) => {
    try {
      await must(api.POST('/api/v1/channels/{channel}/test', { params: { path: { channel: channel.id } } }))
      await queries.invalidateQueries({ queryKey: ['deliveries'] })
      toasts.say(t('channels.tested', { name: channel.name }))
      await navigate({ to: '/varsler/leveranser' })
    } catch (refused) {
      toasts.fail(refused)
    }
  }
  const turn = async (channel: Channel) => {
    queries.setQueryData<{ items: Channel[]; next: string | null }>(['channels'], (before) => (before ? { ...before, items: before.items.map((one) => (one.id === channel.id ? { ...one, active: !channel.active } : one)) } : before))
    await must(api.PATCH('/api/v1/channels/{channel}', { params: { path: { channel: channel.id } }, body: { active: !channel.active } })).catch(toasts.fail)
    await read()
  }
  return (
    <>
      <PageHead help="alerts" title={t('channels.title')} meta={<span>{t('channels.meta')}</span>} acts={<Button variant="primary" onClick={() => setEditing('new')}>{t('channels.new')}</Button>} />
      {confirming ? <><Failed problem={confirming} /><br /></> : null}
      <section className="panel" aria-label={t('alerts.section.channels')}>
        {channels.isPending && <Bones />}
        {channels.error && <Failed problem={channels.error} again={() => void channels.refetch()} />}
        {channels.data && items.length === 0 && <Empty title={t('channels.none')}><p className="dim read">{t('channels.none.next')}</p></Empty>}
        {items.length > 0 && (
          <div className="scroll">
            <table className="t">
              <caption className="unseen">{t('alerts.section.channels')}</caption>
              <thead><tr><th>{t('channels.name')}</th><th className="wide">{t('channels.kind')}</th><th className="right wide">{t('channels.rules')}</th><th>{t('channels.state')}</th><th aria-label={t('table.action')} /></tr></thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id} className={one.active ? '' : 'off'}>
                    <th scope="row">{one.name}<span className="under mono">{one.address}</span></th>
                    <td className="wide">{t(`channel.${one.kind}`)}<span className="under">{t(`format.${one.format}`)} · {t(`language.${one.language}`)}</span></td>
                    <td className="right number wide">{rules.data?.items.filter((rule) => rule.channel === one.id).length ?? '…'}</td>
                    <td>{!one.confirmed ? <><span className="tag warn">{t('channels.unconfirmed')}</span><span className="under">{t('channels.unconfirmed.next')}</span><Button tight variant="tertiary" onClick={() => void again(one)}>{t('channels.letter-again')}<span className="unseen"> {one.name}</span></Button></> : !one.active ? <span className="tag">{t('channels.paused')}</span> : one.last_error ? <><span className="late">⚑ {t('channels.failing')}</span><span className="under">{one.last_error}</span></> : <span className="dim">{t('channels.good')}</span>}</td>
                    <td className="right">
                      <span className="row">
                        {one.active && one.confirmed && <Button tight onClick={() => void tryOut(one)}>{t('channels.test')}<span className="unseen"> {one.name}</span></Button>}
                        <Button tight onClick={() => void turn(one)}>{one.active ? t('rules.pause') : t('rules.start')}<span className="unseen"> {one.name}</span></Button>
                        <Button tight onClick={() => setEditing(one)}>{t('admin.change')}<span className="unseen"> {one.name}</span></Button>
                        <Button tight onClick={() => setRemoving(one)}>{t('rules.remove')}<span className="unseen"> {one.name}</span></Button>
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <Dialog open={editing !== null} onClose={() => setEditing(null)} title={editing === 'new' ? t('channels.new') : t('channels.change')}>
        {editing && <ChannelForm channel={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      </Dialog>
      <Confirm
        open={removing !== null}
        title={t('channels.remove.title', { name: removing?.name ?? '' })}
        lead={<p>{t('channels.remove.lead', { count: rules.data?.items.filter((rule) => rule.channel === removing?.id).length ?? 0 })}</p>}
        action={t('rules.remove')}
        onClose={() => setRemoving(null)}
        onDo={async () => {
          await must(api.DELETE('/api/v1/channels/{channel}', { params: { path: { channel: removing!.id } } }))
          await read()
          await queries.invalidateQueries({ queryKey: ['alert-rules'] })
          toasts.say(t('channels.removed', { name: removing!.name }))
        }}
      />
    </>
  )
}

/** The link of a letter that was sent to an address says that it is the reader's: its token stands after the #. */
function useConfirmation(): unknown {
  const { t } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [problem, setProblem] = useState<unknown>(null)
  const done = useRef(false)
  useEffect(() => {
    const token = /^#confirm=(.+)$/.exec(window.location.hash)?.[1]
    if (!token || done.current) return
    done.current = true
    window.history.replaceState(window.history.state, '', window.location.pathname)
    must(api.POST('/api/v1/channels/confirm', { body: { token: decodeURIComponent(token) } })).then(async (channel) => {
      toasts.say(t('channels.confirmed', { address: channel.address }))
      await queries.invalidateQueries({ queryKey: ['channels'] })
    }, setProblem)
  }, [queries, toasts, t])
  return problem
}

const formats = { email: ['text'], webhook: ['cloudevents', 'ocsf'], syslog: ['text', 'ocsf'] } as const

function ChannelForm({ channel, onClose }: { channel: Channel | null; onClose: () => void }) {
  const { t, language: read } = useText()
  const me = useMe()!
  const queries = useQueryClient()
  const toasts = useToasts()
  const [kind, setKind] = useState<Channel['kind']>(channel?.kind ?? 'email')
  const [name, setName] = useState(channel?.name ?? '')
  const [address, setAddress] = useState(channel?.address ?? me.email ?? '')
  const [format, setFormat] = useState<Channel['format']>(channel?.format ?? 'text')
  const [language, setLanguage] = useState<Channel['language']>(channel?.language ?? read)
  const [made, setMade] = useState<Channel | null>(null)
  const { form, busy, send, fault, rest } = useForm(['kind', 'name', 'address', 'format', 'language'])
  if (made?.secret)
    return (
      <div className="stack">
        <Once lead={t('channels.secret')} label={t('channels.secret.label')} value={made.secret} />
        <p className="dim">{t('channels.secret.how')}</p>
        <p className="mono">{'Utsyn-Signature: t=UNIX,v1=HEX(HMAC-SHA256(secret, UNIX + "." + body))'}</p>
        <p><Button onClick={onClose}>{t('action.close')}</Button></p>
      </div>
    )
  return (
    <form ref={form} onSubmit={send(async () => {
      if (channel) await must(api.PATCH('/api/v1/channels/{channel}', { params: { path: { channel: channel.id } }, body: { name: name.trim(), language } }))
      const fresh = channel ? null : await must(api.POST('/api/v1/channels', { params: { header: { 'Idempotency-Key': onceKey() } }, body: { name: name.trim(), kind, address: address.trim(), format, language } }))
      await queries.invalidateQueries({ queryKey: ['channels'] })
      if (fresh?.secret) { setMade(fresh); return }
      toasts.say(fresh && !fresh.confirmed ? t('channels.letter', { address: fresh.address }) : t('channels.saved', { name: name.trim() }))
      onClose()
    })}>
      {!channel && (
        <fieldset className="options">
          <legend>{t('channels.kind')}</legend>
          {(['email', 'webhook', 'syslog'] as const).map((one) => (
            <label key={one} className="option">
              <input type="radio" name="kind" checked={kind === one} onChange={() => { setKind(one); setFormat(formats[one][0]); setAddress(one === 'email' ? (me.email ?? '') : '') }} />
              <span>{t(`channel.${one}`)}</span>
              <span className="under">{t(`channel.${one}.what`)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <TextField label={t('channels.name')} hint={t('channels.name.hint')} required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} fault={fault('name')} />
      {channel ? <p className="mono">{channel.address}</p> : <TextField label={t(`channels.address.${kind}`)} hint={kind === 'email' && !may(me, 'manage_service') ? t('channels.address.own') : t(`channels.address.${kind}.hint`)} required minLength={3} maxLength={1000} value={address} onChange={(event) => setAddress(event.target.value)} fault={fault('address', t(`channels.address.${kind}.fault`))} />}
      {!channel && formats[kind].length > 1 && <Pick label={t('channels.format')} value={format} options={formats[kind].map((one) => ({ value: one, label: t(`format.${one}`) }))} onPick={(one) => setFormat(one as Channel['format'])} fault={fault('format')} />}
      <Pick label={t('shell.language')} value={language} options={(['nb', 'nn', 'en'] as const).map((one) => ({ value: one, label: t(`language.${one}`) }))} onPick={(one) => setLanguage(one as 'nb')} fault={fault('language')} />
      {rest}
      <div className="row">
        <Button type="submit" variant="primary" disabled={busy}>{channel ? t('action.save') : t('channels.do')}</Button>
        <Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </form>
  )
}

// Deliveries

export function Deliveries() {
  const { t, dateTime, number } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [only, setOnly] = useState<'all' | 'bad'>('all')
  const [asking, setAsking] = useState<Delivery | null>(null)
  const deliveries = useDeliveries()
  const channels = useChannels()
  const all = deliveries.data?.pages.flatMap((page) => page.items) ?? []
  const bad = all.filter((one) => one.state === 'dead' || one.state === 'uncertain')
  const items = only === 'bad' ? bad : all
  const again = async (one: Delivery) => {
    await must(api.POST('/api/v1/deliveries/{delivery}/again', { params: { path: { delivery: one.id } } }))
    await queries.invalidateQueries({ queryKey: ['deliveries'] })
    toasts.say(t('deliveries.sending'))
  }
  const state = (one: Delivery): ReactNode => {
    switch (one.state) {
      case 'sent': return <span className="dim">{t('delivery.sent')}</span>
      case 'dead': return <span className="late">⚑ {t('delivery.dead')}</span>
      case 'uncertain': return <span className="tag warn">{t('delivery.uncertain')}</span>
      case 'sending': return <span>{t('delivery.sending')}</span>
      default: return <span>{one.attempts > 0 && one.next_try ? t('delivery.retry', { time: dateTime(one.next_try) }) : one.next_try ? t('delivery.waits', { time: dateTime(one.next_try) }) : t('delivery.pending')}</span>
    }
  }
  return (
    <>
      <PageHead help="alerts" title={t('deliveries.title')} meta={<span>{deliveries.data ? t('deliveries.count', { count: all.length, shown: number(all.length), bad: number(bad.length) }) : '…'}</span>} />
      <section className="panel" aria-label={t('alerts.section.deliveries')}>
        <div><Choices label={t('deliveries.filter')} value={only} options={[{ value: 'all', label: t('deliveries.all') }, { value: 'bad', label: t('deliveries.bad', { shown: number(bad.length) }) }]} onChange={setOnly} /></div>
        <br />
        {deliveries.isPending && <Bones />}
        {deliveries.error && <Failed problem={deliveries.error} again={() => void deliveries.refetch()} />}
        {deliveries.data && items.length === 0 && <Empty title={only === 'bad' ? t('deliveries.none-bad') : t('deliveries.none')}><p className="dim">{only === 'bad' ? '' : t('deliveries.none.next')}</p></Empty>}
        {items.length > 0 && (
          <div className="scroll">
            <table className="t">
              <caption className="unseen">{t('alerts.section.deliveries')}</caption>
              <thead><tr><th>{t('deliveries.to')}</th><th>{t('channels.state')}</th><th className="right wide">{t('deliveries.alerts')}</th><th className="right wide">{t('deliveries.attempts')}</th><th className="wide">{t('deliveries.made')}</th><th aria-label={t('table.action')} /></tr></thead>
              <tbody>
                {items.map((one) => {
                  const channel = channels.data?.items.find((other) => other.id === one.channel)
                  return (
                    <tr key={one.id}>
                      <th scope="row">{channel?.name ?? <span className="dim">{t('deliveries.gone')}</span>}{channel && <span className="under mono">{channel.address}</span>}</th>
                      <td>{state(one)}{one.sent && <span className="under">{dateTime(one.sent)}</span>}{one.error && one.state !== 'sent' && <span className="under">{one.error}</span>}</td>
                      <td className="right number wide">{one.alerts > 0 ? number(one.alerts) : <span className="dim">{t('deliveries.no-alerts')}</span>}</td>
                      <td className="right number wide">{number(one.attempts)}</td>
                      <td className="number wide">{dateTime(one.created)}</td>
                      <td className="right">
                        {one.state === 'dead' && <Button tight onClick={() => void again(one).catch(toasts.fail)}>{t('deliveries.again')}</Button>}
                        {one.state === 'uncertain' && <Button tight onClick={() => setAsking(one)}>{t('deliveries.again')}</Button>}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        )}
        {deliveries.hasNextPage && <p><br /><Button onClick={() => void deliveries.fetchNextPage()} disabled={deliveries.isFetchingNextPage}>{t('admin.more')}</Button></p>}
      </section>
      <Confirm open={asking !== null} title={t('deliveries.uncertain.title')} lead={<p>{t('deliveries.uncertain.lead')}</p>} action={t('deliveries.again')} onClose={() => setAsking(null)} onDo={() => again(asking!)} />
    </>
  )
}
