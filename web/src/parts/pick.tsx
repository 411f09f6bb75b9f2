// Finds an organisation by the beginning of its name, its number or a domain, and hands it over.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { api, must, type Organisation } from '~/app/api'
import { useText } from '~/app/language'
import { Mark } from './basic'

export function useCalm<T>(value: T, ms = 200): T {
  const [calm, setCalm] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return calm
}

export function PickOrganisation({ label, hint, kind, without = [], onPick }: { label: string; hint?: string; kind?: Organisation['kind']; without?: readonly string[]; onPick: (one: Organisation) => void }) {
  const { t, score } = useText()
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [open, setOpen] = useState(false)
  const asked = useCalm(text.trim())
  const found = useQuery({
    queryKey: ['pick', asked, kind],
    queryFn: () => must(api.GET('/api/v1/organisations', { params: { query: { limit: 12, ...(asked ? { q: asked } : {}), ...(kind ? { kind: kind as 'supplier' } : {}) } } })),
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
        aria-describedby={hint ? `${id}-hint` : undefined}
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
      {open && asked && found.data && hits.length === 0 && !found.isFetching && <span className="hint" role="status">{t('search.none')}</span>}
    </div>
  )
}
