// Ctrl-K: organisations, their findings, products, the checks, and help, from anywhere. Only what the service lets the reader see.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { Dialog, Mark } from '~/parts/basic'
import { api, must } from './api'
import { useCalm } from './calm'
import { besideName, hostOf } from './found'
import { useText } from './language'
import { findingsSeen, seesFindings, useMe } from './session'

interface Hit {
  key: string
  title: string
  under: string
  grade?: 'A' | 'B' | 'C' | 'D' | 'F' | 'U'
  go: () => void
}

export function Seeker({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText()
  return (
    <Dialog open={open} onClose={onClose} title={t('search.title')} className="seeker">
      <Seeking onClose={onClose} />
    </Dialog>
  )
}

function Seeking({ onClose }: { onClose: () => void }) {
  const { t, score, language } = useText()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { org = '' } = useParams({ strict: false })
  const me = useMe()
  const some = me !== null && findingsSeen(me) > 0
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const asked = useCalm(text.trim(), 150)
  const list = useId()

  const organisations = useQuery({
    queryKey: ['search', 'organisations', asked],
    queryFn: () => must(api.GET('/api/v1/organisations', { params: { query: { limit: 8, ...(asked ? { q: asked } : {}) } } })),
    placeholderData: (before) => before,
  })
  const findings = useQuery({
    queryKey: ['search', 'findings', asked],
    queryFn: () => must(api.GET('/api/v1/findings', { params: { query: { limit: 6, text: asked } } })),
    enabled: some && asked.length >= 2,
    retry: false,
  })

  // Found by a host of theirs: which one. Where the reader sees no footprint, or it is not among the first, it is not told.
  const byHost = asked.length >= 2 ? (organisations.data?.items ?? []).filter((one) => seesFindings(me, one.id) && besideName(asked, one.name, one.number)).slice(0, 3).map((one) => one.id) : []
  const hosts = useQuery({
    queryKey: ['search', 'hosts', asked, byHost.join()],
    queryFn: async () => new Map(await Promise.all(byHost.map(async (id) => {
      const found = await queries.fetchQuery({
        queryKey: ['assets', id, 'first'],
        queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/assets', { params: { path: { organisation: id }, query: { limit: 500 } } })),
        staleTime: 60_000,
        retry: false,
      })
      return [id, hostOf(asked, found.items.flatMap((one) => [one.host, one.domain]))] as const
    }))),
    enabled: byHost.length > 0 && !organisations.isPlaceholderData,
    retry: false,
  }).data

  // Checks and answers are few: fetched once, at the first word, and sought here.
  const known = useQuery({
    queryKey: ['search', 'known', language],
    queryFn: async () => {
      const [{ checksQuery, fits }, help] = await Promise.all([import('~/pages/methodology/data'), import('~/pages/help/topics')])
      const [checks, answers] = await Promise.all([queries.fetchQuery(checksQuery), help.answersIn(language)])
      return {
        checks: (words: string) => checks.items.filter((one) => fits(one, { tekst: words }, language)).slice(0, 4),
        topics: (words: string) => help.topicNames.filter((one) => help.answers(answers[one], words)).slice(0, 4).map((topic) => ({ topic, question: answers[topic].question })),
      }
    },
    enabled: asked.length >= 2,
    staleTime: Infinity,
    retry: false,
  }).data
  const words = asked.length >= 2 ? asked : null

  // Who shows a product is a question about many.
  const many = me !== null && findingsSeen(me) > 1
  const products = useQuery({
    queryKey: ['search', 'products', asked],
    queryFn: () => must(api.GET('/api/v1/exposure/products', { params: { query: { most: 3, q: asked.slice(0, 60) } } })),
    enabled: many && asked.length >= 2,
    retry: false,
  })

  const hits: Hit[] = [
    ...(organisations.data?.items ?? []).map((one): Hit => {
      const host = hosts?.get(one.id)
      const stands = one.score ? score(one.score.score_cp) : t('score.not-measured')
      return {
        key: one.id,
        title: host ?? one.name,
        under: host ? `${one.name} · ${t('menu.footprint')}` : stands,
        ...(one.score && !host ? { grade: one.score.grade } : {}),
        go: () => void (host ? navigate({ to: '/virksomhet/$org/fotavtrykk', params: { org: one.id } }) : navigate({ to: '/virksomhet/$org', params: { org: one.id } })),
      }
    }),
    ...(some && asked.length >= 2 ? (findings.data?.items ?? []) : []).map((one): Hit => ({
      key: `${one.organisation}/${one.id}`,
      title: (one.reason_text || one.title).replace(/\.$/, ''),
      under: `${one.asset} · ${one.organisation_name}`,
      go: () => void navigate({ to: '/virksomhet/$org/funn/$finding', params: { org: one.organisation, finding: one.id } }),
    })),
    ...(many && words ? (products.data?.items ?? []) : []).map((one): Hit => ({
      key: `product/${one.name}`,
      title: one.name,
      under: t('search.kind.product'),
      go: () => void navigate({ to: '/trusler', search: { produkt: one.name } }),
    })),
    ...(words && known ? known.topics(words) : []).map((one): Hit => ({
      key: `help/${one.topic}`,
      title: one.question,
      under: t('search.kind.help'),
      go: () => void navigate({ to: '/hjelp', hash: one.topic }),
    })),
    ...(words && known ? known.checks(words) : []).map((one): Hit => ({
      key: `check/${one.id}`,
      title: one.title[language],
      under: `${t('search.kind.check')} · ${one.id}`,
      go: () => void navigate({ to: '/metode/$check', params: { check: one.id } }),
    })),
  ]
  // Where no organisation is read there is no «here»; and what nothing here has leads to an empty list. Of six, others may be more.
  if (org && seesFindings(me, org) && asked.length >= 2 && (findings.data?.items.length === 6 || findings.data?.items.some((one) => one.organisation === org)))
    hits.push({
      key: 'all',
      title: t('search.all-findings', { text: asked }),
      under: '',
      go: () => void navigate({ to: '/virksomhet/$org/funn', params: { org }, search: { text: asked } }),
    })
  const chosen = Math.min(at, hits.length - 1)
  const go = (hit: Hit | undefined) => {
    if (!hit) return
    onClose()
    hit.go()
  }

  return (
    <>
      <input
        className="input"
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={hits[chosen] ? `${list}-${chosen}` : undefined}
        aria-label={t('search.label')}
        placeholder={t('search.label')}
        value={text}
        onChange={(event) => { setText(event.target.value); setAt(0) }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') { event.preventDefault(); setAt(Math.min(chosen + 1, hits.length - 1)) }
          if (event.key === 'ArrowUp') { event.preventDefault(); setAt(Math.max(chosen - 1, 0)) }
          if (event.key === 'Enter') { event.preventDefault(); go(hits[chosen]) }
        }}
      />
      <ul className="found" role="listbox" id={list} aria-label={t('search.hits')}>
        {hits.map((hit, i) => (
          <li key={hit.key} id={`${list}-${i}`} role="option" aria-selected={i === chosen} onMouseMove={() => setAt(i)} onClick={() => go(hit)}>
            {hit.grade && <Mark grade={hit.grade} />}
            <span>{hit.title}<span className="under">{hit.under}</span></span>
          </li>
        ))}
      </ul>
      {hits.length === 0 && !organisations.isFetching && <p className="dim">{t('search.none')}</p>}
    </>
  )
}
