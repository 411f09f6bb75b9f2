// One's own account: name and language, password, second factor, who follows one's organisation, where one is logged in,
// tokens for programs.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must, Problem, setCsrf, type Me, type Permission } from '~/app/api'
import { useText } from '~/app/language'
import { Languages } from '~/app/shell'
import { meQuery, useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Failed, More, PageHead, Panel, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'

export function Account() {
  const { t } = useText()
  const me = useMe()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toasts = useToasts()
  const logout = useMutation({
    mutationFn: () => must(api.POST('/api/v1/logout')),
    onSuccess: async (answer) => {
      setCsrf(null)
      queries.clear()
      if (answer?.location) window.location.assign(answer.location)
      else await navigate({ to: '/login' })
    },
    onError: toasts.fail,
  })
  if (!me) return null
  return (
    <>
      <PageHead title={me.name} meta={<><span>{me.login}</span><span>{t(`role.${me.role}`)}</span>{me.organisation_name && <span>{me.organisation_name}</span>}</>} acts={<Button onClick={() => logout.mutate()}>{t('account.logout')}</Button>} />
      <div className="grid">
        <div className="s6 stack">
          <Person me={me} />
          {me.password && <PasswordPanel />}
          {me.password && <SecondFactor me={me} />}
        </div>
        <div className="s6 stack">
          {me.organisation && <Followers of={me.organisation} name={me.organisation_name ?? ''} />}
          <Tokens me={me} />
          <Sessions />
        </div>
      </div>
    </>
  )
}

function Person({ me }: { me: Me }) {
  const { t } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [name, setName] = useState(me.name)
  const [email, setEmail] = useState(me.email ?? '')
  const save = useMutation({
    mutationFn: () => must(api.PATCH('/api/v1/me', { body: { name: name.trim(), email: email.trim() || null } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: meQuery.queryKey })
      toasts.say(t('account.saved'))
    },
  })
  const fault = save.error instanceof Problem ? save.error : null
  return (
    <Panel title={t('account.person')}>
      <form onSubmit={(event) => { event.preventDefault(); save.mutate() }}>
        <TextField label={t('user.name')} required maxLength={200} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} fault={fault?.field === '/name' ? fault.detail : null} />
        <TextField label={t('account.email')} type="email" maxLength={254} autoComplete="email" value={email} onChange={(event) => setEmail(event.target.value)} fault={fault && fault.field !== '/name' ? fault.detail : null} />
        <p className="label">{t('shell.language')}</p>
        <Languages />
        <br />
        <Button type="submit" disabled={save.isPending}>{t('action.save')}</Button>
      </form>
    </Panel>
  )
}

function PasswordPanel() {
  const { t } = useText()
  const toasts = useToasts()
  const [old, setOld] = useState('')
  const [fresh, setFresh] = useState('')
  const change = useMutation({
    mutationFn: () => must(api.POST('/api/v1/me/password', { body: { current: old, new: fresh } })),
    onSuccess: (answer) => {
      const opened = answer
      setCsrf(opened.csrf)
      setOld('')
      setFresh('')
      toasts.say(t('account.password.changed'))
    },
  })
  return (
    <Panel title={t('user.password')}>
      <form onSubmit={(event) => { event.preventDefault(); change.mutate() }}>
        <TextField label={t('account.password.old')} type="password" autoComplete="current-password" required value={old} onChange={(event) => setOld(event.target.value)} fault={change.error instanceof Problem ? change.error.detail : null} />
        <TextField label={t('account.password.new')} hint={t('user.password.hint')} type="password" autoComplete="new-password" required minLength={12} maxLength={256} value={fresh} onChange={(event) => setFresh(event.target.value)} />
        <Button type="submit" disabled={change.isPending}>{t('account.password.change')}</Button>
      </form>
    </Panel>
  )
}

function SecondFactor({ me }: { me: Me }) {
  const { t } = useText()
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [codes, setCodes] = useState<string[] | null>(null)
  const [renewed, setRenewed] = useState(false)
  const start = useMutation({ mutationFn: () => must(api.POST('/api/v1/me/totp', { body: { password } })) })
  const confirm = useMutation({
    mutationFn: () => must(api.POST('/api/v1/me/totp/confirm', { body: { code: code.replace(/\s/g, '') } })),
    onSuccess: async (answer) => {
      setCodes(answer.recovery_codes)
      start.reset()
      setPassword('')
      setCode('')
      await queries.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  const remove = useMutation({
    mutationFn: () => must(api.POST('/api/v1/me/totp/remove', { body: { password } })),
    onSuccess: async () => {
      setPassword('')
      setCodes(null)
      await queries.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  const renew = useMutation({
    mutationFn: () => must(api.POST('/api/v1/me/recovery-codes', { body: { password } })),
    onSuccess: async (answer) => {
      setCodes(answer.recovery_codes)
      setRenewed(true)
      setPassword('')
      await queries.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  const problem = start.error ?? confirm.error ?? remove.error ?? renew.error
  const fault = problem instanceof Problem ? problem.detail : null
  return (
    <Panel title={t('totp.title')} note={me.totp ? t('totp.on') : t('totp.off')}>
      {codes && (
        <div className="alert" role="status">
          <p className="strong">{t('totp.codes')}</p>
          <p>{t('totp.codes.next')}{renewed && <> {t('totp.renewed')}</>}</p>
          <pre tabIndex={0}>{codes.join('\n')}</pre>
        </div>
      )}
      {codes && <br />}
      {start.data ? (
        <form onSubmit={(event) => { event.preventDefault(); confirm.mutate() }}>
          <p>{t('totp.scan')}</p>
          <pre tabIndex={0}>{start.data.secret.replace(/(.{4})/g, '$1 ').trim()}</pre>
          <p><a href={start.data.uri}>{t('totp.open')}</a></p>
          <br />
          <TextField label={t('totp.code')} required inputMode="numeric" autoComplete="one-time-code" autoFocus value={code} onChange={(event) => setCode(event.target.value)} fault={fault} />
          <Button type="submit" variant="primary" disabled={confirm.isPending}>{t('totp.confirm')}</Button>
        </form>
      ) : (
        <form onSubmit={(event) => { event.preventDefault(); if (!me.totp) start.mutate(); else if ((event.nativeEvent as SubmitEvent).submitter?.getAttribute('name') === 'renew') { remove.reset(); renew.mutate() } else { renew.reset(); remove.mutate() } }}>
          <p className="dim">{me.totp ? t('totp.left', { count: me.recovery_codes }) : t('totp.why')}</p>
          <br />
          <TextField label={t('account.password.old')} type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} fault={fault} />
          <div className="row">
            {me.totp && <Button type="submit" name="renew" disabled={renew.isPending || remove.isPending}>{t('totp.renew')}</Button>}
            <Button type="submit" disabled={start.isPending || renew.isPending || remove.isPending}>{me.totp ? t('totp.remove') : t('totp.start')}</Button>
          </div>
        </form>
      )}
    </Panel>
  )
}

function Tokens({ me }: { me: Me }) {
  const { t, date, dateTime } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [making, setMaking] = useState(false)
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<ReadonlySet<Permission>>(new Set(['read']))
  const list = useQuery({ queryKey: ['tokens'], queryFn: () => must(api.GET('/api/v1/me/tokens')) })
  const make = useMutation({
    mutationFn: () => must(api.POST('/api/v1/me/tokens', { body: { name: name.trim(), scopes: [...scopes], days: 90 } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  })
  const revoke = useMutation({
    mutationFn: (token: string) => must(api.DELETE('/api/v1/me/tokens/{token}', { params: { path: { token } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
    onError: toasts.fail,
  })
  const close = () => {
    setMaking(false)
    setName('')
    make.reset()
  }
  const items = list.data?.items ?? []
  return (
    <Panel title={t('tokens.title')} note={t('tokens.note')} end={items.length > 0 && <TableFile of="/api/v1/me/tokens/table" blanks={{}} what={t('tokens.title')} />} footer={<Button tight onClick={() => setMaking(true)}>{t('tokens.new')}</Button>}>
      {items.length === 0 ? <p className="dim">{t('tokens.none')}</p> : (
        <div className="scroll">
          <table className="t">
            <thead><tr><th>{t('tokens.name')}</th><th>{t('tokens.until')}</th><th>{t('tokens.used')}</th><th aria-label={t('table.action')} /></tr></thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <th scope="row">{one.name}<span className="under">{one.scopes.map((scope) => t(`permission.${scope}`)).join(', ')}</span></th>
                  <td className="number">{date(one.expires)}</td>
                  <td className="number">{one.used ? dateTime(one.used) : '–'}</td>
                  <td className="right">{one.revoked ? <span className="tag">{t('tokens.revoked')}</span> : <Button tight onClick={() => revoke.mutate(one.id)}>{t('tokens.revoke')}<span className="unseen"> {one.name}</span></Button>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Dialog open={making} onClose={close} title={t('tokens.new')}>
        {make.data ? (
          <div className="stack">
            <p>{t('tokens.once')}</p>
            <pre tabIndex={0}>{make.data.token}</pre>
            <p><Button variant="primary" onClick={close}>{t('action.close')}</Button></p>
          </div>
        ) : (
          <form onSubmit={(event) => { event.preventDefault(); make.mutate() }}>
            <TextField label={t('tokens.name')} required autoFocus maxLength={200} value={name} onChange={(event) => setName(event.target.value)} fault={make.error instanceof Problem ? make.error.detail : null} />
            <p className="label">{t('tokens.scopes')}</p>
            {me.permissions.map((one) => (
              <label key={one} className="check">
                <input type="checkbox" checked={scopes.has(one)} onChange={() => setScopes((before) => { const next = new Set(before); if (!next.delete(one)) next.add(one); return next })} />
                {t(`permission.${one}`)}
              </label>
            ))}
            <br />
            <div className="row"><Button type="submit" variant="primary" disabled={make.isPending || scopes.size === 0}>{t('tokens.make')}</Button><Button variant="tertiary" onClick={close}>{t('action.cancel')}</Button></div>
          </form>
        )}
      </Dialog>
    </Panel>
  )
}

function Sessions() {
  const { t, dateTime } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const list = useQuery({ queryKey: ['sessions'], queryFn: () => must(api.GET('/api/v1/me/sessions')) })
  const end = useMutation({
    mutationFn: (session: string) => must(api.DELETE('/api/v1/me/sessions/{session}', { params: { path: { session } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
    onError: toasts.fail,
  })
  return (
    <Panel title={t('sessions.title')}>
      <ul className="list">
        {list.data?.items.map((one) => (
          <li key={one.id} className="row">
            <span>{t('sessions.used', { time: dateTime(one.used) })}<span className="under">{one.address} · {one.agent.slice(0, 80)}</span></span>
            <span className="end">{one.present ? <span className="tag">{t('sessions.this')}</span> : <Button tight onClick={() => end.mutate(one.id)}>{t('sessions.end')}</Button>}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** Who follows the reader's own organisation, as a customer or by a grant, and how much they see. */
function Followers({ of, name }: { of: string; name: string }) {
  const { t, number } = useText()
  const list = useInfiniteQuery({
    queryKey: ['followers', of],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/organisations/{organisation}/followers', { params: { path: { organisation: of }, query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
  const items = list.data?.pages.flatMap((page) => page.items)
  return (
    <Panel title={t('followers.title', { name })} note={t('followers.note')}>
      {list.isPending && <Bones />}
      {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
      {items?.length === 0 && <p className="dim">{t('followers.none')}</p>}
      {items && items.length > 0 && (
        <div className="scroll">
          <table className="t">
            <caption className="unseen">{t('followers.title', { name })}</caption>
            <thead><tr><th>{t('followers.who')}</th><th>{t('followers.why')}</th><th>{t('followers.sees')}</th><th className="right">{t('followers.users')}</th></tr></thead>
            <tbody>
              {items.map((one) => (
                <tr key={`${one.organisation ?? ''} ${one.why} ${one.detail}`}>
                  <th scope="row">{one.name ?? t('followers.none-of')}</th>
                  <td>{t(`followers.why.${one.why}`)}</td>
                  <td>{t(`detail.${one.detail}`)}</td>
                  <td className="right number">{one.why === 'customer' ? <span className="dim">–</span> : number(one.users)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More of={list} />
    </Panel>
  )
}
