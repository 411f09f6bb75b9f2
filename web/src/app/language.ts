// One catalogue is fetched, the one that is read. The choice is kept in the browser, and on the account of who has one.
import i18next from 'i18next'
import { useSyncExternalStore } from 'react'
import * as format from '~/format/format'
import type { Language } from '~/format/format'
import { setApiLanguage } from './api'

const catalogues = {
  nb: () => import('~/texts/nb'),
  nn: () => import('~/texts/nn'),
  en: () => import('~/texts/en'),
}
export const languages = ['nb', 'nn', 'en'] as const
const kept = 'utsyn.language'

export function wanted(): Language {
  const chosen = localStorage.getItem(kept)
  if (chosen === 'nb' || chosen === 'nn' || chosen === 'en') return chosen
  for (const one of navigator.languages) {
    const short = one.slice(0, 2)
    if (short === 'no' || short === 'nb') return 'nb'
    if (short === 'nn' || short === 'en') return short
  }
  return 'nb'
}

const loaded = new Map<Language, Record<string, string>>()

async function load(language: Language): Promise<void> {
  if (loaded.has(language)) return
  const { default: texts } = await catalogues[language]()
  loaded.set(language, texts)
  // As it is: addResourceBundle copies a text at a time.
  if (i18next.store) i18next.store.data[language] = { translation: texts }
}

export async function startLanguage(): Promise<void> {
  const language = wanted()
  setApiLanguage(language)
  document.documentElement.lang = language
  await load(language)
  await i18next.init({ lng: language, resources: { [language]: { translation: loaded.get(language)! } }, keySeparator: false, nsSeparator: false, interpolation: { escapeValue: false } })
}

export async function chooseLanguage(language: Language, keep = true): Promise<void> {
  await load(language)
  if (keep) localStorage.setItem(kept, language)
  setApiLanguage(language)
  document.documentElement.lang = language
  await i18next.changeLanguage(language)
}

/** Whether a language was chosen in this browser; otherwise the account's choice counts. */
export function hasChosen(): boolean {
  return localStorage.getItem(kept) !== null
}

// One set of functions for each language, the same at every drawing: a table asks for them hundreds of times.
function textIn(language: Language) {
  const filled = i18next.getFixedT(language) as (key: string, blanks?: Record<string, string | number>) => string
  const texts = loaded.get(language)
  return {
    // Most texts have no blanks and no plural, and a page has hundreds.
    t: (key: string, blanks?: Record<string, string | number>) => (blanks === undefined ? texts?.[key] : undefined) ?? filled(key, blanks),
    language,
    number: (value: number, decimals = 0) => format.number(value, language, decimals),
    score: (cp: number) => format.score(cp, language),
    points: (cp: number) => format.points(cp, language),
    signed: (cp: number, decimals = 2) => format.signedPoints(cp, language, decimals),
    share: (of10000: number) => format.share(of10000, language),
    date: (time: string) => format.date(time, language),
    dateTime: (time: string) => format.dateTime(time, language),
    work: (minutes: number) => format.work(minutes, language),
  }
}

const made = new Map<Language, ReturnType<typeof textIn>>()

function changes(heard: () => void): () => void {
  i18next.on('languageChanged', heard)
  return () => i18next.off('languageChanged', heard)
}

export function useText() {
  const language = useSyncExternalStore(changes, () => i18next.language as Language)
  let text = made.get(language)
  if (!text) made.set(language, (text = textIn(language)))
  return text
}
