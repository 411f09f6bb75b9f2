import { describe, expect, it } from 'vitest'
import * as format from '~/format/format'
import { factName, factWords } from './facts'

const words: Record<string, string> = { 'evidence.yes': 'ja', 'evidence.no': 'nei', 'role.security': 'Sikkerhetsansvarlig', 'permission.read': 'Lese', 'asset-state.rejected': 'Avvist', 'finding-state.accepted': 'Akseptert', 'value.25': 'Liten verdi', 'audit.fact.reason': 'Begrunnelse' }
const text = {
  t: (key: string, blanks?: Record<string, string | number>) => (key === 'audit.effect' ? `fra ${blanks!.before} til ${blanks!.after}` : (words[key] ?? key)),
  date: (time: string) => format.date(time, 'nb'),
  dateTime: (time: string) => `kl ${time.slice(0, 4)}`,
  score: (cp: number) => format.score(cp, 'nb'),
  number: (value: number) => format.number(value, 'nb'),
}

describe('facts of the audit log', () => {
  it.each([
    ['effect', { before_cp: 8012, after_cp: 8199 }, 'fra 80,1 til 81,9'],
    ['effect', { before_cp: 8012, after_cp: null }, 'fra 80,1 til –'],
    ['role', 'security', 'Sikkerhetsansvarlig'],
    ['role', 'unheard-of', 'unheard-of'],
    ['scopes', ['read', 'unheard-of'], 'Lese, unheard-of'],
    ['state', 'rejected', 'Avvist'],
    ['state', 'accepted', 'Akseptert'],
    ['value', 25, 'Liten verdi'],
    ['population', 12000, '12\u202f000'],
    ['disabled', false, 'nei'],
    ['until', '2026-12-24', '24.12.2026'],
    ['expires', '2026-12-24T10:00:00Z', 'kl 2026'],
    ['owner', null, '–'],
    ['hosts', [], '–'],
    ['anything', { odd: 1 }, '{"odd":1}'],
  ])('%s %o', (name, value, expected) => expect(factWords(text, name, value)).toBe(expected))
  it('a member without words is shown as it is kept', () => {
    expect(factName(text.t, 'reason')).toBe('Begrunnelse')
    expect(factName(text.t, 'new_secret')).toBe('new_secret')
  })
})
