// What forms share: one that says which field is wrong, what is shown once, a question before what cannot be undone.
import { useEffect, useId, useRef, useState, type ReactNode, type SelectHTMLAttributes, type SyntheticEvent } from 'react'
import { Problem } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Button, Dialog, Failed } from './basic'
import './form.css'

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

/** The end of a form: what was refused as a whole, the button that sends it, and the way out. */
export function FormEnd({ rest, action, busy, onClose }: { rest: ReactNode; action: string; busy: boolean; onClose: () => void }) {
  const { t } = useText()
  return (
    <>
      {rest}
      <div className="row">
        <Button type="submit" variant="primary" disabled={busy}>{action}</Button>
        <Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </>
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
