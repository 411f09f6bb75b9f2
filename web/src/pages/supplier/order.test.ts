import { describe, expect, it } from 'vitest'
import { inOrder, pressed, type Order } from './order'

const one = (name: string, criticality: 1 | 2 | 4, cp: number | null, grade = 'B') => ({ name, criticality, score: cp === null ? null : { score_cp: cp, grade } })
const all = [one('Ås', 1, 8_200), one('Berg', 4, 9_100), one('Alm', 2, null), one('Dal', 4, 6_000), one('Eik', 2, 7_000, 'U')]
const names = (order: Order) => [...all].sort(inOrder(order)).map((supplier) => supplier.name).join(' ')

describe('the order of suppliers', () => {
  it.each<[Order['by'], Order['way'], string]>([
    ['name', 'ascending', 'Alm Berg Dal Eik Ås'],
    ['name', 'descending', 'Ås Eik Dal Berg Alm'],
    ['score', 'ascending', 'Dal Ås Berg Alm Eik'],
    ['score', 'descending', 'Berg Ås Dal Alm Eik'],
    ['criticality', 'descending', 'Dal Berg Alm Eik Ås'],
    ['criticality', 'ascending', 'Ås Alm Eik Dal Berg'],
  ])('%s %s', (by, way, expected) => expect(names({ by, way })).toBe(expected))

  it('a second press turns it, and another column begins with what matters', () => {
    const start: Order = { by: 'criticality', way: 'descending' }
    expect(pressed(start, 'criticality')).toEqual({ by: 'criticality', way: 'ascending' })
    expect(pressed(start, 'score')).toEqual({ by: 'score', way: 'ascending' })
    expect(pressed({ by: 'name', way: 'ascending' }, 'criticality')).toEqual(start)
  })
})
