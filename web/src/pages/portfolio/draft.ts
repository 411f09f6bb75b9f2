// A filter as its form holds it, and as the service understands it.
import type { Schemas } from '~/app/api'

export interface Draft {
  text: string
  kinds: Schemas['PortfolioKind'][]
  grades: Schemas['PortfolioGrade'][]
  counties: string[]
  kostra: string[]
  sectors: string[]
  populationLeast: string
  populationMost: string
  /** Whole points. */
  scoreLeast: string
  scoreMost: string
  largest: string
  openCheck: string
  openGate: boolean
  suppliersOf: string
  /** What the form has no field for stays as it was. */
  rest: Schemas['Filter']
}

export const emptyDraft: Draft = { text: '', kinds: [], grades: [], counties: [], kostra: [], sectors: [], populationLeast: '', populationMost: '', scoreLeast: '', scoreMost: '', largest: '', openCheck: '', openGate: false, suppliersOf: '', rest: {} }

function range(least: string, most: string, times = 1): { least?: number; most?: number } | undefined {
  const value = (text: string) => (/^\d{1,10}$/.test(text.trim()) ? Number(text.trim()) * times : undefined)
  const [a, b] = [value(least), value(most)]
  return a === undefined && b === undefined ? undefined : { ...(a === undefined ? {} : { least: a }), ...(b === undefined ? {} : { most: b }) }
}

export function filterOf(draft: Draft): Schemas['Filter'] {
  const population = range(draft.populationLeast, draft.populationMost)
  const score = range(draft.scoreLeast, draft.scoreMost, 100)
  const largest = range(draft.largest, '')?.least
  return {
    ...draft.rest,
    ...(draft.text.trim() ? { text: draft.text.trim() } : {}),
    ...(draft.kinds.length ? { kinds: draft.kinds } : {}),
    ...(draft.grades.length ? { grades: draft.grades } : {}),
    ...(draft.counties.length ? { counties: draft.counties } : {}),
    ...(draft.kostra.length ? { kostra_groups: draft.kostra } : {}),
    ...(draft.sectors.length ? { sectors: draft.sectors } : {}),
    ...(population ? { population } : {}),
    ...(score ? { score_cp: score } : {}),
    ...(draft.openCheck.trim() ? { open_check: draft.openCheck.trim() } : {}),
    ...(draft.openGate ? { open_gate: true } : {}),
    ...(draft.suppliersOf ? { suppliers_of: draft.suppliersOf } : {}),
    ...(largest ? { largest: { by: 'population' as const, count: largest } } : {}),
  }
}

export function draftFrom(filter: Schemas['Filter']): Draft {
  const { text, kinds, grades, counties, kostra_groups, sectors, population, score_cp, open_check, open_gate, suppliers_of, largest, ...rest } = filter
  const whole = (value: number | undefined, times = 1) => (value === undefined ? '' : String(Math.floor(value / times)))
  const byPopulation = largest?.by === 'population'
  return {
    text: text ?? '',
    kinds: kinds ?? [],
    grades: grades ?? [],
    counties: counties ?? [],
    kostra: kostra_groups ?? [],
    sectors: sectors ?? [],
    populationLeast: whole(population?.least),
    populationMost: whole(population?.most),
    scoreLeast: whole(score_cp?.least, 100),
    scoreMost: whole(score_cp?.most, 100),
    largest: byPopulation ? String(largest.count) : '',
    openCheck: open_check ?? '',
    openGate: open_gate ?? false,
    suppliersOf: suppliers_of ?? '',
    rest: { ...rest, ...(largest && !byPopulation ? { largest } : {}) },
  }
}
