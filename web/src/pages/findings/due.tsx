// Until when a finding is to be mended, and that it is late.
import type { Finding } from '~/app/api'
import { useText } from '~/app/language'
import { daysBetween } from '~/format/format'

export function Due({ finding }: { finding: Finding }) {
  const { t, date } = useText()
  if (finding.state === 'fixed') return <span className="dim">–</span>
  const days = daysBetween(new Date(), finding.due)
  if (finding.overdue) return <span className="late">⚑ {t('finding.days-over', { count: Math.max(1, -days) })}</span>
  return days <= 60 ? <>{t('finding.days-left', { count: days })}</> : <>{date(finding.due)}</>
}
