// What the address of the page holds, so that an answer can be shared: which product, in which version, among whom.
import { dimensions, type Dimension } from '../portfolio/names'

export const exposureKinds = ['municipality', 'county', 'state', 'supplier', 'other'] as const
export type ExposureKind = (typeof exposureKinds)[number]

export interface ExposureSearch {
  produkt?: string
  versjon?: string
  slags?: ExposureKind
  fylke?: string
  sektor?: string
  portefolje?: string
  etter?: Dimension
}

export function exposureSearch(search: Record<string, unknown>): ExposureSearch {
  // The router reads 10 as a number.
  const text = (value: unknown, most: number) => (typeof value === 'string' || typeof value === 'number' ? String(value).trim().slice(0, most) : '')
  const produkt = text(search.produkt, 60)
  const versjon = text(search.versjon, 60)
  const fylke = text(search.fylke, 4)
  const sektor = text(search.sektor, 10)
  const portefolje = text(search.portefolje, 26)
  const slags = exposureKinds.find((one) => one === search.slags)
  const etter = dimensions.find((one) => one === search.etter)
  return {
    ...(produkt ? { produkt } : {}), ...(versjon ? { versjon } : {}), ...(slags ? { slags } : {}),
    ...(/^\d{1,2}$/.test(fylke) ? { fylke: fylke.padStart(2, '0') } : {}), ...(/^\d{4}$/.test(sektor) ? { sektor } : {}),
    ...(/^[a-z2-7]{26}$/.test(portefolje) ? { portefolje } : {}), ...(etter ? { etter } : {}),
  }
}

/** What the service is asked among whom, of both the list and the groups. */
export function amongWhom(search: ExposureSearch) {
  return {
    ...(search.slags ? { kind: search.slags } : {}), ...(search.fylke ? { county: search.fylke } : {}),
    ...(search.sektor ? { sector: search.sektor } : {}), ...(search.portefolje ? { portfolio: search.portefolje } : {}),
  }
}

/** A line for each organisation, to paste into a letter or a case: name, number, what answered, whom to tell. */
export function linesToTell(all: readonly { name: string; number: string | null; contacts: readonly string[]; places: readonly { host: string; port: number; said: string }[] }[]): string {
  return all.map((one) => [
    one.number ? `${one.name} (${one.number})` : one.name,
    one.places.map((place) => `${place.host}:${place.port} ${place.said}`).join(', '),
    one.contacts.map((contact) => contact.replace(/^mailto:/i, '')).join(', '),
  ].join('\t')).join('\n')
}
