// What happens at the service, as it happens: one stream for each organisation on the page. A stream that breaks is
// opened again by the browser and goes on from the last number it had.
import { useEffect, useRef } from 'react'
import type { Schemas } from './api'

export type LiveEvent = Schemas['Event']

const kinds = [
  'measured', 'score-changed', 'finding-opened', 'finding-closed', 'finding-reopened', 'finding-changed', 'asset-found', 'asset-changed',
  'treatment-changed', 'comment-added', 'assigned', 'job-changed', 'organisation-changed',
]

export function useEvents(organisation: string | null, onEvent: (event: LiveEvent) => void): void {
  const handler = useRef(onEvent)
  handler.current = onEvent
  useEffect(() => {
    if (!organisation) return
    const source = new EventSource(`/api/v1/events?organisation=${encodeURIComponent(organisation)}`)
    const heard = (message: MessageEvent<string>) => handler.current(JSON.parse(message.data) as LiveEvent)
    for (const kind of kinds) source.addEventListener(kind, heard)
    return () => source.close()
  }, [organisation])
}
