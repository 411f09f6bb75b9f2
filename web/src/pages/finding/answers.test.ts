import { describe, expect, it } from 'vitest'
import type { Me, Permission } from '~/app/api'
import { answersIt } from './answers'

const somebody = (permissions: Permission[], acts = true) => ({ id: 'kari', role: 'security', organisation: 'steinlia', permissions, everywhere: 'none', consented: [], grants: [{ organisation: 'fjordvik', detail: 'findings', acts, until: null }] }) as unknown as Me
const asked = (kind: 'acceptance' | 'compensation' | 'dispute', by = 'ola', standing: 'waiting' | 'overdue' | 'refused' = 'waiting') => ({ kind, standing, created_by: { id: by } })

describe('who answers what waits', () => {
  const rows: [string, boolean, Me | null, string, ReturnType<typeof asked>][] = [
    ['a second person approves', true, somebody(['approve']), 'steinlia', asked('compensation')],
    ['nobody approves their own', false, somebody(['approve']), 'steinlia', asked('compensation', 'kari')],
    ['without the permission nobody approves', false, somebody(['read']), 'steinlia', asked('compensation')],
    ['not where one only reads', false, somebody(['approve'], false), 'fjordvik', asked('compensation')],
    ['the platform answers a dispute', true, somebody(['answer_disputes']), 'steinlia', asked('dispute')],
    ['a late one too', true, somebody(['answer_disputes']), 'steinlia', asked('dispute', 'ola', 'overdue')],
    ['but not its author', false, somebody(['answer_disputes']), 'steinlia', asked('dispute', 'kari')],
    ['to approve is not to answer disputes', false, somebody(['approve']), 'steinlia', asked('dispute')],
    ['an acceptance waits for nobody', false, somebody(['approve', 'answer_disputes']), 'steinlia', asked('acceptance')],
    ['what was decided waits no more', false, somebody(['answer_disputes']), 'steinlia', asked('dispute', 'ola', 'refused')],
    ['who is not logged in answers nothing', false, null, 'steinlia', asked('dispute')],
  ]
  it.each(rows)('%s', (_, expected, me, organisation, one) => expect(answersIt(me, organisation, one)).toBe(expected))
})
