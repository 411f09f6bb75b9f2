// The doors: login with its second factor and providers, the first administrator, an invitation, a new password. A
// one-time link carries its token after the #, so it reaches no log.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode, type SyntheticEvent } from 'react'
import { api, must, Problem, setCsrf } from '~/app/api'
import { useText } from '~/app/language'
import { meQuery } from '~/app/session'
import { Languages, ThemeButton, Wordmark } from '~/app/shell'
import { Bones, Button, Failed, TextField } from '~/parts/basic'

function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const { t } = useText()
  return (
    <>
      <header className="top">
        <div className="bar"><Wordmark /><div className="end row"><Languages /><ThemeButton /></div></div>
      </header>
      <main>
        <div className="narrow stack">
          <section className="panel" aria-labelledby="door">
            <h1 id="door" tabIndex={-1}>{title}</h1>
            {lead && <p className="meta">{lead}</p>}
            <div className="stack">{children}</div>
          </section>
          <p className="small dim">{t('foot.not-classified')}</p>
        </div>
      </main>
    </>
  )
}

/** What a form does, with its refusal shown in the form, at the field it is about. */
function useSending() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const send = (work: () => Promise<void>) => async (event: SyntheticEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      await work()
    } catch (refused) {
      setProblem(refused)
    } finally {
      setBusy(false)
    }
  }
  const fault = (field: string) => (problem instanceof Problem && problem.field === `/${field}` ? problem.detail : null)
  const other = problem !== null && !(problem instanceof Problem && ['/login', '/name', '/password', '/code'].includes(problem.field ?? ''))
  return { busy, send, fault, shown: other ? <Failed problem={problem} /> : null }
}

function useEntered() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async (csrf: string | null, to: string) => {
    setCsrf(csrf)
    queries.removeQueries()
    await queries.fetchQuery({ ...meQuery, staleTime: 0 })
    // A whole address, with what stands after ? and #.
    await navigate({ href: to, replace: true })
  }
}

/** The ways in that somebody else vouches for; with an invitation, the first login by one of them accepts it. */
function Providers({ to, invitation }: { to: string; invitation?: string }) {
  const { t } = useText()
  const { busy, send, shown } = useSending()
  const options = useQuery({ queryKey: ['login-options'], queryFn: () => must(api.GET('/api/v1/login')) })
  return (
    <>
      {options.data?.providers.map((provider) => (
        <Button key={provider.id} disabled={busy} onClick={send(async () => {
          const { location } = await must(api.POST('/api/v1/login/providers/{provider}', { params: { path: { provider: provider.id } }, body: { return_to: to, ...(invitation ? { invitation } : {}) } }))
          window.location.assign(location)
        })}>{t('login.by-provider', { name: provider.name })}</Button>
      ))}
      {shown}
    </>
  )
}

/** Why a login provider's answer did not let anybody in; other words than these are not shown, whoever wrote the address. */
const problems = ['not-invited', 'login-refused', 'login-provider', 'link-ended'] as const

export function Login() {
  const { t } = useText()
  const { to, problem: said } = useSearch({ from: '/login' })
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [second, setSecond] = useState(false)
  const entered = useEntered()
  const { busy, send, fault, shown } = useSending()
  const options = useQuery({ queryKey: ['login-options'], queryFn: () => must(api.GET('/api/v1/login')) })
  const target = to ?? '/'

  if (second)
    return (
      <Door title={t('login.second')} lead={t('login.second.lead')}>
        <form onSubmit={send(async () => {
          const answer = await must(api.POST('/api/v1/login/second-factor', { body: { code: code.replace(/\s/g, '') } }))
          await entered(answer.csrf, target)
        })}>
          <TextField label={t('login.code')} autoFocus autoComplete="one-time-code" inputMode="text" required value={code} onChange={(event) => setCode(event.target.value)} fault={fault('code')} />
          {shown}
          <Button type="submit" variant="primary" disabled={busy}>{t('login.do')}</Button>
        </form>
      </Door>
    )
  return (
    <Door title={t('login.title')} lead={t('login.lead')}>
      {said && <div className="alert" role="alert"><p>{t(`login.problem.${problems.find((one) => one === said) ?? 'other'}`)}</p></div>}
      {options.data?.first_start && <div className="alert"><p>{t('login.first-start')}</p></div>}
      <Providers to={target} />
      <form onSubmit={send(async () => {
        const answer = await must(api.POST('/api/v1/login', { body: { login: login.trim(), password } }))
        if (answer.state === 'second-factor') setSecond(true)
        else await entered(answer.csrf, target)
      })}>
        <TextField label={t('login.name')} autoComplete="username" autoFocus required value={login} onChange={(event) => setLogin(event.target.value)} fault={fault('login')} />
        <TextField label={t('login.password')} type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} fault={fault('password')} />
        {shown}
        <Button type="submit" variant="primary" disabled={busy}>{t('login.do')}</Button>
      </form>
      <p className="small dim">{t('login.forgotten')}</p>
    </Door>
  )
}

function tokenInAddress(): string {
  return decodeURIComponent(window.location.hash.replace(/^#/, ''))
}

function NewUser({ token, withLogin, onMade }: { token: string; withLogin: boolean; onMade: (csrf: string | null) => Promise<void>; }) {
  const { t, language } = useText()
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const { busy, send, fault, shown } = useSending()
  const first = window.location.pathname === '/first-start'
  return (
    <form onSubmit={send(async () => {
      const body = { token, ...(withLogin ? { login: login.trim().toLowerCase() } : {}), name: name.trim(), password, language }
      const answer = await must(first ? api.POST('/api/v1/first-start', { body }) : api.POST('/api/v1/invitation/accept', { body }))
      await onMade(answer.csrf)
    })}>
      <TextField label={t('user.name')} autoComplete="name" autoFocus required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} fault={fault('name')} />
      {withLogin && <TextField label={t('user.login')} hint={t('user.login.hint')} autoComplete="username" required value={login} onChange={(event) => setLogin(event.target.value)} fault={fault('login')} />}
      <TextField label={t('user.password')} hint={t('user.password.hint')} type="password" autoComplete="new-password" required minLength={12} maxLength={256} value={password} onChange={(event) => setPassword(event.target.value)} fault={fault('password')} />
      {shown}
      <Button type="submit" variant="primary" disabled={busy}>{t('user.make')}</Button>
    </form>
  )
}

export function FirstStart() {
  const { t } = useText()
  const [token] = useState(tokenInAddress)
  const entered = useEntered()
  return (
    <Door title={t('first-start.title')} lead={t('first-start.lead')}>
      {token ? <NewUser token={token} withLogin onMade={(csrf) => entered(csrf, '/start')} /> : <div className="alert" role="alert"><p>{t('link.no-token')}</p></div>}
    </Door>
  )
}

export function Invitation() {
  const { t, dateTime } = useText()
  const [token] = useState(tokenInAddress)
  const entered = useEntered()
  const seen = useQuery({ queryKey: ['invitation', token], queryFn: () => must(api.POST('/api/v1/invitation', { body: { token } })), enabled: token !== '', retry: false })
  return (
    <Door title={t('invitation.title')} {...(seen.data ? { lead: seen.data.organisation_name ? t('invitation.lead', { role: t(`role.${seen.data.role}`), organisation: seen.data.organisation_name, expires: dateTime(seen.data.expires) }) : t('invitation.lead.none', { role: t(`role.${seen.data.role}`), expires: dateTime(seen.data.expires) }) } : {})}>
      {!token && <div className="alert" role="alert"><p>{t('link.no-token')}</p></div>}
      {token && seen.isPending && <Bones />}
      {seen.error && <Failed problem={seen.error} />}
      {seen.data && <Providers to="/" invitation={token} />}
      {seen.data && <NewUser token={token} withLogin={!seen.data.login} onMade={(csrf) => entered(csrf, '/')} />}
    </Door>
  )
}

export function Reset() {
  const { t } = useText()
  const [token] = useState(tokenInAddress)
  const [password, setPassword] = useState('')
  const entered = useEntered()
  const { busy, send, fault, shown } = useSending()
  useEffect(() => { document.title = t('reset.title') }, [t])
  return (
    <Door title={t('reset.title')}>
      {!token && <div className="alert" role="alert"><p>{t('link.no-token')}</p></div>}
      <form onSubmit={send(async () => {
        const answer = await must(api.POST('/api/v1/reset', { body: { token, password } }))
        await entered(answer.csrf, '/')
      })}>
        <TextField label={t('user.password')} hint={t('user.password.hint')} type="password" autoComplete="new-password" autoFocus required minLength={12} maxLength={256} value={password} onChange={(event) => setPassword(event.target.value)} fault={fault('password')} />
        {shown}
        <Button type="submit" variant="primary" disabled={busy || !token}>{t('reset.do')}</Button>
      </form>
    </Door>
  )
}
