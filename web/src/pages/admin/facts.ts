// What an entry of the audit log tells beside who and when, in words where there are any. A member or value without words
// is shown as it is kept: the log hides nothing.
import { useText } from '~/app/language'
import { asText } from '../common'

type Text = ReturnType<typeof useText>

const named = ['name', 'role', 'reason', 'evidence', 'effect', 'from', 'to', 'until', 'expires', 'email', 'login', 'issuer', 'client', 'admits', 'disabled', 'scope', 'scopes', 'recipient', 'given_by', 'kind', 'state', 'value', 'measured', 'hosts', 'assets',
  'subject', 'way', 'criticality', 'note', 'detail', 'acts', 'user', 'organisation', 'before', 'after', 'severity', 'method', 'file', 'job', 'finding', 'asset', 'portfolio', 'version', 'format', 'consents', 'state_before', 'state_after', 'decision', 'owner', 'due', 'assignee', 'number', 'municipality', 'county', 'kostra', 'population', 'employees', 'threshold'] as const

export function factName(t: Text['t'], name: string): string {
  return (named as readonly string[]).includes(name) ? t(`audit.fact.${name}`) : name
}

/** Words of a value that is one of a few; what is none of them stays as it is. */
function choice(t: Text['t'], key: string, value: string): string {
  const words = t(`${key}.${value}`)
  return words === `${key}.${value}` ? value : words
}

export function factWords({ t, dateTime, date, score, number }: Pick<Text, 't' | 'dateTime' | 'date' | 'score' | 'number'>, name: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return value ? t('evidence.yes') : t('evidence.no')
  if (typeof value === 'number') return name === 'value' || name === 'measured' ? choice(t, 'value', String(value)) : number(value)
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map((one) => factWords({ t, dateTime, date, score, number }, name, one)).join(', ')
  if (typeof value === 'string') {
    if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return dateTime(value)
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return date(value)
    if (name === 'role') return choice(t, 'role', value)
    if (name === 'scopes') return choice(t, 'permission', value)
    if (name === 'scope') return choice(t, 'consent.scope', value)
    if (name === 'detail') return choice(t, 'detail', value)
    if (name === 'severity') return choice(t, 'severity', value)
    if (name === 'state' || name === 'state_before' || name === 'state_after') return choice(t, value === 'confirmed' || value === 'rejected' || value === 'proposed' || value === 'added' ? 'asset-state' : 'finding-state', value)
    return value
  }
  const effect = value as { before_cp?: number | null; after_cp?: number | null }
  if ('before_cp' in effect && 'after_cp' in effect) {
    const figure = (cp: number | null | undefined) => (typeof cp === 'number' ? score(cp) : '–')
    return t('audit.effect', { before: figure(effect.before_cp), after: figure(effect.after_cp) })
  }
  return asText(value)
}
