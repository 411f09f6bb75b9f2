// Every address of the interface. A page is added by one route here and one line in menu.ts.
import { type QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { Bones, Failed } from '~/parts/basic'
import { filterFrom } from '~/pages/findings/filter'
import { targetFrom } from '~/pages/leader/target'
import { api, may, must } from './api'
import { lastOrganisation, meQuery } from './session'
import { NotFound, Shell } from './shell'

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
const overview = createRoute({ getParentRoute: () => organisation, path: '/', component: lazyRouteComponent(() => import('~/pages/overview'), 'Overview') })
const findings = createRoute({
  getParentRoute: () => organisation,
  path: '/funn',
  validateSearch: filterFrom,
  component: lazyRouteComponent(() => import('~/pages/findings'), 'OrganisationFindings'),
})
const finding = createRoute({ getParentRoute: () => organisation, path: '/funn/$finding', component: lazyRouteComponent(() => import('~/pages/finding'), 'FindingPage') })
const score = createRoute({ getParentRoute: () => organisation, path: '/poeng', component: lazyRouteComponent(() => import('~/pages/score'), 'ScorePage') })
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
const account = createRoute({ getParentRoute: () => inside, path: '/konto', component: lazyRouteComponent(() => import('~/pages/account'), 'Account') })

const tree = root.addChildren([
  login,
  entry('/first-start', 'FirstStart'),
  entry('/invitation', 'Invitation'),
  entry('/reset', 'Reset'),
  inside.addChildren([home, organisation.addChildren([overview, findings, finding, score, leader, footprint]), allFindings, guide, account]),
])

export function makeRouter(queries: QueryClient) {
  return createRouter({ routeTree: tree, context: { queries }, defaultPreload: 'intent', scrollRestoration: true })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
