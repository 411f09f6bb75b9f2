// What has happened since a day, and how the service writes that day.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, must } from '~/app/api'

export function isoSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}

export function useChange(org: string, days: number) {
  const since = useMemo(() => isoSeconds(new Date(Date.now() - days * 86_400_000)), [days])
  return useQuery({
    queryKey: ['score', org, 'change', since],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/score/change', { params: { path: { organisation: org }, query: { since } } })),
    retry: false,
  })
}
