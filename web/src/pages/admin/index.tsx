// Administration: who gets in and sees what, what is measured and what never, and who did what.
import { Outlet, useRouterState } from '@tanstack/react-router'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { PageHead } from '~/parts/basic'
import { Sections } from '~/parts/sections'
import { sections } from './sections'

export { Audit } from './audit'
export { Import } from './import'
export { Invitations } from './invitations'
export { OptOuts, Ownerless } from './register'
export { Plan, SystemPage } from './system'
export { Providers } from './providers'
export { UserPage } from './user'
export { Users } from './users'

export function Administration() {
  const { t } = useText()
  const me = useMe()
  const path = useRouterState({ select: (state) => state.location.pathname })
  if (!me) return null
  const shown = sections.filter((one) => one.shows(me))
  const here = sections.find((one) => path.startsWith(one.to))
  return (
    <>
      <Sections label={t('admin.title')} links={shown.map((one) => ({ to: one.to, label: t(one.key) }))} />
      {here && !here.shows(me) ? (
        <>
          <PageHead title={t('admin.not-yours')} />
          <p className="read">{t('admin.not-yours.next')}</p>
        </>
      ) : (
        <Outlet />
      )}
    </>
  )
}
