// Finds an organisation by the beginning of its name, its number or a domain.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useState, type ReactNode } from 'react'
import { api, must, type Organisation } from '~/app/api'
import { useCalm } from '~/app/calm'
import { useText } from '~/app/language'
import { Button, Mark } from './basic'
import './pick.css'

/** A field that hands over what is found. Arrow keys and Enter choose. */
export function PickOrganisation({ label, hint, fault, without = [], onPick }: { label: string; hint?: ReactNode; fault?: string | null; without?: readonly string[]; onPick: (one: Organisation) => void }) {
  const { t, score } = useText()
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [open, setOpen] = useState(false)
  const asked = useCalm(text.trim())
  const found = useQuery({
    queryKey: ['pick', asked],
    queryFn: () => must(api.GET('/api/v1/organisations', { params: { query: { limit: 12, ...(asked ? { q: asked } : {}) } } })),
    enabled: open,
    placeholderData: (before) => before,
  })
  const hits = open ? (found.data?.items ?? []).filter((one) => !without.includes(one.id)) : []
  const chosen = Math.min(at, hits.length - 1)
  const pick = (one: Organisation | undefined) => {
    if (!one) return
    onPick(one)
    setText('')
    setOpen(false)
  }
  return (
    <div className="field pick" onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false) }}>
      <label htmlFor={id}>{label}</label>
      {hint && <span className="hint" id={`${id}-hint`}>{hint}</span>}
      <input
        id={id}
        className="input ds-input"
        role="combobox"
        autoComplete="off"
        aria-expanded={open && hits.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={hits[chosen] ? `${id}-${chosen}` : undefined}
        aria-invalid={fault ? true : undefined}
        aria-describedby={`${hint ? `${id}-hint` : ''} ${fault ? `${id}-fault` : ''}`.trim() || undefined}
        placeholder={t('picker.placeholder')}
        value={text}
        onFocus={() => setOpen(true)}
        onChange={(event) => { setText(event.target.value); setAt(0); setOpen(true) }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') { event.preventDefault(); setOpen(true); setAt(Math.min(chosen + 1, hits.length - 1)) }
          if (event.key === 'ArrowUp') { event.preventDefault(); setAt(Math.max(chosen - 1, 0)) }
          if (event.key === 'Enter' && open && hits.length > 0) { event.preventDefault(); pick(hits[chosen]) }
          if (event.key === 'Escape' && open) { event.preventDefault(); event.stopPropagation(); setOpen(false) }
        }}
      />
      <ul className="found" id={`${id}-list`} role="listbox" aria-label={label} hidden={hits.length === 0}>
        {hits.map((one, i) => (
          <li key={one.id} id={`${id}-${i}`} role="option" aria-selected={i === chosen} onMouseMove={() => setAt(i)} onMouseDown={(event) => { event.preventDefault(); pick(one) }}>
            {one.score && <Mark grade={one.score.grade} />}
            <span>{one.name}<span className="under">{[one.number_shown, one.score ? score(one.score.score_cp) : t('score.not-measured')].filter(Boolean).join(' · ')}</span></span>
          </li>
        ))}
      </ul>
      {open && asked && found.data && hits.length === 0 && !found.isFetching && <span className="hint" role="status">{t('picker.none')}</span>}
      {fault && <span className="fault" id={`${id}-fault`}>{fault}</span>}
    </div>
  )
}

export interface Named {
  id: string
  name: string
}

/** A field that holds what was found; what is chosen can be taken away. */
export function OrganisationPicker({ label, hint, value, onChange, fault }: { label: string; hint?: ReactNode; value: Named | null; onChange: (value: Named | null) => void; fault?: string | null }) {
  const { t } = useText()
  const id = useId()
  if (!value) return <PickOrganisation label={label} hint={hint} fault={fault ?? null} onPick={(one) => onChange({ id: one.id, name: one.name })} />
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && <span className="hint">{hint}</span>}
      <div className="row">
        <span className="tag">{value.name}</span>
        <Button id={id} tight variant="tertiary" onClick={() => onChange(null)}>{t('picker.other')}</Button>
      </div>
      {fault && <span className="fault">{fault}</span>}
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
