// The board report comes as a file. Making the PDF takes some seconds: the page counts them, it can be given up, and
// what goes wrong is told with what to do next.
import { useEffect, useRef, useState } from 'react'
import { api, must, Problem } from '~/app/api'
import { useText } from '~/app/language'
import { Button } from '~/parts/basic'

interface Query {
  pages: 1 | 5
  lang: 'nb' | 'nn' | 'en'
  target_cp?: number
  exemption?: string
}

const patience = 60_000

export function Taken({ org, query }: { org: string; query: Query }) {
  const { t } = useText()
  const [since, setSince] = useState<number | null>(null)
  const [seconds, setSeconds] = useState(0)
  const [done, setDone] = useState<{ name: string; kilobytes: number } | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const running = useRef<AbortController | null>(null)
  useEffect(() => {
    if (since === null) return
    const timer = setInterval(() => setSeconds(Math.round((Date.now() - since) / 1000)), 500)
    return () => clearInterval(timer)
  }, [since])
  useEffect(() => () => running.current?.abort(), [])

  const take = async () => {
    const stop = new AbortController()
    running.current = stop
    const late = setTimeout(() => stop.abort('late'), patience)
    setSince(Date.now())
    setSeconds(0)
    setDone(null)
    setProblem(null)
    try {
      const file = await must(api.GET('/api/v1/organisations/{organisation}/report.pdf', { params: { path: { organisation: org }, query }, parseAs: 'blob', signal: stop.signal }))
      const name = `utsyn-${org}-${query.pages}-${query.lang}.pdf`
      const address = URL.createObjectURL(file as unknown as Blob)
      const link = document.createElement('a')
      link.href = address
      link.download = name
      link.click()
      setTimeout(() => URL.revokeObjectURL(address), 10_000)
      setDone({ name, kilobytes: Math.ceil((file as unknown as Blob).size / 1024) })
    } catch (error) {
      if (!stop.signal.aborted || stop.signal.reason === 'late') setProblem(error)
    } finally {
      clearTimeout(late)
      setSince(null)
    }
  }
  const html = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
  return (
    <div className="stack taken">
      <div className="row">
        <Button variant="primary" disabled={since !== null} onClick={() => void take()}>{t('leader.take.pdf')}</Button>
        <a className="ds-button" data-variant="secondary" href={`/api/v1/organisations/${encodeURIComponent(org)}/report.html?${html}`} download>{t('leader.take.html')}</a>
      </div>
      <div role="status" aria-live="polite">
        {since !== null && (
          <>
            <p className="small">{t('leader.take.making')} <span className="number dim" aria-hidden="true">{seconds} s</span></p>
            <progress aria-label={t('leader.take.making')} />
            <button type="button" className="toggle" onClick={() => running.current?.abort()}>{t('leader.take.stop')}</button>
          </>
        )}
        {done && <p className="small">{t('leader.take.done', { name: done.name, kilobytes: done.kilobytes })}</p>}
      </div>
      {problem !== null && <Refused problem={problem} again={() => void take()} />}
    </div>
  )
}

function Refused({ problem, again }: { problem: unknown; again: () => void }) {
  const { t } = useText()
  const status = problem instanceof Problem ? problem.status : 0
  const known = { 403: 'may', 501: 'no-pdf', 503: 'busy' }[status]
  return (
    <div className="alert bad" role="alert">
      <p className="strong">{t('leader.take.failed')}</p>
      <p>{known ? t(`leader.take.failed.${known}`) : problem instanceof Problem && status > 0 ? `${problem.message} ${problem.detail}` : t('leader.take.failed.lost')}</p>
      <div className="row">
        {status !== 501 && status !== 403 && <Button tight onClick={again}>{t('action.again')}</Button>}
        {problem instanceof Problem && problem.instance && <span className="mono">{t('problem.reference')} {problem.instance}</span>}
      </div>
    </div>
  )
}
