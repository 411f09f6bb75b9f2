import { describe, expect, it } from 'vitest'
import type { Me, Schemas } from './api'
import { menu } from './menu'
import { detailOf, findingsSeen, mayAt } from './session'

const grant = (organisation: string, detail: Schemas['Detail'], more: Partial<Schemas['Grant']> = {}): Schemas['Grant'] => ({ organisation, organisation_name: organisation, user: 'u', detail, acts: false, reason: 'r', granted: '2026-01-01T00:00:00Z', granted_by: 'a', until: null, ...more })
const reader = (more: Partial<Me>): Me => ({ id: 'u', login: 'u', name: 'U', email: null, language: null, role: 'security', organisation: null, authority: false, password: true, totp: false, created: '2026-01-01T00:00:00Z', created_by: 'a', disabled: null, last_login: null, permissions: ['read', 'follow_up', 'recheck'], everywhere: 'none', grants: [], consented: [], organisation_name: null, recovery_codes: 0, session: 's', csrf: 'c', ...more })
const shown = (me: Me, org: string) => menu.filter((entry) => !entry.shows || entry.shows(me, org)).map((entry) => entry.textKey.replace('menu.', ''))

describe('what is seen of an organisation', () => {
  it.each([
    ['the own, whole', reader({ organisation: 'a' }), 'a', 'evidence'],
    ['a grant', reader({ grants: [grant('b', 'findings')] }), 'b', 'findings'],
    ['a grant that has ended', reader({ grants: [grant('b', 'findings', { until: '2026-01-02T00:00:00Z' })] }), 'b', 'score'],
    ['a supplier of the own', reader({ organisation: 'a' }), 's', 'score'],
    ['an auditor everywhere', reader({ everywhere: 'findings' }), 'x', 'findings'],
    ['an analyst by a consent', reader({ role: 'analyst', consented: [{ organisation: 'b', detail: 'findings' }] }), 'b', 'findings'],
    ['an analyst without one', reader({ role: 'analyst', consented: [{ organisation: 'b', detail: 'findings' }] }), 'x', 'score'],
    ['the larger of grant and role', reader({ everywhere: 'findings', grants: [grant('b', 'evidence')] }), 'b', 'evidence'],
  ] as const)('%s', (_, me, org, detail) => expect(detailOf(me, org, Date.parse('2026-06-01T00:00:00Z'))).toBe(detail))

  it('counts organisations whose findings are seen', () => {
    expect(findingsSeen(reader({}))).toBe(0)
    expect(findingsSeen(reader({ organisation: 'a', grants: [grant('a', 'evidence'), grant('b', 'score'), grant('c', 'findings')] }))).toBe(2)
    expect(findingsSeen(reader({ everywhere: 'findings' }))).toBe(Infinity)
  })
})

describe('what may be done', () => {
  it.each([
    ['at home', reader({ organisation: 'a' }), 'follow_up', 'a', true],
    ['a grant is for reading', reader({ grants: [grant('b', 'evidence')] }), 'follow_up', 'b', false],
    ['but for measuring anew', reader({ grants: [grant('b', 'findings')] }), 'recheck', 'b', true],
    ['not at the score alone', reader({ grants: [grant('b', 'score', { acts: true })] }), 'recheck', 'b', false],
    ['a grant that acts', reader({ grants: [grant('b', 'findings', { acts: true })] }), 'follow_up', 'b', true],
    ['not without the permission', reader({ organisation: 'a' }), 'approve', 'a', false],
    ['an administrator, whatever the grant', reader({ role: 'administrator', everywhere: 'evidence', grants: [grant('b', 'score')] }), 'follow_up', 'b', true],
  ] as const)('%s', (_, me, permission, org, may) => expect(mayAt(me, permission, org)).toBe(may))
})

describe('the menu', () => {
  it('of who sees the score alone has no page of findings', () => {
    expect(shown(reader({ role: 'leader', grants: [grant('b', 'score')] }), 'b')).toEqual(['overview', 'leader', 'portfolios', 'alerts'])
  })
  it('of who sees findings has them', () => {
    expect(shown(reader({ organisation: 'a' }), 'a')).toEqual(expect.arrayContaining(['overview', 'findings', 'score', 'leader', 'footprint', 'suppliers']))
  })
})
