// Every address of the interface. A page is added by one route here and one line in menu.ts.
import { type QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { Bones, Failed } from '~/parts/basic'
import { auditFilterFrom, firstSection, planFilterFrom, userFilterFrom } from '~/pages/admin/sections'
import { exposureSearch } from '~/pages/exposure/search'
import { filterFrom } from '~/pages/findings/filter'
import { nationSearch } from '~/pages/nation/groups'
import { compareSearch, portfolioSearch } from '~/pages/portfolio/search'
import { helpSearchFrom } from '~/pages/help/search'
import { targetFrom } from '~/pages/leader/target'
import { checkFilterFrom } from '~/pages/methodology/filter'
import { actionsQuery, findingQuery, findingsQuery, organisationQuery, scoreQuery } from '~/pages/common'
import { api, askedEarly, may, must } from './api'
import { wanted } from './language'
import { lastOrganisation, meQuery } from './session'
import { NotFound, Shell } from './shell'

/**
 * The answers that the first page stands on are on their way before this program is there (tools/build.mjs); the page is
 * drawn once, with them. Later a page comes at once, and what it asks for after it.
 */
async function first(answers: () => Promise<void>[]): Promise<void> {
  if (askedEarly()) await soon(Promise.all(answers()), 400)
}

/** Ends with the work, or after this time without it. */
export function soon(work: Promise<unknown>, ms: number): Promise<unknown> {
  return Promise.race([work, new Promise((done) => setTimeout(done, ms))])
}

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet, notFoundComponent: NotFound })

const entry = (path: string, name: 'Login' | 'FirstStart' | 'Invitation' | 'Reset') =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(() => import('~/pages/entry'), name) })

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search: Record<string, unknown>): { to?: string; problem?: string } => ({
    ...(typeof search.to === 'string' && search.to.startsWith('/') && !search.to.startsWith('//') ? { to: search.to } : {}),
    ...(typeof search.problem === 'string' ? { problem: search.problem } : {}),
  }),
  component: lazyRouteComponent(() => import('~/pages/entry'), 'Login'),
})

// Everything behind the login. Who is not logged in comes back here afterwards.
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.fetchQuery(meQuery)
    if (!me) throw redirect({ to: '/login', search: location.href === '/' ? {} : { to: location.href } })
    return { me }
  },
  component: Shell,
  pendingComponent: () => <main><Bones /></main>,
  errorComponent: ({ error, reset }) => <main><Failed problem={error} again={reset} /></main>,
  notFoundComponent: NotFound,
})

// The front door leads to the organisation that was read last, to one's own, or to the only step that is left.
const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { me } = context
    const last = me.organisation ?? lastOrganisation()
    const { items } = await must(api.GET('/api/v1/organisations', { params: { query: { limit: 50 } } }))
    const there = items.find((one) => one.id === last) ?? items.find((one) => one.score) ?? items[0]
    if (there) throw redirect({ to: '/virksomhet/$org', params: { org: there.id } })
    throw redirect({ to: may(me, 'manage_register') ? '/start' : '/konto' })
  },
})

const organisation = createRoute({ getParentRoute: () => inside, path: '/virksomhet/$org', component: Outlet })
const overview = createRoute({
  getParentRoute: () => organisation,
  path: '/',
  loader: ({ context: { queries }, params: { org } }) => first(() => [queries.prefetchQuery(organisationQuery(org)), queries.prefetchQuery(scoreQuery(org, wanted())), queries.prefetchQuery(actionsQuery(org, wanted()))]),
  component: lazyRouteComponent(() => import('~/pages/overview'), 'Overview'),
})
const findings = createRoute({
  getParentRoute: () => organisation,
  path: '/funn',
  validateSearch: filterFrom,
  loaderDeps: ({ search }) => ({ filter: search }),
  loader: ({ context: { queries }, params: { org }, deps: { filter } }) => first(() => [queries.prefetchQuery(organisationQuery(org)), queries.prefetchInfiniteQuery(findingsQuery(org, filter, wanted()))]),
  component: lazyRouteComponent(() => import('~/pages/findings'), 'OrganisationFindings'),
})
const finding = createRoute({
  getParentRoute: () => organisation,
  path: '/funn/$finding',
  loader: ({ context: { queries }, params: { org, finding } }) => first(() => [queries.prefetchQuery(organisationQuery(org)), queries.prefetchQuery(findingQuery(org, finding, wanted()))]),
  component: lazyRouteComponent(() => import('~/pages/finding'), 'FindingPage'),
})
const score = createRoute({
  getParentRoute: () => organisation,
  path: '/poeng',
  loader: ({ context: { queries }, params: { org } }) => first(() => [queries.prefetchQuery(organisationQuery(org)), queries.prefetchQuery(scoreQuery(org, wanted())), queries.prefetchQuery(actionsQuery(org, wanted()))]),
  component: lazyRouteComponent(() => import('~/pages/score'), 'ScorePage'),
})
const leader = createRoute({
  getParentRoute: () => organisation,
  path: '/ledelse',
  validateSearch: targetFrom,
  component: lazyRouteComponent(() => import('~/pages/leader'), 'LeaderPage'),
})
const footprint = createRoute({ getParentRoute: () => organisation, path: '/fotavtrykk', component: lazyRouteComponent(() => import('~/pages/footprint'), 'FootprintPage') })

const allFindings = createRoute({
  getParentRoute: () => inside,
  path: '/funn',
  validateSearch: filterFrom,
  component: lazyRouteComponent(() => import('~/pages/findings'), 'AllFindings'),
})
const guide = createRoute({ getParentRoute: () => inside, path: '/start', component: lazyRouteComponent(() => import('~/pages/guide'), 'Guide') })
const waiting = createRoute({ getParentRoute: () => inside, path: '/venter', component: lazyRouteComponent(() => import('~/pages/waiting'), 'Waiting') })
const account = createRoute({ getParentRoute: () => inside, path: '/konto', component: lazyRouteComponent(() => import('~/pages/account'), 'Account') })

// Administration and alerts have sub-addresses; the address above them leads to the first that the reader may use.
const methodology = createRoute({ getParentRoute: () => inside, path: '/metode', validateSearch: checkFilterFrom, component: lazyRouteComponent(() => import('~/pages/methodology'), 'Methodology') })
const check = createRoute({ getParentRoute: () => inside, path: '/metode/$check', component: lazyRouteComponent(() => import('~/pages/methodology/check'), 'CheckPage') })
const help = createRoute({ getParentRoute: () => inside, path: '/hjelp', validateSearch: helpSearchFrom, component: lazyRouteComponent(() => import('~/pages/help'), 'HelpPage') })

const administration = createRoute({ getParentRoute: () => inside, path: '/administrasjon', component: lazyRouteComponent(() => import('~/pages/admin'), 'Administration') })
const administrationHome = createRoute({
  getParentRoute: () => administration,
  path: '/',
  beforeLoad: ({ context }) => { throw redirect({ to: (firstSection(context.me) ?? '/konto') as '/konto' }) },
})
const users = createRoute({ getParentRoute: () => administration, path: '/brukere', validateSearch: userFilterFrom, component: lazyRouteComponent(() => import('~/pages/admin'), 'Users') })
const user = createRoute({ getParentRoute: () => administration, path: '/brukere/$user', component: lazyRouteComponent(() => import('~/pages/admin'), 'UserPage') })
const invitations = createRoute({ getParentRoute: () => administration, path: '/invitasjoner', component: lazyRouteComponent(() => import('~/pages/admin'), 'Invitations') })
const providers = createRoute({ getParentRoute: () => administration, path: '/innlogging', component: lazyRouteComponent(() => import('~/pages/admin'), 'Providers') })
const plan = createRoute({ getParentRoute: () => administration, path: '/plan', validateSearch: planFilterFrom, component: lazyRouteComponent(() => import('~/pages/admin'), 'Plan') })
const system = createRoute({ getParentRoute: () => administration, path: '/system', component: lazyRouteComponent(() => import('~/pages/admin'), 'SystemPage') })
const imports = createRoute({ getParentRoute: () => administration, path: '/import', component: lazyRouteComponent(() => import('~/pages/admin'), 'Import') })
const optOuts = createRoute({ getParentRoute: () => administration, path: '/reservasjoner', component: lazyRouteComponent(() => import('~/pages/admin'), 'OptOuts') })
const ownerless = createRoute({ getParentRoute: () => administration, path: '/eierlose', component: lazyRouteComponent(() => import('~/pages/admin'), 'Ownerless') })
const audit = createRoute({ getParentRoute: () => administration, path: '/logg', validateSearch: auditFilterFrom, component: lazyRouteComponent(() => import('~/pages/admin'), 'Audit') })

const alerts = createRoute({ getParentRoute: () => inside, path: '/varsler', component: lazyRouteComponent(() => import('~/pages/alerts'), 'Alerts') })
const alertsHome = createRoute({ getParentRoute: () => alerts, path: '/', beforeLoad: () => { throw redirect({ to: '/varsler/hendelser' }) } })
const told = createRoute({ getParentRoute: () => alerts, path: '/hendelser', component: lazyRouteComponent(() => import('~/pages/alerts'), 'Told') })
const rules = createRoute({ getParentRoute: () => alerts, path: '/regler', component: lazyRouteComponent(() => import('~/pages/alerts'), 'Rules') })
const reportSchedules = createRoute({ getParentRoute: () => alerts, path: '/rapporter', validateSearch: (search: Record<string, unknown>): { virksomhet?: string } => (typeof search['virksomhet'] === 'string' ? { virksomhet: search['virksomhet'] } : {}), component: lazyRouteComponent(() => import('~/pages/alerts'), 'ReportSchedules') })
const channels = createRoute({ getParentRoute: () => alerts, path: '/kanaler', component: lazyRouteComponent(() => import('~/pages/alerts'), 'Channels') })
const deliveries = createRoute({ getParentRoute: () => alerts, path: '/leveranser', component: lazyRouteComponent(() => import('~/pages/alerts'), 'Deliveries') })

const portfolios = createRoute({ getParentRoute: () => inside, path: '/portefolje', component: lazyRouteComponent(() => import('~/pages/portfolio'), 'Portfolios') })
const newPortfolio = createRoute({ getParentRoute: () => inside, path: '/portefolje/ny', component: lazyRouteComponent(() => import('~/pages/portfolio/form'), 'NewPortfolio') })
const portfolio = createRoute({ getParentRoute: () => inside, path: '/portefolje/$portfolio', validateSearch: portfolioSearch, component: lazyRouteComponent(() => import('~/pages/portfolio'), 'PortfolioPage') })
const changePortfolio = createRoute({ getParentRoute: () => inside, path: '/portefolje/$portfolio/endre', component: lazyRouteComponent(() => import('~/pages/portfolio/form'), 'ChangePortfolio') })
const suppliers = createRoute({ getParentRoute: () => organisation, path: '/leverandorer', component: lazyRouteComponent(() => import('~/pages/supplier'), 'Suppliers') })
const supplier = createRoute({ getParentRoute: () => organisation, path: '/leverandorer/$supplier', component: lazyRouteComponent(() => import('~/pages/supplier'), 'SupplierPage') })
const mySuppliers = createRoute({ getParentRoute: () => inside, path: '/leverandorer', component: lazyRouteComponent(() => import('~/pages/supplier'), 'MySuppliers') })
const mySupplier = createRoute({ getParentRoute: () => inside, path: '/leverandor/$org', component: lazyRouteComponent(() => import('~/pages/supplier'), 'MySuppliers') })
const nation = createRoute({ getParentRoute: () => inside, path: '/nasjonalt', validateSearch: nationSearch, component: lazyRouteComponent(() => import('~/pages/nation'), 'NationPage') })
const exposure = createRoute({ getParentRoute: () => inside, path: '/trusler', validateSearch: exposureSearch, component: lazyRouteComponent(() => import('~/pages/exposure'), 'ExposurePage') })
const compare = createRoute({ getParentRoute: () => inside, path: '/sammenlikn', validateSearch: compareSearch, component: lazyRouteComponent(() => import('~/pages/portfolio/compare'), 'Compare') })

const tree = root.addChildren([
  login,
  entry('/first-start', 'FirstStart'),
  entry('/invitation', 'Invitation'),
  entry('/reset', 'Reset'),
  inside.addChildren([home, organisation.addChildren([overview, findings, finding, score, leader, footprint, suppliers, supplier]), allFindings, waiting, guide, account,
    methodology, check, help,
    portfolios, newPortfolio, portfolio, changePortfolio, compare, nation, exposure, mySuppliers, mySupplier,
    administration.addChildren([administrationHome, users, user, invitations, providers, plan, system, imports, optOuts, ownerless, audit]),
    alerts.addChildren([alertsHome, told, rules, reportSchedules, channels, deliveries]),
  ]),
])

export function makeRouter(queries: QueryClient) {
  return createRouter({ routeTree: tree, context: { queries }, defaultPreload: 'intent', scrollRestoration: true })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
