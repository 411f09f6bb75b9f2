// The dialogs of a treatment: accept with an owner and an end, ask for a compensation, dispute with evidence.
import { useState } from 'react'
import type { Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { Button, Dialog, TextArea, TextField } from '~/parts/basic'
import { DayField } from '../day'

export type TreatmentKind = Schemas['NewTreatment']['kind']

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

export function TreatDialog({ kind, count, owner, busy, onClose, onSend }: { kind: TreatmentKind | null; count: number; owner: string; busy: boolean; onClose: () => void; onSend: (treatment: Schemas['NewTreatment']) => void }) {
  const { t } = useText()
  if (!kind) return null
  return (
    <Dialog open onClose={onClose} title={t(`treat.${kind}.title`)}>
      <TreatForm key={kind} kind={kind} count={count} owner={owner} busy={busy} onClose={onClose} onSend={onSend} />
    </Dialog>
  )
}

function TreatForm({ kind, count, owner: first, busy, onClose, onSend }: { kind: TreatmentKind; count: number; owner: string; busy: boolean; onClose: () => void; onSend: (treatment: Schemas['NewTreatment']) => void }) {
  const { t } = useText()
  const [owner, setOwner] = useState(first)
  const [reason, setReason] = useState('')
  const [evidence, setEvidence] = useState('')
  const [until, setUntil] = useState(inDays(90))
  const longest = kind === 'acceptance' ? 365 : 180
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSend({
          kind,
          reason: reason.trim(),
          ...(kind === 'acceptance' ? { owner: owner.trim() } : {}),
          ...(kind === 'dispute' && evidence.trim() ? { evidence: evidence.trim() } : {}),
          ...(kind !== 'dispute' ? { until } : {}),
        })
      }}
    >
      <p className="dim">{t(`treat.${kind}.lead`)}</p>
      {count > 1 && <p className="strong">{t('treat.count', { count })}</p>}
      <br />
      {kind === 'acceptance' && <TextField label={t('treat.owner')} hint={t('treat.owner.hint')} required maxLength={200} value={owner} onChange={(event) => setOwner(event.target.value)} />}
      <TextArea label={t(`treat.${kind}.reason`)} required minLength={10} maxLength={2000} autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />
      {kind === 'dispute' && <TextArea label={t('treat.evidence')} hint={t('treat.evidence.hint')} required maxLength={20000} value={evidence} onChange={(event) => setEvidence(event.target.value)} />}
      {kind !== 'dispute' && <DayField label={t('treat.until')} required min={inDays(1)} max={inDays(longest)} value={until} onDay={setUntil} />}
      <div className="row">
        <Button type="submit" variant="primary" disabled={busy}>{t(`treat.${kind}.do`)}</Button>
        <Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </form>
  )
}
