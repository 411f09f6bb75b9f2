// The tiles as drawn: places of hexagons, the borders between counties, and a place beside the land for who has none.
import data from './tiles.json'

export interface Tile {
  number: string
  name: string
  county: string
  kostra: string
  column: number
  row: number
}

export const division: string = data.division
export const sources: readonly string[] = data.sources
export const factsRead: string = data.read
export const tiles: readonly Tile[] = (data.tiles as [string, string, string, string, number, number][]).map(([number, name, county, kostra, column, row]) => ({ number, name, county, kostra, column, row }))

/** Columns and rows that the map takes. */
export const across = Math.max(...tiles.map((tile) => tile.column)) + 1.5
export const down = Math.max(...tiles.map((tile) => tile.row)) + 1

/** Tile widths from the middle of a tile to its upper corner. */
export const corner = 1 / Math.sqrt(3)
const step = Math.sqrt(3) / 2

export function middle(tile: { column: number; row: number }): [number, number] {
  return [tile.column + 0.5 + (tile.row % 2) / 2, tile.row * step + corner]
}

export const heightInTiles = (down - 1) * step + 2 * corner

/** The six corners around a middle, from the top and to the right. */
export function corners([x, y]: readonly [number, number], shrink = 1): [number, number][] {
  return [0, 1, 2, 3, 4, 5].map((i) => [x + Math.sin((i * Math.PI) / 3) * corner * shrink, y - Math.cos((i * Math.PI) / 3) * corner * shrink])
}

/** Which place lies beyond each side; side i runs from corner i to corner i + 1. */
function beyond(tile: { column: number; row: number }): [number, number][] {
  const odd = tile.row % 2
  return [[tile.column + odd, tile.row - 1], [tile.column + 1, tile.row], [tile.column + odd, tile.row + 1], [tile.column + odd - 1, tile.row + 1], [tile.column - 1, tile.row], [tile.column + odd - 1, tile.row - 1]]
}

/** The sides that lie between two counties, each once, as pairs of corners. */
export function countyBorders(all: readonly Tile[]): [[number, number], [number, number]][] {
  const at = new Map(all.map((tile) => [`${tile.column} ${tile.row}`, tile]))
  const out: [[number, number], [number, number]][] = []
  for (const tile of all) {
    const points = corners(middle(tile))
    beyond(tile).forEach(([column, row], i) => {
      const other = at.get(`${column} ${row}`)
      if (other && other.county !== tile.county && tile.number < other.number) out.push([points[i]!, points[(i + 1) % 6]!])
    })
  }
  return out
}

/** Places in the open sea in the north-west, for organisations whose municipality is not in this division. */
export function seaPlace(index: number): { column: number; row: number } {
  return { column: 1 + (index % 8), row: 3 + Math.floor(index / 8) }
}
