// Who has access? Every user with role, organisation and second factor; a new one comes by a link that is shown once.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api, may, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { Bones, Button, Dialog, Empty, Failed, More, PageHead, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { FormEnd, Once, Pick, useForm } from '~/parts/form'
import { OrganisationName, OrganisationPicker, type Named } from '~/parts/pick'
import { userFilterFrom } from './sections'

export type Role = Schemas['Role']
export const roles: Role[] = ['administrator', 'security', 'leader', 'procurement', 'contract', 'privacy', 'supplier', 'analyst', 'auditor']

export function useRoles() {
  return useQuery({ queryKey: ['roles'], queryFn: () => must(api.GET('/api/v1/roles')), staleTime: 3_600_000 })
}

/** What a role may do and how far it sees, in a sentence or two. */
export function RoleWords({ role }: { role: Role }) {
  const { t } = useText()
  const row = useRoles().data?.items.find((one) => one.role === role)
  if (!row) return null
  const seen = row.everywhere === 'none' ? t('role.sees.granted') : t(`role.sees.${row.everywhere}`)
  return <>{t('role.may', { what: row.permissions.map((one) => t(`permission.${one}`).toLowerCase()).join(', ') })} {seen}</>
}

export function Users() {
  const { t, dateTime, number } = useText()
  const search = userFilterFrom(useSearch({ strict: false }))
  const navigate = useNavigate()
  const [text, setText] = useState(search.q ?? '')
  const [inviting, setInviting] = useState(false)
  const set = (change: { q?: string | undefined; role?: string | undefined }) => void navigate({ to: '.', search: userFilterFrom({ ...search, ...change }), replace: true, resetScroll: false })
  useEffect(() => {
    if (text === (search.q ?? '')) return
    const timer = setTimeout(() => set({ q: text || undefined }), 250)
    return () => clearTimeout(timer)
  })
  const list = useInfiniteQuery({
    queryKey: ['users', search],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/users', { params: { query: { limit: 100, ...(search.q ? { q: search.q } : {}), ...(search.role ? { role: search.role as Role } : {}), ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const bare = items.filter((one) => one.role === 'administrator' && one.password && !one.totp && !one.disabled)
  return (
    <>
      <PageHead
        help="access"
        title={t('users.title')}
        meta={<span>{list.data ? t('users.count', { count: items.length, shown: number(items.length) + (list.hasNextPage ? '+' : '') }) : '…'}</span>}
        acts={<><TableFile of="/api/v1/users/table" blanks={{}} asked={{ ...(search.q ? { q: search.q } : {}), ...(search.role ? { role: search.role } : {}) }} what={t('admin.users')} /><Button variant="primary" onClick={() => setInviting(true)}>{t('users.invite')}</Button></>}
      />
      <section className="panel" aria-label={t('admin.users')}>
        <div className="filters">
          <TextField label={t('users.search')} type="search" maxLength={100} value={text} onChange={(event) => setText(event.target.value)} />
          <Pick label={t('users.role')} value={search.role ?? ''} options={[{ value: '', label: t('users.role.all') }, ...roles.map((one) => ({ value: one, label: t(`role.${one}`) }))]} onPick={(role) => set({ role: role || undefined })} />
        </div>
        <br />
        {list.isPending && <Bones />}
        {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
        {list.data && items.length === 0 && (
          <Empty title={t('users.none-fit')}>
            <p><Button onClick={() => { setText(''); set({ q: undefined, role: undefined }) }}>{t('admin.clear-filter')}</Button></p>
          </Empty>
        )}
        {bare.length > 0 && <div className="alert"><p>{t('users.bare', { names: bare.map((one) => one.name).join(', ') })}</p></div>}
        {items.length > 0 && (
          <div className="scroll">
            <table className="t">
              <caption className="unseen">{t('admin.users')}</caption>
              <thead><tr><th>{t('user.name')}</th><th>{t('users.role')}</th><th className="wide">{t('users.organisation')}</th><th className="wide">{t('totp.title')}</th><th className="wide">{t('users.last-login')}</th><th>{t('users.state')}</th></tr></thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id} className={one.disabled ? 'off' : ''}>
                    <th scope="row"><Link to="/administrasjon/brukere/$user" params={{ user: one.id }}>{one.name}</Link><span className="under">{one.login}</span></th>
                    <td>{t(`role.${one.role}`)}{one.authority && <span className="under">{t('users.authority.short')}</span>}</td>
                    <td className="wide">{one.organisation ? <OrganisationName id={one.organisation} /> : <span className="dim">–</span>}</td>
                    <td className="wide">{one.totp ? t('totp.on') : one.password ? <span className={one.role === 'administrator' ? 'tag warn' : 'dim'}>{t('totp.off')}</span> : <span className="dim">{t('users.by-provider')}</span>}</td>
                    <td className="number wide">{one.last_login ? dateTime(one.last_login) : <span className="dim">{t('users.never')}</span>}</td>
                    <td>{one.disabled ? <span className="tag">{t('users.disabled')}</span> : <span className="dim">{t('users.enabled')}</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <More of={list} />
      </section>
      <InviteDialog open={inviting} onClose={() => setInviting(false)} />
    </>
  )
}

export function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText()
  return (
    <Dialog open={open} onClose={onClose} title={t('users.invite')}>
      <Inviting onClose={onClose} />
    </Dialog>
  )
}

function Inviting({ onClose }: { onClose: () => void }) {
  const { t, dateTime } = useText()
  const me = useMe()!
  const all = may(me, 'manage_access')
  const queries = useQueryClient()
  const [role, setRole] = useState<Role>(all ? 'security' : 'supplier')
  const [organisation, setOrganisation] = useState<Named | null>(!all && me.role === 'supplier' && me.organisation ? { id: me.organisation, name: me.organisation_name ?? me.organisation } : null)
  const [login, setLogin] = useState('')
  const [email, setEmail] = useState('')
  const [days, setDays] = useState('14')
  const [made, setMade] = useState<Schemas['OneTimeLink'] | null>(null)
  const { form, busy, send, fault, rest } = useForm(['role', 'organisation', 'login', 'email', 'days'])
  if (made)
    return (
      <div className="stack">
        <Once lead={t('invite.made', { until: dateTime(made.expires) })} label={t('invite.link')} value={made.link} />
        <p className="dim">{t('invite.made.next')}</p>
        <p><Button onClick={onClose}>{t('action.close')}</Button></p>
      </div>
    )
  return (
    <form ref={form} onSubmit={send(async () => {
      setMade(await must(api.POST('/api/v1/invitations', { body: { role, ...(organisation ? { organisation: organisation.id } : {}), ...(login.trim() ? { login: login.trim().toLowerCase() } : {}), ...(email.trim() ? { email: email.trim() } : {}), days: Number(days) } })))
      await queries.invalidateQueries({ queryKey: ['invitations'] })
    })}>
      <Pick label={t('users.role')} hint={<RoleWords role={role} />} value={role} options={(all ? roles : (['supplier'] as Role[])).map((one) => ({ value: one, label: t(`role.${one}`) }))} onPick={(one) => setRole(one as Role)} fault={fault('role')} />
      <OrganisationPicker label={t('users.organisation')} hint={role === 'supplier' ? t('invite.organisation.supplier') : t('invite.organisation.hint')} value={organisation} onChange={setOrganisation} fault={fault('organisation', t('invite.organisation.fault'))} />
      <div className="pair">
        <TextField label={t('invite.login')} hint={t('invite.login.hint')} maxLength={100} autoComplete="off" value={login} onChange={(event) => setLogin(event.target.value)} fault={fault('login', t('invite.login.fault'))} />
        <TextField label={t('invite.email')} hint={t('invite.email.hint')} type="email" maxLength={200} autoComplete="off" value={email} onChange={(event) => setEmail(event.target.value)} fault={fault('email', t('invite.email.fault'))} />
      </div>
      <Pick label={t('invite.days')} value={days} options={['1', '7', '14', '30'].map((one) => ({ value: one, label: t('invite.days.count', { count: Number(one) }) }))} onPick={setDays} fault={fault('days')} />
      <FormEnd rest={rest} action={t('invite.do')} busy={busy} onClose={onClose} />
    </form>
  )
}
