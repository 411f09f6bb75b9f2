import { describe, expect, it } from 'vitest'
import { filterFrom, filterFromKept, keptFrom, queryOf, sameFilter, toggled } from './filter'

describe('filter', () => {
  it('takes from an address what it knows and nothing else', () => {
    expect(filterFrom({ severity: 'high', overdue: 'true', sort: 'due', group: 'check', other: 'x', text: '' })).toEqual({ severity: 'high', overdue: true, sort: 'due', group: 'check' })
    expect(filterFrom({ sort: 'anything', group: 7 })).toEqual({})
  })
  it('asks the service without what only the page knows', () => {
    expect(queryOf({ severity: 'high', overdue: true, sort: 'due', group: 'check' })).toEqual({ severity: 'high', overdue: 'true' })
  })
  it('comes back from what was kept', () => {
    const filter = { severity: 'critical,high', text: 'tls', overdue: true }
    expect(filterFromKept(keptFrom(filter, 'org'))).toEqual(filter)
  })
  it('is the same whatever the order', () => {
    expect(sameFilter({ severity: 'high,low', sort: 'due' }, { severity: 'low,high', group: 'check' })).toBe(true)
    expect(sameFilter({ severity: 'high' }, { severity: 'high', overdue: true })).toBe(false)
  })
  it('puts a value in and takes it out', () => {
    expect(toggled(undefined, 'a')).toBe('a')
    expect(toggled('a', 'b')).toBe('a,b')
    expect(toggled('a', 'a')).toBeUndefined()
  })
})
