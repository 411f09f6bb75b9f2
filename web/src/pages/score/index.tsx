// Why this score and not ten more? From 100 to the score line by line, what would happen if, why it moved, the receipt.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { gradeOf } from '~/format/format'
import { Bones, Button, Empty, Failed, HostName, Mark, PageHead, Panel, Select, TextField } from '~/parts/basic'
import { Moves, Waterfall, WithTable } from '~/parts/plots'
import { TableFile } from '~/parts/table-file'
import { saveAs, seen, useActions, useOrganisation, useScore } from '../common'

export function ScorePage() {
  const { org = '' } = useParams({ strict: false })
  const { t, score, dateTime } = useText()
  const toasts = useToasts()
  const organisation = useOrganisation(org)
  const asked = useScore(org)
  const receipt = useMutation({
    mutationFn: () => must(api.GET('/api/v1/organisations/{organisation}/score/receipt', { params: { path: { organisation: org } } })),
    onSuccess: (answer) => saveAs(`utsyn-${org}.receipt.json`, 'application/json', JSON.stringify(answer)),
    onError: toasts.fail,
  })
  if (asked.isPending) return <Bones />
  if (asked.error) return <Failed problem={asked.error} again={() => void asked.refetch()} />
  const now = asked.data
  const next = now.score_cp >= 9000 ? 100 : (Math.floor(now.score_cp / 1000) + 1) * 10
  return (
    <>
      <PageHead
        help="score"
        title={t('score.why', { score: score(now.score_cp), next: Math.max(60, next) })}
        meta={
          <>
            <span>{organisation.data?.name}</span>
            {now.measured && <span>{t('score.measured-at', { time: dateTime(now.measured) })}</span>}
            <span>{t('score.counted-with', { method: now.method })}</span>
          </>
        }
        acts={<Button onClick={() => receipt.mutate()} disabled={receipt.isPending}>{t('score.receipt')}</Button>}
      />
      {now.lines === undefined ? <div className="panel"><Empty title={t('score.lines-hidden')} /></div> : (
        <div className="grid">
          <div className="s7 stack">
            <Fall org={org} lines={now.lines} end={now.score_cp} measured={now.measured} />
            <Lines org={org} lines={now.lines} end={now.score_cp} />
          </div>
          <div className="s5 stack">
            <WhatIf org={org} now={now.score_cp} />
            <Beside org={org} now={now} />
            <MovedSince org={org} />
          </div>
        </div>
      )}
    </>
  )
}

type Line = NonNullable<Schemas['ScoreExplained']['lines']>[number]

function areaOf(line: Line): string {
  const area = line.check?.split('.')[0] ?? ''
  return ['dns', 'email', 'tls', 'cert', 'http'].includes(area) ? area : 'other'
}

function Fall({ org, lines, end, measured }: { org: string; lines: Line[]; end: number; measured: string | null }) {
  const { t, points, signed, dateTime } = useText()
  const steps = useMemo(() => {
    const sums = new Map<string, { cp: number; count: number }>()
    for (const line of lines) {
      const sum = sums.get(areaOf(line)) ?? { cp: 0, count: 0 }
      sums.set(areaOf(line), { cp: sum.cp + line.cp, count: sum.count + 1 })
    }
    return [...sums].map(([area, sum]) => ({ key: area, label: t('score.area-lines', { area: t(`area.${area}`), count: sum.count }), cp: sum.cp })).sort((a, b) => b.cp - a.cp)
  }, [lines, t])
  const sum = lines.reduce((all, line) => all + line.cp, 0)
  return (
    <Panel title={t('score.fall')} note={t('score.fall.note')}>
      <WithTable
        plot={<Waterfall steps={steps} end={end} />}
        table={
          <table className="t">
            <thead><tr><th>{t('table.cause')}</th><th className="right">{t('score.points')}</th></tr></thead>
            <tbody>
              <tr><th scope="row">{t('score.start')}</th><td className="right number">{points(10000)}</td></tr>
              {steps.map((step) => <tr key={step.key}><th scope="row">{step.label}</th><td className="right number">{signed(-step.cp)}</td></tr>)}
            </tbody>
            <tfoot><tr><th>{t('score.title')}</th><td className="right number">{points(end)}</td></tr></tfoot>
          </table>
        }
        note={<><span>{t('score.lines-sum', { count: lines.length, sum: signed(-sum) })}</span>{measured && <span>{t('score.measured-at', { time: dateTime(measured) })}</span>}</>}
        file={<TableFile of="/api/v1/organisations/{organisation}/score/table" blanks={{ organisation: org }} what={t('score.fall')} />}
      />
    </Panel>
  )
}

function Lines({ org, lines, end }: { org: string; lines: Line[]; end: number }) {
  const { t, points, signed } = useText()
  const [all, setAll] = useState(false)
  const shown = all ? lines : lines.slice(0, 15)
  const rest = lines.slice(shown.length).reduce((sum, line) => sum + line.cp, 0)
  return (
    <Panel title={t('score.lines')} note={t('score.lines.note')} end={<TableFile of="/api/v1/organisations/{organisation}/score/table" blanks={{ organisation: org }} what={t('score.lines')} />} footer={<><span>{t('score.lines.add')}</span>{lines.length > 15 && <button type="button" className="toggle end" onClick={() => setAll(!all)}>{all ? t('score.lines.fewer') : t('score.lines.all', { count: lines.length })}</button>}</>}>
      {lines.length === 0 ? <Empty title={t('score.no-lines')} /> : (
        <div className="scroll">
          <table className="t">
            <thead><tr><th>{t('table.finding')}</th><th className="wide">{t('table.asset')}</th><th className="right">{t('score.takes')}</th><th className="right">{t('score.alone')}</th></tr></thead>
            <tbody>
              {shown.map((line) => (
                <tr key={line.key}>
                  <th scope="row">
                    {line.finding ? <Link to="/virksomhet/$org/funn/$finding" params={{ org, finding: line.finding }}>{(line.reason_text || line.title).replace(/\.$/, '')}</Link> : line.title}
                    {line.state && line.state !== 'open' && <> <span className="tag">{t(`finding-state.${line.state}`)}</span></>}
                    <span className="under mono">{line.check}</span>
                  </th>
                  <td className="mono wide"><HostName of={line.asset ?? ''} /></td>
                  <td className="right number strong">{signed(-line.cp)}</td>
                  <td className="right number">{signed(line.gain_cp)}</td>
                </tr>
              ))}
              {shown.length < lines.length && <tr><th scope="row">{t('table.and-more', { count: lines.length - shown.length })}</th><td className="wide" /><td className="right number strong">{signed(-rest)}</td><td /></tr>}
            </tbody>
            <tfoot><tr><th>{points(10000)} − {points(10000 - end)}</th><td className="wide" /><td className="right number">{points(end)}</td><td className="right"><Mark grade={gradeOf(end)} /></td></tr></tfoot>
          </table>
        </div>
      )}
    </Panel>
  )
}

const targets = ['6000', '7000', '8000', '9000', '10000'] as const

function WhatIf({ org, now }: { org: string; now: number }) {
  const { t, language, score, signed, work } = useText()
  const toasts = useToasts()
  const actions = useActions(org, true)
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  // What "find least work" answered, until something else is ticked or asked.
  const [found, setFound] = useState<Schemas['PlanAnswer'] | null>(null)
  const reachable = targets.filter((one) => Number(one) > now)
  const [target, setTarget] = useState<string>(reachable[0] ?? '10000')
  const list = actions.data?.actions ?? []
  const without = list.filter((one) => !ticked.has(one.id)).flatMap((one) => one.findings)
  const tooMany = without.length > 1000
  const answer = useQuery({
    queryKey: ['score', org, 'what-if', [...ticked].sort(), language],
    queryFn: () => must(api.POST('/api/v1/organisations/{organisation}/score/plan', { params: { path: { organisation: org } }, body: { budget_minutes: 1_000_000_000, without } })),
    enabled: ticked.size > 0 && !tooMany,
    placeholderData: (before) => before,
  })
  const plan = useMutation({
    mutationFn: () => must(api.POST('/api/v1/organisations/{organisation}/score/plan', { params: { path: { organisation: org }, query: { lang: language } }, body: { target_cp: Number(target) } })),
    onSuccess: (answered) => {
      setTicked(new Set(answered.actions.filter((one) => one.chosen).map((one) => one.id)))
      setFound(answered)
    },
    onError: toasts.fail,
  })
  // On a phone the answer stands far below what was pressed.
  const foot = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (found && foot.current && foot.current.getBoundingClientRect().bottom > window.innerHeight) foot.current.scrollIntoView({ block: 'end' })
  }, [found])
  const tick = (id: string) => {
    setFound(null)
    setTicked((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }
  const minutes = list.filter((one) => ticked.has(one.id)).reduce((sum, one) => sum + one.minutes, 0)
  const after = ticked.size === 0 ? now : (answer.data?.score_cp ?? now)
  const sorted = [...list].sort((a, b) => b.gain_cp - a.gain_cp)
  return (
    <Panel title={t('what-if.title')} note={t('what-if.note')}>
      {actions.isPending && <Bones />}
      {actions.error && <Failed problem={actions.error} />}
      {actions.data && list.length === 0 && <Empty title={t('overview.nothing-open')} />}
      {list.length > 0 && (
        <>
          <div className="row">
            <Select label={t('what-if.target')} value={target} onChange={(to) => { setFound(null); setTarget(to) }} options={(reachable.length ? reachable : (['10000'] as const)).map((one) => ({ value: one as string, label: `${one === '10000' ? '100' : `${gradeOf(Number(one))} – ${Number(one) / 100}`}` }))} />
            <Button onClick={() => plan.mutate()} disabled={plan.isPending} className="end">{t('what-if.least-work')}</Button>
          </div>
          <br />
          <div role="group" aria-label={t('what-if.title')}>
            {sorted.slice(0, 25).map((action) => (
              <label key={action.id} className="what">
                <input type="checkbox" checked={ticked.has(action.id)} onChange={() => tick(action.id)} />
                <span>{seen(action)}<span className="under">{action.findings.length === 1 ? action.findings[0]!.split('@')[1] : t('what-if.findings', { count: action.findings.length })}</span></span>
                <span className="dim small number">{work(action.minutes)}</span>
                <span className="strong number">{signed(action.gain_cp, 1)}</span>
              </label>
            ))}
          </div>
          <div className="answer" aria-live="polite" ref={foot}>
            {found && <p className="small strong">{found.reachable ? t(found.exact ? 'plan.found' : 'plan.found-near', { score: score(found.score_cp), work: work(found.minutes) }) : t('plan.not-reachable', { score: score(found.score_cp) })}</p>}
            <div className="row">
              <Mark grade={gradeOf(after)} size={34} />
              <b className="number figure">{score(after)}</b>
              <dl className="facts flat end">
                <dt>{t('what-if.change')}</dt><dd className={after > now ? 'up strong' : ''}>{signed(after - now)}</dd>
                <dt>{t('table.work')}</dt><dd>{work(minutes)}</dd>
              </dl>
            </div>
            <p className="small dim">{tooMany ? t('what-if.too-many') : t('what-if.exact')}</p>
          </div>
        </>
      )}
    </Panel>
  )
}

function Beside({ org, now }: { org: string; now: Schemas['ScoreExplained'] }) {
  const { t, score } = useText()
  const rows = [
    ['low', now.interval_cp[0] ?? now.score_cp],
    ['high', now.interval_cp[1] ?? now.score_cp],
    ['managed', now.managed_cp],
    ['upheld', now.if_upheld_cp],
  ] as const
  return (
    <Panel title={t('beside.title')} end={<TableFile of="/api/v1/organisations/{organisation}/score/figures/table" blanks={{ organisation: org }} what={t('beside.title')} />}>
      <table className="t">
        <thead><tr><th>{t('beside.if')}</th><th className="right">{t('score.title')}</th></tr></thead>
        <tbody>{rows.map(([name, cp]) => <tr key={name}><th scope="row">{t(`beside.${name}`)}<span className="under">{t(`beside.${name}.note`)}</span></th><td className="right number strong">{score(cp)}</td></tr>)}</tbody>
      </table>
    </Panel>
  )
}

function dayBefore(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
}

function MovedSince({ org }: { org: string }) {
  const { t, score, signed, date } = useText()
  const [day, setDay] = useState(() => dayBefore(30))
  const change = useQuery({
    queryKey: ['score', org, 'change', day],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}/score/change', { params: { path: { organisation: org }, query: { since: `${day}T00:00:00Z` } } })),
    retry: false,
    enabled: /^\d{4}-\d{2}-\d{2}$/.test(day),
    placeholderData: (before) => before,
  })
  const near = [7, 30, 90, 365].map((days) => ({ value: dayBefore(days), label: t('score.last-days', { days }) }))
  return (
    <Panel title={t('moved.title')}>
      <div className="row">
        <Select label={t('moved.since')} value={near.some((one) => one.value === day) ? day : ''} onChange={(to) => { if (to) setDay(to) }} options={[...near, { value: '', label: t('moved.other') }]} />
        <TextField label={t('moved.day')} type="date" max={dayBefore(0)} value={day} onChange={(event) => setDay(event.target.value)} />
      </div>
      <br />
      {change.error && <p className="dim">{t('moved.no-history')}</p>}
      {!change.error && change.data && (
        <>
          <Moves rows={(['method', 'footprint', 'feeds', 'treatment', 'ageing', 'findings'] as const).map((key) => ({ key, label: t(`step.${key}`), cp: change.data.steps[key] }))} note={<span>{t('moved.sum', { from: date(change.data.since), to: date(change.data.until), before: score(change.data.before_cp), after: score(change.data.after_cp), sum: signed(change.data.after_cp - change.data.before_cp) })}</span>} />
        </>
      )}
    </Panel>
  )
}
