// What the pages of administration and alerts share: a form that says which field is wrong, what is shown once, a question
// before what cannot be undone, and a field that finds an organisation.
import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState, type ReactNode, type SelectHTMLAttributes, type SyntheticEvent } from 'react'
import { api, must, Problem } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Button, Dialog, Failed, Mark } from '~/parts/basic'
import './admin.css'

/** What a form does, with its refusal at the field that it is about, and the focus there; what is about no field of the
 *  form is shown as a whole. `fields` are the members that the form has. */
export function useForm(fields: readonly string[]) {
  const { language } = useText()
  const form = useRef<HTMLFormElement>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const said = problem instanceof Problem ? (problem.field ?? '').replace(/^\//, '').split('/')[0]! : ''
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [problem])
  return {
    form,
    busy,
    clear: () => setProblem(null),
    send: (work: () => Promise<unknown>) => async (event?: SyntheticEvent) => {
      event?.preventDefault()
      setBusy(true)
      setProblem(null)
      try {
        await work()
      } catch (refused) {
        setProblem(refused)
      } finally {
        setBusy(false)
      }
    },
    /** The fault of a field: in the reader's language where the page has words for it, else in the service's. */
    fault: (field: string, own?: string, both = false): string | null => {
      if (said !== field || !(problem instanceof Problem)) return null
      return own && language !== 'en' ? (both ? `${own} (${problem.detail})` : own) : problem.detail
    },
    rest: problem !== null && !(said && fields.includes(said)) ? <Failed problem={problem} /> : null,
  }
}

/** A choice with a hint and a fault. */
export function Pick({ label, hint, fault, options, onPick, ...rest }: Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> & { label: string; hint?: ReactNode; fault?: string | null; options: { value: string; label: string }[]; onPick: (value: string) => void }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && <span className="hint" id={`${id}-hint`}>{hint}</span>}
      <select id={id} className="input ds-input" aria-invalid={fault ? true : undefined} aria-describedby={`${hint ? `${id}-hint` : ''} ${fault ? `${id}-fault` : ''}`.trim() || undefined} onChange={(event) => onPick(event.target.value)} {...rest}>
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
      {fault && <span className="fault" id={`${id}-fault`}>{fault}</span>}
    </div>
  )
}

/** What the service tells this one time, with a button that copies it. */
export function Once({ lead, value, label }: { lead: ReactNode; value: string; label: string }) {
  const { t } = useText()
  const toasts = useToasts()
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  const copy = () => {
    field.current?.select()
    navigator.clipboard.writeText(value).then(() => toasts.say(t('once.copied')), () => toasts.say(t('once.copy-by-hand')))
  }
  return (
    <div className="once">
      <p>{lead}</p>
      <label className="unseen" htmlFor={id}>{label}</label>
      <div className="row">
        <input id={id} ref={field} className="input ds-input mono" readOnly value={value} onFocus={(event) => event.target.select()} />
        <Button variant="primary" onClick={copy}>{t('once.copy')}</Button>
      </div>
    </div>
  )
}

/** Asks before what cannot be undone. With `reasonLabel` the answer needs a reason. */
export function Confirm({ open, title, lead, action, reasonLabel, onDo, onClose }: { open: boolean; title: string; lead: ReactNode; action: string; reasonLabel?: string; onDo: (reason: string) => Promise<unknown>; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <Confirming lead={lead} action={action} {...(reasonLabel ? { reasonLabel } : {})} onDo={onDo} onClose={onClose} />
    </Dialog>
  )
}

function Confirming({ lead, action, reasonLabel, onDo, onClose }: { lead: ReactNode; action: string; reasonLabel?: string; onDo: (reason: string) => Promise<unknown>; onClose: () => void }) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const { form, busy, send, fault, rest } = useForm(['reason'])
  const id = useId()
  const wrong = fault('reason')
  return (
    <form ref={form} onSubmit={send(async () => { await onDo(reason.trim()); onClose() })}>
      <div className="stack">
        <div>{lead}</div>
        {reasonLabel && (
          <div className="field">
            <label htmlFor={id}>{reasonLabel}</label>
            <textarea id={id} className="input ds-input" required maxLength={2000} autoFocus value={reason} aria-invalid={wrong ? true : undefined} onChange={(event) => setReason(event.target.value)} />
            {wrong && <span className="fault">{wrong}</span>}
          </div>
        )}
        {rest}
        <div className="row">
          <Button type="submit" variant="primary" disabled={busy}>{action}</Button>
          <Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button>
        </div>
      </div>
    </form>
  )
}

export interface Named {
  id: string
  name: string
}

/** Finds an organisation by name, number or domain. Arrow keys and Enter choose; what is chosen can be taken away. */
export function OrganisationPicker({ label, hint, value, onChange, fault }: { label: string; hint?: ReactNode; value: Named | null; onChange: (value: Named | null) => void; fault?: string | null }) {
  const { t, score } = useText()
  const id = useId()
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  const [at, setAt] = useState(0)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), 150)
    return () => clearTimeout(timer)
  }, [text])
  const found = useQuery({
    queryKey: ['search', 'organisations', asked],
    queryFn: () => must(api.GET('/api/v1/organisations', { params: { query: { limit: 8, q: asked } } })),
    enabled: asked !== '',
    placeholderData: (before) => before,
  })
  const hits = text.trim() ? (found.data?.items ?? []) : []
  const chosen = Math.max(0, Math.min(at, hits.length - 1))
  const choose = (one: Named | undefined) => {
    if (!one) return
    onChange({ id: one.id, name: one.name })
    setText('')
  }
  const described = `${hint ? `${id}-hint` : ''} ${fault ? `${id}-fault` : ''}`.trim()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && <span className="hint" id={`${id}-hint`}>{hint}</span>}
      {value ? (
        <div className="row">
          <span className="tag">{value.name}</span>
          <Button id={id} tight variant="tertiary" onClick={() => onChange(null)}>{t('picker.other')}</Button>
        </div>
      ) : (
        <>
          <input
            id={id}
            className="input ds-input"
            role="combobox"
            autoComplete="off"
            aria-expanded={hits.length > 0}
            aria-autocomplete="list"
            {...(hits.length > 0 ? { 'aria-controls': `${id}-list`, 'aria-activedescendant': `${id}-${chosen}` } : {})}
            aria-invalid={fault ? true : undefined}
            aria-describedby={described || undefined}
            placeholder={t('picker.placeholder')}
            value={text}
            onChange={(event) => { setText(event.target.value); setAt(0) }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') { event.preventDefault(); setAt(Math.min(chosen + 1, hits.length - 1)) }
              if (event.key === 'ArrowUp') { event.preventDefault(); setAt(Math.max(chosen - 1, 0)) }
              if (event.key === 'Enter' && text.trim()) { event.preventDefault(); choose(hits[chosen]) }
              if (event.key === 'Escape' && text) { event.preventDefault(); event.stopPropagation(); setText('') }
            }}
          />
          {hits.length > 0 && (
            <ul className="found picks" role="listbox" id={`${id}-list`} aria-label={t('search.hits')}>
              {hits.map((one, i) => (
                <li key={one.id} id={`${id}-${i}`} role="option" aria-selected={i === chosen} onMouseMove={() => setAt(i)} onClick={() => choose(one)}>
                  {one.score && <Mark grade={one.score.grade} />}
                  <span>{one.name}<span className="under">{[one.number_shown, one.score ? score(one.score.score_cp) : t('picker.not-measured')].filter(Boolean).join(' · ')}</span></span>
                </li>
              ))}
            </ul>
          )}
          {asked !== '' && text.trim() !== '' && found.data && hits.length === 0 && !found.isFetching && <span className="hint" role="status">{t('picker.none')}</span>}
        </>
      )}
      {fault && <span className="fault" id={`${id}-fault`}>{fault}</span>}
    </div>
  )
}

/** The name of an organisation, for those who may see it; otherwise its id as it stands. */
export function OrganisationName({ id, plain }: { id: string; plain?: boolean }) {
  const known = useQuery({
    queryKey: ['organisation', id],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}', { params: { path: { organisation: id } } })),
    staleTime: 600_000,
    retry: false,
  })
  if (!known.data) return <span className="mono">{id}</span>
  return plain ? <>{known.data.name}</> : <Link to="/virksomhet/$org" params={{ org: id }}>{known.data.name}</Link>
}

export interface SectionLink {
  to: string
  label: string
}

/** The sub-addresses of a page, as links; the one that is read is marked. */
export function Sections({ label, links }: { label: string; links: SectionLink[] }) {
  const path = useRouterState({ select: (state) => state.location.pathname.replace(/\/$/, '') })
  const row = useRef<HTMLElement>(null)
  // Where the row is wider than the screen, the one that is read is seen.
  useEffect(() => {
    const here = row.current?.querySelector<HTMLElement>('[aria-current]')
    if (row.current && here) row.current.scrollLeft = here.offsetLeft - (row.current.clientWidth - here.offsetWidth) / 2
  }, [path])
  return (
    <nav ref={row} className="sections" aria-label={label}>
      {links.map((one) => (
        <Link key={one.to} to={one.to as '/'} activeOptions={{ exact: true }} {...(path === one.to || path.startsWith(`${one.to}/`) ? { 'aria-current': 'page' as const } : {})}>{one.label}</Link>
      ))}
    </nav>
  )
}

/** A day and an hour where the reader is, as the service writes time. */
export function instant(day: string, clock: string): string {
  return `${new Date(`${day}T${clock}`).toISOString().slice(0, 19)}Z`
}

/** The day that a time falls on where the reader is, for a date field. */
export function dayOf(time: string): string {
  const at = new Date(time)
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`
}

/** Days from now as a date, for a date field. */
export function inDays(days: number): string {
  return dayOf(new Date(Date.now() + days * 86_400_000).toISOString())
}
