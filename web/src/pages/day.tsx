// Days in forms: the browser's own field, and beside it the date as the language writes it, since the field follows the
// browser's language. A period is known by its last day; the service keeps the second after it.
import { useId, type InputHTMLAttributes, type ReactNode } from 'react'
import { useText } from '~/app/language'
import { dayOf } from '~/parts/form'
import './day.css'

export function DayField({ label, hint, fault, hidden, value, onDay, ...rest }: Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange' | 'type' | 'hidden'> & { label: string; hint?: ReactNode; fault?: string | null; hidden?: boolean; value: string; onDay: (day: string) => void }) {
  const { date } = useText()
  const id = useId()
  return (
    <div className="field day-field">
      <label htmlFor={id} className={hidden ? 'unseen' : ''}>{label}</label>
      {hint && <span className="hint" id={`${id}-hint`}>{hint}</span>}
      <div className="row">
        <input id={id} type="date" className="input ds-input" aria-invalid={fault ? true : undefined} aria-describedby={`${hint ? `${id}-hint` : ''} ${fault ? `${id}-fault` : ''}`.trim() || undefined} value={value} onChange={(event) => onDay(event.target.value)} {...rest} />
        {value && <span className="small dim number">{date(value)}</span>}
      </div>
      {fault && <span className="fault" id={`${id}-fault`}>{fault}</span>}
    </div>
  )
}

/** The day after, for what ends before a time. */
export function dayAfter(day: string): string {
  const at = new Date(`${day}T12:00:00`)
  at.setDate(at.getDate() + 1)
  return dayOf(at.toISOString())
}

/** The last second of a period that ends before this one. */
export function lastDay(until: string): string {
  return new Date(new Date(until).getTime() - 1000).toISOString()
}
