// Who answers what waits: a compensation a second person of the organisation, a dispute the platform. Nobody answers what
// they asked for themselves; the service refuses it, and no button leads there.
import { may, type Me, type Schemas } from '~/app/api'
import { mayAt } from '~/app/session'

type Waiting = Pick<Schemas['Treatment'], 'kind' | 'standing'> & { created_by: { id: string } }

export function waits(one: Pick<Waiting, 'standing'>): boolean {
  return one.standing === 'waiting' || one.standing === 'overdue'
}

export function answersIt(me: Me | null, organisation: string, one: Waiting): boolean {
  if (!me || !waits(one) || one.created_by.id === me.id) return false
  if (one.kind === 'dispute') return may(me, 'answer_disputes')
  return one.kind === 'compensation' && mayAt(me, 'approve', organisation)
}
