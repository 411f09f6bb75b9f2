// Help: short answers, by role and by words. Each has an address, /hjelp#TOPIC, that headings and errors lead to.
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { Fragment, useEffect, type ReactNode } from 'react'
import { useText } from '~/app/language'
import { Bones, Choices, Empty, PageHead } from '~/parts/basic'
import './help.css'
import { roles, type HelpRole, type HelpSearch } from './search'
import { answers, answersIn, topicNames, topics } from './topics'

export function HelpPage() {
  const { t, language } = useText()
  const search = useSearch({ from: '/inside/hjelp' })
  const navigate = useNavigate()
  const hash = useLocation({ select: (location) => location.hash })
  const all = useQuery({ queryKey: ['help', language], queryFn: () => answersIn(language), staleTime: Infinity }).data
  const set = (next: HelpSearch) => void navigate({ to: '/hjelp', search: next, replace: true, resetScroll: false })
  useEffect(() => {
    if (!all || !hash) return
    const element = document.getElementById(hash)
    element?.scrollIntoView()
    element?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true })
  }, [all, hash])
  const shown = all ? topicNames.filter((one) => (!search.rolle || (topics[one] as readonly HelpRole[]).includes(search.rolle)) && (!search.tekst || answers(all[one], search.tekst))) : []
  return (
    <>
      <PageHead title={t('help.title')} meta={<span>{t('help.note')}</span>} />
      <div className="help">
        <nav aria-label={t('help.questions')}>
          <div className="field">
            <label htmlFor="help-text">{t('help.seek')}</label>
            <input id="help-text" type="search" className="input ds-input" value={search.tekst ?? ''} onChange={(event) => set({ ...search, tekst: event.target.value })} />
          </div>
          <Choices label={t('help.role')} value={search.rolle ?? 'all'} onChange={(role) => set({ ...(search.tekst ? { tekst: search.tekst } : {}), ...(role === 'all' ? {} : { rolle: role }) })} options={[{ value: 'all' as HelpRole | 'all', label: t('help.role.all') }, ...roles.map((one) => ({ value: one, label: t(`help.role.${one}`) }))]} />
          {all && <ul className="contents" aria-live="polite">{shown.map((one) => <li key={one}><Link to="/hjelp" search={search} hash={one}>{all[one].question}</Link></li>)}</ul>}
        </nav>
        <div className="panel">
          {!all && <Bones />}
          {all && shown.length === 0 && <Empty title={t('help.none')}><p className="dim">{t('help.none.next')}</p><p><button type="button" className="toggle" onClick={() => set({})}>{t('help.all')}</button></p></Empty>}
          {all && shown.map((one) => (
            <section key={one} id={one} aria-labelledby={`${one}-question`}>
              <h2 id={`${one}-question`} tabIndex={-1}>{all[one].question}</h2>
              <Words paragraphs={all[one].answer} />
            </section>
          ))}
        </div>
      </div>
    </>
  )
}

/** Paragraphs, and lists of those that begin with a dash. */
function Words({ paragraphs }: { paragraphs: string[] }) {
  const out: ReactNode[] = []
  for (let i = 0; i < paragraphs.length; ++i) {
    if (!paragraphs[i]!.startsWith('- ')) {
      out.push(<p key={i} className="read"><Inline text={paragraphs[i]!} /></p>)
      continue
    }
    const items: string[] = []
    const at = i
    for (; paragraphs[i]?.startsWith('- '); ++i) items.push(paragraphs[i]!.slice(2))
    --i
    out.push(<ul key={at} className="read dashes">{items.map((item) => <li key={item}><Inline text={item} /></li>)}</ul>)
  }
  return <>{out}</>
}

/** `code` and [words](/address) within a line. */
function Inline({ text }: { text: string }) {
  return (
    <>
      {text.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/).map((part, i) => {
        if (part.startsWith('`')) return <code key={i} className="mono">{part.slice(1, -1)}</code>
        const link = /^\[([^\]]+)\]\(([^)#]*)(?:#(.+))?\)$/.exec(part)
        if (!link) return <Fragment key={i}>{part}</Fragment>
        if (link[2]!.startsWith('/api/')) return <a key={i} href={link[2]}>{link[1]}</a>
        return <Link key={i} to={link[2] as '/hjelp'} {...(link[3] ? { hash: link[3] } : {})}>{link[1]}</Link>
      })}
    </>
  )
}
