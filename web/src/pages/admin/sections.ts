// The sub-pages of administration, and who each is for.
import { may, type Me } from '~/app/api'

export const sections = [
  { to: '/administrasjon/brukere', key: 'admin.users', shows: (me: Me) => may(me, 'manage_access') },
  { to: '/administrasjon/invitasjoner', key: 'admin.invitations', shows: (me: Me) => may(me, 'manage_access') || mayInvite(me) },
  { to: '/administrasjon/innlogging', key: 'admin.providers', shows: (me: Me) => may(me, 'manage_access') },
  { to: '/administrasjon/plan', key: 'admin.plan', shows: (me: Me) => may(me, 'manage_service') },
  { to: '/administrasjon/system', key: 'admin.system', shows: (me: Me) => may(me, 'manage_service') },
  { to: '/administrasjon/import', key: 'admin.import', shows: (me: Me) => may(me, 'manage_register') },
  { to: '/administrasjon/reservasjoner', key: 'admin.opt-outs', shows: (me: Me) => may(me, 'manage_service') },
  { to: '/administrasjon/eierlose', key: 'admin.ownerless', shows: (me: Me) => may(me, 'read_nation') },
  { to: '/administrasjon/logg', key: 'admin.audit', shows: (me: Me) => may(me, 'read_audit') },
] as const

/** Those who bring in the first user of a supplier, and a supplier's own users. */
export function mayInvite(me: Me): boolean {
  return ['security', 'procurement', 'contract', 'supplier'].includes(me.role) && me.organisation !== null
}

export function administers(me: Me): boolean {
  return sections.some((one) => one.shows(me))
}

export function firstSection(me: Me): string | null {
  return sections.find((one) => one.shows(me))?.to ?? null
}

/** The filter of the audit log lives in the address. */
export interface AuditFilter {
  actor?: string
  action?: string
  organisation?: string
  object?: string
  from?: string
  before?: string
}
const auditWords = ['actor', 'action', 'organisation', 'object', 'from', 'before'] as const
export function auditFilterFrom(search: Record<string, unknown>): AuditFilter {
  const out: AuditFilter = {}
  for (const name of auditWords) {
    const value = search[name]
    const text = typeof value === 'string' ? value.slice(0, 300) : typeof value === 'number' ? String(value) : ''
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
    if (text && (isDay || (name !== 'from' && name !== 'before'))) out[name] = text
  }
  return out
}

export const planSorts = ['due', '-failures', 'name'] as const
export interface PlanFilter {
  q?: string
  sort?: (typeof planSorts)[number]
  failing?: 'true'
}
export function planFilterFrom(search: Record<string, unknown>): PlanFilter {
  const sort = planSorts.find((one) => one === search.sort)
  return {
    ...(typeof search.q === 'string' && search.q ? { q: search.q.slice(0, 100) } : {}),
    ...(sort && sort !== 'due' ? { sort } : {}),
    ...(search.failing === 'true' || search.failing === true ? { failing: 'true' as const } : {}),
  }
}

export interface UserFilter {
  q?: string
  role?: string
}
export function userFilterFrom(search: Record<string, unknown>): UserFilter {
  return {
    ...(typeof search.q === 'string' && search.q ? { q: search.q.slice(0, 100) } : {}),
    ...(typeof search.role === 'string' && search.role ? { role: search.role } : {}),
  }
}
