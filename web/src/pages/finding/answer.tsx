// The answer to a compensation or a dispute, with its reason: in the finding itself, and where all that waits is listed.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, onceKey, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Button, TextArea } from '~/parts/basic'

export function AnswerForm({ organisation, one, onDone }: { organisation: string; one: Schemas['Treatment']; onDone?: () => Promise<void> }) {
  const { t } = useText()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const answer = useMutation({
    mutationFn: (yes: boolean) => {
      const params = { path: { organisation, finding: one.finding, treatment: one.id }, header: { 'Idempotency-Key': onceKey() } }
      return one.kind === 'dispute'
        ? must(api.POST('/api/v1/organisations/{organisation}/findings/{finding}/treatments/{treatment}/answer', { params, body: { decision: yes ? 'upheld' : 'rejected', reason: reason.trim() } }))
        : must(api.POST('/api/v1/organisations/{organisation}/findings/{finding}/treatments/{treatment}/approval', { params, body: { decision: yes ? 'approved' : 'declined', reason: reason.trim() } }))
    },
    onSuccess: async (outcome) => {
      toasts.say(t(`treat.answered.${outcome.treatment.decision}`))
      await queries.invalidateQueries({ queryKey: ['waiting'] })
      await queries.invalidateQueries({ queryKey: ['score', organisation] })
      await queries.invalidateQueries({ queryKey: ['findings'] })
      await onDone?.()
    },
    onError: toasts.fail,
  })
  const idle = !reason.trim() || answer.isPending
  const dispute = one.kind === 'dispute'
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <TextArea label={t('treat.answer.reason')} value={reason} maxLength={4000} onChange={(event) => setReason(event.target.value)} />
      <div className="row">
        <Button tight disabled={idle} onClick={() => answer.mutate(true)}>{dispute ? t('treat.uphold') : t('treat.approve')}</Button>
        <Button tight disabled={idle} onClick={() => answer.mutate(false)}>{dispute ? t('treat.reject') : t('treat.decline')}</Button>
      </div>
    </form>
  )
}
