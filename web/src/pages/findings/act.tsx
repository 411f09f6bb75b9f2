// What is done to many findings at once: given to somebody, accepted, disputed, measured again. The list shows it before
// the service has answered; five hundred go in one question, more go one question after the other, and it can be undone.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, type Finding, type Permission, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { mayAt, useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Button } from '~/parts/basic'
import { PersonDialog } from '~/parts/person'
import { changeListed, renewLists, restoreListed } from './cache'
import { act, assignedBack, atOnce, type Action } from './send'
import { TreatDialog, type TreatmentKind } from './treat'

type Chosen = ReadonlyMap<string, Finding>
/** More treatments than this are not taken back by one press. */
const undoable = 200

export function Selection({ chosen, total, onClear, onAll, gathering, onLeft }: { chosen: Chosen; total: number; onClear: () => void; onAll: (() => void) | null; gathering: boolean; onLeft: () => void }) {
  const { t, number } = useText()
  const me = useMe()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [treating, setTreating] = useState<TreatmentKind | null>(null)
  const [giving, setGiving] = useState(false)
  const [done, setDone] = useState(0)
  const renew = async () => { if (await renewLists(queries)) onLeft() }

  const acted = useMutation({
    mutationFn: ({ action, which }: { action: Action; which: Chosen; change: Partial<Finding> | null; undo: 'assign' | 'treat' | null }) => act([...which.values()], action, setDone),
    onMutate: ({ which, change }) => {
      setTreating(null)
      setGiving(false)
      return { back: change ? changeListed(queries, which, change) : () => undefined }
    },
    onSuccess: async (outcome, { which, undo }, kept) => {
      if (outcome.done === 0) kept.back()
      onClear()
      const refused = outcome.items.find((one) => !one.done)
      toasts.say(
        refused ? t('findings.acted-some', { done: number(outcome.done), refused: number(outcome.refused), why: refused.detail ?? refused.problem ?? '' }) : t('findings.acted', { count: number(outcome.done) }),
        undo === 'assign' ? () => void giveBack(which) : undo === 'treat' && outcome.done > 0 && outcome.done <= undoable ? () => void takeBack(which, outcome) : undefined,
      )
      await renew()
    },
    onError: (problem, _, kept) => {
      kept?.back()
      toasts.fail(problem)
    },
    onSettled: () => setDone(0),
  })

  /** Each to whom it was given before. */
  const giveBack = async (which: Chosen) => {
    try {
      await assignedBack([...which.values()])
      restoreListed(queries, which)
      toasts.say(t('findings.undone'))
    } catch (problem) {
      toasts.fail(problem)
    }
    await renew()
  }
  const takeBack = async (which: Chosen, outcome: Schemas['FindingActionOutcome']) => {
    try {
      for (const one of outcome.items)
        if (one.done && one.id) await must(api.DELETE('/api/v1/organisations/{organisation}/findings/{finding}/treatments/{treatment}', { params: { path: { organisation: one.organisation, finding: one.finding, treatment: one.id } } }))
      restoreListed(queries, which)
      toasts.say(t('findings.undone'))
    } catch (problem) {
      toasts.fail(problem)
    }
    await renew()
  }

  const busy = acted.isPending
  const organisations = new Set([...chosen.values()].map((one) => one.organisation))
  const mayAll = (permission: Permission) => [...organisations].every((one) => mayAt(me, permission, one))
  return (
    <>
      {chosen.size > 0 && (
        <div className="selection" role="region" aria-label={t('findings.selection')}>
          <span className="strong number" aria-live="polite">{busy && chosen.size > atOnce ? t('findings.acting', { done: number(done), all: number(chosen.size) }) : t('findings.chosen', { count: number(chosen.size) })}</span>
          {onAll && chosen.size < total && <button type="button" className="toggle" disabled={gathering} onClick={onAll}>{gathering ? t('state.loading') : t('findings.choose-total', { total: number(total) })}</button>}
          {mayAll('follow_up') && (
            <>
              <Button tight disabled={busy} onClick={() => setGiving(true)}>{t('findings.assign')}</Button>
              <Button tight disabled={busy} onClick={() => setTreating('acceptance')}>{t('finding.accept')}</Button>
              <Button tight disabled={busy} onClick={() => setTreating('dispute')}>{t('finding.dispute')}</Button>
            </>
          )}
          {mayAll('recheck') && <Button tight disabled={busy} onClick={() => acted.mutate({ action: { action: 'recheck' }, which: chosen, change: null, undo: null })}>{t('finding.recheck')}</Button>}
          <Button tight variant="tertiary" className="end" onClick={onClear}>{t('findings.unchoose')}</Button>
        </div>
      )}
      <PersonDialog
        open={giving}
        organisation={organisations.size === 1 ? [...organisations][0]! : null}
        onClose={() => setGiving(false)}
        onChoose={(person) => acted.mutate({ action: { action: 'assign', work: { assignee: person?.id ?? null } }, which: chosen, change: { assignee: person }, undo: 'assign' })}
      />
      <TreatDialog
        kind={treating}
        count={chosen.size}
        owner={me?.name ?? ''}
        busy={busy}
        onClose={() => setTreating(null)}
        onSend={(treatment) => acted.mutate({ action: { action: 'treat', treatment }, which: chosen, change: treatment.kind === 'acceptance' ? { state: 'accepted' } : treatment.kind === 'dispute' ? { state: 'disputed' } : null, undo: 'treat' })}
      />
    </>
  )
}
