// How a finding is put right on the platforms there are: what to write where, with the name of the host in it, as tabs.
// The recipes are data (data/fixes), fetched one at a time; the platform that was chosen last comes first again.
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Button } from './basic'
import './fixes.css'
import { hostOf, recipeOf } from './recipes'

const kept = 'utsyn.platform'

export function Fixes({ check, asset }: { check: string; asset?: string }) {
  const { t, language } = useText()
  const toasts = useToasts()
  const id = useId()
  const [wanted, setWanted] = useState(localStorage.getItem(kept))
  const recipe = useQuery({ queryKey: ['recipe', check], queryFn: () => recipeOf(check), staleTime: Infinity, retry: false }).data
  if (!recipe) return null
  const at = Math.max(0, recipe.platforms.findIndex((one) => one.platform === wanted))
  const shown = recipe.platforms[at]!
  const host = hostOf(asset)
  const filled = (text: string) => text.replaceAll('{host}', host)
  const choose = (to: number, focus: boolean) => {
    const next = recipe.platforms[(to + recipe.platforms.length) % recipe.platforms.length]!
    localStorage.setItem(kept, next.platform)
    setWanted(next.platform)
    if (focus) document.getElementById(`${id}-${next.platform}`)?.focus()
  }
  return (
    <section className="fixes" aria-label={t('fixes.title')}>
      <h3>{t('fixes.title')}</h3>
      <div role="tablist" aria-label={t('fixes.platform')} className="tabs">
        {recipe.platforms.map((one, i) => (
          <button
            key={one.platform}
            id={`${id}-${one.platform}`}
            type="button"
            role="tab"
            aria-selected={i === at}
            aria-controls={`${id}-panel`}
            tabIndex={i === at ? 0 : -1}
            onClick={() => choose(i, false)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowRight') choose(i + 1, true)
              else if (event.key === 'ArrowLeft') choose(i - 1, true)
              else if (event.key === 'Home') choose(0, true)
              else if (event.key === 'End') choose(recipe.platforms.length - 1, true)
              else return
              event.preventDefault()
            }}
          >
            {t(`platform.${one.platform}`)}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown.platform}`} className="stack">
        <p className="read">{filled(shown.words[language])}</p>
        {shown.lines && (
          <div className="lines">
            <pre tabIndex={0}>{filled(shown.lines)}</pre>
            <Button tight onClick={() => void navigator.clipboard.writeText(filled(shown.lines ?? '')).then(() => toasts.say(t('fixes.copied')))}>{t('fixes.copy')}</Button>
          </div>
        )}
        <p className="small dim">{!asset && shown.lines?.includes('{host}') ? t('fixes.check-first.example') : t('fixes.check-first')}</p>
      </div>
    </section>
  )
}
