// To whom is it given? Me, nobody, or somebody who sees the findings of the organisation.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { Bones, Dialog, TextField } from './basic'

export interface Person {
  id: string
  name: string
}

export function PersonDialog({ open, organisation, onClose, onChoose }: { open: boolean; organisation: string | null; onClose: () => void; onChoose: (person: Person | null) => void }) {
  const { t } = useText()
  return (
    <Dialog open={open} onClose={onClose} title={t('person.title')}>
      <People organisation={organisation} onChoose={onChoose} />
    </Dialog>
  )
}

function People({ organisation, onChoose }: { organisation: string | null; onChoose: (person: Person | null) => void }) {
  const { t } = useText()
  const me = useMe()
  const [text, setText] = useState('')
  const people = useQuery({
    queryKey: ['people', organisation],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/people', { params: { path: { organisation: organisation! }, query: { limit: 500 } } })),
    enabled: organisation !== null,
    retry: false,
    staleTime: 60_000,
  })
  const sought = text.trim().toLocaleLowerCase()
  const others = (people.data?.items ?? []).filter((one) => one.id !== me?.id && one.name.toLocaleLowerCase().includes(sought))
  return (
    <>
      {(people.data?.items.length ?? 0) > 8 && <TextField label={t('person.search')} type="search" autoFocus value={text} onChange={(event) => setText(event.target.value)} />}
      <ul className="picks">
        {me && <li><button type="button" onClick={() => onChoose({ id: me.id, name: me.name })}><span className="strong">{t('person.me')}</span> <span className="dim">{me.name}</span></button></li>}
        {others.slice(0, 50).map((one) => <li key={one.id}><button type="button" onClick={() => onChoose({ id: one.id, name: one.name })}>{one.name}{!one.home && <span className="dim"> · {t('person.elsewhere')}</span>}</button></li>)}
        <li><button type="button" onClick={() => onChoose(null)}>{t('findings.nobody')}</button></li>
      </ul>
      {organisation !== null && people.isPending && <Bones />}
      {organisation === null && <p className="small dim">{t('person.several')}</p>}
    </>
  )
}
