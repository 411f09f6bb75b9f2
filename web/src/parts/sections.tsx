// The sub-addresses of a page.
import { Link, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import './form.css'

export interface SectionLink {
  to: string
  label: string
}

/** The sub-addresses of a page, as links; the one that is read is marked. */
export function Sections({ label, links }: { label: string; links: SectionLink[] }) {
  const path = useRouterState({ select: (state) => state.location.pathname.replace(/\/$/, '') })
  const row = useRef<HTMLElement>(null)
  // Where the row is wider than the screen, the one that is read is seen.
  useEffect(() => {
    const here = row.current?.querySelector<HTMLElement>('[aria-current]')
    if (row.current && here) row.current.scrollLeft = here.offsetLeft - (row.current.clientWidth - here.offsetWidth) / 2
  }, [path])
  return (
    <nav ref={row} className="sections" aria-label={label}>
      {links.map((one) => (
        <Link key={one.to} to={one.to as '/'} activeOptions={{ exact: true }} {...(path === one.to || path.startsWith(`${one.to}/`) ? { 'aria-current': 'page' as const } : {})}>{one.label}</Link>
      ))}
    </nav>
  )
}
