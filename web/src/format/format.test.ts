import { describe, expect, it } from 'vitest'
import { date, dateTime, daysBetween, gradeOf, number, points, score, share, signed, signedPoints, work } from './format'

describe('numbers', () => {
  it.each([
    [1234.5, 1, '1\u202f234,5', '1,234.5'],
    [5550203, 0, '5\u202f550\u202f203', '5,550,203'],
    [-0.5, 1, '\u22120,5', '\u22120.5'],
    [-0.04, 1, '0,0', '0.0'],
    [999, 0, '999', '999'],
  ])('%f with %i decimals', (value, decimals, norwegian, english) => {
    expect(number(value, 'nb', decimals)).toBe(norwegian)
    expect(number(value, 'nn', decimals)).toBe(norwegian)
    expect(number(value, 'en', decimals)).toBe(english)
  })
  it('tells the direction', () => {
    expect(signed(2.1, 'nb', 1)).toBe('+2,1')
    expect(signed(-2.1, 'nb', 1)).toBe('\u22122,1')
    expect(signed(0, 'nb', 1)).toBe('0,0')
    expect(signedPoints(-784, 'nb')).toBe('\u22127,84')
  })
})

describe('scores', () => {
  it.each([
    [7999, '79,9'],
    [8000, '80,0'],
    [7909, '79,0'],
    [10000, '100,0'],
    [9, '0,0'],
    [0, '0,0'],
  ])('%i is cut, not rounded', (cp, shown) => expect(score(cp, 'nb')).toBe(shown))
  it('shows every hundredth in the receipt', () => expect(points(7999, 'en')).toBe('79.99'))
  it.each([[9000, 'A'], [8999, 'B'], [7999, 'C'], [6999, 'D'], [5999, 'F']] as const)('%i is %s', (cp, grade) => expect(gradeOf(cp)).toBe(grade))
  it('cuts a share as well', () => {
    expect(share(9999, 'nb')).toBe('99,9\u00a0%')
    expect(share(5000, 'en')).toBe('50.0%')
  })
})

describe('dates', () => {
  it('writes a day', () => {
    expect(date('2026-11-20', 'nb')).toBe('20.11.2026')
    expect(date('2026-11-20', 'en')).toBe('20 Nov 2026')
  })
  it('writes a time', () => {
    const at = new Date(2026, 10, 20, 6, 12).toISOString()
    expect(dateTime(at, 'nn')).toBe('20.11.2026 kl.\u00a006.12')
    expect(dateTime(at, 'en')).toBe('20 Nov 2026 06:12')
  })
  it('counts days across midnight and summer time', () => {
    expect(daysBetween(new Date(2026, 2, 28, 23, 59), '2026-03-30')).toBe(2)
    expect(daysBetween(new Date(2026, 10, 20), '2026-11-09')).toBe(-11)
  })
  it('writes work', () => {
    expect(work(30, 'nb')).toBe('30\u00a0min')
    expect(work(240, 'nb')).toBe('4\u00a0t')
    expect(work(90, 'en')).toBe('1\u00a0h 30\u00a0min')
  })
})
