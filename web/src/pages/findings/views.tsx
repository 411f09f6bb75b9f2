// Views that somebody keeps: a filter with a name. One that is changed becomes a new version, since it may be evidence.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must, onceKey, Problem, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Button, Dialog, Select, TextField } from '~/parts/basic'
import { filterFromKept, keptFrom, sameFilter, type Filter } from './filter'

export function Views({ filter, org, filtered }: { filter: Filter; org: string | null; filtered: boolean }) {
  const { t } = useText()
  const navigate = useNavigate()
  const [keeping, setKeeping] = useState(false)
  const [tending, setTending] = useState(false)
  const saved = useQuery({ queryKey: ['saved-filters'], queryFn: () => must(api.GET('/api/v1/saved-filters')) })
  const views = saved.data?.items ?? []
  const now = views.find((one) => sameFilter(filterFromKept(one.filter), filter))
  const kept = keptFrom(filter, org)
  return (
    <span className="end row">
      {views.length > 0 && (
        <>
          <Select
            hidden
            label={t('views.title')}
            value={now?.id ?? ''}
            onChange={(id) => {
              const one = views.find((view) => view.id === id)
              if (one) void navigate({ to: '.', search: filterFromKept(one.filter) })
            }}
            options={[{ value: '', label: t('views.choose') }, ...views.map((one) => ({ value: one.id, label: one.name }))]}
          />
          <Button tight variant="tertiary" onClick={() => setTending(true)}>{t('views.tend')}</Button>
        </>
      )}
      <Button tight onClick={() => setKeeping(true)} disabled={!filtered || now !== undefined}>{t('views.keep')}</Button>
      <KeepDialog open={keeping} onClose={() => setKeeping(false)} filter={kept} views={views} />
      <TendDialog open={tending} onClose={() => setTending(false)} views={views} />
    </span>
  )
}

function KeepDialog({ open, onClose, filter, views }: { open: boolean; onClose: () => void; filter: Schemas['FindingFilter']; views: Schemas['SavedFilter'][] }) {
  const { t } = useText()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const same = views.find((one) => one.name.toLocaleLowerCase() === name.trim().toLocaleLowerCase())
  const keep = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), filter }
      return same
        ? must(api.PUT('/api/v1/saved-filters/{filter}', { params: { path: { filter: same.id } }, body }))
        : must(api.POST('/api/v1/saved-filters', { params: { header: { 'Idempotency-Key': onceKey() } }, body }))
    },
    onSuccess: async (view) => {
      toasts.say(t('views.kept', { name: view.name }))
      setName('')
      onClose()
      await queries.invalidateQueries({ queryKey: ['saved-filters'] })
    },
  })
  return (
    <Dialog open={open} onClose={onClose} title={t('views.keep')}>
      <form onSubmit={(event) => { event.preventDefault(); keep.mutate() }}>
        <TextField label={t('views.name')} hint={same ? t('views.replaces', { version: same.version + 1 }) : undefined} required autoFocus maxLength={200} value={name} onChange={(event) => setName(event.target.value)} fault={keep.error instanceof Problem ? keep.error.detail : null} />
        <div className="row"><Button type="submit" variant="primary" disabled={keep.isPending}>{t('action.save')}</Button><Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

function TendDialog({ open, onClose, views }: { open: boolean; onClose: () => void; views: Schemas['SavedFilter'][] }) {
  const { t, date } = useText()
  const toasts = useToasts()
  const queries = useQueryClient()
  const renew = () => queries.invalidateQueries({ queryKey: ['saved-filters'] })
  const again = useMutation({
    mutationFn: (view: Schemas['SavedFilter']) => must(api.POST('/api/v1/saved-filters', { params: { header: { 'Idempotency-Key': onceKey() } }, body: { name: view.name, filter: view.filter } })),
    onSuccess: renew,
    onError: toasts.fail,
  })
  const remove = useMutation({
    mutationFn: (view: Schemas['SavedFilter']) => must(api.DELETE('/api/v1/saved-filters/{filter}', { params: { path: { filter: view.id } } })),
    onSuccess: async (_, view) => {
      toasts.say(t('views.removed', { name: view.name }), () => again.mutate(view))
      if (views.length <= 1) onClose()
      await renew()
    },
    onError: toasts.fail,
  })
  return (
    <Dialog open={open} onClose={onClose} title={t('views.title')}>
      <ul className="list">
        {views.map((view) => (
          <li key={view.id} className="row">
            <span><span className="strong">{view.name}</span><span className="under">{t('views.version', { version: view.version, date: date(view.saved) })}</span></span>
            <Button tight variant="tertiary" className="end" disabled={remove.isPending} onClick={() => remove.mutate(view)}>{t('views.remove')}<span className="unseen"> {view.name}</span></Button>
          </li>
        ))}
      </ul>
      <div className="row"><Button onClick={onClose}>{t('action.close')}</Button></div>
    </Dialog>
  )
}
