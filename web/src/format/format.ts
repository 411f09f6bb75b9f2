// Numbers, dates and scores as each language writes them. A score is cut, never rounded, to what readers see: 79.99 is
// not 80, since 80 is another grade.
export type Language = 'nb' | 'nn' | 'en'

const narrowSpace = '\u202f'
const minus = '\u2212'

function grouped(digits: string, language: Language): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, language === 'en' ? ',' : narrowSpace)
}

/** A number with a fixed count of decimals. */
export function number(value: number, language: Language, decimals = 0): string {
  const text = Math.abs(value).toFixed(decimals)
  const [whole = '0', part] = text.split('.')
  const below = value < 0 && Number(text) !== 0
  return (below ? minus : '') + grouped(whole, language) + (part ? (language === 'en' ? '.' : ',') + part : '')
}

/** With a plus sign in front of what is above nothing. */
export function signed(value: number, language: Language, decimals = 0): string {
  return (Number(value.toFixed(decimals)) > 0 ? '+' : '') + number(value, language, decimals)
}

/** A score in hundredths, with one decimal, cut. */
export function score(cp: number, language: Language): string {
  return number(Math.floor(cp / 10) / 10, language, 1)
}

/** Hundredths of a point as they are. */
export function points(cp: number, language: Language): string {
  return number(cp / 100, language, 2)
}

export function signedPoints(cp: number, language: Language, decimals = 2): string {
  return signed(cp / 100, language, decimals)
}

/** A share in 1/10000 as a percentage. */
export function share(of10000: number, language: Language): string {
  return `${number(Math.floor(of10000 / 10) / 10, language, 1)}${language === 'en' ? '' : '\u00a0'}%`
}

const two = (value: number) => String(value).padStart(2, '0')
const englishMonths = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function parsed(time: string): Date {
  // A day alone is that day everywhere, not midnight in Greenwich.
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(time)
  return day ? new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3])) : new Date(time)
}

export function date(time: string, language: Language): string {
  const at = parsed(time)
  return language === 'en'
    ? `${at.getDate()} ${englishMonths[at.getMonth()]} ${at.getFullYear()}`
    : `${two(at.getDate())}.${two(at.getMonth() + 1)}.${at.getFullYear()}`
}

export function dateTime(time: string, language: Language): string {
  const at = parsed(time)
  return language === 'en'
    ? `${date(time, language)} ${two(at.getHours())}:${two(at.getMinutes())}`
    : `${date(time, language)} kl.\u00a0${two(at.getHours())}.${two(at.getMinutes())}`
}

/** Whole days from `from` to `to`; below nothing when `to` is past. */
export function daysBetween(from: Date, to: string): number {
  const end = parsed(to)
  const day = (d: Date) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) / 86_400_000
  return day(end) - day(from)
}

/** Minutes of work as hours and minutes. */
export function work(minutes: number, language: Language): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const h = language === 'en' ? 'h' : 't'
  if (hours === 0) return `${rest}\u00a0min`
  return rest === 0 ? `${number(hours, language)}\u00a0${h}` : `${number(hours, language)}\u00a0${h} ${rest}\u00a0min`
}

export type Grade = 'A' | 'B' | 'C' | 'D' | 'F' | 'U'

/** The grade that a score has when the coverage allows one. */
export function gradeOf(cp: number): Grade {
  return cp >= 9000 ? 'A' : cp >= 8000 ? 'B' : cp >= 7000 ? 'C' : cp >= 6000 ? 'D' : 'F'
}
