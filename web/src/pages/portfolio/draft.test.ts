import { describe, expect, it } from 'vitest'
import type { Schemas } from '~/app/api'
import { draftFrom, emptyDraft, filterOf } from './draft'
import { compareSearch, portfolioSearch } from './search'

describe('a filter and its form', () => {
  it('says nothing when nothing is chosen', () => expect(filterOf(emptyDraft)).toEqual({}))
  it('goes there and back', () => {
    const filter: Schemas['Filter'] = { text: 'vik', kinds: ['municipality'], grades: ['D', 'F'], counties: ['11'], kostra_groups: ['EKG07'], sectors: ['6500'], population: { least: 2000 }, score_cp: { least: 1000, most: 6900 }, open_check: 'email.dmarc.policy', open_gate: true, suppliers_of: 'x', largest: { by: 'population', count: 20 }, municipalities: ['9999'] }
    expect(filterOf(draftFrom(filter))).toEqual(filter)
  })
  it('keeps what the form has no field for', () => {
    const filter: Schemas['Filter'] = { employees: { most: 10 }, largest: { by: 'employees', count: 3 } }
    expect(filterOf(draftFrom(filter))).toEqual(filter)
  })
  it('leaves out what is no number', () => expect(filterOf({ ...emptyDraft, populationLeast: 'mange', scoreMost: '-4', largest: '0' })).toEqual({}))
})

describe('the address', () => {
  it('keeps what is known', () => expect(portfolioSearch({ days: '365', by: 'kostra', leaning: 'host', sort: '-score', q: 'vik', grade: 'D,F' })).toEqual({ days: 365, by: 'kostra', leaning: 'host', sort: '-score', q: 'vik', grade: 'D,F' }))
  it('drops what is not', () => expect(portfolioSearch({ days: 7, by: 'colour', leaning: '', sort: 'rank', q: '', grade: 'G' })).toEqual({}))
  it('names each that is compared once', () => expect(compareSearch({ portefolje: 'all,all,x', virksomhet: 987654321 })).toEqual({ portefolje: 'all,x', virksomhet: '987654321' }))
})
