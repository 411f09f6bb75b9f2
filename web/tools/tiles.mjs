// The tile map: one hexagon of the same size for each municipality, about where it lies. Run when the division changes:
//
//   node tools/tiles.mjs ../../shared/data/norway/kommuner_2024.csv 2026-11-20 > src/pages/nation/tiles.json
//
// Reads number, name, county, KOSTRA group and one point inside each municipality; no border is read or carried. The same
// file gives the same map. How:
//   1. The points are projected with equal area (Lambert's azimuthal projection around 65 N 15 E).
//   2. Crowded points push each other apart and neighbours draw each other near, until each has room for a tile.
//   3. Every point gets a tile of the grid, all together as near as possible (the assignment problem, solved exactly).
//   4. Tiles change places while that makes the map better: neighbours side by side, counties in one piece, no holes.
// What came out is checked and told on the error channel; a map with a fault ends with exit code 1.
import { readFileSync } from 'node:fs'

const [path, read] = process.argv.slice(2)
if (!path || !/^\d{4}-\d\d-\d\d$/.test(read ?? '')) throw new Error('usage: tiles.mjs FILE DATE, the date on which the facts were read')
const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/).map((line) => line.split(','))
const heads = lines.shift()
const field = (row, name) => row[heads.indexOf(name)]
const places = lines.map((row) => ({ number: field(row, 'kommunenummer'), name: field(row, 'navn'), county: field(row, 'fylkesnummer'), kostra: field(row, 'kostragruppe'), lon: Number(field(row, 'lengdegrad')), lat: Number(field(row, 'breddegrad')) }))
places.sort((a, b) => (a.number < b.number ? -1 : 1))
const n = places.length

// Small numbers that look random and are the same every time (xorshift32).
let state = 2463534242
const chance = () => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 4294967296
}

// 1. Kilometres to the east and to the south, then tiles.
const kmForTile = 48
const radians = Math.PI / 180
const ground = places.map(({ lon, lat }) => {
  const [b, l, b0] = [lat * radians, (lon - 15) * radians, 65 * radians]
  const k = 6371 * Math.sqrt(2 / (1 + Math.sin(b0) * Math.sin(b) + Math.cos(b0) * Math.cos(b) * Math.cos(l)))
  return [(k * Math.cos(b) * Math.sin(l)) / kmForTile, (-k * (Math.cos(b0) * Math.sin(b) - Math.sin(b0) * Math.cos(b) * Math.cos(l))) / kmForTile]
})
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1])

// Two are neighbours when no third lies nearer to both than they are to each other.
const pairs = []
for (let i = 0; i < n; i++)
  for (let j = i + 1; j < n; j++) {
    const d = distance(ground[i], ground[j])
    if (!ground.some((p, k) => k !== i && k !== j && Math.max(distance(p, ground[i]), distance(p, ground[j])) < d * 0.92)) pairs.push([i, j])
  }
const beside = places.map(() => [])
for (const [i, j] of pairs) { beside[i].push(j); beside[j].push(i) }

// 2. Room for everybody.
const at = ground.map((p) => [...p])
for (let round = 0; round < 1200; round++) {
  const push = at.map(() => [0, 0])
  const shove = (i, j, x, y) => { push[i][0] += x; push[i][1] += y; push[j][0] -= x; push[j][1] -= y }
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const [x, y] = [at[i][0] - at[j][0], at[i][1] - at[j][1]]
      const d = Math.hypot(x, y) || 1e-6
      if (d < 1) shove(i, j, (x / d) * (1 - d) * 0.42, (y / d) * (1 - d) * 0.42)
    }
  for (const [i, j] of pairs) {
    const [x, y] = [at[j][0] - at[i][0], at[j][1] - at[i][1]]
    const d = Math.hypot(x, y) || 1e-6
    if (d > 1) { const f = (Math.min(d - 1, 4) / d) * (places[i].county === places[j].county ? 0.11 : 0.1); shove(i, j, x * f, y * f) }
    // the direction that the neighbour has on the ground
    const g = distance(ground[i], ground[j])
    shove(i, j, -((ground[j][0] - ground[i][0]) / g - x / d) * 0.02, -((ground[j][1] - ground[i][1]) / g - y / d) * 0.02)
  }
  for (let i = 0; i < n; i++) { at[i][0] += push[i][0]; at[i][1] += push[i][1] }
}

// 3. The grid: rows half the square root of three apart, every second one shifted by half a tile.
const high = Math.sqrt(3) / 2
const west = Math.min(...at.map((p) => p[0])) - 2
const north = Math.min(...at.map((p) => p[1])) - 2
const columns = Math.ceil(Math.max(...at.map((p) => p[0])) - west) + 3
const rows = Math.ceil((Math.max(...at.map((p) => p[1])) - north) / high) + 3
const cells = columns * rows
const spot = Array.from({ length: cells }, (_, k) => { const [c, r] = [k % columns, Math.floor(k / columns)]; return [west + c + (r % 2) / 2, north + r * high] })
const around = Array.from({ length: cells }, (_, k) => {
  const [c, r] = [k % columns, Math.floor(k / columns)]
  const shift = r % 2
  return [[c - 1, r], [c + 1, r], [c + shift - 1, r - 1], [c + shift, r - 1], [c + shift - 1, r + 1], [c + shift, r + 1]].filter(([x, y]) => x >= 0 && x < columns && y >= 0 && y < rows).map(([x, y]) => y * columns + x)
})

/** The cell of each place with the least sum of squared ways (shortest augmenting paths with potentials). */
function assigned() {
  const way = (i, k) => (spot[k][0] - at[i][0]) ** 2 + (spot[k][1] - at[i][1]) ** 2
  const rowPrice = new Float64Array(n + 1)
  const cellPrice = new Float64Array(cells + 1)
  const owner = new Int32Array(cells + 1)
  const from = new Int32Array(cells + 1)
  for (let i = 1; i <= n; i++) {
    owner[0] = i
    let k = 0
    const least = new Float64Array(cells + 1).fill(Infinity)
    const used = new Uint8Array(cells + 1)
    do {
      used[k] = 1
      const row = owner[k]
      let step = Infinity
      let next = 0
      for (let q = 1; q <= cells; q++) {
        if (used[q]) continue
        const cost = way(row - 1, q - 1) - rowPrice[row] - cellPrice[q]
        if (cost < least[q]) { least[q] = cost; from[q] = k }
        if (least[q] < step) { step = least[q]; next = q }
      }
      for (let q = 0; q <= cells; q++) {
        if (used[q]) { rowPrice[owner[q]] += step; cellPrice[q] -= step } else least[q] -= step
      }
      k = next
    } while (owner[k] !== 0)
    do { const before = from[k]; owner[k] = owner[before]; k = before } while (k)
  }
  const out = new Int32Array(n)
  for (let q = 1; q <= cells; q++) if (owner[q]) out[owner[q] - 1] = q - 1
  return out
}
const cellOf = assigned()
const holder = new Int32Array(cells).fill(-1)
cellOf.forEach((k, i) => { holder[k] = i })

// 4. What is wrong with a tile where it stands, and with an empty cell.
const strayed = new Float64Array(n)
const goal = at.map((p) => [...p])
function fault(k) {
  const i = holder[k]
  let own = 0
  let full = 0
  for (const q of around[k]) if (holder[q] >= 0) { full++; if (i >= 0 && places[holder[q]].county === places[i].county) own++ }
  if (i < 0) return full === 6 ? 14 : full === 5 ? 4 : full === 4 ? 0.8 : 0
  let sum = (0.28 + strayed[i]) * ((spot[k][0] - goal[i][0]) ** 2 + (spot[k][1] - goal[i][1]) ** 2)
  for (const j of beside[i]) { const d = distance(spot[k], spot[cellOf[j]]) - 1; if (d > 0.05) sum += (places[i].county === places[j].county ? 0.9 : 0.8) * d * d }
  sum += 1.1 * (6 - full) + 0.8 * (full - own)
  if (own === 0 && beside[i].some((j) => places[j].county === places[i].county)) sum += 9
  else if (own === 1) sum += 1.2
  return sum
}
function improve(steps, hot) {
  for (let step = 0; step < steps; step++) {
    const heat = hot * (1 - step / steps) ** 2 + 0.01
    const i = Math.floor(chance() * n)
    const a = cellOf[i]
    let b = around[a][Math.floor(chance() * around[a].length)]
    const pick = chance()
    if (pick < 0.3) b = around[b][Math.floor(chance() * around[b].length)]
    else if (pick < 0.55 && beside[i].length) { const near = around[cellOf[beside[i][Math.floor(chance() * beside[i].length)]]]; b = near[Math.floor(chance() * near.length)] }
    if (a === b) continue
    const j = holder[b]
    const touched = new Set([a, b, ...around[a], ...around[b]])
    const sum = () => { let s = 0; for (const k of touched) s += fault(k); return s }
    const before = sum()
    const swap = (x, y) => { holder[a] = y; holder[b] = x; cellOf[x] = b; if (y >= 0) cellOf[y] = a }
    swap(i, j)
    if (sum() - before > -heat * Math.log(chance() + 1e-12)) { holder[a] = i; holder[b] = j; cellOf[i] = a; if (j >= 0) cellOf[j] = b }
  }
}
function pieces(inside) {
  const seen = new Set()
  const out = []
  for (let k = 0; k < cells; k++) {
    if (seen.has(k) || !inside(k)) continue
    const piece = [k]
    seen.add(k)
    for (let x = 0; x < piece.length; x++) for (const q of around[piece[x]]) if (!seen.has(q) && inside(q)) { seen.add(q); piece.push(q) }
    out.push(piece)
  }
  return out.sort((x, y) => y.length - x.length)
}
const counties = [...new Set(places.map((one) => one.county))].sort()
const piecesOf = (county) => pieces((k) => holder[k] >= 0 && places[holder[k]].county === county)
const lakes = () => pieces((k) => holder[k] < 0).slice(1)

improve(4_000_000, 2.4)
for (let round = 0; round < 24; round++) {
  // A tile away from the rest of its county is drawn to the nearest of them; an empty cell inside draws its neighbours.
  let wrong = 0
  strayed.fill(0)
  at.forEach((p, i) => { goal[i] = [...p] })
  const draw = (i, to) => { strayed[i] = 1.2; goal[i] = [...to] }
  for (const county of counties) {
    const [main, ...rest] = piecesOf(county)
    for (const k of rest.flat()) {
      wrong++
      draw(holder[k], spot[main.reduce((best, q) => (distance(spot[q], spot[k]) < distance(spot[best], spot[k]) ? q : best))])
    }
  }
  const [land, ...islands] = pieces((k) => holder[k] >= 0)
  for (const k of islands.flat()) { wrong++; draw(holder[k], spot[land.reduce((best, q) => (distance(spot[q], spot[k]) < distance(spot[best], spot[k]) ? q : best))]) }
  const sea = new Set(pieces((k) => holder[k] < 0)[0])
  for (const lake of lakes())
    for (const k of lake) {
      wrong++
      // the nearest tile of the coast moves in, and those between make way
      const back = new Map([[k, -1]])
      const queue = [k]
      let end = -1
      while (queue.length && end < 0) {
        const q = queue.shift()
        for (const p of around[q]) {
          if (back.has(p) || holder[p] < 0) continue
          back.set(p, q)
          queue.push(p)
          if (around[p].some((e) => sea.has(e))) { end = p; break }
        }
      }
      const chain = []
      for (let q = end; q >= 0; q = back.get(q)) chain.push(q)
      // chain runs from the coast to the lake: each tile takes one step towards the lake
      for (let x = chain.length - 1; x > 0; x--) { const moved = holder[chain[x - 1]]; holder[chain[x]] = moved; cellOf[moved] = chain[x]; holder[chain[x - 1]] = -1 }
    }
  if (wrong === 0) break
  improve(160_000, round < 12 ? 0.5 : 0.15)
}

const split = counties.filter((county) => piecesOf(county).length > 1)
const holes = lakes().length
const land = pieces((k) => holder[k] >= 0).length
const touching = pairs.filter(([i, j]) => around[cellOf[i]].includes(cellOf[j])).length
console.error(`${n} tiles on ${new Set(cellOf).size} places; land in ${land} piece(s), ${holes} hole(s), split counties: ${split.join(' ') || 'none'}; ${Math.round((100 * touching) / pairs.length)} % of ${pairs.length} neighbours touch`)

const left = Math.min(...[...cellOf].map((k) => k % columns))
const top = Math.min(...[...cellOf].map((k) => Math.floor(k / columns)))
const lift = top - (top % 2) // rows keep their parity
const rowsOut = places.map((one, i) => JSON.stringify([one.number, one.name, one.county, one.kostra, (cellOf[i] % columns) - left, Math.floor(cellOf[i] / columns) - lift]))
console.log(`{
"about": "Tile map of the municipalities, made by tools/tiles.mjs. Rows: number, name, county, KOSTRA group, column, row. Odd rows stand half a tile to the right.",
"division": "2024",
"read": "${read}",
"sources": ["Kilde: Statistisk sentralbyrå (Klass 131, 112; NLOD 2.0 / CC BY 4.0)", "Inneholder data under CC BY 4.0 fra Kartverket (ett punkt per kommune, brukt til å legge flisene)"],
"tiles": [
${rowsOut.join(',\n')}
]
}`)
if (split.length || holes || land !== 1 || new Set(cellOf).size !== n) process.exitCode = 1
