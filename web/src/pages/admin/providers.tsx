// How do people log in? Passwords with a second factor, and OpenID providers: what to enter there, what to enter here.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Empty, Failed, PageHead, Panel, TextField } from '~/parts/basic'
import { Confirm, Pick, useForm } from '~/parts/form'
import { roles, type Role } from './users'

type Provider = Schemas['Provider']
const kinds = ['entra', 'ansattporten', 'idporten', 'keycloak'] as const
const addresses: Record<(typeof kinds)[number], string> = {
  entra: 'https://login.microsoftonline.com/TENANT/v2.0',
  ansattporten: 'https://ansattporten.no',
  idporten: 'https://idporten.no',
  keycloak: 'https://HOST/realms/REALM',
}
const levelsOf: Partial<Record<(typeof kinds)[number], string>> = { ansattporten: 'substantial high', idporten: 'idporten-loa-substantial idporten-loa-high' }

export function Providers() {
  const { t, date } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [editing, setEditing] = useState<Provider | 'new' | null>(null)
  const [removing, setRemoving] = useState<Provider | null>(null)
  const list = useQuery({ queryKey: ['providers'], queryFn: () => must(api.GET('/api/v1/login-providers')) })
  const read = async () => {
    await queries.invalidateQueries({ queryKey: ['providers'] })
    await queries.invalidateQueries({ queryKey: ['login-options'] })
  }
  const items = list.data?.items ?? []
  const callback = items[0]?.redirect_address ?? `${window.location.origin}/api/v1/login/callback`
  const turn = async (one: Provider, disabled: boolean): Promise<void> => {
    await must(api.PATCH('/api/v1/login-providers/{provider}', { params: { path: { provider: one.id } }, body: { disabled } }))
    await read()
    toasts.say(t(disabled ? 'providers.turned-off' : 'providers.turned-on', { name: one.name }), () => void turn(one, !disabled).catch(toasts.fail))
  }
  return (
    <>
      <PageHead help="access" title={t('providers.title')} meta={<span>{t('providers.meta')}</span>} acts={<Button variant="primary" onClick={() => setEditing('new')}>{t('providers.new')}</Button>} />
      <div className="grid">
        <div className="s7 stack">
          <Panel title={t('providers.list')}>
            {list.isPending && <Bones />}
            {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
            {list.data && items.length === 0 && <Empty title={t('providers.none')}><p className="dim">{t('providers.none.next')}</p></Empty>}
            {items.length > 0 && (
              <ul className="list">
                {items.map((one) => (
                  <li key={one.id}>
                    <div className="row">
                      <span className="strong">{one.name}</span>
                      {one.disabled ? <span className="tag warn">{t('providers.off')}</span> : <span className="tag">{t('providers.on')}</span>}
                      <span className="end row">
                        <Button tight onClick={() => setEditing(one)}>{t('admin.change')}<span className="unseen"> {one.name}</span></Button>
                        <Button tight onClick={() => void turn(one, !one.disabled).catch(toasts.fail)}>{one.disabled ? t('providers.turn-on') : t('providers.turn-off')}<span className="unseen"> {one.name}</span></Button>
                        <Button tight onClick={() => setRemoving(one)}>{t('providers.remove')}<span className="unseen"> {one.name}</span></Button>
                      </span>
                    </div>
                    <dl className="entry-facts">
                      <dt>{t('providers.issuer')}</dt><dd className="mono">{one.issuer}</dd>
                      <dt>{t('providers.client')}</dt><dd className="mono">{one.client}</dd>
                      <dt>{t('providers.secret')}</dt><dd>{one.has_secret ? t('providers.secret.kept') : t('providers.secret.none')}</dd>
                      <dt>{t('providers.admits')}</dt><dd>{one.admits === 'invited' ? t('providers.admits.invited') : t('providers.admits.anyone-as', { role: t(`role.${one.role}`) })}</dd>
                      {one.levels && <><dt>{t('providers.levels')}</dt><dd className="mono">{one.levels}</dd></>}
                      <dt>{t('providers.made')}</dt><dd>{date(one.created)}</dd>
                    </dl>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </div>
        <div className="s5 stack">
          <Panel title={t('providers.help')}>
            <div className="stack">
              <p>{t('providers.help.lead')}</p>
              <ol className="steps-of">
                <li>{t('providers.help.client')}</li>
                <li>
                  {t('providers.help.callback')}
                  <Copy value={callback} label={t('providers.callback')} />
                </li>
                <li>{t('providers.help.flow')}</li>
                <li>{t('providers.help.here')}</li>
              </ol>
              <div>
                {kinds.map((one) => (
                  <details key={one} className="help">
                    <summary>{t(`providers.kind.${one}`)}</summary>
                    <p>{t(`providers.kind.${one}.how`)}</p>
                    <p className="mono">{addresses[one]}</p>
                    {levelsOf[one] && <p className="small dim">{t('providers.levels')}: <span className="mono">{levelsOf[one]}</span></p>}
                  </details>
                ))}
              </div>
              <p className="dim small">{t('providers.help.saml')}</p>
            </div>
          </Panel>
        </div>
      </div>
      <Dialog open={editing !== null} onClose={() => setEditing(null)} title={editing === 'new' ? t('providers.new') : t('providers.change')}>
        {editing && <ProviderForm provider={editing === 'new' ? null : editing} callback={callback} onClose={() => setEditing(null)} onDone={read} />}
      </Dialog>
      <Confirm
        open={removing !== null}
        title={t('providers.remove.title', { name: removing?.name ?? '' })}
        lead={<p>{t('providers.remove.lead')}</p>}
        action={t('providers.remove')}
        onClose={() => setRemoving(null)}
        onDo={async () => {
          await must(api.DELETE('/api/v1/login-providers/{provider}', { params: { path: { provider: removing!.id } } }))
          await read()
          toasts.say(t('providers.removed', { name: removing!.name }))
        }}
      />
    </>
  )
}

function Copy({ value, label }: { value: string; label: string }) {
  const { t } = useText()
  const toasts = useToasts()
  return (
    <span className="row">
      <code className="mono">{value}</code>
      <Button tight aria-label={`${t('once.copy')}: ${label}`} onClick={() => navigator.clipboard.writeText(value).then(() => toasts.say(t('once.copied')), () => toasts.say(t('once.copy-by-hand')))}>{t('once.copy')}</Button>
    </span>
  )
}

function ProviderForm({ provider, callback, onClose, onDone }: { provider: Provider | null; callback: string; onClose: () => void; onDone: () => Promise<unknown> }) {
  const { t } = useText()
  const toasts = useToasts()
  const [name, setName] = useState(provider?.name ?? '')
  const [issuer, setIssuer] = useState(provider?.issuer ?? '')
  const [client, setClient] = useState(provider?.client ?? '')
  const [secret, setSecret] = useState('')
  const [scopes, setScopes] = useState(provider?.scopes ?? 'openid profile email')
  const [levels, setLevels] = useState(provider?.levels ?? '')
  const [admits, setAdmits] = useState<'invited' | 'anyone'>(provider?.admits ?? 'invited')
  const [role, setRole] = useState<Role>((provider?.role as Role | null) ?? 'leader')
  const { form, busy, send, fault, rest } = useForm(['name', 'issuer', 'client', 'secret', 'scopes', 'levels', 'admits', 'role'])
  return (
    <form ref={form} onSubmit={send(async () => {
      const body = {
        name: name.trim(), issuer: issuer.trim(), client: client.trim(), scopes: scopes.trim(), levels: levels.trim() || null, admits,
        role: admits === 'anyone' ? role : null, ...(secret || !provider ? { secret: secret || null } : {}),
      }
      if (provider) await must(api.PATCH('/api/v1/login-providers/{provider}', { params: { path: { provider: provider.id } }, body }))
      else await must(api.POST('/api/v1/login-providers', { body }))
      await onDone()
      toasts.say(t(provider ? 'providers.saved' : 'providers.added', { name: name.trim() }))
      onClose()
    })}>
      <p className="small">{t('providers.callback')}:</p>
      <Copy value={callback} label={t('providers.callback')} />
      <br />
      <TextField label={t('providers.name')} hint={t('providers.name.hint')} required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} fault={fault('name')} />
      <TextField label={t('providers.issuer')} hint={t('providers.issuer.hint')} required maxLength={500} inputMode="url" value={issuer} onChange={(event) => setIssuer(event.target.value)} fault={fault('issuer', t('providers.issuer.fault'), true)} />
      <div className="pair">
        <TextField label={t('providers.client')} required maxLength={500} autoComplete="off" value={client} onChange={(event) => setClient(event.target.value)} fault={fault('client')} />
        <TextField label={t('providers.secret')} {...(provider?.has_secret ? { hint: t('providers.secret.keep') } : {})} type="password" maxLength={1000} autoComplete="new-password" value={secret} onChange={(event) => setSecret(event.target.value)} fault={fault('secret')} />
      </div>
      <Pick label={t('providers.admits')} hint={t('providers.admits.hint')} value={admits} options={[{ value: 'invited', label: t('providers.admits.invited') }, { value: 'anyone', label: t('providers.admits.anyone') }]} onPick={(one) => setAdmits(one as 'invited')} fault={fault('admits')} />
      {admits === 'anyone' && <Pick label={t('providers.role')} hint={t('providers.role.hint')} value={role} options={roles.filter((one) => one !== 'administrator' && one !== 'supplier').map((one) => ({ value: one, label: t(`role.${one}`) }))} onPick={(one) => setRole(one as Role)} fault={fault('role')} />}
      <details className="help">
        <summary>{t('providers.more')}</summary>
        <TextField label={t('providers.scopes')} hint={t('providers.scopes.hint')} maxLength={500} value={scopes} onChange={(event) => setScopes(event.target.value)} fault={fault('scopes', t('providers.scopes.fault'))} />
        <TextField label={t('providers.levels')} hint={t('providers.levels.hint')} maxLength={500} value={levels} onChange={(event) => setLevels(event.target.value)} fault={fault('levels')} />
      </details>
      <br />
      {rest}
      {busy && <p role="status" className="dim">{t('providers.asking')}</p>}
      <div className="row">
        <Button type="submit" variant="primary" disabled={busy}>{t('action.save')}</Button>
        <Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </form>
  )
}
