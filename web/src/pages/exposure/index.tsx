// Who exposes a product, where, in which version, and what shows it? By what hosts say of themselves when they are
// measured; who says nothing is not in the answer, and the page says so.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { api, must } from '~/app/api'
import { useCalm } from '~/app/calm'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Empty, Failed, More, PageHead, Panel, Select, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { counties, sectors } from '../portfolio/common'
import { Answer } from './answer'
import { Groups } from './groups'
import { amongWhom, exposureKinds, linesToTell, type ExposureKind, type ExposureSearch } from './search'
import './exposure.css'

export function ExposurePage() {
  const { t } = useText()
  const toasts = useToasts()
  const search = useSearch({ strict: false }) as ExposureSearch
  const navigate = useNavigate()
  const set = (change: { [name in keyof ExposureSearch]?: ExposureSearch[name] | undefined }, replace = true) => {
    const next = Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined && value !== ''))
    void navigate({ to: '/trusler', search: next as ExposureSearch, replace, resetScroll: false })
  }
  return (
    <>
      <PageHead title={t('exposure.title')} meta={<span>{t('exposure.lead')}</span>} acts={search.produkt && <Button variant="tertiary" onClick={() => void navigator.clipboard.writeText(window.location.href).then(() => toasts.say(t('action.link-copied')))}>{t('action.copy-link')}</Button>} />
      <div className="grid">
        <Asking search={search} set={set} />
        {search.produkt && <Exposed search={search} product={search.produkt} set={set} />}
      </div>
    </>
  )
}

type Set = (change: { [name in keyof ExposureSearch]?: ExposureSearch[name] | undefined }, replace?: boolean) => void

/** Which product, and among whom: what is written narrows down the products there are, and each is a press away. */
function Asking({ search, set }: { search: ExposureSearch; set: Set }) {
  const { t, number } = useText()
  const [typed, setTyped] = useState(search.produkt ?? '')
  const [version, setVersion] = useState(search.versjon ?? '')
  useEffect(() => setTyped(search.produkt ?? ''), [search.produkt])
  useEffect(() => setVersion(search.versjon ?? ''), [search.versjon])
  const whom = amongWhom(search)
  // What is asked about already is no question: then all there are.
  const q = useCalm(typed.trim() === search.produkt ? '' : typed.trim().slice(0, 60), 150)
  const products = useQuery({
    queryKey: ['exposure', 'products', q, whom],
    queryFn: () => must(api.GET('/api/v1/exposure/products', { params: { query: { most: 24, ...(q ? { q } : {}), ...whom } } })),
    placeholderData: (before) => before,
  })
  const items = products.data?.items ?? []
  const all = { value: '', label: t('exposure.all') }
  return (
    <Panel className="s12" title={t('exposure.asking')} note={products.data ? t('exposure.looked-at', { count: products.data.members, shown: number(products.data.members) }) : undefined} end={items.length > 0 && <TableFile of="/api/v1/exposure/products/table" blanks={{}} asked={{ ...(q ? { q } : {}), ...whom }} what={t('exposure.products')} />}>
      <form
        className="row exposure-asking"
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          set({ produkt: typed.trim().slice(0, 60), versjon: version.trim().slice(0, 60) }, false)
        }}
      >
        <TextField label={t('exposure.product')} value={typed} maxLength={60} autoComplete="off" autoFocus={!search.produkt} onChange={(event) => setTyped(event.target.value)} />
        <TextField label={t('exposure.version')} value={version} maxLength={60} autoComplete="off" onChange={(event) => setVersion(event.target.value)} />
        <Select label={t('dimension.kind')} value={search.slags ?? ''} onChange={(slags: ExposureKind | '') => set({ slags: slags || undefined })} options={[all as { value: ''; label: string }, ...exposureKinds.map((one) => ({ value: one, label: t(`organisation-kind.${one}`) }))]} />
        <Select label={t('dimension.county')} value={search.fylke ?? ''} onChange={(fylke) => set({ fylke })} options={[all, ...Object.entries(counties).map(([value, label]) => ({ value, label }))]} />
        <Select label={t('dimension.sector')} value={search.sektor ?? ''} onChange={(sektor) => set({ sektor })} options={[all, ...sectors.map((value) => ({ value: value as string, label: t(`sector.${value}`) }))]} />
        <Button type="submit" variant="primary">{t('exposure.ask')}</Button>
      </form>
      {products.isPending && <Bones />}
      {products.error && <Failed problem={products.error} again={() => void products.refetch()} />}
      {search.portefolje && <p className="small"><Button tight variant="tertiary" onClick={() => set({ portefolje: undefined })}>{t('exposure.everybody')}</Button></p>}
      {products.data && items.length === 0 && <p className="dim">{q ? t('exposure.no-such', { text: q }) : t('exposure.none-named')}</p>}
      {items.length > 0 && (
        <ul className="chips" aria-label={t('exposure.products')}>
          {items.map((one) => (
            <li key={one.name}>
              <Link to="/trusler" search={{ ...search, produkt: one.name, versjon: undefined } as ExposureSearch} className="toggle" aria-current={one.name.toLowerCase() === search.produkt?.toLowerCase() ? 'true' : undefined}>
                {one.name}{one.organisations !== null && <> <span className="number dim">{number(one.organisations)}</span></>}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Exposed({ search, product, set }: { search: ExposureSearch; product: string; set: Set }) {
  const { t, number } = useText()
  const toasts = useToasts()
  const asked = { product, ...(search.versjon ? { version: search.versjon } : {}), ...amongWhom(search) }
  const list = useInfiniteQuery({
    queryKey: ['exposure', 'list', asked],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/exposure', { params: { query: { ...asked, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    retry: false,
  })
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const { hasNextPage, isFetching, fetchNextPage } = list
  // A page of a version may be empty and yet not the last.
  const empty = list.data !== undefined && items.length === 0
  useEffect(() => { if (empty && hasNextPage && !isFetching) void fetchNextPage() }, [empty, hasNextPage, isFetching, fetchNextPage])
  const what = search.versjon ? `${product} ${search.versjon}` : product
  const total = list.data?.pages[0]?.total ?? null
  const withContact = items.filter((one) => one.contacts.length > 0).length
  const copy = () => void navigator.clipboard.writeText(linesToTell(items)).then(() => toasts.say(t('exposure.copied', { count: items.length, shown: number(items.length) })), () => toasts.say(t('once.copy-by-hand')))
  return (
    <>
      <div className="s8 stack">
        <Panel
          title={t('exposure.answer', { what })}
          note={total !== null && total > 0 ? t('exposure.organisations', { count: total, shown: number(total) }) : items.length > 0 ? t('exposure.shown', { count: items.length, shown: number(items.length) }) : undefined}
          end={items.length > 0 && <span className="row"><Button tight onClick={copy}>{t('exposure.copy')}</Button><TableFile of="/api/v1/exposure/table" blanks={{}} asked={asked} what={t('exposure.answer', { what })} /></span>}
          footer={items.length > 0 ? <span>{t('exposure.contacts', { count: withContact, shown: number(withContact), of: number(items.length) })}</span> : undefined}
        >
          {(list.isPending || (empty && hasNextPage)) && <Bones />}
          {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
          {empty && !hasNextPage && !list.error && <Empty title={t('exposure.nobody', { what })}><p className="dim">{t('exposure.silence')}</p></Empty>}
          {items.length > 0 && <Answer items={items} caption={t('exposure.answer', { what })} />}
          <More of={list} />
        </Panel>
      </div>
      <div className="s4 stack">
        <Groups search={search} product={product} onBy={(etter) => set({ etter: etter === 'sector' ? undefined : etter })} />
        <Panel className="exposure-limits" title={t('exposure.limits')}>
          <p className="read">{t('exposure.silence')}</p>
          <p className="read">{t('exposure.version-note')}</p>
        </Panel>
      </div>
    </>
  )
}
