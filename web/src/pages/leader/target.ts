// The score that an organisation aims at, as this browser remembers it. What counts is the address; this is for who
// comes without one.
export function keptTarget(org: string): number | null {
  const kept = Number(localStorage.getItem(`utsyn.target.${org}`))
  return Number.isInteger(kept) && kept > 0 && kept <= 100 ? kept : null
}

export function keepTarget(org: string, target: number | null): void {
  if (target === null) localStorage.removeItem(`utsyn.target.${org}`)
  else localStorage.setItem(`utsyn.target.${org}`, String(target))
}

/** The search of the page's address: a whole number of points. */
export function targetFrom(search: Record<string, unknown>): { mal?: number } {
  const mal = Number(search.mal)
  return Number.isInteger(mal) && mal > 0 && mal <= 100 ? { mal } : {}
}
