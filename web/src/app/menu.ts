// The menu by task. An entry is there for those whose role uses it.
import { administers } from '~/pages/admin/sections'
import { waitsFor } from '~/pages/waiting/data'
import { may, type Me } from './api'
import { findingsSeen, seesFindings } from './session'

export interface MenuEntry {
  textKey: string
  to: string
  /** The address is below the organisation that is being read. */
  ofOrganisation: boolean
  exact?: boolean
  /** `org` is the organisation that is being read. */
  shows?: (me: Me, org: string) => boolean
}

export const menu: MenuEntry[] = [
  { textKey: 'menu.overview', to: '', ofOrganisation: true, exact: true },
  { textKey: 'menu.findings', to: '/funn', ofOrganisation: true, shows: seesFindings },
  { textKey: 'menu.score', to: '/poeng', ofOrganisation: true, shows: seesFindings },
  { textKey: 'menu.leader', to: '/ledelse', ofOrganisation: true },
  { textKey: 'menu.footprint', to: '/fotavtrykk', ofOrganisation: true, shows: seesFindings },
  { textKey: 'menu.suppliers', to: '/leverandorer', ofOrganisation: true, shows: seesFindings },
  { textKey: 'menu.all-findings', to: '/funn', ofOrganisation: false, shows: (me) => findingsSeen(me) > 1 },
  { textKey: 'menu.waiting', to: '/venter', ofOrganisation: false, shows: waitsFor },
  { textKey: 'menu.portfolios', to: '/portefolje', ofOrganisation: false, shows: (me) => me.everywhere !== 'none' || me.grants.length > 0 || may(me, 'manage_portfolios') },
  { textKey: 'menu.exposure', to: '/trusler', ofOrganisation: false, shows: (me) => findingsSeen(me) > 1 },
  { textKey: 'menu.nation', to: '/nasjonalt', ofOrganisation: false, shows: (me) => may(me, 'read_nation') },
  { textKey: 'menu.guide', to: '/start', ofOrganisation: false, shows: (me) => may(me, 'manage_register') },
  { textKey: 'menu.alerts', to: '/varsler', ofOrganisation: false },
  { textKey: 'menu.admin', to: '/administrasjon', ofOrganisation: false, shows: administers },
]
