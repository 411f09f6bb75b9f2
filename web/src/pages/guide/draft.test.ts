import { describe, expect, it } from 'vitest'
import { changeOf, emptyDraft, newOf } from './draft'

const steinlia = { ...emptyDraft, name: 'Steinlia kommune', municipality: '4601', county: '46', population: '12000' }

describe('what of the record is sent', () => {
  it.each([
    ['nothing when nothing changed', {}, {}],
    ['spaces at the ends are no change', { name: ' Steinlia kommune ' }, {}],
    ['what was emptied is null', { population: ' ' }, { population: null }],
    ['numbers may have spaces', { employees: '1 250' }, { employees: 1250 }],
    ['what is no number is refused by the service, not swallowed', { population: 'mange' }, { population: 'mange' }],
    ['a number of digits stays text where it is a code', { kostra: '07' }, { kostra: '07' }],
    ['the county follows a new municipality', { municipality: '0301' }, { municipality: '0301', county: null }],
    ['unless it is told too', { municipality: '0301', county: '03' }, { municipality: '0301', county: '03' }],
    ['a municipality that is gone leaves the county', { municipality: '' }, { municipality: null }],
  ])('%s', (_, change, expected) => expect(changeOf(steinlia, { ...steinlia, ...change })).toEqual(expected))
  it('of a new one only what is given, and its kind', () => expect(newOf({ ...emptyDraft, name: 'Nordsky AS', number: '974 760 673' })).toEqual({ name: 'Nordsky AS', kind: 'municipality', number: '974 760 673' }))
})
