// What was I told, of what do I want to be told, which reports come by themselves, where does it go, and did it arrive?
import { Outlet } from '@tanstack/react-router'
import { useText } from '~/app/language'
import { Sections } from '~/parts/sections'

export { Channels } from './channels'
export { Deliveries } from './deliveries'
export { ReportSchedules } from './reports'
export { Rules } from './rules'
export { Told } from './told'

export function Alerts() {
  const { t } = useText()
  return (
    <>
      <Sections label={t('menu.alerts')} links={[
        { to: '/varsler/hendelser', label: t('alerts.section.told') },
        { to: '/varsler/regler', label: t('alerts.section.rules') },
        { to: '/varsler/rapporter', label: t('alerts.section.reports') },
        { to: '/varsler/kanaler', label: t('alerts.section.channels') },
        { to: '/varsler/leveranser', label: t('alerts.section.deliveries') },
      ]} />
      <Outlet />
    </>
  )
}
