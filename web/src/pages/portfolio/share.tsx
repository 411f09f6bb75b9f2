// Who else may open a portfolio. What they see in it is what they may see anyway.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, may, must } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Failed, Select } from '~/parts/basic'

export function ShareDialog({ open, onClose, portfolio }: { open: boolean; onClose: () => void; portfolio: string }) {
  const { t } = useText()
  return <Dialog open={open} onClose={onClose} title={t('share.title')}>{open && <Sharing portfolio={portfolio} onClose={onClose} />}</Dialog>
}

function Sharing({ portfolio, onClose }: { portfolio: string; onClose: () => void }) {
  const { t, date } = useText()
  const me = useMe()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [who, setWho] = useState('*')
  const [edit, setEdit] = useState(false)
  const key = ['portfolio', portfolio, 'shares']
  const shares = useQuery({ queryKey: key, queryFn: () => must(api.GET('/api/v1/portfolios/{portfolio}/shares', { params: { path: { portfolio } } })) })
  // Names of users are for those who manage access, and of colleagues for those who belong to an organisation.
  const users = useQuery({
    queryKey: ['people-to-share-with', me?.organisation],
    queryFn: async (): Promise<{ id: string; name: string }[]> =>
      may(me, 'manage_access')
        ? (await must(api.GET('/api/v1/users', { params: { query: { limit: 500 } } }))).items.map((user) => ({ id: user.id, name: user.name || user.login }))
        : (await must(api.GET('/api/v1/organisations/{organisation}/people', { params: { path: { organisation: me!.organisation! }, query: { limit: 500 } } }))).items,
    enabled: may(me, 'manage_access') || Boolean(me?.organisation),
    retry: false,
  })
  const others = (users.data ?? []).filter((user) => user.id !== me?.id)
  const nameOf = (id: string) => (id === '*' ? t('share.everybody') : (others.find((user) => user.id === id)?.name ?? id))
  const done = async () => { await queries.invalidateQueries({ queryKey: key }) }
  const put = useMutation({
    mutationFn: () => must(api.PUT('/api/v1/portfolios/{portfolio}/shares/{user}', { params: { path: { portfolio, user: who } }, body: { may_edit: edit } })),
    onSuccess: done,
    onError: toasts.fail,
  })
  const end = useMutation({
    mutationFn: (user: string) => must(api.DELETE('/api/v1/portfolios/{portfolio}/shares/{user}', { params: { path: { portfolio, user } } })),
    onSuccess: done,
    onError: toasts.fail,
  })
  return (
    <>
      <p className="dim">{t('share.what')}</p>
      <form className="row gap-top" onSubmit={(event) => { event.preventDefault(); put.mutate() }}>
        <Select label={t('share.with')} value={who} onChange={setWho} options={[{ value: '*', label: t('share.everybody') }, ...others.map((user) => ({ value: user.id, label: user.name }))]} />
        <label className="check"><input type="checkbox" checked={edit} onChange={(event) => setEdit(event.target.checked)} />{t('share.may-edit')}</label>
        <Button type="submit" variant="primary" disabled={put.isPending}>{t('share.do')}</Button>
      </form>
      {shares.isPending && <Bones />}
      {shares.error && <Failed problem={shares.error} />}
      {shares.data && (
        <ul className="list gap-top">
          {shares.data.items.length === 0 && <li className="dim">{t('share.nobody')}</li>}
          {shares.data.items.map((one) => (
            <li key={one.user} className="row">
              <span><span className="strong">{nameOf(one.user)}</span><span className="under">{one.may_edit ? t('share.edits') : t('share.reads')} · {t('share.since', { date: date(one.since) })}</span></span>
              <span className="end"><Button tight onClick={() => end.mutate(one.user)} aria-label={t('share.end-one', { name: nameOf(one.user) })}>{t('share.end')}</Button></span>
            </li>
          ))}
        </ul>
      )}
      <div className="row gap-top"><Button onClick={onClose}>{t('action.close')}</Button></div>
    </>
  )
}
