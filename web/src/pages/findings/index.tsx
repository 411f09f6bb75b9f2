// What is wrong, where, since when? A table first: filter, sort, group, act on many, keep the view, take it along.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api, must, type Finding, type Schemas } from '~/app/api'
import { useEvents } from '~/app/events'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Empty, Failed, PageHead, Severity } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { findingsQuery, useOrganisation } from '../common'
import { checksQuery } from '../methodology/data'
import { Selection } from './act'
import { renewLists } from './cache'
import { sortedGroups, type GroupSort } from './groups'
import { filterFrom, queryOf, type Filter } from './filter'
import { Filters, type Change } from './filters'
import { FindingsTable, keyOf, type ListKeys } from './table'

/** So many may be chosen at once. */
const mostChosen = 20_000

export function OrganisationFindings() {
  const { org } = useParams({ strict: false })
  const { t } = useText()
  const organisation = useOrganisation(org!)
  return <Findings key={org} org={org!} title={t('findings.of', { name: organisation.data?.name ?? '…' })} />
}

export function AllFindings() {
  const { t } = useText()
  return <Findings org={null} title={t('findings.all')} />
}

function useFilter() {
  const search = useSearch({ strict: false })
  const filter = useMemo(() => filterFrom(search), [search])
  const navigate = useNavigate()
  const go = useCallback((next: Filter) => void navigate({ to: '.', search: next, replace: true, resetScroll: false }), [navigate])
  return { filter, go, set: (change: Change) => go(filterFrom({ ...filter, ...change })), clear: () => void navigate({ to: '.', search: {}, replace: true }) }
}

/** The same function at every drawing, so that what it is given to is not drawn anew; it does what the last drawing said. */
function useSteady<Args extends unknown[], Result>(does: (...args: Args) => Result): (...args: Args) => Result {
  const latest = useRef(does)
  latest.current = does
  return useCallback((...args: Args) => latest.current(...args), [])
}

const none: ReadonlyMap<string, Finding> = new Map()

function Findings({ org, title }: { org: string | null; title: string }) {
  const { t, language, number } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const { filter, go, set, clear } = useFilter()
  const [chosen, setChosen] = useState(none)
  const [gathering, setGathering] = useState(false)
  const [helping, setHelping] = useState(false)
  const [old, setOld] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const keys = useRef<ListKeys>(null)
  const before = useRef(-1)
  const sort = filter.sort ?? 'worst'
  const group = filter.group

  const asked = useMemo(() => queryOf(filter), [filter])
  const list = useInfiniteQuery({ ...findingsQuery(org, filter, language), placeholderData: (earlier) => earlier })
  const { hasNextPage, isFetching, fetchNextPage } = list
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const more = useCallback(() => { if (hasNextPage && !isFetching) void fetchNextPage({ cancelRefetch: false }) }, [hasNextPage, isFetching, fetchNextPage])
  const counting = { ...asked, by: group === 'supplier' ? 'organisation' as const : (group ?? 'severity'), ...(group === 'supplier' ? { customer: org! } : org ? { organisation: org } : {}) }
  const counts = useQuery({
    queryKey: ['findings', org, 'groups', group ?? 'severity', asked, language],
    queryFn: () => must(api.GET('/api/v1/findings/groups', { params: { query: { ...counting, lang: language } } })),
    placeholderData: group ? undefined : (earlier) => earlier,
  })
  const total = counts.data?.items.reduce((sum, one) => sum + one.findings, 0)
  // A new filter is a new list: what was chosen in the one before is not acted on unseen.
  useEffect(() => { setChosen(none); setOld(false); before.current = -1 }, [asked, sort])
  useEvents(org, (event) => {
    if (/^(finding-|measured|treatment-|assigned)/.test(event.kind)) void renewLists(queries).then((left) => { if (left) setOld(true) })
  })

  const tick = useSteady((index: number, range: boolean) => {
    const one = items[index]
    if (!one) return
    setChosen((now) => {
      const next = new Map(now)
      const put = !now.has(keyOf(one))
      const from = range && before.current >= 0 ? before.current : index
      for (let i = Math.min(from, index); i <= Math.max(from, index); ++i) {
        const each = items[i]
        if (each && put) next.set(keyOf(each), each)
        else if (each) next.delete(keyOf(each))
      }
      before.current = index
      return next
    })
  })
  const all = useSteady(() => setChosen((now) => (items.every((one) => now.has(keyOf(one))) ? none : new Map(items.slice(0, mostChosen).map((one) => [keyOf(one), one])))))
  const sortBy = useSteady((one: NonNullable<Filter['sort']>) => set({ sort: one }))
  /** From the text into the list. */
  const down = useSteady(() => {
    if (items.length === 0 || group) return false
    keys.current?.focus(0)
    return true
  })
  /** Fetches what has not been scrolled to yet, and chooses it with the rest. */
  const gather = async () => {
    setGathering(true)
    try {
      let result = await fetchNextPage({ cancelRefetch: false })
      while (result.hasNextPage && !result.isError && (result.data?.pages.reduce((sum, one) => sum + one.items.length, 0) ?? 0) < mostChosen) result = await fetchNextPage({ cancelRefetch: false })
      const found = result.data?.pages.flatMap((page) => page.items) ?? []
      setChosen(new Map(found.slice(0, mostChosen).map((one) => [keyOf(one), one])))
    } catch (problem) {
      toasts.fail(problem)
    } finally {
      setGathering(false)
    }
  }

  const onKey = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement
    if (target.closest('input:not([type=checkbox]), select, textarea') || document.querySelector('dialog[open]') || event.ctrlKey || event.metaKey || event.altKey) return
    const inTable = target.closest('tbody') !== null
    const at = keys.current?.at() ?? 0
    const to = (index: number) => { event.preventDefault(); keys.current?.focus(index) }
    if (event.key === '/') { event.preventDefault(); input.current?.focus() }
    else if (event.key === '?') { event.preventDefault(); setHelping(true) }
    else if (event.key === 'Escape' && chosen.size > 0) setChosen(none)
    else if (group || items.length === 0) return
    else if (event.key === 'j' || (inTable && event.key === 'ArrowDown')) to(inTable ? at + 1 : at)
    else if (event.key === 'k' || (inTable && event.key === 'ArrowUp')) to(inTable ? at - 1 : at)
    else if (inTable && event.key === 'Home') to(0)
    else if (inTable && event.key === 'End') to(items.length - 1)
    else if (inTable && event.key === 'PageDown') to(at + 10)
    else if (inTable && event.key === 'PageUp') to(at - 10)
    else if (event.key === 'x' || (inTable && event.key === ' ' && target.tagName === 'A')) { event.preventDefault(); tick(at, event.shiftKey) }
    else if (inTable && event.key === 'Enter' && target.tagName === 'INPUT') { event.preventDefault(); target.closest('tr')?.querySelector<HTMLElement>('a')?.click() }
  }

  // The keys hold wherever on the page the focus is.
  const keyed = useRef(onKey)
  keyed.current = onKey
  useEffect(() => {
    const listen = (event: KeyboardEvent) => keyed.current(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])

  const filtered = Object.keys(asked).length > 0
  const narrowed = asked as Record<string, string>

  return (
    <>
      <PageHead
        help="today"
        title={title}
        meta={<><span className="number">{total === undefined || group === 'supplier' ? '…' : t('findings.count', { count: number(total) })}</span>{counts.data?.complete === false && <span>{t('findings.part')}</span>}</>}
        acts={
          <>
            {org ? <TableFile of="/api/v1/organisations/{organisation}/findings/table" blanks={{ organisation: org }} asked={{ ...narrowed, sort }} what={title} /> : <TableFile of="/api/v1/findings/table" blanks={{}} asked={{ ...narrowed, sort }} what={title} />}
            <Button variant="tertiary" onClick={() => void navigator.clipboard.writeText(window.location.href).then(() => toasts.say(t('action.link-copied')))}>{t('action.copy-link')}</Button>
          </>
        }
      />
      <Filters org={org} filter={filter} go={go} input={input} onDown={down} />
      {old && <p className="alert stale" role="status">{t('findings.old')} <button type="button" className="toggle" onClick={() => { setOld(false); window.scrollTo(0, 0); void queries.resetQueries({ queryKey: ['findings', org, 'list'] }) }}>{t('findings.old.renew')}</button></p>}
      {group ? (
        <Groups by={group} one={org !== null} problem={counts.error} groups={counts.data?.items} asked={counting as Record<string, string>} onChoose={(value) => set({ group: undefined, [group]: value })} />
      ) : (
        <section className="panel spaced" aria-label={t('findings.list')} aria-busy={list.isPlaceholderData}>
          {list.isPending && <Bones />}
          {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
          {list.data && items.length === 0 && (
            <Empty title={filtered ? t('findings.none-fit') : t('findings.none')}>
              {filtered ? <p><Button onClick={clear}>{t('findings.clear')}</Button></p> : <p className="dim">{t('findings.none.next')}</p>}
            </Empty>
          )}
          {items.length > 0 && (
            <FindingsTable items={items} total={total ?? items.length} more={hasNextPage && !list.isPlaceholderData} onMore={more} sort={sort} onSort={sortBy} chosen={chosen} onTick={tick} onAll={all} oneOrganisation={org !== null} keys={keys} />
          )}
          <footer className="wide"><button type="button" className="toggle" onClick={() => setHelping(true)}>{t('keys.title')} <kbd>?</kbd></button></footer>
        </section>
      )}
      <Selection chosen={chosen} total={Math.min(total ?? 0, mostChosen)} onClear={() => setChosen(none)} onAll={hasNextPage ? () => void gather() : null} gathering={gathering} onLeft={() => setOld(true)} />
      <KeysDialog open={helping} onClose={() => setHelping(false)} />
    </>
  )
}

function Groups({ by, one: ofOne, groups, asked, problem, onChoose }: { by: NonNullable<Filter['group']>; one: boolean; groups: Schemas['FindingGroup'][] | undefined; asked: Record<string, string>; problem: unknown; onChoose: (key: string) => void }) {
  const { t, number } = useText()
  const checks = useQuery({ ...checksQuery, enabled: by === 'check' })
  const [sort, setSort] = useState<GroupSort>('severity')
  const severities = useMemo(() => new Map(checks.data?.items.map((one) => [one.id, one.severity])), [checks.data])
  const words = (one: Schemas['FindingGroup']) => (by === 'severity' ? t(`severity.${one.key}`) : by === 'state' ? t(`finding-state.${one.key}`) : by === 'area' ? t(`area.${one.key}`) : one.title || one.key || t('findings.nobody'))
  const most = Math.max(1, ...(groups ?? []).map((one) => one.findings))
  const ofOthers = by === 'organisation' || by === 'supplier'
  const shown = by === 'check' ? sortedGroups(groups ?? [], severities, sort) : (groups ?? [])
  const head = (one: GroupSort, text: string) => (by === 'check' ? <button type="button" onClick={() => setSort(one)}>{text}{sort === one ? ' ↓' : ''}</button> : text)
  const sorted = (one: GroupSort) => (by === 'check' && sort === one ? { 'aria-sort': 'descending' as const } : {})
  return (
    <section className="panel spaced" aria-label={t('findings.groups')}>
      {by === 'supplier' && <p className="dim read">{t('group.supplier.note')}</p>}
      {!groups && !problem && <Bones />}
      {problem !== null && <Failed problem={problem} />}
      {groups?.length === 0 && <Empty title={by === 'supplier' ? t('group.supplier.none') : t('findings.none-fit')} />}
      {groups && groups.length > 0 && (
        <div className="scroll">
          <p><TableFile of="/api/v1/findings/groups/table" blanks={{}} asked={asked} what={t('findings.groups')} /></p>
          <table className="t">
            <thead><tr><th>{t(`group.${by}`)}</th>{by === 'check' && <th className="wide" {...sorted('severity')}>{head('severity', t('table.severity'))}</th>}<th className="wide" aria-label={t('table.share')} /><th className="right" {...sorted('findings')}>{head('findings', t('table.findings'))}</th>{!ofOthers && !ofOne && <th className="right wide">{t('table.organisations')}</th>}<th className="right" {...sorted('overdue')}>{head('overdue', t('table.overdue'))}</th></tr></thead>
            <tbody>
              {shown.map((one) => (
                <tr key={one.key}>
                  <th scope="row">{ofOthers ? <Link to="/virksomhet/$org/funn" params={{ org: one.key }} search={filterFrom(asked)}>{words(one)}</Link> : <button type="button" className="toggle left" onClick={() => onChoose(one.key || 'none')}>{words(one)}</button>}{by === 'check' && <span className="under mono">{one.key}</span>}{by === 'check' && severities.has(one.key) && <span className="under phone"><Severity of={severities.get(one.key)!} /></span>}</th>
                  {by === 'check' && <td className="wide">{severities.has(one.key) ? <Severity of={severities.get(one.key)!} /> : '–'}</td>}
                  <td className="wide"><svg width="120" height="8" aria-hidden="true"><rect width={Math.max(1, (one.findings / most) * 120)} height="8" rx="1" fill="var(--severity-2)" /></svg></td>
                  <td className="right number">{number(one.findings)}</td>
                  {!ofOthers && !ofOne && <td className="right number wide">{number(one.organisations)}</td>}
                  <td className="right number">{one.overdue ? <span className="late">⚑ {number(one.overdue)}</span> : <span className="dim">0</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText()
  const rows = [
    [['j', 'k', '↓', '↑'], t('keys.move')],
    [['Enter'], t('keys.open')],
    [['Space', 'x'], t('keys.choose')],
    [['Shift', 'Space'], t('keys.range')],
    [['Esc'], t('keys.none')],
    [['/'], t('keys.filter')],
    [['Ctrl', 'K'], t('keys.search')],
    [['?'], t('keys.help')],
  ] as const
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')}>
      <table className="t">
        <tbody>{rows.map(([names, words]) => <tr key={words}><td className="keep">{names.map((name) => <span key={name}><kbd>{name}</kbd> </span>)}</td><th scope="row">{words}</th></tr>)}</tbody>
      </table>
      <br />
      <Button onClick={onClose}>{t('action.close')}</Button>
    </Dialog>
  )
}

