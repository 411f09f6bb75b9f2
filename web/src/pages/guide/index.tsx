// From the one-time link to the first score: name the organisation, give a domain, watch it being measured.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must, onceKey, Problem, type Schemas } from '~/app/api'
import { useEvents } from '~/app/events'
import { useText } from '~/app/language'
import { Button, Failed, Mark, PageHead, Select, TextField } from '~/parts/basic'
import { useJobs } from '../common'
import { emptyDraft, firstFields, kinds, newOf } from './draft'
import { RecordFields } from './record'

export function Guide() {
  const { t } = useText()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(emptyDraft)
  const [more, setMore] = useState(false)
  const [domain, setDomain] = useState('')
  const [made, setMade] = useState<{ id: string; name: string } | null>(null)
  const [started, setStarted] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const begin = useMutation({
    mutationFn: async () => {
      // What was made before a refusal of the domain is not made again.
      const organisation = made ?? (await must(api.POST('/api/v1/organisations', { params: { header: { 'Idempotency-Key': onceKey() } }, body: newOf(draft) as Schemas['OrganisationNew'] })))
      setMade({ id: organisation.id, name: organisation.name })
      await must(api.POST('/api/v1/organisations/{organisation}/targets', { params: { path: { organisation: organisation.id }, header: { 'Idempotency-Key': onceKey() } }, body: { kind: 'domain', name: domain.trim() } }))
      await queries.invalidateQueries({ queryKey: ['search'] })
    },
    onSuccess: () => setStarted(true),
    onError: (refused) => {
      setProblem(refused)
      if (refused instanceof Problem && firstFields.some((one) => refused.field === `/${one}`)) setMore(true)
    },
  })
  const at = (problem instanceof Problem && problem.field) || ''
  return (
    <>
      <PageHead title={t('guide.title')} meta={<span>{t('guide.lead')}</span>} />
      <section className="panel read" aria-label={t('guide.title')}>
        {!started && (
          <form onSubmit={(event) => { event.preventDefault(); setProblem(null); begin.mutate() }}>
            <TextField label={t('guide.name')} required autoFocus maxLength={400} disabled={made !== null} value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.target.value })} fault={problem instanceof Problem && at === '/name' && !made ? problem.detail : null} />
            <Select label={t('guide.kind')} value={draft.kind as (typeof kinds)[number]} onChange={(kind) => setDraft({ ...draft, kind })} options={kinds.map((one) => ({ value: one, label: t(`organisation-kind.${one}`) }))} />
            <TextField label={t('guide.domain')} hint={t('guide.domain.hint')} required maxLength={300} value={domain} onChange={(event) => setDomain(event.target.value)} fault={problem instanceof Problem && made ? problem.detail : null} />
            <details className="more" open={more} onToggle={(event) => setMore(event.currentTarget.open)}>
              <summary>{t('guide.more')}</summary>
              <p className="small dim">{t('guide.more.why')}</p>
              <RecordFields draft={draft} onChange={setDraft} only={firstFields} fault={(field) => (problem instanceof Problem && at === `/${field}` && !made ? problem.detail : null)} />
            </details>
            {problem !== null && !made && at !== '/name' && !firstFields.some((one) => at === `/${one}`) && <Failed problem={problem} />}
            <Button type="submit" variant="primary" disabled={begin.isPending}>{t('guide.do')}</Button>
          </form>
        )}
        {started && made && <Progress org={made.id} name={made.name} />}
      </section>
      <p className="meta"><Link to="/administrasjon/import">{t('guide.many')}</Link></p>
    </>
  )
}

function Progress({ org, name }: { org: string; name: string }) {
  const { t, score } = useText()
  const queries = useQueryClient()
  const jobs = useJobs(org)
  useEvents(org, () => void queries.invalidateQueries({ queryKey: ['jobs', org] }))
  const job = jobs.data?.items[0]
  const done = job?.state === 'done'
  const organisation = useQuery({
    queryKey: ['organisation', org, 'scored'],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}', { params: { path: { organisation: org } } })),
    enabled: done,
  })
  const steps = [
    { words: t('guide.step.made', { name }), at: 'done' },
    { words: t('guide.step.queued'), at: !job || job.state === 'queued' ? 'now' : 'done' },
    { words: job?.progress && !done ? t('job.progress', { done: job.progress.hosts_done, all: job.progress.hosts }) : t('guide.step.measured'), at: done || job?.state === 'failed' ? 'done' : job?.state === 'running' ? 'now' : 'wait' },
    { words: t('guide.step.scored'), at: done ? 'done' : 'wait' },
  ]
  const latest = organisation.data?.score
  return (
    <div className="stack" aria-live="polite">
      <ol className="steps">
        {steps.map((step) => <li key={step.words} className={step.at === 'wait' ? 'wait' : ''}><span className={`dot ${step.at}`} aria-hidden="true">{step.at === 'done' ? '✓' : ''}</span><span>{step.words}</span></li>)}
      </ol>
      {job?.state === 'failed' && <div className="alert bad" role="alert"><p className="strong">{t('guide.failed')}</p><p>{job.error}</p></div>}
      {latest && <div className="big"><Mark grade={latest.grade} size={58} /><b>{score(latest.score_cp)}<small>{t('score.of')}</small></b></div>}
      <p><Link className="ds-button" data-variant={done ? 'primary' : 'secondary'} to="/virksomhet/$org" params={{ org }}>{done ? t('guide.see') : t('guide.leave')}</Link></p>
    </div>
  )
}
