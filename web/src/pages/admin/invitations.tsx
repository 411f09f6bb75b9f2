// Who is invited and has not come? The link itself is gone; who lost it gets a new one.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, may, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Empty, Failed, PageHead } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { Confirm } from '~/parts/form'
import { OrganisationName } from '~/parts/pick'
import { InviteDialog } from './users'

export function Invitations() {
  const { t, dateTime } = useText()
  const me = useMe()!
  const queries = useQueryClient()
  const toasts = useToasts()
  const [inviting, setInviting] = useState(false)
  const [withdrawing, setWithdrawing] = useState<Schemas['Invitation'] | null>(null)
  const list = useQuery({ queryKey: ['invitations'], queryFn: () => must(api.GET('/api/v1/invitations')) })
  const whom = (one: Schemas['Invitation']) => one.email ?? one.login ?? t('invitations.anybody')
  return (
    <>
      <PageHead help="access" title={t('invitations.title')} meta={<span>{may(me, 'manage_access') ? t('invitations.meta.all') : t('invitations.meta.own')}</span>} acts={<>{(list.data?.items.length ?? 0) > 0 && <TableFile of="/api/v1/invitations/table" blanks={{}} what={t('admin.invitations')} />}<Button variant="primary" onClick={() => setInviting(true)}>{t('users.invite')}</Button></>} />
      <section className="panel" aria-label={t('admin.invitations')}>
        {list.isPending && <Bones />}
        {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
        {list.data?.items.length === 0 && <Empty title={t('invitations.none')}><p className="dim">{t('invitations.none.next')}</p></Empty>}
        {(list.data?.items.length ?? 0) > 0 && (
          <div className="scroll">
            <table className="t">
              <caption className="unseen">{t('admin.invitations')}</caption>
              <thead><tr><th>{t('invitations.whom')}</th><th>{t('users.role')}</th><th className="wide">{t('users.organisation')}</th><th className="wide">{t('invitations.made')}</th><th className="wide">{t('invitations.until')}</th><th aria-label={t('table.action')} /></tr></thead>
              <tbody>
                {list.data?.items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">{whom(one)}{one.email && one.login && <span className="under">{one.login}</span>}<span className="under phone">{t('invitations.until')} {dateTime(one.expires)}</span></th>
                    <td>{t(`role.${one.role}`)}</td>
                    <td className="wide">{one.organisation ? <OrganisationName id={one.organisation} /> : <span className="dim">–</span>}</td>
                    <td className="number wide">{dateTime(one.created)}</td>
                    <td className="number wide">{dateTime(one.expires)}</td>
                    <td className="right"><Button tight onClick={() => setWithdrawing(one)}>{t('invitations.withdraw')}<span className="unseen"> {whom(one)}</span></Button></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <InviteDialog open={inviting} onClose={() => setInviting(false)} />
      <Confirm
        open={withdrawing !== null}
        title={t('invitations.withdraw.title')}
        lead={<p>{withdrawing && t('invitations.withdraw.lead', { whom: whom(withdrawing) })}</p>}
        action={t('invitations.withdraw')}
        onClose={() => setWithdrawing(null)}
        onDo={async () => {
          await must(api.DELETE('/api/v1/invitations/{invitation}', { params: { path: { invitation: withdrawing!.id } } }))
          await queries.invalidateQueries({ queryKey: ['invitations'] })
          toasts.say(t('invitations.withdrawn'))
        }}
      />
    </>
  )
}
