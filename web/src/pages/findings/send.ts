// What is done to findings, sent to the service: five hundred in one question, more one question after the other.
import { api, must, onceKey, type Finding, type Schemas } from '~/app/api'

export type Action = Omit<Schemas['FindingAction'], 'items' | 'filter'>
export const atOnce = 500

export async function act(chosen: readonly Finding[], action: Action, onProgress: (done: number) => void = () => undefined): Promise<Schemas['FindingActionOutcome']> {
  const all: Schemas['FindingActionOutcome'] = { done: 0, refused: 0, items: [], effects: {} }
  for (let from = 0; from < chosen.length; from += atOnce) {
    onProgress(from)
    const part = await must(api.POST('/api/v1/findings/actions', {
      params: { header: { 'Idempotency-Key': onceKey() } },
      body: { ...action, items: chosen.slice(from, from + atOnce).map((one) => ({ organisation: one.organisation, finding: one.id })) },
    }))
    all.done += part.done
    all.refused += part.refused
    all.items.push(...part.items)
  }
  return all
}

/** Each to whom it was given before. */
export async function assignedBack(before: readonly Finding[]): Promise<void> {
  const by = new Map<string | null, Finding[]>()
  for (const one of before) by.set(one.assignee?.id ?? null, [...(by.get(one.assignee?.id ?? null) ?? []), one])
  for (const [assignee, those] of by) await act(those, { action: 'assign', work: { assignee } })
}
