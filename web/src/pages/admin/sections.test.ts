import { describe, expect, it } from 'vitest'
import type { Me } from '~/app/api'
import { administers, auditFilterFrom, firstSection, planFilterFrom, userFilterFrom } from './sections'

const me = (role: Me['role'], permissions: Me['permissions'], organisation: string | null = null) => ({ role, permissions, organisation }) as Me

describe('filters in the address', () => {
  it('a day that is none is left out, the rest stays', () => {
    expect(auditFilterFrom({ from: '2026-13-45', before: 'abc', action: 'grant.', actor: 7 })).toEqual({ action: 'grant.', actor: '7' })
    expect(auditFilterFrom({ from: '2026-11-21', before: '2026-11-22' })).toEqual({ from: '2026-11-21', before: '2026-11-22' })
  })
  it('takes what it knows', () => {
    expect(planFilterFrom({ sort: 'due', failing: true, q: '' })).toEqual({ failing: 'true' })
    expect(planFilterFrom({ sort: '-failures', other: 1 })).toEqual({ sort: '-failures' })
    expect(userFilterFrom({ q: 'per', role: 'leader', x: 1 })).toEqual({ q: 'per', role: 'leader' })
  })
})

describe('sections', () => {
  it('are those that the role has something to do in', () => {
    expect(administers(me('leader', ['read', 'approve'], 'org'))).toBe(false)
    expect(firstSection(me('administrator', ['read', 'manage_access', 'manage_service']))).toBe('/administrasjon/brukere')
    expect(firstSection(me('supplier', ['read'], 'org'))).toBe('/administrasjon/invitasjoner')
    expect(firstSection(me('supplier', ['read']))).toBe(null)
    expect(firstSection(me('auditor', ['read', 'read_audit', 'read_nation']))).toBe('/administrasjon/eierlose')
  })
})
