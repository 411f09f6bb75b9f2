import { describe, expect, it } from 'vitest'
import { across, corners, countyBorders, heightInTiles, middle, seaPlace, tiles } from './layout'

describe('the tile map', () => {
  it('has one tile for each of the 357 municipalities, no two on one place', () => {
    expect(tiles).toHaveLength(357)
    expect(new Set(tiles.map((tile) => tile.number)).size).toBe(357)
    expect(new Set(tiles.map((tile) => `${tile.column} ${tile.row}`)).size).toBe(357)
  })
  it('keeps numbers as text, the county first', () => {
    for (const tile of tiles) {
      expect(tile.number).toMatch(/^\d{4}$/)
      expect(tile.number.slice(0, 2)).toBe(tile.county)
      expect(tile.kostra).toMatch(/^EKG(0[1-9]|1[0-7])$/)
    }
    expect(new Set(tiles.map((tile) => tile.county)).size).toBe(15)
  })
  it('has every county in one piece', () => {
    const near = (a: (typeof tiles)[number], b: (typeof tiles)[number]) => { const [p, q] = [middle(a), middle(b)]; return Math.hypot(p[0] - q[0], p[1] - q[1]) < 1.01 }
    for (const county of new Set(tiles.map((tile) => tile.county))) {
      const its = tiles.filter((tile) => tile.county === county)
      const piece = [its[0]!]
      for (let i = 0; i < piece.length; i++) for (const other of its) if (!piece.includes(other) && near(piece[i]!, other)) piece.push(other)
      expect(piece).toHaveLength(its.length)
    }
  })
  it('lies north to south and inside its frame', () => {
    const of = (name: string) => middle(tiles.find((tile) => tile.name === name)!)
    expect(of('Tromsø')[1]).toBeLessThan(of('Bodø')[1])
    expect(of('Bodø')[1]).toBeLessThan(of('Oslo')[1])
    expect(of('Bergen')[0]).toBeLessThan(of('Oslo')[0])
    for (const tile of tiles)
      for (const [x, y] of corners(middle(tile))) {
        expect(x).toBeGreaterThanOrEqual(-1e-9)
        expect(x).toBeLessThanOrEqual(across + 1e-9)
        expect(y).toBeGreaterThanOrEqual(-1e-9)
        expect(y).toBeLessThanOrEqual(heightInTiles + 1e-9)
      }
  })
  it('has room in the sea for those without a tile', () => {
    const taken = new Set(tiles.map((tile) => `${tile.column} ${tile.row}`))
    for (let i = 0; i < 64; i++) { const place = seaPlace(i); expect(taken.has(`${place.column} ${place.row}`)).toBe(false) }
  })
})

describe('county borders', () => {
  const tile = (number: string, column: number, row: number) => ({ number, name: number, county: number.slice(0, 2), kostra: 'EKG01', column, row })
  it('are the sides between two counties, once', () => expect(countyBorders([tile('1101', 0, 0), tile('1102', 1, 0), tile('1501', 2, 0)])).toHaveLength(1))
  it('lie where the tiles meet', () => {
    const [a, b] = countyBorders([tile('1101', 0, 0), tile('1501', 1, 0)])[0]!
    expect(a[0]).toBeCloseTo(1)
    expect(b[0]).toBeCloseTo(1)
  })
})
