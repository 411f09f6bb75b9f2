// What may this one see and do? Role and organisation, the organisations granted beside it, ways in, and tokens.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Empty, Failed, PageHead, Panel, TextArea, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { Confirm, dayOf, FormEnd, inDays, instant, Once, Pick, useForm } from '~/parts/form'
import { OrganisationName, OrganisationPicker, type Named } from '~/parts/pick'
import { DayField } from '../day'
import { roles, RoleWords, useRoles, type Role } from './users'

type User = Schemas['User']
type Grant = Schemas['Grant']

export function UserPage() {
  const { user } = useParams({ strict: false })
  const asked = useQuery({ queryKey: ['user', user], queryFn: () => must(api.GET('/api/v1/users/{user}', { params: { path: { user: user! } } })) })
  if (asked.error) return <Failed problem={asked.error} again={() => void asked.refetch()} />
  if (!asked.data) return <Bones />
  return <OneUser key={asked.data.id} user={asked.data} />
}

function useChange(user: User) {
  const queries = useQueryClient()
  return async (change: Schemas['UserChange']) => {
    const now = await must(api.PATCH('/api/v1/users/{user}', { params: { path: { user: user.id } }, body: change }))
    queries.setQueryData(['user', user.id], now)
    await queries.invalidateQueries({ queryKey: ['users'] })
    return now
  }
}

function OneUser({ user }: { user: User }) {
  const { t, dateTime } = useText()
  const me = useMe()
  const toasts = useToasts()
  const change = useChange(user)
  const [asking, setAsking] = useState<'reset' | 'sessions' | 'disable' | null>(null)
  const [link, setLink] = useState<Schemas['OneTimeLink'] | null>(null)
  const self = me?.id === user.id
  const enable = (disabled: boolean) => change({ disabled })
  return (
    <>
      <ol className="crumbs"><li><Link to="/administrasjon/brukere">{t('admin.users')}</Link></li><li aria-current="page">{user.name}</li></ol>
      <PageHead
        title={user.name}
        meta={<><span>{user.login}</span><span>{user.last_login ? t('user-page.last-login', { time: dateTime(user.last_login) }) : t('users.never')}</span><span>{t('user-page.made', { time: dateTime(user.created) })}</span>{user.disabled && <span className="tag warn">{t('users.disabled')}</span>}</>}
        acts={
          <>
            <Link className="ds-button" data-variant="tertiary" to="/administrasjon/logg" search={{ actor: user.id }}>{t('user-page.log')}</Link>
            {!self && <Button onClick={() => setAsking('sessions')}>{t('user-page.end-sessions')}</Button>}
            {!self && <Button onClick={() => setAsking('reset')}>{t('user-page.reset')}</Button>}
            {!self && (user.disabled
              ? <Button onClick={() => enable(false).then(() => toasts.say(t('user-page.enabled', { name: user.name }), () => void enable(true).catch(toasts.fail)), toasts.fail)}>{t('user-page.enable')}</Button>
              : <Button onClick={() => setAsking('disable')}>{t('user-page.disable')}</Button>)}
          </>
        }
      />
      <div className="grid">
        <div className="s5 stack">
          <Person user={user} />
          <Identity user={user} />
        </div>
        <div className="s7 stack">
          <Grants user={user} />
          <UserTokens user={user} />
        </div>
      </div>
      <Confirm
        open={asking === 'disable'}
        title={t('user-page.disable.title', { name: user.name })}
        lead={<p>{t('user-page.disable.lead')}</p>}
        action={t('user-page.disable')}
        onClose={() => setAsking(null)}
        onDo={async () => { await enable(true); toasts.say(t('user-page.disabled', { name: user.name }), () => void enable(false).catch(toasts.fail)) }}
      />
      <Confirm
        open={asking === 'sessions'}
        title={t('user-page.end-sessions.title', { name: user.name })}
        lead={<p>{t('user-page.end-sessions.lead')}</p>}
        action={t('user-page.end-sessions')}
        onClose={() => setAsking(null)}
        onDo={async () => { await must(api.DELETE('/api/v1/users/{user}/sessions', { params: { path: { user: user.id } } })); toasts.say(t('user-page.sessions-ended', { name: user.name })) }}
      />
      <Confirm
        open={asking === 'reset'}
        title={t('user-page.reset.title', { name: user.name })}
        lead={<p>{t('user-page.reset.lead')}</p>}
        action={t('user-page.reset')}
        onClose={() => setAsking(null)}
        onDo={async () => setLink(await must(api.POST('/api/v1/users/{user}/reset', { params: { path: { user: user.id } } })))}
      />
      <Dialog open={link !== null} onClose={() => setLink(null)} title={t('user-page.reset.done')}>
        {link && (
          <div className="stack">
            <Once lead={t('user-page.reset.link', { until: dateTime(link.expires) })} label={t('invite.link')} value={link.link} />
            <p><Button onClick={() => setLink(null)}>{t('action.close')}</Button></p>
          </div>
        )}
      </Dialog>
    </>
  )
}

function Person({ user }: { user: User }) {
  const { t } = useText()
  const toasts = useToasts()
  const change = useChange(user)
  const known = useQuery({
    queryKey: ['organisation', user.organisation ?? ''],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}', { params: { path: { organisation: user.organisation! } } })),
    enabled: user.organisation !== null,
    staleTime: 600_000,
  })
  const [name, setName] = useState(user.name)
  const [email, setEmail] = useState(user.email ?? '')
  const [role, setRole] = useState<Role>(user.role)
  const [organisation, setOrganisation] = useState<Named | null>(user.organisation ? { id: user.organisation, name: user.organisation } : null)
  const [authority, setAuthority] = useState(user.authority)
  const { form, busy, send, fault, rest } = useForm(['name', 'email', 'role', 'organisation', 'authority'])
  const shown = organisation && organisation.id === known.data?.id ? { id: organisation.id, name: known.data.name } : organisation
  const next = { name: name.trim(), email: email.trim() || null, role, organisation: organisation?.id ?? null, authority }
  const before = { name: user.name, email: user.email, role: user.role, organisation: user.organisation, authority: user.authority }
  const same = JSON.stringify(next) === JSON.stringify(before)
  const put = (values: typeof before) => {
    setName(values.name)
    setEmail(values.email ?? '')
    setRole(values.role)
    setOrganisation(values.organisation ? { id: values.organisation, name: values.organisation } : null)
    setAuthority(values.authority)
  }
  return (
    <Panel title={t('user-page.person')}>
      <form ref={form} onSubmit={send(async () => {
        await change(next)
        toasts.say(t('user-page.saved'), () => void change(before).then(() => put(before), toasts.fail))
      })}>
        <div className="pair">
          <TextField label={t('user.name')} required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} fault={fault('name')} />
          <TextField label={t('invite.email')} type="email" maxLength={200} value={email} onChange={(event) => setEmail(event.target.value)} fault={fault('email', t('invite.email.fault'))} />
        </div>
        <Pick label={t('users.role')} hint={<RoleWords role={role} />} value={role} options={roles.map((one) => ({ value: one, label: t(`role.${one}`) }))} onPick={(one) => setRole(one as Role)} fault={fault('role')} />
        <OrganisationPicker label={t('user-page.home')} hint={t('user-page.home.hint')} value={shown} onChange={setOrganisation} fault={fault('organisation', t('invite.organisation.fault'))} />
        <div className="tick-field">
          <label className="check"><input type="checkbox" checked={authority} onChange={(event) => setAuthority(event.target.checked)} />{t('users.authority')}</label>
        </div>
        {rest}
        <Button type="submit" variant="primary" disabled={busy || same}>{t('action.save')}</Button>
      </form>
    </Panel>
  )
}

function Grants({ user }: { user: User }) {
  const { t, date } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [making, setMaking] = useState<Grant | 'new' | null>(null)
  const list = useQuery({ queryKey: ['grants', user.id], queryFn: () => must(api.GET('/api/v1/users/{user}/grants', { params: { path: { user: user.id } } })) })
  const row = useRoles().data?.items.find((one) => one.role === user.role)
  const read = () => queries.invalidateQueries({ queryKey: ['grants', user.id] })
  const remove = async (grant: Grant) => {
    // Gone at once on the page, and back when the service says no or the person thinks again.
    const key = ['grants', user.id]
    const before = queries.getQueryData<{ items: Grant[]; next: string | null }>(key)
    if (before) queries.setQueryData(key, { ...before, items: before.items.filter((one) => one.organisation !== grant.organisation) })
    try {
      await must(api.DELETE('/api/v1/users/{user}/grants/{organisation}', { params: { path: { user: user.id, organisation: grant.organisation } } }))
      toasts.say(t('grants.removed', { name: grant.organisation_name }), () =>
        void must(api.PUT('/api/v1/users/{user}/grants/{organisation}', {
          params: { path: { user: user.id, organisation: grant.organisation } },
          body: { detail: grant.detail as 'score', acts: grant.acts, reason: grant.reason, until: grant.until },
        })).then(read, toasts.fail))
    } catch (refused) {
      toasts.fail(refused)
    }
    await read()
  }
  const items = list.data?.items ?? []
  return (
    <Panel title={t('grants.title')} note={t('grants.note')} end={<span className="row">{items.length > 0 && <TableFile of="/api/v1/users/{user}/grants/table" blanks={{ user: user.id }} what={t('grants.title')} />}<Button tight onClick={() => setMaking('new')}>{t('grants.new')}</Button></span>}>
      {row && row.everywhere !== 'none' && <p className="dim">{t('grants.everywhere', { role: t(`role.${user.role}`) })} {t(`role.sees.${row.everywhere}`)}</p>}
      {user.organisation && <p className="dim">{t('grants.home')} <OrganisationName id={user.organisation} /></p>}
      {list.isPending && <Bones />}
      {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
      {list.data && items.length === 0 && <Empty title={t('grants.none')}><p className="dim">{row?.everywhere === 'none' ? t('grants.none.next') : t('grants.none.role')}</p></Empty>}
      {items.length > 0 && (
        <div className="scroll">
          <table className="t">
            <caption className="unseen">{t('grants.title')}</caption>
            <thead><tr><th>{t('users.organisation')}</th><th>{t('grants.detail')}</th><th className="wide">{t('grants.until')}</th><th aria-label={t('table.action')} /></tr></thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.organisation}>
                  <th scope="row"><Link to="/virksomhet/$org" params={{ org: one.organisation }}>{one.organisation_name}</Link><span className="under">{one.reason}</span></th>
                  <td>{t(`detail.${one.detail}`)}{one.acts && <span className="under">{t('grants.acts.short')}</span>}</td>
                  <td className="number wide">{one.until ? date(one.until) : <span className="dim">{t('grants.no-end')}</span>}</td>
                  <td className="right">
                    <span className="row">
                      <Button tight onClick={() => setMaking(one)}>{t('admin.change')}<span className="unseen"> {one.organisation_name}</span></Button>
                      <Button tight onClick={() => void remove(one)}>{t('grants.remove')}<span className="unseen"> {one.organisation_name}</span></Button>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Dialog open={making !== null} onClose={() => setMaking(null)} title={making === 'new' ? t('grants.new') : t('grants.change')}>
        {making && <GrantForm user={user} grant={making === 'new' ? null : making} onClose={() => setMaking(null)} onDone={read} />}
      </Dialog>
    </Panel>
  )
}

const details = ['score', 'findings', 'evidence'] as const

function GrantForm({ user, grant, onClose, onDone }: { user: User; grant: Grant | null; onClose: () => void; onDone: () => Promise<unknown> }) {
  const { t } = useText()
  const toasts = useToasts()
  const [organisation, setOrganisation] = useState<Named | null>(grant ? { id: grant.organisation, name: grant.organisation_name } : null)
  const [detail, setDetail] = useState<(typeof details)[number]>(details.find((one) => one === grant?.detail) ?? 'score')
  const [acts, setActs] = useState(grant?.acts ?? false)
  const [reason, setReason] = useState(grant?.reason ?? '')
  const [until, setUntil] = useState(grant?.until ? dayOf(grant.until) : '')
  const [missing, setMissing] = useState(false)
  const { form, busy, send, fault, rest } = useForm(['organisation', 'detail', 'acts', 'reason', 'until'])
  return (
    <form ref={form} onSubmit={send(async () => {
      if (!organisation) { setMissing(true); return }
      await must(api.PUT('/api/v1/users/{user}/grants/{organisation}', {
        params: { path: { user: user.id, organisation: organisation.id } },
        body: { detail, acts: acts && detail !== 'score', reason: reason.trim(), until: until ? instant(until, '23:59:59') : null },
      }))
      await onDone()
      toasts.say(t('grants.given', { user: user.name, name: organisation.name }))
      onClose()
    })}>
      {grant ? <p className="strong">{grant.organisation_name}</p> : <OrganisationPicker label={t('users.organisation')} value={organisation} onChange={(one) => { setOrganisation(one); setMissing(false) }} fault={missing ? t('picker.missing') : fault('organisation')} />}
      <fieldset className="options">
        <legend>{t('grants.detail')}</legend>
        {details.map((one) => (
          <label key={one} className="option">
            <input type="radio" name="detail" checked={detail === one} onChange={() => setDetail(one)} />
            <span>{t(`detail.${one}`)}</span>
            <span className="under">{t(`detail.${one}.what`)}</span>
          </label>
        ))}
        {fault('detail') && <span className="fault">{fault('detail')}</span>}
      </fieldset>
      <div className="tick-field">
        <label className="check"><input type="checkbox" disabled={detail === 'score'} checked={acts && detail !== 'score'} aria-invalid={fault('acts') ? true : undefined} onChange={(event) => setActs(event.target.checked)} />{t('grants.acts')}</label>
        <span className="hint">{t('grants.acts.hint')}</span>
        {fault('acts') && <span className="fault">{fault('acts')}</span>}
      </div>
      <TextArea label={t('grants.reason')} hint={t('grants.reason.hint')} required maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
      {fault('reason') && <p className="down small">{fault('reason')}</p>}
      <DayField label={t('grants.until')} hint={t('grants.until.hint')} min={inDays(1)} value={until} onDay={setUntil} fault={fault('until', t('grants.until.fault'))} />
      <FormEnd rest={rest} action={t('grants.do')} busy={busy} onClose={onClose} />
    </form>
  )
}

/** Lets a user come in by a login provider: by the issuer's address and the subject that it knows the person by. */
function Identity({ user }: { user: User }) {
  const { t } = useText()
  const toasts = useToasts()
  const [issuer, setIssuer] = useState('')
  const [subject, setSubject] = useState('')
  const { form, busy, send, fault, rest } = useForm(['issuer', 'subject'])
  const providers = useQuery({ queryKey: ['providers'], queryFn: () => must(api.GET('/api/v1/login-providers')) })
  const items = providers.data?.items ?? []
  const chosen = issuer || items[0]?.issuer || ''
  return (
    <Panel title={t('identity.title')} note={user.password ? (user.totp ? t('identity.password-totp') : t('identity.password')) : t('identity.no-password')}>
      {providers.data && items.length === 0 && <p className="dim">{t('identity.none')} <Link to="/administrasjon/innlogging">{t('admin.providers')}</Link></p>}
      {items.length > 0 && (
        <form ref={form} onSubmit={send(async () => {
          await must(api.PUT('/api/v1/users/{user}/identity', { params: { path: { user: user.id } }, body: { issuer: chosen, subject: subject.trim() } }))
          setSubject('')
          toasts.say(t('identity.done', { name: user.name }))
        })}>
          <Pick label={t('identity.provider')} value={chosen} options={items.map((one) => ({ value: one.issuer, label: one.name }))} onPick={setIssuer} fault={fault('issuer')} />
          <TextField label={t('identity.subject')} hint={t('identity.subject.hint')} required maxLength={255} autoComplete="off" value={subject} onChange={(event) => setSubject(event.target.value)} fault={fault('subject')} />
          {rest}
          <Button type="submit" disabled={busy}>{t('identity.do')}</Button>
        </form>
      )}
    </Panel>
  )
}

function UserTokens({ user }: { user: User }) {
  const { t, date, dateTime } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [revoking, setRevoking] = useState<Schemas['ApiToken'] | null>(null)
  const list = useQuery({ queryKey: ['user-tokens', user.id], queryFn: () => must(api.GET('/api/v1/users/{user}/tokens', { params: { path: { user: user.id } } })) })
  const items = list.data?.items ?? []
  return (
    <Panel title={t('tokens.title')} note={t('user-tokens.note')} end={items.length > 0 && <TableFile of="/api/v1/users/{user}/tokens/table" blanks={{ user: user.id }} what={t('tokens.title')} />}>
      {list.isPending && <Bones />}
      {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
      {list.data && items.length === 0 && <p className="dim">{t('tokens.none')}</p>}
      {items.length > 0 && (
        <div className="scroll">
          <table className="t">
            <caption className="unseen">{t('tokens.title')}</caption>
            <thead><tr><th>{t('tokens.name')}</th><th>{t('tokens.until')}</th><th className="wide">{t('tokens.used')}</th><th aria-label={t('table.action')} /></tr></thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <th scope="row">{one.name}<span className="under">{one.scopes.map((scope) => t(`permission.${scope}`)).join(', ')}</span></th>
                  <td className="number">{date(one.expires)}</td>
                  <td className="wide">{one.used ? <span className="number">{dateTime(one.used)}</span> : <span className="dim">{t('users.never')}</span>}{one.used_from && <span className="under mono">{one.used_from}</span>}</td>
                  <td className="right">{one.revoked ? <span className="tag">{t('tokens.revoked')}</span> : <Button tight onClick={() => setRevoking(one)}>{t('tokens.revoke')}<span className="unseen"> {one.name}</span></Button>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Confirm
        open={revoking !== null}
        title={t('user-tokens.revoke.title', { name: revoking?.name ?? '' })}
        lead={<p>{t('user-tokens.revoke.lead')}</p>}
        action={t('tokens.revoke')}
        onClose={() => setRevoking(null)}
        onDo={async () => {
          await must(api.DELETE('/api/v1/users/{user}/tokens/{token}', { params: { path: { user: user.id, token: revoking!.id } } }))
          await queries.invalidateQueries({ queryKey: ['user-tokens', user.id] })
          toasts.say(t('user-tokens.revoked', { name: revoking!.name }))
        }}
      />
    </Panel>
  )
}
