// Where do messages go, is each address confirmed, and does it work?
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api, may, must, onceKey } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Empty, Failed, PageHead, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { Confirm, Once, Pick, useForm } from '~/parts/form'
import { useChannels, useRules, useSchedules, type Channel } from './common'

export function Channels() {
  const { t } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const channels = useChannels()
  const rules = useRules()
  const [editing, setEditing] = useState<Channel | 'new' | null>(null)
  const [removing, setRemoving] = useState<Channel | null>(null)
  const schedules = useSchedules()
  const reports = schedules.data?.items.filter((one) => one.channel === removing?.id).length ?? 0
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
      <PageHead help="alerts" title={t('channels.title')} meta={<span>{t('channels.meta')}</span>} acts={<>{items.length > 0 && <TableFile of="/api/v1/channels/table" blanks={{}} what={t('alerts.section.channels')} />}<Button variant="primary" onClick={() => setEditing('new')}>{t('channels.new')}</Button></>} />
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
        lead={<p>{t('channels.remove.lead', { count: rules.data?.items.filter((rule) => rule.channel === removing?.id).length ?? 0 })}{reports > 0 && <> {t('channels.remove.reports', { count: reports })}</>}</p>}
        action={t('rules.remove')}
        onClose={() => setRemoving(null)}
        onDo={async () => {
          await must(api.DELETE('/api/v1/channels/{channel}', { params: { path: { channel: removing!.id } } }))
          await read()
          await queries.invalidateQueries({ queryKey: ['alert-rules'] })
          await queries.invalidateQueries({ queryKey: ['report-schedules'] })
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
