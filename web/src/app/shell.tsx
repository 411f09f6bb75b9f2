// The frame around every page behind the login: whose page it is, the menu, search, language, light or dark.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import { WaitingCount } from '~/pages/waiting/count'
import { Button } from '~/parts/basic'
import { api, must } from './api'
import { chooseLanguage, hasChosen, languages, useText } from './language'
import { menu } from './menu'
import { Seeker } from './search'
import { lastOrganisation, rememberOrganisation, useMe } from './session'

export function Wordmark() {
  return (
    <Link to="/" className="word" aria-label="Utsyn">
      <svg width="24" height="20" viewBox="0 0 24 20" aria-hidden="true">
        <path d="M2 13a10 10 0 0 1 20 0" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
        <path d="M7.5 13a4.5 4.5 0 0 1 9 0z" fill="var(--act)" />
        <path d="M1 18h22" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
      </svg>
      <span>Utsyn</span>
    </Link>
  )
}

export function Languages() {
  const { t, language } = useText()
  const me = useMe()
  const queries = useQueryClient()
  return (
    <div className="languages" role="group" aria-label={t('shell.language')}>
      {languages.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-label={t(`language.${one}`)}
          aria-pressed={one === language}
          onClick={async () => {
            await chooseLanguage(one)
            // Texts of checks come from the service in the language that is read.
            await queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'me' })
            if (me) await api.PATCH('/api/v1/me', { body: { language: one } })
          }}
        >
          {one}
        </button>
      ))}
    </div>
  )
}

export function ThemeButton() {
  const { t } = useText()
  const [dark, setDark] = useState(document.documentElement.dataset.colorScheme === 'dark')
  return (
    <button
      type="button"
      className="icon"
      aria-pressed={dark}
      aria-label={t('shell.dark')}
      onClick={() => {
        document.documentElement.dataset.colorScheme = dark ? 'light' : 'dark'
        localStorage.setItem('utsyn.theme', dark ? 'light' : 'dark')
        setDark(!dark)
      }}
    >
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="7.5" fill="none" stroke="currentColor" strokeWidth="1.8" /><path d="M9 1.5a7.5 7.5 0 0 1 0 15z" fill="currentColor" /></svg>
    </button>
  )
}

function initials(name: string): string {
  const parts = name.trim().split(/\s+/)
  return ((parts[0]?.[0] ?? '') + (parts.length > 1 ? (parts.at(-1)?.[0] ?? '') : '')).toUpperCase()
}

/** After a change of page the reader, and the screen reader, begin at its heading. */
function useFocusOnPage() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  const first = useRef(true)
  useEffect(() => {
    if (!path) return
    if (first.current) {
      first.current = false
      return
    }
    const content = document.getElementById('content')
    const toHeading = () => {
      const heading = content?.querySelector<HTMLElement>('h1')
      heading?.focus({ preventScroll: true })
      return Boolean(heading)
    }
    if (toHeading() || !content) return
    // The heading comes with the answer of the service; unless the reader has gone on, the focus follows it there.
    content.focus({ preventScroll: true })
    const observer = new MutationObserver(() => {
      if (document.activeElement !== content && document.activeElement !== document.body) observer.disconnect()
      else if (toHeading()) observer.disconnect()
    })
    observer.observe(content, { childList: true, subtree: true })
    return () => observer.disconnect()
  }, [path])
}

/** The search over the page, which is not drawn anew when it opens and closes. */
function Search({ opener }: { opener: RefObject<() => void> }) {
  const [seeking, setSeeking] = useState(false)
  const close = useCallback(() => setSeeking(false), [])
  opener.current = () => setSeeking(true)
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setSeeking(true)
      }
    }
    window.addEventListener('keydown', key)
    return () => window.removeEventListener('keydown', key)
  }, [])
  return <Seeker open={seeking} onClose={close} />
}

export function Shell() {
  const { t, language } = useText()
  const me = useMe()
  const { org: inAddress } = useParams({ strict: false })
  const path = useRouterState({ select: (state) => state.location.pathname })
  const seek = useRef(() => {})
  const [open, setOpen] = useState(false)
  const org = inAddress ?? me?.organisation ?? lastOrganisation() ?? ''
  useFocusOnPage()

  useEffect(() => setOpen(false), [path])
  useEffect(() => {
    if (me?.language && !hasChosen() && me.language !== language) void chooseLanguage(me.language)
  }, [me, language])
  const asked = useQuery({
    queryKey: ['organisation', org],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}', { params: { path: { organisation: org } } })),
    enabled: org !== '',
  })
  const whose = asked.data
  // Only what the reader sees is remembered and led to: an address that was tried is no place to come back to.
  const seen = asked.error ? '' : org
  useEffect(() => { if (inAddress && whose?.id === inAddress) rememberOrganisation(inAddress) }, [inAddress, whose?.id])
  const entries = me ? menu.filter((entry) => (!entry.ofOrganisation || seen) && (!entry.shows || entry.shows(me, org))) : []

  return (
    <>
      <a className="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById('content')?.focus() }}>{t('shell.skip')}</a>
      <header className="top">
        <div className="bar">
          <Wordmark />
          <button type="button" className="whose" onClick={() => seek.current()}>
            <span>{whose?.name ?? t('shell.choose-organisation')}</span>
            <span aria-hidden="true">▾</span>
            <span className="unseen">{t('shell.change-organisation')}</span>
          </button>
          <button type="button" className="seek" aria-label={t('shell.search')} onClick={() => seek.current()}>
            <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><circle cx="6.8" cy="6.8" r="5" fill="none" stroke="currentColor" strokeWidth="1.7" /><path d="m10.6 10.6 4 4" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" /></svg>
            <span>{t('shell.search')}</span>
            <kbd>Ctrl K</kbd>
          </button>
          <Languages />
          <Link to="/hjelp" className="icon help" aria-label={t('shell.help')}><span aria-hidden="true">?</span></Link>
          <ThemeButton />
          {me && <Link to="/konto" className="who" aria-label={t('shell.account', { name: me.name })}>{initials(me.name)}</Link>}
          <Button tight className="burger" aria-expanded={open} aria-controls="menu" onClick={() => setOpen(!open)}>{t('shell.menu')}</Button>
        </div>
        <nav id="menu" className={open ? 'menu open' : 'menu'} aria-label={t('shell.menu')}>
          {[true, false].map((ofOrganisation) => {
            const group = entries.filter((entry) => entry.ofOrganisation === ofOrganisation)
            const label = ofOrganisation ? (whose?.name ?? t('shell.organisation')) : t('shell.beyond')
            return group.length > 0 && (
              <div key={String(ofOrganisation)} role="group" aria-label={label}>
                <p className="phone" aria-hidden="true">{label}</p>
                {group.map((entry) => {
                  const to = ofOrganisation ? `/virksomhet/${org}${entry.to}` : entry.to
                  const here = entry.exact ? path.replace(/\/$/, '') === to : path === to || path.startsWith(`${to}/`)
                  return <Link key={entry.textKey} to={to as '/'} activeOptions={{ exact: true }} {...(here ? { 'aria-current': 'page' as const } : {})}>{t(entry.textKey)}{entry.to === '/venter' && <WaitingCount />}</Link>
                })}
              </div>
            )
          })}
          <div className="phone"><Languages /></div>
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="foot">
        <span>{t('foot.not-classified')}</span>
        <span>{t('foot.method')}</span>
        <Link to="/metode" search={{}}>{t('shell.method')}</Link>
        <Link to="/hjelp">{t('shell.help')}</Link>
        <Link to="/hjelp" hash="privacy">{t('foot.privacy')}</Link>
        <Link to="/hjelp" hash="accessibility">{t('foot.accessibility')}</Link>
        <a href="/api/v1/openapi.json">{t('foot.api')}</a>
      </footer>
      <Search opener={seek} />
    </>
  )
}

export function NotFound() {
  const { t } = useText()
  const navigate = useNavigate()
  return (
    <div className="narrow">
      <h1 tabIndex={-1}>{t('state.not-found')}</h1>
      <p className="meta">{t('state.not-found.next')}</p>
      <p><Button variant="primary" onClick={() => navigate({ to: '/' })}>{t('state.not-found.home')}</Button></p>
    </div>
  )
}
