// What the help page is narrowed to, as the address has it.
export const roles = ['security', 'leader', 'procurement', 'supplier', 'analyst', 'administrator'] as const
export type HelpRole = (typeof roles)[number]

export interface HelpSearch {
  rolle?: HelpRole
  tekst?: string
}

export function helpSearchFrom(search: Record<string, unknown>): HelpSearch {
  const rolle = roles.find((one) => one === search.rolle)
  const tekst = typeof search.tekst === 'string' ? search.tekst.slice(0, 100) : ''
  return { ...(rolle ? { rolle } : {}), ...(tekst ? { tekst } : {}) }
}
