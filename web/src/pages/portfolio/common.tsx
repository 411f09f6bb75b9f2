// What the portfolio, the comparison and the national picture share: the names of groups, the bar of grades, and how a
// figure that may not be shown is put in words.
import { useQuery } from '@tanstack/react-query'
import { useCallback, type ReactNode } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { gradeOf, type Grade } from '~/format/format'
import { Mark } from '~/parts/basic'
import './portfolio.css'

export type Figures = Schemas['Figures']
export type FigureValues = Schemas['FigureValues']
export type Dimension = Schemas['Dimension']
export type Leaning = Schemas['LeaningKind']

export const grades = ['A', 'B', 'C', 'D', 'F'] as const
export const allGrades = [...grades, 'U'] as const
export const kinds = ['municipality', 'county', 'state', 'supplier', 'other'] as const
export { dimensions, leanings } from './names'
export const weights = ['one', 'inhabitants', 'employees', 'given', 'criticality'] as const

/** Number and name in the division that holds from 2024. Source: Statistics Norway, Klass 104, read 2026-11-20. */
export const counties: Readonly<Record<string, string>> = {
  '03': 'Oslo', '11': 'Rogaland', '15': 'Møre og Romsdal', '18': 'Nordland', '31': 'Østfold', '32': 'Akershus', '33': 'Buskerud', '34': 'Innlandet',
  '39': 'Vestfold', '40': 'Telemark', '42': 'Agder', '46': 'Vestland', '50': 'Trøndelag', '55': 'Troms', '56': 'Finnmark',
}
export const kostraGroups = Array.from({ length: 17 }, (_, i) => `EKG${String(i + 1).padStart(2, '0')}`)
export const sectors = ['6100', '6500', '1110', '1120', '1510', '1520', '2100'] as const

/** What a group is called: "Rogaland", "KOSTRA 7", "2 000–4 999 innbyggere". */
export function useGroupName() {
  const { t, number } = useText()
  return useCallback((by: Dimension, key: string): string => {
    if (key === 'unknown') return t('group-name.unknown')
    if (by === 'county') return counties[key] ?? t('group-name.county', { key })
    if (by === 'kostra') {
      const group = /^EKG0?(\d+)$/.exec(key)
      return group ? t('group-name.kostra', { key: group[1]! }) : key
    }
    if (by === 'sector') return (sectors as readonly string[]).includes(key) ? t(`sector.${key}`) : key
    if (by === 'kind') return (kinds as readonly string[]).includes(key) ? t(`organisation-kind.${key}`) : key
    const range = /^(\d+)-(\d+|and-more)$/.exec(key)
    if (!range) return key
    return range[2] === 'and-more' ? t('group-name.and-more', { from: number(Number(range[1])) }) : t('group-name.range', { from: number(Number(range[1])), to: number(Number(range[2])) })
    // The names follow the language; the functions of useText are new each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [t])
}

/** Sorts the keys of groups as people expect: numbers by size, the unknown last. */
export function groupOrder(a: string, b: string): number {
  if (a === 'unknown' || b === 'unknown') return a === b ? 0 : a === 'unknown' ? 1 : -1
  return a.localeCompare(b, 'en', { numeric: true })
}

/** The titles of the checks in the reader's language; the id where the catalogue cannot be had. */
export function useCheckTitle() {
  const { language } = useText()
  const checks = useQuery({
    queryKey: ['checks'],
    queryFn: () => must(api.GET('/api/v1/checks')),
    staleTime: Infinity,
    retry: false,
  })
  return (id: string) => checks.data?.items.find((one) => one.id === id)?.title[language] ?? id
}

export function ScoreWithGrade({ cp, grade, size = 20 }: { cp: number | null; grade?: Grade; size?: number }) {
  const { t, score } = useText()
  if (cp === null) return <span className="dim">{t('portfolio.unrated')}</span>
  return <span className="keep number"><Mark grade={grade ?? gradeOf(cp)} size={size} /> <b>{score(cp)}</b></span>
}

/** How many have each grade, as one bar with letters. */
export function GradeBar({ counts }: { counts: Schemas['Grades'] }) {
  const { t, number } = useText()
  const all = grades.reduce((sum, grade) => sum + counts[grade], 0)
  if (all === 0) return <span className="dim">–</span>
  return (
    <div className="gradebar" role="img" aria-label={[...grades.map((grade) => `${grade} ${number(counts[grade])}`), `${t('portfolio.unrated')} ${number(counts.U)}`].join(', ')}>
      {grades.map((grade) => counts[grade] > 0 && (
        <span key={grade} className={`ground-${grade}`} style={{ flexGrow: counts[grade] }}>{counts[grade] / all >= 0.07 ? grade : ''}</span>
      ))}
    </div>
  )
}

/**
 * Why the figure of a group is not shown: it is small; or it is not, and too few of it are rated, or the figure would give
 * away another group, which is small. Where the reader sees `rated` of them, only the last is left.
 */
export function useHidden() {
  const { t } = useText()
  return (members: number, rated = 0) => (members < 5 ? t('portfolio.hidden') : rated < 5 ? t('portfolio.hidden.either') : t('portfolio.hidden.other'))
}

/** Why there is no figure. */
export function NoFigure({ of }: { of: { suppressed: boolean } }) {
  const { t } = useText()
  return <span className="dim">{of.suppressed ? t('portfolio.hidden') : t('portfolio.none-rated')}</span>
}

export function Kpi({ label, children, under }: { label: ReactNode; children: ReactNode; under?: ReactNode }) {
  return (
    <div className="kpi">
      <dt>{label}</dt>
      <dd>
        <span className="kpi-value number">{children}</span>
        {under && <span className="under">{under}</span>}
      </dd>
    </div>
  )
}

/** A table of groups, each with count, quartiles, median and its grades; a hidden group keeps its row. */
export function GroupTable({ heading, rows, caption }: { heading: string; rows: { key: string; name: ReactNode; members: number; suppressed: boolean; figures: FigureValues | null }[]; caption: string }) {
  const { t, number, score, share } = useText()
  const hidden = useHidden()
  return (
    <table className="t groups">
      <caption className="unseen">{caption}</caption>
      <thead><tr><th>{heading}</th><th className="right">{t('portfolio.rated')}</th><th className="right wide">{t('portfolio.unrated')}</th><th className="right wide">P25</th><th className="right">{t('portfolio.median')}</th><th className="right wide">P75</th><th className="bars">{t('portfolio.distribution')}</th><th className="right wide">{t('portfolio.d-and-f')}</th></tr></thead>
      <tbody>
        {rows.map((row) => row.figures ? (
          <tr key={row.key}>
            <th scope="row">{row.name}</th>
            <td className="right number">{number(row.figures.rated)}</td>
            <td className="right number wide">{number(row.figures.unrated)}</td>
            <td className="right number wide">{score(row.figures.p25_cp)}</td>
            <td className="right number strong">{score(row.figures.median_cp)}</td>
            <td className="right number wide">{score(row.figures.p75_cp)}</td>
            <td className="bars"><GradeBar counts={row.figures.grades} /></td>
            <td className="right number wide">{share(Math.floor(((row.figures.grades.D + row.figures.grades.F) * 10_000) / row.figures.rated))}</td>
          </tr>
        ) : (
          <tr key={row.key}>
            <th scope="row">{row.name}</th>
            <td className="dim" colSpan={7}>{row.suppressed ? hidden(row.members) : t('portfolio.none-rated-of', { count: number(row.members) })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
