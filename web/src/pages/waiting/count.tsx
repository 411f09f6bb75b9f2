// How many wait for the reader's answer, in the menu. Asked for when the page stands, not before it.
import { useEffect, useState } from 'react'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useWaitingCount } from './data'

export function WaitingCount() {
  const { t, language } = useText()
  const me = useMe()
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 1_500)
    return () => clearTimeout(timer)
  }, [])
  const count = useWaitingCount(me, language, late)
  if (count === 0) return null
  return <> <span className="tag warn" aria-hidden="true">{count}</span><span className="unseen">{t('waiting.count', { count })}</span></>
}
