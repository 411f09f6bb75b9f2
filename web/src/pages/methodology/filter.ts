// What the list of checks is narrowed to, as the address has it.
export interface CheckFilter {
  tekst?: string
  omrade?: string
  alvor?: string
  profil?: 'core' | 'full'
}

export function checkFilterFrom(search: Record<string, unknown>): CheckFilter {
  const word = (value: unknown) => (typeof value === 'string' && value ? value.slice(0, 100) : typeof value === 'number' ? String(value) : undefined)
  const tekst = word(search.tekst)
  const omrade = word(search.omrade)
  const alvor = word(search.alvor)
  return {
    ...(tekst ? { tekst } : {}),
    ...(omrade ? { omrade } : {}),
    ...(alvor ? { alvor } : {}),
    ...(search.profil === 'core' || search.profil === 'full' ? { profil: search.profil } : {}),
  }
}
