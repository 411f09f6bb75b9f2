// How many in the footprint wait for somebody's answer, with the way there. Asked for when the page stands.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api, must } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { asksOfUs } from '../footprint/assets'
import { waitsFor } from '../waiting/data'

export function Candidates({ org }: { org: string }) {
  const { t, number } = useText()
  const me = useMe()
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 800)
    return () => clearTimeout(timer)
  }, [])
  const proposed = useQuery({
    queryKey: ['assets', org, 'proposed'],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/assets', { params: { path: { organisation: org }, query: { state: 'proposed', limit: 500 } } })),
    enabled: late,
    retry: false,
    staleTime: 60_000,
  })
  const count = proposed.data?.items.filter(asksOfUs).length ?? 0
  if (count === 0) return null
  const words = t('overview.candidates', { count, shown: number(count) + (proposed.data?.next ? '+' : '') })
  // What waits for an answer is gathered for the reader's own organisation; elsewhere the footprint has it.
  return me && waitsFor(me) && (me.organisation ?? org) === org
    ? <Link to="/venter">{words}</Link>
    : <Link to="/virksomhet/$org/fotavtrykk" params={{ org }}>{words}</Link>
}
