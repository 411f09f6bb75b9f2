// The map as hexagons of equal size, or with the borders that the operator has brought. Each place takes the focus.
import { useId, useMemo } from 'react'
import { useText } from '~/app/language'
import type { Grade } from '~/format/format'
import { Points, useRoom } from '~/parts/chart'
import { across, corners, countyBorders, heightInTiles, middle, seaPlace, tiles } from './layout'
import type { Imported } from './geometry'
import './nation.css'

export interface Filled {
  /** Null: not measured, hatched. */
  grade: Grade | null
  label: string
  to?: string
}

const mostBeside = 112

export function TileMap({ fill, chosen, beside, label, geometry }: { fill: (number: string, name: string) => Filled; chosen: readonly Grade[]; beside: { key: string; municipality: string | null; filled: Filled }[]; label: string; geometry: Imported | null }) {
  const { t } = useText()
  const [frame, width] = useRoom()
  const hatch = useId()
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
              <defs><pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" className="hatch-ground" /><line x1="0" y1="0" x2="0" y2="5" className="hatch-line" /></pattern></defs>
              {geometry
                ? drawnPlaces.map(({ key, municipality, filled }) => municipality && geometry.paths[municipality] && <path key={key} d={geometry.paths[municipality]} transform={`scale(${w})`} className={`tile ${filled.grade && filled.grade !== 'U' ? `tile-${filled.grade}` : ''}`} fill={filled.grade && filled.grade !== 'U' ? undefined : `url(#${hatch})`} vectorEffect="non-scaling-stroke" opacity={dimmed(filled.grade)} />)
                : places.map(({ key, at, filled }) => (
                    <g key={key} opacity={dimmed(filled.grade)}>
                      <path d={shape(corners(at))} className={`tile ${filled.grade && filled.grade !== 'U' ? `tile-${filled.grade}` : ''}`} fill={filled.grade && filled.grade !== 'U' ? undefined : `url(#${hatch})`} />
                      {letters && filled.grade && <text x={at[0] * size} y={at[1] * size + size * 0.17} className={`letter-${filled.grade}`} fontSize={Math.max(10, size * 0.5)}>{filled.grade}</text>}
                    </g>
                  ))}
              {!geometry && <path className="county-border" d={borders.map(([a, b]) => `M${(a[0] * size).toFixed(1)} ${(a[1] * size).toFixed(1)}L${(b[0] * size).toFixed(1)} ${(b[1] * size).toFixed(1)}`).join('')} />}
              {!geometry && beside.length > 0 && <text className="beside-words" x={size} y={size * 2}>{t('nation.beside', { count: beside.length })}</text>}
            </svg>
          </Points>
        </div>
      )}
    </div>
  )
}
