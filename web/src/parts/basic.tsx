// Small parts that every page is made of.
import { Fragment, useEffect, useId, useRef, type ButtonHTMLAttributes, type InputHTMLAttributes, type ReactNode, type SyntheticEvent, type TextareaHTMLAttributes } from 'react'
import { Link } from '@tanstack/react-router'
import { Problem } from '~/app/api'
import { useText } from '~/app/language'
import type { Grade } from '~/format/format'
import type { HelpTopic } from '~/pages/help/topics'

/** The grade as letter, shape and colour; any one of them is enough. */
export function Mark({ grade, size = 22 }: { grade: Grade; size?: number }) {
  const { t } = useText()
  return (
    <svg className="mark" width={size} height={size} viewBox="-12 -12 24 24" role="img" aria-label={t('grade.label', { grade: grade === 'U' ? t('grade.unrated') : grade })}>
      <GradeShape grade={grade} radius={9.9} />
      <text className={`letter-${grade}`} y={grade === 'F' ? 1.6 : 4.3} fontSize={grade === 'F' ? 10.5 : 12}>{grade}</text>
    </svg>
  )
}

export function GradeShape({ grade, radius: r, x = 0, y = 0 }: { grade: Grade; radius: number; x?: number; y?: number }) {
  const place = x || y ? { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` } : {}
  const path = (points: [number, number][]) => `M${points.map(([a, b]) => `${(a * r).toFixed(2)} ${(b * r).toFixed(2)}`).join('L')}Z`
  const className = `fill-${grade}`
  switch (grade) {
    case 'A': return <circle className={className} r={r * 0.94} {...place} />
    case 'B': return <rect className={className} x={-0.84 * r} y={-0.84 * r} width={1.68 * r} height={1.68 * r} rx={0.22 * r} {...place} />
    case 'C': return <path className={className} d={path([0, 1, 2, 3, 4, 5].map((i) => [1.04 * Math.cos((Math.PI / 3) * i), 1.04 * Math.sin((Math.PI / 3) * i)]))} {...place} />
    case 'D': return <path className={className} d={path([[0, -1.18], [1.18, 0], [0, 1.18], [-1.18, 0]])} {...place} />
    case 'F': return <path className={className} d={path([[-1.14, -0.86], [1.14, -0.86], [0, 1.14]])} {...place} />
    default: return <circle className={className} r={r * 0.92} {...place} />
  }
}

export type SeverityName = 'info' | 'low' | 'medium' | 'high' | 'critical'
const levels: Record<SeverityName, number> = { info: 0, low: 1, medium: 2, high: 3, critical: 4 }

export function Severity({ of }: { of: SeverityName }) {
  const { t } = useText()
  return (
    <span className="severity">
      <svg width="15" height="13" viewBox="0 0 15 13" aria-hidden="true">
        {[0, 1, 2, 3].map((i) => <rect key={i} x={i * 4} y={9 - i * 2.6} width="3" height={4 + i * 2.6} fill={i < levels[of] ? 'var(--ink)' : 'var(--line)'} />)}
      </svg>
      {t(`severity.${of}`)}
    </span>
  )
}

/** The name of a host, with its port or address: when it must break, then after a dot or before what follows the name. */
export function HostName({ of }: { of: string }) {
  return <>{of.split(/(?<=[.,]|\w\/)|(?=:\w)/).map((part, i) => <Fragment key={i}>{i > 0 && <wbr />}{part}</Fragment>)}</>
}

export function Panel({ title, note, end, className = '', footer, children, id }: { title: string; note?: ReactNode; end?: ReactNode; className?: string; footer?: ReactNode; children: ReactNode; id?: string }) {
  const heading = useId()
  return (
    <section className={`panel ${className}`} aria-labelledby={heading} id={id}>
      <header>
        <h2 id={heading}>{title}</h2>
        {note && <p>{note}</p>}
        {end && <div className="end">{end}</div>}
      </header>
      {children}
      {footer && <footer>{footer}</footer>}
    </section>
  )
}

/** The heading of a page; with `help`, a question mark beside it leads to the answer. */
export function PageHead({ title, meta, acts, help }: { title: string; meta?: ReactNode; acts?: ReactNode; help?: HelpTopic }) {
  const { t } = useText()
  useEffect(() => { document.title = `${title} – Utsyn` }, [title])
  return (
    <div className="head">
      <div>
        <div className="headline"><h1 tabIndex={-1}>{title}</h1>{help && <Link to="/hjelp" hash={help} className="ask" aria-label={t('help.about')}>?</Link>}</div>
        {meta && <div className="meta">{meta}</div>}
      </div>
      {acts && <div className="acts">{acts}</div>}
    </div>
  )
}

type Variant = 'primary' | 'secondary' | 'tertiary'
export function Button({ variant = 'secondary', tight, className = '', ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { variant?: Variant; tight?: boolean }) {
  return <button type="button" {...rest} data-variant={variant} className={`ds-button ${tight ? 'tight' : ''} ${className}`} />
}

export function TextField({ label, hint, fault, ...rest }: InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: ReactNode; fault?: string | null | undefined }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && <span className="hint" id={`${id}-hint`}>{hint}</span>}
      <input id={id} className="input ds-input" data-first={rest.autoFocus || undefined} aria-invalid={fault ? true : undefined} aria-describedby={`${hint ? `${id}-hint` : ''} ${fault ? `${id}-fault` : ''}`.trim() || undefined} {...rest} />
      {fault && <span className="fault" id={`${id}-fault`}>{fault}</span>}
    </div>
  )
}

export function TextArea({ label, hint, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement> & { label: string; hint?: ReactNode }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && <span className="hint" id={`${id}-hint`}>{hint}</span>}
      <textarea id={id} className="input ds-input" data-first={rest.autoFocus || undefined} aria-describedby={hint ? `${id}-hint` : undefined} {...rest} />
    </div>
  )
}

export function Select<T extends string>({ label, value, options, onChange, hidden }: { label: string; value: T; options: { value: T; label: string }[]; onChange: (value: T) => void; hidden?: boolean }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id} className={hidden ? 'unseen' : ''}>{label}</label>
      <select id={id} className="input ds-input" value={value} onChange={(event) => onChange(event.target.value as T)}>
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </div>
  )
}

export function Choices<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: { value: T; label: string }[]; onChange: (value: T) => void }) {
  return (
    <div className="choices" role="group" aria-label={label}>
      {options.map((option) => <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => onChange(option.value)}>{option.label}</button>)}
    </div>
  )
}

/** A dialog of the browser: it holds the focus, Escape closes it, and the focus goes back. */
export function Dialog({ open, onClose, title, children, className = '' }: { open: boolean; onClose: () => void; title: string; children: ReactNode; className?: string }) {
  const ref = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const dialog = ref.current
    if (!open || !dialog || dialog.open) return
    const opener = document.activeElement
    dialog.showModal()
    // It begins where one writes; until it was open nothing in it could take the focus.
    dialog.querySelector<HTMLElement>('[data-first]')?.focus()
    // Closed by a button of its own it is gone before the browser could give the focus back.
    return () => {
      const lost = document.activeElement === null || document.activeElement === document.body
      if (lost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    }
  }, [open])
  if (!open) return null
  // The browser tells of a closed dialog when it has the time, perhaps after the next key has opened another.
  const escape = (event: SyntheticEvent) => {
    if (event.target !== ref.current) return
    event.preventDefault()
    ref.current?.close()
    onClose()
  }
  return (
    <dialog ref={ref} className={`sheet ${className}`} aria-labelledby={heading} onCancel={escape} onClose={onClose} onClick={(event) => { if (event.target === ref.current) onClose() }}>
      <div>
        <h2 id={heading}>{title}</h2>
        {children}
      </div>
    </dialog>
  )
}

export function Bones() {
  const { t } = useText()
  return (
    <div aria-busy="true">
      <span className="unseen">{t('state.loading')}</span>
      <div className="bone tall" /><div className="bone" /><div className="bone short" />
    </div>
  )
}

/** What could not be read: which step, why, and what to do next. */
export function Failed({ problem, again }: { problem: unknown; again?: () => void }) {
  const { t } = useText()
  const known = problem instanceof Problem && problem.status > 0 ? problem : null
  return (
    <div className="alert bad" role="alert">
      <p className="strong">{known?.message ?? t('problem.unreachable')}</p>
      <p>{known?.detail ?? t('problem.unreachable.next')}</p>
      <div className="row">
        {again && <Button tight onClick={again}>{t('action.again')}</Button>}
        {known?.instance && <span className="mono">{t('problem.reference')} {known.instance}</span>}
      </div>
    </div>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="stack">
      <p className="strong">{title}</p>
      {children}
    </div>
  )
}

/** The button under a list that goes on. */
export function More({ of }: { of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } }) {
  const { t } = useText()
  return of.hasNextPage && <p className="gap-top"><Button onClick={() => void of.fetchNextPage()} disabled={of.isFetchingNextPage}>{t('admin.more')}</Button></p>
}
