// The questions that help answers, in the order of the page, and for whom. The answers stand in answers/LANGUAGE.ts; a
// missing one does not compile.
import type { HelpRole } from './search'

export const topics = {
  begin: ['security', 'leader', 'procurement', 'supplier', 'analyst', 'administrator'],
  today: ['security'],
  score: ['security', 'leader', 'procurement', 'supplier', 'analyst'],
  grades: ['leader', 'procurement', 'analyst', 'security', 'supplier'],
  unknown: ['security', 'leader', 'supplier', 'analyst'],
  moved: ['security', 'leader'],
  plan: ['security', 'leader'],
  recheck: ['security', 'supplier', 'procurement'],
  fix: ['security', 'supplier'],
  accept: ['security', 'leader'],
  dispute: ['security', 'supplier'],
  footprint: ['security', 'supplier'],
  ownership: ['security', 'supplier'],
  profiles: ['security', 'supplier', 'administrator'],
  board: ['leader', 'security'],
  target: ['leader'],
  suppliers: ['procurement', 'security'],
  supplier: ['supplier'],
  peers: ['leader', 'analyst'],
  nation: ['analyst'],
  tables: ['security', 'procurement', 'analyst', 'administrator'],
  alerts: ['security', 'leader', 'administrator'],
  access: ['administrator', 'procurement'],
  operate: ['administrator'],
  keyboard: ['security', 'analyst', 'procurement', 'administrator'],
  privacy: ['administrator', 'supplier', 'security', 'analyst'],
  object: ['supplier', 'security', 'administrator'],
  accessibility: ['administrator', 'leader'],
  contact: ['security', 'leader', 'procurement', 'supplier', 'analyst', 'administrator'],
} as const satisfies Record<string, readonly HelpRole[]>

export type HelpTopic = keyof typeof topics
export const topicNames = Object.keys(topics) as HelpTopic[]

export interface Answer {
  /** The question, as one asks it. */
  question: string
  /** Paragraphs; a list where a paragraph begins with "- ". `code` and [words](/address) are understood. */
  answer: string[]
}
export type Answers = Record<HelpTopic, Answer>

export async function answersIn(language: 'nb' | 'nn' | 'en'): Promise<Answers> {
  switch (language) {
    case 'nb': return (await import('./answers/nb')).default
    case 'nn': return (await import('./answers/nn')).default
    case 'en': return (await import('./answers/en')).default
  }
}

/** Whether an answer has all the words that are sought. */
export function answers(one: Answer, text: string): boolean {
  const all = `${one.question} ${one.answer.join(' ')}`.toLowerCase()
  return text.toLowerCase().split(/\s+/).filter(Boolean).every((word) => all.includes(word))
}
