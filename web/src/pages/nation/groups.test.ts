import { describe, expect, it } from 'vitest'
import { groupOf, partDrawn, nationSearch } from './groups'

describe('groups', () => {
  const one = { county: '46', kostra: 'EKG07', sector: '6500', population: 0 }
  it.each([[0, '0-1999'], [1_999, '0-1999'], [2_000, '2000-4999'], [19_999, '10000-19999'], [50_000, '50000-and-more'], [720_000, '50000-and-more']])('%i inhabitants', (population, key) => expect(groupOf({ ...one, population }, 'population')).toBe(key))
  it('by what is known', () => {
    expect(groupOf(one, 'county')).toBe('46')
    expect(groupOf(one, 'kostra')).toBe('EKG07')
    expect(groupOf(one, 'sector')).toBe('6500')
  })
  it('says unknown where nothing is', () => {
    const none = { county: null, kostra: null, sector: null, population: null }
    for (const by of ['county', 'kostra', 'sector', 'population'] as const) expect(groupOf(none, by)).toBe('unknown')
  })
})

describe('the address', () => {
  it('keeps what is known', () => expect(nationSearch({ etter: 'county', slags: 'state', dag: '2026-11-20' })).toEqual({ etter: 'county', slags: 'state', dag: '2026-11-20' }))
  it('drops what is not', () => expect(nationSearch({ etter: 'colour', slags: 'x', dag: 'yesterday' })).toEqual({}))
})

describe('a caption tells when not all have a mark', () => {
  it.each([
    ['nothing has come', 0, undefined, null],
    ['all are there', 357, 357, null],
    ['more are coming', 500, 1_200, { count: 500, total: 1_200, reading: true }],
    ['there are more than is read', 2_000, 19_000, { count: 2_000, total: 19_000, reading: false }],
    ['just as many as are read', 2_000, 2_000, null],
  ])('%s', (_, read, total, said) => expect(partDrawn(read, total)).toEqual(said))
})
