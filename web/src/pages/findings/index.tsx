// What is wrong, where, since when? A table first: filter, sort, group, act on many, keep the filter, take it along.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api, may, must, onceKey, Problem, type Finding, type Schemas } from '~/app/api'
import { useEvents } from '~/app/events'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { daysBetween } from '~/format/format'
import { Bones, Button, Dialog, Empty, Failed, PageHead, Select, Severity, TextField } from '~/parts/basic'
import { saveAs, useOrganisation } from '../common'
import { areas, cell, filterFrom, filterFromKept, groupings, keptFrom, queryOf, severityNames, sorts, states, toggled, type Filter } from './filter'
import { TreatDialog, type TreatmentKind } from './treat'

export function OrganisationFindings() {
  const { org } = useParams({ strict: false })
  const { t } = useText()
  const organisation = useOrganisation(org!)
  return <Findings org={org!} title={t('findings.of', { name: organisation.data?.name ?? '…' })} />
}

export function AllFindings() {
  const { t } = useText()
  return <Findings org={null} title={t('findings.all')} />
}

function useFilter() {
  const search = useSearch({ strict: false })
  const filter = useMemo(() => filterFrom(search), [search])
  const navigate = useNavigate()
  const set = useCallback((change: { [name in keyof Filter]?: Filter[name] | undefined }) => {
    const next = filterFrom({ ...filter, ...change })
    void navigate({ to: '.', search: next, replace: true, resetScroll: false })
  }, [filter, navigate])
  return { filter, set, clear: () => void navigate({ to: '.', search: {}, replace: true }) }
}

const key = (finding: Finding) => `${finding.organisation} ${finding.id}`

function Findings({ org, title }: { org: string | null; title: string }) {
  const { t, language, number, date } = useText()
  const me = useMe()
  const queries = useQueryClient()
  const toasts = useToasts()
  const { filter, set, clear } = useFilter()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [at, setAt] = useState(-1)
  const [treating, setTreating] = useState<TreatmentKind | null>(null)
  const [text, setText] = useState(filter.text ?? '')
  const [keeping, setKeeping] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const rows = useRef<HTMLTableSectionElement>(null)
  const navigate = useNavigate()
  const sort = filter.sort ?? 'worst'

  const asked = queryOf(filter)
  const ask = (limit: number, cursor: string | null) => {
    const query = { ...asked, sort, limit, lang: language, ...(cursor ? { cursor } : {}) }
    return org
      ? must(api.GET('/api/v1/organisations/{organisation}/findings', { params: { path: { organisation: org }, query } }))
      : must(api.GET('/api/v1/findings', { params: { query } }))
  }
  const list = useInfiniteQuery({
    queryKey: ['findings', org, 'list', asked, sort, language],
    queryFn: ({ pageParam }) => ask(100, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  })
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const counts = useQuery({
    queryKey: ['findings', org, 'groups', filter.group ?? 'severity', asked, language],
    queryFn: () => must(api.GET('/api/v1/findings/groups', { params: { query: { by: filter.group ?? 'severity', ...asked, ...(org ? { organisation: org } : {}), lang: language } } })),
  })
  const total = counts.data?.items.reduce((sum, group) => sum + group.findings, 0)
  useEvents(org, (event) => { if (/^(finding-|measured|treatment-|assigned)/.test(event.kind)) void queries.invalidateQueries({ queryKey: ['findings', org] }) })

  useEffect(() => { setText(filter.text ?? '') }, [filter.text])
  useEffect(() => {
    if (text === (filter.text ?? '')) return
    const timer = setTimeout(() => set({ text: text || undefined }), 250)
    return () => clearTimeout(timer)
  }, [text, filter.text, set])

  const acted = useMutation({
    mutationFn: (action: Omit<Schemas['FindingAction'], 'items' | 'filter'>) =>
      must(api.POST('/api/v1/findings/actions', {
        params: { header: { 'Idempotency-Key': onceKey() } },
        body: { ...action, items: items.filter((one) => chosen.has(key(one))).map((one) => ({ organisation: one.organisation, finding: one.id })) },
      })),
    onSuccess: async (outcome) => {
      setTreating(null)
      setChosen(new Set())
      await queries.invalidateQueries({ queryKey: ['findings'] })
      const refused = outcome.items.find((one) => !one.done)
      toasts.say(refused ? t('findings.acted-some', { done: outcome.done, refused: outcome.refused, why: refused.detail ?? refused.problem ?? '' }) : t('findings.acted', { count: outcome.done }))
    },
    onError: toasts.fail,
  })
  const saved = useQuery({ queryKey: ['saved-filters'], queryFn: () => must(api.GET('/api/v1/saved-filters')) })
  const exporting = useMutation({
    mutationFn: async () => {
      const all: Finding[] = []
      let cursor: string | null = null
      do {
        const page: Schemas['FindingList'] = await ask(500, cursor)
        all.push(...page.items)
        cursor = page.next
      } while (cursor && all.length < 100_000)
      const heads = ['id', 'organisation', 'asset', 'check', 'title', 'severity', 'state', 'reason', 'first_seen', 'last_seen', 'due', 'assignee']
      const lines = all.map((one) => [one.id, one.organisation_name, one.asset, one.check, one.title, t(`severity.${one.severity}`), t(`finding-state.${one.state}`), one.reason_text, one.first_seen, one.last_seen, one.due, one.assignee?.name ?? ''].map(cell).join(';'))
      saveAs('utsyn-funn.csv', 'text/csv;charset=utf-8', `\ufeff${heads.join(';')}\r\n${lines.join('\r\n')}\r\n`)
    },
    onError: toasts.fail,
  })

  // j and k walk the rows, x ticks one, Enter opens it, / goes to the filter.
  const onKey = (event: React.KeyboardEvent) => {
    if ((event.target as HTMLElement).closest('input:not([type=checkbox]), select, textarea') || event.ctrlKey || event.metaKey || event.altKey) return
    const focus = (next: number) => {
      const inside = Math.max(0, Math.min(items.length - 1, next))
      setAt(inside)
      rows.current?.querySelectorAll('tr')[inside]?.querySelector<HTMLElement>('a')?.focus()
    }
    if (event.key === 'j') focus(at + 1)
    else if (event.key === 'k') focus(at - 1)
    else if (event.key === '/') { event.preventDefault(); input.current?.focus() }
    else if (event.key === 'x' && items[at]) tick(items[at])
  }
  const tick = (finding: Finding) => setChosen((before) => {
    const next = new Set(before)
    if (!next.delete(key(finding))) next.add(key(finding))
    return next
  })
  const filtered = Object.keys(asked).length > 0
  const allTicked = items.length > 0 && items.every((one) => chosen.has(key(one)))

  return (
    <div onKeyDown={onKey}>
      <PageHead
        title={title}
        meta={<span>{total === undefined ? '…' : t('findings.count', { count: number(total) })}</span>}
        acts={
          <>
            <Button onClick={() => exporting.mutate()} disabled={exporting.isPending}>{t('findings.export')}</Button>
            <Button variant="tertiary" onClick={() => void navigator.clipboard.writeText(window.location.href).then(() => toasts.say(t('action.link-copied')))}>{t('action.copy-link')}</Button>
          </>
        }
      />
      <section className="panel" aria-label={t('findings.filter')}>
        <div className="stack">
          <div className="row">
            <div className="field">
              <label className="unseen" htmlFor="findings-text">{t('findings.text')}</label>
              <input id="findings-text" ref={input} className="input ds-input" type="search" placeholder={t('findings.text')} value={text} onChange={(event) => setText(event.target.value)} />
            </div>
            <Select hidden label={t('findings.state')} value={filter.state ?? ''} onChange={(state) => set({ state: state || undefined })} options={[{ value: '', label: t('findings.state.unfixed') }, ...states.map((one) => ({ value: one as string, label: t(`finding-state.${one}`) }))]} />
            <Select hidden label={t('findings.area')} value={filter.area ?? ''} onChange={(area) => set({ area: area || undefined })} options={[{ value: '', label: t('findings.area.all') }, ...areas.map((one) => ({ value: one as string, label: t(`area.${one}`) }))]} />
            <Select hidden label={t('findings.sort')} value={sort} onChange={(one) => set({ sort: one })} options={sorts.map((one) => ({ value: one, label: t(`sort.${one}`) }))} />
            <Select hidden label={t('findings.group')} value={filter.group ?? ''} onChange={(one) => set({ group: (one || undefined) as Filter['group'] })} options={[{ value: '', label: t('findings.group.none') }, ...groupings.filter((one) => one !== 'organisation' || !org).map((one) => ({ value: one as string, label: t(`group.${one}`) }))]} />
          </div>
          <div className="chips">
            {severityNames.map((one) => <button key={one} type="button" className="chip" aria-pressed={filter.severity?.split(',').includes(one) ?? false} onClick={() => set({ severity: toggled(filter.severity, one) })}>{t(`severity.${one}`)}</button>)}
            <button type="button" className="chip" aria-pressed={filter.overdue === true} onClick={() => set({ overdue: filter.overdue ? undefined : true })}>{t('findings.overdue')}</button>
            <button type="button" className="chip" aria-pressed={filter.assignee === 'me'} onClick={() => set({ assignee: filter.assignee === 'me' ? undefined : 'me' })}>{t('findings.mine')}</button>
            <button type="button" className="chip" aria-pressed={filter.assignee === 'none'} onClick={() => set({ assignee: filter.assignee === 'none' ? undefined : 'none' })}>{t('findings.nobody')}</button>
            {filter.check && <button type="button" className="chip" aria-pressed onClick={() => set({ check: undefined })}><span className="mono">{filter.check}</span> ×<span className="unseen">{t('findings.drop')}</span></button>}
            {filter.asset && <button type="button" className="chip" aria-pressed onClick={() => set({ asset: undefined })}>{filter.asset} ×<span className="unseen">{t('findings.drop')}</span></button>}
            {filtered && <Button tight variant="tertiary" onClick={clear}>{t('findings.clear')}</Button>}
            <span className="end row">
              {(saved.data?.items.length ?? 0) > 0 && (
                <Select hidden label={t('findings.saved')} value="" onChange={(id) => { const one = saved.data?.items.find((s) => s.id === id); if (one) void navigate({ to: '.', search: filterFromKept(one.filter) }) }} options={[{ value: '', label: t('findings.saved') }, ...(saved.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))]} />
              )}
              <Button tight onClick={() => setKeeping(true)} disabled={!filtered}>{t('findings.keep')}</Button>
            </span>
          </div>
        </div>
      </section>
      <br />
      {filter.group && counts.data && <Groups by={filter.group} groups={counts.data.items} onChoose={(value) => set({ group: undefined, ...(filter.group === 'organisation' ? {} : { [filter.group!]: value }) })} />}
      {!filter.group && (
        <section className="panel" aria-label={t('findings.list')}>
          {list.isPending && <Bones />}
          {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
          {list.data && items.length === 0 && (
            <Empty title={filtered ? t('findings.none-fit') : t('findings.none')}>
              {filtered ? <p><Button onClick={clear}>{t('findings.clear')}</Button></p> : <p className="dim">{t('findings.none.next')}</p>}
            </Empty>
          )}
          {items.length > 0 && (
            <div className="scroll">
              <table className="t">
                <caption className="unseen">{t('findings.caption')}</caption>
                <thead>
                  <tr>
                    <th className="tick"><input type="checkbox" aria-label={t('findings.tick-all')} checked={allTicked} onChange={() => setChosen(allTicked ? new Set() : new Set(items.map(key)))} /></th>
                    <th>{t('table.finding')}</th>
                    <Sortable className="wide" name="asset" now={sort} onSort={(one) => set({ sort: one })}>{t('table.asset')}</Sortable>
                    <Sortable name="worst" now={sort} onSort={(one) => set({ sort: one })}>{t('table.severity')}</Sortable>
                    <th className="wide">{t('table.state')}</th>
                    <Sortable name="due" now={sort} onSort={(one) => set({ sort: one })}>{t('table.due')}</Sortable>
                    <th className="wide">{t('table.assignee')}</th>
                    <Sortable className="wide" name="oldest" now={sort} onSort={(one) => set({ sort: one })}>{t('table.first-seen')}</Sortable>
                  </tr>
                </thead>
                <tbody ref={rows}>
                  {items.map((finding, i) => (
                    <tr key={key(finding)} aria-selected={chosen.has(key(finding))}>
                      <td className="tick"><input type="checkbox" aria-label={t('findings.tick', { title: finding.title, asset: finding.asset })} checked={chosen.has(key(finding))} onChange={() => tick(finding)} /></td>
                      <th scope="row">
                        <Link to="/virksomhet/$org/funn/$finding" params={{ org: finding.organisation, finding: finding.id }} onFocus={() => setAt(i)}>{(finding.reason_text || finding.title).replace(/\.$/, '')}</Link>
                        <span className="under phone mono">{finding.asset}</span>
                        <span className="under">{org ? finding.title : `${finding.organisation_name} · ${finding.title}`}</span>
                      </th>
                      <td className="mono wide">{finding.asset}</td>
                      <td><Severity of={finding.severity} /></td>
                      <td className="wide">{finding.state === 'open' ? <span className="dim">{t('finding-state.open')}</span> : <span className="tag">{t(`finding-state.${finding.state}`)}</span>}{finding.unseen && <> <span className="tag warn">{t('finding.unseen')}</span></>}</td>
                      <td className="number"><Due finding={finding} /></td>
                      <td className="wide">{finding.assignee?.name ?? <span className="dim">–</span>}</td>
                      <td className="number wide">{date(finding.first_seen)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {list.hasNextPage && <p><br /><Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>{t('findings.more', { shown: number(items.length), total: number(total ?? items.length) })}</Button></p>}
          <footer className="wide">{t('findings.keys')}</footer>
        </section>
      )}
      {chosen.size > 0 && (
        <div className="selection" role="region" aria-label={t('findings.selection')}>
          <span className="strong">{t('findings.chosen', { count: chosen.size })}</span>
          {may(me, 'follow_up') && (
            <>
              <Button tight disabled={acted.isPending} onClick={() => acted.mutate({ action: 'assign', work: { assignee: me!.id } })}>{t('findings.assign-me')}</Button>
              <Button tight disabled={acted.isPending} onClick={() => acted.mutate({ action: 'assign', work: { assignee: null } })}>{t('findings.assign-none')}</Button>
              <Button tight onClick={() => setTreating('acceptance')}>{t('finding.accept')}</Button>
              <Button tight onClick={() => setTreating('dispute')}>{t('finding.dispute')}</Button>
            </>
          )}
          {may(me, 'recheck') && <Button tight disabled={acted.isPending} onClick={() => acted.mutate({ action: 'recheck' })}>{t('finding.recheck')}</Button>}
          <Button tight variant="tertiary" className="end" onClick={() => setChosen(new Set())}>{t('findings.unchoose')}</Button>
        </div>
      )}
      <TreatDialog kind={treating} count={chosen.size} owner={me?.name ?? ''} busy={acted.isPending} onClose={() => setTreating(null)} onSend={(treatment) => acted.mutate({ action: 'treat', treatment })} />
      <KeepDialog open={keeping} onClose={() => setKeeping(false)} filter={keptFrom(filter, org)} />
    </div>
  )
}

function Sortable({ name, now, onSort, children, className = '' }: { name: (typeof sorts)[number]; now: string; onSort: (name: (typeof sorts)[number]) => void; children: React.ReactNode; className?: string }) {
  const on = now === name
  return (
    <th className={className} {...(on ? { 'aria-sort': name === 'worst' ? ('descending' as const) : ('ascending' as const) } : {})}>
      <button type="button" onClick={() => onSort(name)}>{children}{on ? ' ↓' : ''}</button>
    </th>
  )
}

export function Due({ finding }: { finding: Finding }) {
  const { t, date } = useText()
  if (finding.state === 'fixed') return <span className="dim">–</span>
  const days = daysBetween(new Date(), finding.due)
  if (finding.overdue) return <span className="late">⚑ {t('finding.days-over', { count: Math.max(1, -days) })}</span>
  return days <= 60 ? <>{t('finding.days-left', { count: days })}</> : <>{date(finding.due)}</>
}

function Groups({ by, groups, onChoose }: { by: NonNullable<Filter['group']>; groups: Schemas['FindingGroup'][]; onChoose: (key: string) => void }) {
  const { t, number } = useText()
  const words = (group: Schemas['FindingGroup']) => (by === 'severity' ? t(`severity.${group.key}`) : by === 'state' ? t(`finding-state.${group.key}`) : by === 'area' ? t(`area.${group.key}`) : group.title || group.key || t('findings.nobody'))
  return (
    <section className="panel" aria-label={t('findings.groups')}>
      {groups.length === 0 && <Empty title={t('findings.none-fit')} />}
      {groups.length > 0 && (
        <div className="scroll">
          <table className="t">
            <thead><tr><th>{t(`group.${by}`)}</th><th className="right">{t('table.findings')}</th><th className="right">{t('table.organisations')}</th><th className="right">{t('table.overdue')}</th></tr></thead>
            <tbody>
              {groups.map((group) => (
                <tr key={group.key}>
                  <th scope="row">{by === 'organisation' ? <Link to="/virksomhet/$org/funn" params={{ org: group.key }} search={{}}>{words(group)}</Link> : <button type="button" className="toggle" onClick={() => onChoose(group.key || 'none')}>{words(group)}</button>}{by === 'check' && <span className="under mono">{group.key}</span>}</th>
                  <td className="right number">{number(group.findings)}</td>
                  <td className="right number">{number(group.organisations)}</td>
                  <td className="right number">{group.overdue ? <span className="late">⚑ {number(group.overdue)}</span> : <span className="dim">0</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function KeepDialog({ open, onClose, filter }: { open: boolean; onClose: () => void; filter: Schemas['FindingFilter'] }) {
  const { t } = useText()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const keep = useMutation({
    mutationFn: () => must(api.POST('/api/v1/saved-filters', { params: { header: { 'Idempotency-Key': onceKey() } }, body: { name: name.trim(), filter } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['saved-filters'] })
      setName('')
      onClose()
    },
  })
  return (
    <Dialog open={open} onClose={onClose} title={t('findings.keep')}>
      <form onSubmit={(event) => { event.preventDefault(); keep.mutate() }}>
        <TextField label={t('findings.keep.name')} required autoFocus maxLength={200} value={name} onChange={(event) => setName(event.target.value)} fault={keep.error instanceof Problem ? keep.error.detail : null} />
        <div className="row"><Button type="submit" variant="primary" disabled={keep.isPending}>{t('action.save')}</Button><Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
