// The map as hexagons of equal size, or with the borders that the operator has brought, where an area has its grade as a
// letter, or as a pattern when it is too small. Each place takes the focus.
import { useId, useMemo } from 'react'
import { useText } from '~/app/language'
import type { Grade } from '~/format/format'
import { Points, useRoom } from '~/parts/chart'
import { across, corners, countyBorders, heightInTiles, middle, seaPlace, tiles } from './layout'
import { grades } from '../portfolio/common'
import type { Imported } from './geometry'
import './nation.css'

export interface Filled {
  /** Null: not measured, hatched. */
  grade: Grade | null
  label: string
  to?: string
}

const mostBeside = 112

/** From the middle of an area to its edge, in pixels, for a letter to stand there. */
const letterRoom = 7

/** The grades that have a pattern where a letter has no room; A is plain. */
const marked = ['B', 'C', 'D', 'F'] as const

/** `scale` undoes that of the area. Unlike each other and unlike the hatching of what is not measured, which leans. */
function GradePattern({ id, grade, scale = 1 }: { id: string; grade: (typeof marked)[number]; scale?: number }) {
  return (
    <pattern id={id} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform={`scale(${scale})`} className={`letter-${grade}`}>
      {grade === 'B' && <circle cx="2" cy="2" r="0.9" />}
      {(grade === 'C' || grade === 'F') && <rect y="1.5" width="4" height="1" />}
      {(grade === 'D' || grade === 'F') && <rect x="1.5" width="1" height="4" />}
    </pattern>
  )
}

export function TileMap({ fill, chosen, beside, label, geometry }: { fill: (number: string, name: string) => Filled; chosen: readonly Grade[]; beside: { key: string; municipality: string | null; filled: Filled }[]; label: string; geometry: Imported | null }) {
  const { t } = useText()
  const [frame, width] = useRoom()
  const hatch = useId()
  const patterns = useId()
  const size = Math.min(20, Math.max(8, width / across))
  const w = across * size
  const h = geometry ? w * geometry.ratio : heightInTiles * size
  const borders = useMemo(() => countyBorders(tiles), [])
  const shape = (points: readonly (readonly [number, number])[]) => `M${points.map(([x, y]) => `${(x * size).toFixed(1)} ${(y * size).toFixed(1)}`).join('L')}Z`
  const dimmed = (grade: Grade | null) => (chosen.length > 0 && (grade === null || !chosen.includes(grade)) ? 0.18 : undefined)
  const places = [
    ...tiles.map((tile) => ({ key: tile.number, municipality: tile.number as string | null, at: middle(tile), filled: fill(tile.number, tile.name) })),
    ...beside.slice(0, mostBeside).map((one, i) => ({ key: one.key, municipality: one.municipality, at: middle(seaPlace(i)), filled: one.filled })),
  ]
  const letters = size >= 16
  const drawnPlaces = geometry ? places.map((place) => ({ ...place, drawn: geometry.middles[place.municipality ?? ''] })).filter((place) => place.drawn).map((place) => ({ ...place, place: [place.drawn![0] * w, place.drawn![1] * w] as const })) : places.map((place) => ({ ...place, place: [place.at[0] * size, place.at[1] * size] as const }))
  const marks = drawnPlaces.map(({ key, filled, place }) => ({ point: { key, x: 0, y: 0, label: filled.label, ...(filled.to ? { to: filled.to } : {}) }, place }))
  return (
    <div ref={frame}>
      {width > 0 && (
        <div className="tilemap" style={{ width: w }}>
          <Points marks={marks} label={label} width={w} height={h}>
            <svg width={w} height={h} viewBox={`0 0 ${w} ${h}`} role="img" aria-label={label}>
              <defs><pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform={`${geometry ? `scale(${1 / w}) ` : ''}rotate(45)`}><rect width="5" height="5" className="hatch-ground" /><line x1="0" y1="0" x2="0" y2="5" className="hatch-line" /></pattern>{marked.map((grade) => <GradePattern key={grade} id={`${patterns}${grade}`} grade={grade} scale={geometry ? 1 / w : 1} />)}</defs>
              {geometry
                ? drawnPlaces.map(({ key, municipality, filled, place }) => {
                    if (!municipality || !geometry.paths[municipality]) return null
                    const rated = filled.grade && filled.grade !== 'U' ? filled.grade : null
                    const room = (geometry.rooms?.[municipality] ?? 0) * w
                    const border = { d: geometry.paths[municipality], transform: `scale(${w})`, vectorEffect: 'non-scaling-stroke' as const }
                    return (
                      <g key={key} opacity={dimmed(filled.grade)}>
                        <path {...border} className={`tile ${rated ? `tile-${rated}` : ''}`} fill={rated ? undefined : `url(#${hatch})`} />
                        {rated && room < letterRoom && marked.some((grade) => grade === rated) && <path {...border} fill={`url(#${patterns}${rated})`} />}
                        {rated && room >= letterRoom && <text x={place[0]} y={place[1] + Math.min(18, room * 1.5) * 0.35} className={`letter-${rated}`} fontSize={Math.max(10, Math.min(18, room * 1.5))}>{rated}</text>}
                      </g>
                    )
                  })
                : places.map(({ key, at, filled }) => (
                    <g key={key} opacity={dimmed(filled.grade)}>
                      <path d={shape(corners(at))} className={`tile ${filled.grade && filled.grade !== 'U' ? `tile-${filled.grade}` : ''}`} fill={filled.grade && filled.grade !== 'U' ? undefined : `url(#${hatch})`} />
                      {!letters && marked.some((grade) => grade === filled.grade) && <path d={shape(corners(at))} fill={`url(#${patterns}${filled.grade})`} />}
                      {letters && filled.grade && <text x={at[0] * size} y={at[1] * size + size * 0.17} className={`letter-${filled.grade}`} fontSize={Math.max(10, size * 0.5)}>{filled.grade}</text>}
                    </g>
                  ))}
              {!geometry && <path className="county-border" d={borders.map(([a, b]) => `M${(a[0] * size).toFixed(1)} ${(a[1] * size).toFixed(1)}L${(b[0] * size).toFixed(1)} ${(b[1] * size).toFixed(1)}`).join('')} />}
              {!geometry && beside.length > 0 && <text className="beside-words" x={size} y={size * 2}>{t('nation.beside', { count: beside.length })}</text>}
            </svg>
          </Points>
        </div>
      )}
      {(geometry || !letters) && (
        <p className="legend">
          <span>{t('nation.small-areas')}</span>
          {grades.map((grade) => <span key={grade}><svg width="18" height="14" aria-hidden="true"><rect width="18" height="14" className={`tile-${grade}`} />{marked.filter((one) => one === grade).map((one) => <g key={one}><GradePattern id={`${patterns}key${one}`} grade={one} /><rect width="18" height="14" fill={`url(#${patterns}key${one})`} /></g>)}</svg>{grade}</span>)}
          {places.length > drawnPlaces.length && <span>{t('nation.no-border', { count: places.length - drawnPlaces.length })}</span>}
        </p>
      )}
    </div>
  )
}
