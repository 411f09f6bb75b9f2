// Borders that the operator brings: a GeoJSON file (RFC 7946) with one feature for each municipality, projected here to
// paths in a frame one wide. What comes from a file is bounded: size, features, corners.

export interface Projected {
  paths: Record<string, string>
  /** Where a letter stands best: the place in the largest part that is farthest from its edge. */
  middles: Record<string, [number, number]>
  /** How far that is. Missing from borders that were kept before it was worked out. */
  rooms?: Record<string, number>
  /** Height by width. */
  ratio: number
}

export const mostBytes = 30_000_000
const mostFeatures = 2_000
const mostCorners = 1_500_000

type Ring = [number, number][]

/** Transverse Mercator on a sphere around 15 degrees east: Norway keeps its shape. */
function project([lon, lat]: readonly number[]): [number, number] {
  const b = Math.cos((lat! * Math.PI) / 180) * Math.sin(((lon! - 15) * Math.PI) / 180)
  return [Math.atanh(b), -Math.atan2(Math.tan((lat! * Math.PI) / 180), Math.cos(((lon! - 15) * Math.PI) / 180))]
}

function numberOf(feature: Record<string, unknown>): string | null {
  const properties = (feature.properties ?? {}) as Record<string, unknown>
  for (const value of [properties.kommunenummer, properties.KOMMUNENUMMER, properties.kommunenr, properties.komm, feature.id, properties.id]) {
    const text = typeof value === 'number' ? String(value).padStart(4, '0') : typeof value === 'string' ? value : ''
    if (/^\d{4}$/.test(text)) return text
  }
  return null
}

function ringsOf(geometry: { type?: unknown; coordinates?: unknown } | null): unknown[] {
  if (!geometry || !Array.isArray(geometry.coordinates)) return []
  if (geometry.type === 'Polygon') return geometry.coordinates as unknown[]
  if (geometry.type === 'MultiPolygon') return (geometry.coordinates as unknown[]).flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : []))
  return []
}

/** Null when there is no municipality in it, or too much. */
export function readBorders(text: string): Projected | null {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch {
    return null
  }
  const features = (file as { features?: unknown } | null)?.features
  if (!Array.isArray(features) || features.length > mostFeatures) return null
  const shapes = new Map<string, Ring[]>()
  let corners = 0
  let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const feature of features as Record<string, unknown>[]) {
    if (feature === null || typeof feature !== 'object') continue
    const number = numberOf(feature)
    if (!number) continue
    for (const given of ringsOf(feature.geometry as { type?: unknown; coordinates?: unknown } | null)) {
      if (!Array.isArray(given)) continue
      const ring: Ring = []
      for (const place of given as unknown[]) {
        if (!Array.isArray(place) || typeof place[0] !== 'number' || typeof place[1] !== 'number') continue
        // Degrees; a file in metres is not understood, and said so by the caller.
        if (Math.abs(place[0]) > 90 || Math.abs(place[1]) > 89) return null
        if (++corners > mostCorners) return null
        const [x, y] = project(place as number[])
        ring.push([x, y])
        west = Math.min(west, x)
        east = Math.max(east, x)
        north = Math.min(north, y)
        south = Math.max(south, y)
      }
      if (ring.length >= 4) shapes.set(number, [...(shapes.get(number) ?? []), ring])
    }
  }
  if (shapes.size === 0 || !(east > west) || !(south > north)) return null
  const wide = east - west
  const paths: Record<string, string> = {}
  const middles: Record<string, [number, number]> = {}
  const rooms: Record<string, number> = {}
  for (const [number, rings] of shapes) {
    const scaled = rings.map((ring) => ring.map(([x, y]): [number, number] => [(x - west) / wide, (y - north) / wide]))
    paths[number] = scaled.map(pathOf).join('')
    const largest = scaled.reduce((best, ring) => (area(ring) > area(best) ? ring : best))
    const best = roomiest(largest)
    middles[number] = best.at
    rooms[number] = best.room
  }
  return { paths, middles, rooms, ratio: (south - north) / wide }
}

/** Corners nearer to each other than a thousandth of the width are one. */
function pathOf(ring: Ring): string {
  const kept: string[] = []
  let last: [number, number] | null = null
  for (const [x, y] of ring) {
    if (last && Math.abs(x - last[0]) < 0.001 && Math.abs(y - last[1]) < 0.001) continue
    kept.push(`${x.toFixed(4)} ${y.toFixed(4)}`)
    last = [x, y]
  }
  return kept.length < 3 ? '' : `M${kept.join('L')}Z`
}

function area(ring: Ring): number {
  return Math.abs(ring.reduce((sum, [x, y], i) => { const [a, b] = ring[(i + 1) % ring.length]!; return sum + x * b - a * y }, 0))
}

function average(ring: Ring, part: 0 | 1): number {
  return ring.reduce((sum, place) => sum + place[part], 0) / ring.length
}

const gridSteps = 14
const cornersLookedAt = 240

/** The best place of a grid over the ring; the average of the corners, without room, when none is inside. */
export function roomiest(ring: Ring): { at: [number, number]; room: number } {
  const every = Math.ceil(ring.length / cornersLookedAt)
  const thin = every > 1 ? ring.filter((_corner, i) => i % every === 0) : ring
  let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y] of thin) {
    west = Math.min(west, x)
    east = Math.max(east, x)
    north = Math.min(north, y)
    south = Math.max(south, y)
  }
  let best: { at: [number, number]; room: number } = { at: [average(ring, 0), average(ring, 1)], room: 0 }
  for (let i = 1; i < gridSteps; i++)
    for (let k = 1; k < gridSteps; k++) {
      const at: [number, number] = [west + ((east - west) * i) / gridSteps, north + ((south - north) * k) / gridSteps]
      const room = roomAt(thin, at)
      if (room > best.room) best = { at, room }
    }
  return best
}

/** From a place to the nearest edge; 0 outside. */
function roomAt(ring: Ring, [x, y]: [number, number]): number {
  let inside = false
  let nearest = Infinity
  for (let i = 0, before = ring.length - 1; i < ring.length; before = i++) {
    const [ax, ay] = ring[before]!
    const [bx, by] = ring[i]!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
    const long = (bx - ax) ** 2 + (by - ay) ** 2
    const along = long === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long))
    nearest = Math.min(nearest, Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
  }
  return inside ? nearest : 0
}
