import { expect, it } from 'vitest'
import type { Finding } from '~/app/api'
import { toGive, whoseOf } from './whose'

const finding = (id: string, due: string, overdue = false, name: string | null = null) => ({ id, due, overdue, assignee: name && { id: name.toLowerCase(), name } }) as Finding
const known = new Map([
  finding('late', '2026-11-10', true, 'Kari'),
  finding('later', '2026-11-01', true, 'Ola'),
  finding('soon', '2026-11-30'),
  finding('set', '2026-10-01', false, 'Kari'),
].map((one) => [one.id, one]))

it.each([
  ['nothing', [], null, [], [], []],
  ['what is not known is left out', ['gone'], null, [], [], []],
  ['nobody has it', ['soon'], 'soon', [], ['soon'], ['soon']],
  ['the oldest of those that are late', ['late', 'later', 'soon'], 'later', ['Kari', 'Ola'], ['soon'], ['soon']],
  ['what is late comes before an earlier day that is not', ['set', 'late'], 'late', ['Kari'], [], ['set', 'late']],
] as const)('%s', (_, ids, first, people, free, given) => {
  const whose = whoseOf(ids, known)
  expect(whose.first?.id ?? null).toBe(first)
  expect(whose.people.map((one) => one.name)).toEqual(people)
  expect(whose.free.map((one) => one.id)).toEqual(free)
  expect(toGive(whose).map((one) => one.id)).toEqual(given)
})
