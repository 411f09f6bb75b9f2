// The record of an organisation as a form holds it, and what of it the service is told: members that were changed, and
// null for what was emptied. Numbers may be written with spaces; what is no number is sent as it stands and refused there.
import type { Organisation } from '~/app/api'

export const kinds = ['municipality', 'county', 'state', 'supplier', 'other'] as const
/** Those that place it on the map and among peers come first. */
export const recordFields = ['number', 'municipality', 'county', 'kostra', 'population', 'employees', 'sector', 'industry', 'form', 'parent', 'website', 'language'] as const
export type RecordField = (typeof recordFields)[number]
export const firstFields: readonly RecordField[] = ['number', 'municipality', 'kostra', 'population', 'employees']
export const shownFields: readonly RecordField[] = ['number', 'municipality', 'county', 'kostra', 'population', 'employees', 'sector', 'industry', 'website']

export type Draft = Record<RecordField | 'name' | 'kind', string>

export const emptyDraft: Draft = { name: '', kind: 'municipality', number: '', municipality: '', county: '', kostra: '', population: '', employees: '', sector: '', industry: '', form: '', parent: '', website: '', language: '' }

export function draftOf(organisation: Organisation): Draft {
  const out = { ...emptyDraft, name: organisation.name, kind: organisation.kind }
  for (const field of recordFields) out[field] = String(organisation[field] ?? '')
  return out
}

function sent(field: string, text: string): string | number | null {
  const trimmed = text.trim()
  if (!trimmed) return null
  if (field !== 'population' && field !== 'employees') return trimmed
  const digits = trimmed.replace(/[\s.,]/g, '')
  return /^\d+$/.test(digits) ? Number(digits) : trimmed
}

export function changeOf(before: Draft, after: Draft): Record<string, string | number | null> {
  const out: Record<string, string | number | null> = {}
  for (const field of ['name', 'kind', ...recordFields] as const) if (after[field].trim() !== before[field].trim()) out[field] = sent(field, after[field])
  // The county follows the municipality unless it is told too: the service takes it from the first two digits.
  if (out.municipality && out.county === undefined && before.county) out.county = null
  return out
}

/** What a new organisation is registered with. */
export function newOf(draft: Draft): Record<string, string | number | null> & { name: string } {
  return { ...changeOf(emptyDraft, draft), name: draft.name.trim(), kind: draft.kind }
}
