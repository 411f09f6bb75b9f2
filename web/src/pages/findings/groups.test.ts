import { expect, it } from 'vitest'
import { sortedGroups } from './groups'

const group = (key: string, findings: number, overdue = 0) => ({ key, title: key, findings, organisations: 1, overdue })
const severities = new Map([['hsts', 'medium'], ['tls10', 'critical'], ['caa', 'low'], ['spf', 'medium']] as const)
const groups = [group('caa', 90), group('unknown', 99), group('hsts', 5), group('spf', 7, 2), group('tls10', 1)]
const order = (by: 'severity' | 'findings' | 'overdue') => sortedGroups(groups, severities, by).map((one) => one.key)

it.each([
  ['severity', ['tls10', 'spf', 'hsts', 'caa', 'unknown']],
  ['findings', ['unknown', 'caa', 'spf', 'hsts', 'tls10']],
  ['overdue', ['spf', 'unknown', 'caa', 'hsts', 'tls10']],
] as const)('by %s', (by, expected) => expect(order(by)).toEqual(expected))
