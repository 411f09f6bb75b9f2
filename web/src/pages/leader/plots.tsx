// The two plots of the leader page: where we stand against the target and our likes, and the year with the interval.
import { useText } from '~/app/language'
import { gradeOf, type Grade } from '~/format/format'
import { Points } from '~/parts/chart'
import { useWidth } from '~/parts/plots'
import { axisOf } from './axis'

const bands: [number, number, Grade][] = [[0, 60, 'F'], [60, 70, 'D'], [70, 80, 'C'], [80, 90, 'B'], [90, 100, 'A']]

interface Group {
  key: string
  label: string
  figures: { n: number; median_cp: number; p25_cp: number; p75_cp: number } | null
  hidden: string
}

/** Our score as a bar on the grades, the target as a line, and each group's middle half with its median beneath. */
export function Bullet({ own, target, groups }: { own: number; target: number | null; groups: Group[] }) {
  const { t, score } = useText()
  const [ref, width] = useWidth()
  const w = Math.max(width, 240)
  const X = (cp: number) => 6 + (cp / 10000) * (w - 12)
  const row = 40
  const h = 62 + groups.length * row
  const grade = gradeOf(own)
  return (
    <div ref={ref}>
      <svg className="plot" height={h} viewBox={`0 0 ${w} ${h}`} role="group" aria-label={t('leader.bullet.label', { score: score(own) })}>
        {bands.map(([from, to, name], i) => (
          <g key={name} aria-hidden="true">
            <rect x={X(from * 100)} y="6" width={X(to * 100) - X(from * 100)} height="26" className={`band-${i}`} />
            <text x={(X(from * 100) + X(to * 100)) / 2} y="48" textAnchor="middle" className={name === grade ? 'bold' : ''}>{name}</text>
            {from > 0 && w >= 420 && <text x={X(from * 100)} y="48" textAnchor="middle" className="limit">{from}</text>}
          </g>
        ))}
        <g tabIndex={0} role="img" className="spot" aria-label={t('leader.bullet.own', { score: score(own), grade })}>
          <rect x={X(0)} y="13" width={Math.max(1, X(own) - X(0))} height="12" fill="var(--ink)" />
        </g>
        {target !== null && (
          <g tabIndex={0} role="img" className="spot" aria-label={t('leader.bullet.goal', { score: score(target) })}>
            <rect x={X(target) - 1.5} y="2" width="3" height="34" fill="var(--bad)" />
          </g>
        )}
        {groups.map((one, i) => {
          const y = 62 + i * row
          return (
            <g key={one.key}>
              <text className="ink" x={X(0)} y={y + 8}>{one.label}</text>
              {one.figures ? (
                <>
                  <text x={X(10000)} y={y + 8} textAnchor="end">{score(one.figures.median_cp)} · n = {one.figures.n}</text>
                  <line className="gridline" x1={X(0)} x2={X(10000)} y1={y + 22} y2={y + 22} />
                  <g tabIndex={0} role="img" className="spot" aria-label={t('leader.bullet.group', { group: one.label, median: score(one.figures.median_cp), low: score(one.figures.p25_cp), high: score(one.figures.p75_cp), n: one.figures.n })}>
                    <line className="series" x1={X(one.figures.p25_cp)} x2={X(one.figures.p75_cp)} y1={y + 22} y2={y + 22} />
                    <circle className="point" cx={X(one.figures.median_cp)} cy={y + 22} r="5" />
                  </g>
                </>
              ) : (
                <text x={X(0)} y={y + 25}>{one.hidden}</text>
              )}
            </g>
          )
        })}
      </svg>
    </div>
  )
}

interface At {
  time: string
  score_cp: number
  interval_cp: number[]
  method: string
}

/** The year: the score with its interval, the target, and a broken line where the method changed. */
export function Trend({ points, target, until }: { points: At[]; target: number | null; until: string }) {
  const { t, language, score, date, dateTime } = useText()
  const [ref, width] = useWidth()
  const w = Math.max(width, 260)
  const h = 230
  const [left, right, top, bottom] = [30, 34, 12, 26]
  const { from, to, kind, ticks } = axisOf(new Date(points[0]!.time).getTime(), new Date(until).getTime(), w < 420 ? 4 : 8)
  const X = (time: string | number) => left + ((new Date(time).getTime() - from) / Math.max(1, to - from)) * (w - left - right)
  const Y = (cp: number) => top + ((10000 - cp) / 10000) * (h - top - bottom)
  const tickText = (tick: number) => {
    const at = new Date(tick)
    const month = t(`month.${at.getMonth() + 1}`)
    if (kind === 'hour') return `${String(at.getHours()).padStart(2, '0')}${language === 'en' ? ':' : '.'}${String(at.getMinutes()).padStart(2, '0')}`
    return kind === 'day' ? `${at.getDate()}${language === 'en' ? '' : '.'} ${month}` : month
  }
  const moment = kind === 'hour' ? dateTime : date
  // A score holds until the next one; a new method begins a new piece, never silently joined.
  const pieces: At[][] = []
  for (const point of points) {
    const piece = pieces.at(-1)
    if (piece && piece.at(-1)!.method === point.method) piece.push(point)
    else pieces.push([point])
  }
  const held = (piece: At[], i: number) => [...piece.map((p) => ({ x: X(p.time), p })), { x: X(pieces[i + 1]?.[0]?.time ?? to), p: piece.at(-1)! }]
  const last = points.at(-1)!
  // One stop for the keyboard, as in every chart; the arrow keys go on from there.
  const marks = points.map((p, i) => ({ point: { key: `${i} ${p.time}`, x: p.time, y: p.score_cp, label: `${moment(p.time)}: ${score(p.score_cp)} ${gradeOf(p.score_cp)}` }, place: [X(p.time), Y(p.score_cp)] as const }))
  return (
    <div ref={ref}>
      <Points marks={marks} label={t('plot.history')} width={w} height={h}>
        <svg className="plot" height={h} viewBox={`0 0 ${w} ${h}`} role="img" aria-label={t('plot.history')}>
          {[0, 20, 40, 60, 70, 80, 90, 100].map((value) => (
            <g key={value} aria-hidden="true">
              <line className="gridline" x1={left} x2={w - right} y1={Y(value * 100)} y2={Y(value * 100)} />
              <text x={left - 6} y={Y(value * 100) + 4} textAnchor="end">{value}</text>
            </g>
          ))}
          {bands.map(([low, high, name]) => <text key={name} aria-hidden="true" x={w - 4} y={Y((low + high) * 50) + 4} textAnchor="end" className={name === gradeOf(last.score_cp) ? 'bold' : ''}>{name}</text>)}
          {ticks.map((tick) => (
            <g key={tick} aria-hidden="true">
              <line className="gridline" x1={X(tick)} x2={X(tick)} y1={h - bottom} y2={h - bottom + 4} />
              {X(tick) > left + 8 && X(tick) < w - right - 12 && <text x={X(tick)} y={h - 6} textAnchor="middle">{tickText(tick)}</text>}
            </g>
          ))}
          {pieces.map((piece, i) => {
            const steps = held(piece, i)
            const upper = steps.map((s) => `${s.x.toFixed(1)} ${Y(s.p.interval_cp[1] ?? s.p.score_cp).toFixed(1)}`)
            const lower = steps.map((s) => `${s.x.toFixed(1)} ${Y(s.p.interval_cp[0] ?? s.p.score_cp).toFixed(1)}`).reverse()
            return (
              <g key={piece[0]!.time}>
                <path className="interval" d={`M${[...upper, ...lower].join('L')}Z`} />
                <path className="series" d={`M${steps.map((s) => `${s.x.toFixed(1)} ${Y(s.p.score_cp).toFixed(1)}`).join('L')}`} />
                {i > 0 && <><line className="event method" x1={X(piece[0]!.time)} x2={X(piece[0]!.time)} y1={top} y2={h - bottom} /><text x={X(piece[0]!.time) + 4} y={h - bottom - 6}>{t('leader.new-method')}</text></>}
              </g>
            )
          })}
          {target !== null && <line className="goal" x1={left} x2={w - right} y1={Y(target)} y2={Y(target)} />}
          {points.map((p) => <circle key={p.time} className="point" cx={X(p.time)} cy={Y(p.score_cp)} r="3.5" />)}
          <text className="bold" x={w - right - 4} y={Y(last.score_cp) + (last.score_cp > 9000 ? 20 : -10)} textAnchor="end" fontSize="14">{score(last.score_cp)}</text>
        </svg>
      </Points>
    </div>
  )
}
