import { describe, expect, it } from 'vitest'
import { readBorders, roomiest } from './geojson'

const square = (lon: number, lat: number) => ({ type: 'Polygon', coordinates: [[[lon, lat], [lon + 1, lat], [lon + 1, lat + 1], [lon, lat + 1], [lon, lat]]] })
const file = (features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features })

describe('borders from a file', () => {
  it('finds the number where files keep it', () => {
    const read = readBorders(file([
      { type: 'Feature', properties: { kommunenummer: '9901' }, geometry: square(10, 60) },
      { type: 'Feature', properties: { kommunenummer: 301 }, geometry: square(12, 60) },
      { type: 'Feature', id: '9903', properties: {}, geometry: { type: 'MultiPolygon', coordinates: [square(14, 62).coordinates] } },
    ]))
    expect(Object.keys(read!.paths).sort()).toEqual(['0301', '9901', '9903'])
    expect(read!.paths['9901']).toMatch(/^M[\d. L]+Z$/)
  })
  it('puts north above south and west before east, inside the frame', () => {
    const read = readBorders(file([{ properties: { kommunenummer: '9901' }, geometry: square(5, 59) }, { properties: { kommunenummer: '9902' }, geometry: square(28, 70) }]))!
    expect(read.middles['9902']![1]).toBeLessThan(read.middles['9901']![1])
    expect(read.middles['9901']![0]).toBeLessThan(read.middles['9902']![0])
    for (const [x, y] of Object.values(read.middles)) { expect(x).toBeGreaterThan(0); expect(x).toBeLessThan(1); expect(y).toBeLessThan(read.ratio) }
  })
  it('has the letter of a horseshoe on the shoe, and none where there is no area', () => {
    const shoe: [number, number][] = [[0, 0], [10, 0], [10, 2], [2, 2], [2, 8], [10, 8], [10, 10], [0, 10], [0, 0]]
    const { at: [x, y], room } = roomiest(shoe)
    expect(room).toBeGreaterThan(0.5)
    expect(x < 2 || y < 2 || y > 8).toBe(true)
    expect(roomiest([[0, 0], [1, 1], [2, 2], [0, 0]])).toEqual({ at: [0.75, 0.75], room: 0 })
    const read = readBorders(file([{ properties: { kommunenummer: '9901' }, geometry: square(10, 60) }]))!
    expect(read.rooms!['9901']).toBeGreaterThan(0.3)
  })
  it.each([
    ['no JSON', '{'],
    ['nothing', 'null'],
    ['no features', '{"type":"FeatureCollection"}'],
    ['no municipality', file([{ properties: { name: 'x' }, geometry: square(10, 60) }])],
    ['metres, not degrees', file([{ properties: { kommunenummer: '9901' }, geometry: square(262_410, 6_649_018) }])],
    ['a line', file([{ properties: { kommunenummer: '9901' }, geometry: { type: 'LineString', coordinates: [[10, 60], [11, 61]] } }])],
    ['too many features', file(Array.from({ length: 2_001 }, () => null))],
  ])('refuses %s', (_what, text) => expect(readBorders(text)).toBeNull())
})
