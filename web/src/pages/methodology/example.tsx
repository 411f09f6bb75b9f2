// The formula tried on an organisation that is made up: change what is found and how old it is, and see every line. The
// service computes; here is only asked and shown, so that example and method cannot part.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { Bones, Button, Failed, Mark, Panel, Select, type SeverityName } from '~/parts/basic'
import type { Method } from './data'

interface Row {
  name: string
  asset: string
  sev: SeverityName
  age: number
  unseen: number
  conf: 'confirmed' | 'inferred' | 'weak'
  state: 'open' | 'accepted' | 'compensated' | 'fixed'
  kev: boolean
}

// Three hosts and three findings: enough to see that assets weigh differently and that faults on one asset add up.
const assets = [{ id: 'www', v: 100 as const }, { id: 'login', v: 400 as const }, { id: 'mx', v: 400 as const }, { id: 'info', v: 100 as const }]
const start: Row[] = [
  { name: 'a', asset: 'login', sev: 'high', age: 45, unseen: 0, conf: 'confirmed', state: 'open', kev: false },
  { name: 'b', asset: 'mx', sev: 'medium', age: 10, unseen: 0, conf: 'confirmed', state: 'open', kev: false },
  { name: 'c', asset: 'www', sev: 'low', age: 200, unseen: 0, conf: 'inferred', state: 'open', kev: false },
]

function useLate<T>(value: T, ms: number): T {
  const [late, setLate] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return late
}

export function Example({ method }: { method: Method }) {
  const { t, number, points, signed, score, share } = useText()
  const [rows, setRows] = useState(start)
  const [coverage, setCoverage] = useState(9800)
  const asked = useLate({ rows, coverage }, 120)
  const answer = useQuery({
    queryKey: ['method', 'score', asked],
    queryFn: () => must(api.POST('/api/v1/method/score', {
      body: {
        assets,
        coverage: asked.coverage,
        findings: asked.rows.map((row) => ({ id: row.name, asset: row.asset, sev: row.sev, age: row.age, unseen: row.unseen, conf: row.conf, state: row.state, ...(row.kev ? { cve: true, kev: true } : {}) })),
      },
    })),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })
  const set = (name: string, change: Partial<Row>) => setRows((all) => all.map((row) => (row.name === name ? { ...row, ...change } : row)))
  const got = answer.data?.score as unknown as ExampleAnswer | undefined
  const title = (name: string) => t('example.finding', { name: name.toUpperCase(), asset: rows.find((row) => row.name === name)?.asset ?? '' })
  const label = (key: string) => (key === '#coverage' ? t('example.line.coverage') : key === '#breach' ? t('example.line.breach') : key.startsWith('#gate:') ? t('example.line.gate', { name: title(key.slice(6)) }) : title(key))
  const times = (permille: number) => number(permille / 1000, 3)
  const changed = rows !== start || coverage !== 9800
  return (
    <Panel className="s12" title={t('example.title')} note={t('example.note')} end={changed ? <Button tight onClick={() => { setRows(start); setCoverage(9800) }}>{t('example.reset')}</Button> : undefined}>
      <div className="example">
        <div className="stack">
          {rows.map((row) => (
            <fieldset key={row.name}>
              <legend>{title(row.name)}</legend>
              <div className="row">
                <Select label={t('table.severity')} value={row.sev} onChange={(sev) => set(row.name, { sev })} options={method.severities.map((one) => ({ value: one.severity, label: t(`severity.${one.severity}`) }))} />
                <Select label={t('method.factor.evidence')} value={row.conf} onChange={(conf) => set(row.name, { conf })} options={(['confirmed', 'inferred', 'weak'] as const).map((one) => ({ value: one, label: t(`proof.${one}`) }))} />
                <Select label={t('method.factor.treatment')} value={row.state} onChange={(state) => set(row.name, { state })} options={(['open', 'accepted', 'compensated', 'fixed'] as const).map((one) => ({ value: one, label: t(`finding-state.${one}`) }))} />
                <label className="check"><input type="checkbox" checked={row.kev} onChange={(event) => set(row.name, { kev: event.target.checked })} /> {t('example.kev')}</label>
              </div>
              <div className="row sliders">
                <Slider label={t('example.age')} value={row.age} most={400} words={t('example.days', { count: row.age })} onChange={(age) => set(row.name, { age })} />
                <Slider label={t('example.unseen')} value={row.unseen} most={100} words={t('example.days', { count: row.unseen })} onChange={(unseen) => set(row.name, { unseen })} />
              </div>
            </fieldset>
          ))}
          <Slider label={t('score.coverage')} value={coverage / 100} most={100} words={share(coverage)} onChange={(percent) => setCoverage(percent * 100)} />
        </div>
        <div className="stack" aria-live="polite">
          {answer.isPending && <Bones />}
          {answer.error && <Failed problem={answer.error} again={() => void answer.refetch()} />}
          {got && (
            <>
              <div className="big">
                <Mark grade={got.grade} size={44} />
                <b>{score(got.score_cp)}<small>{t('score.of')}</small></b>
                <div className="end small dim">{t('score.interval')} {score(got.interval_cp[0] ?? 0)} – {score(got.interval_cp[1] ?? 0)}<br />{t(`confidence.${got.confidence}`)}</div>
              </div>
              <h3>{t('example.points')}</h3>
              <div className="scroll" tabIndex={0} role="region" aria-label={t('example.points')}>
                <table className="t factors">
                  <thead><tr><th>{t('table.finding')}</th>{(['base', 'threat', 'evidence', 'freshness', 'overdue', 'treatment'] as const).map((one) => <th key={one} className="right">{t(`example.column.${one}`)}</th>)}<th className="right">{t('example.column.points')}</th></tr></thead>
                  <tbody>
                    {answer.data!.points.map((one) => (
                      <tr key={one.id}>
                        <th scope="row">{one.id.toUpperCase()}<span className="under">{t('example.deadline', { days: number(one.deadline_days) })}</span></th>
                        <td className="right number">{number(one.base_mp / 1000, 1)}</td>
                        {(['threat', 'evidence', 'freshness', 'overdue', 'treatment'] as const).map((factor) => <td key={factor} className={`right number ${one.permille[factor] === 1000 ? 'dim' : ''}`}>{times(one.permille[factor])}</td>)}
                        <td className="right number strong">{number(one.points_mp / 1000, 3)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <h3>{t('example.lines')}</h3>
              <table className="t">
                <thead><tr><th>{t('table.cause')}</th><th className="right">{t('score.takes')}</th><th className="right">{t('score.alone')}</th></tr></thead>
                <tbody>
                  <tr><th scope="row">{t('score.start')}</th><td className="right number">{points(10000)}</td><td /></tr>
                  {Object.entries(got.lines).map(([key, cp]) => <tr key={key}><th scope="row">{label(key)}</th><td className="right number">{signed(-cp)}</td><td className="right number dim">{got.gain_cp[key] === undefined ? '' : signed(got.gain_cp[key])}</td></tr>)}
                </tbody>
                <tfoot><tr><th>{t('score.title')}</th><td className="right number">{points(got.score_cp)}</td><td className="right"><Mark grade={got.grade} /></td></tr></tfoot>
              </table>
              <p className="small dim">{t('example.exact', { half: number(method.load.half_risk_mp / 1000), method: got.method })}</p>
            </>
          )}
        </div>
      </div>
    </Panel>
  )
}

/** What section 10 of the methodology puts out, as far as it is shown here. */
interface ExampleAnswer {
  method: string
  score_cp: number
  grade: Schemas['Grade']
  interval_cp: number[]
  confidence: 'low' | 'medium' | 'high'
  lines: Record<string, number>
  gain_cp: Record<string, number>
}

function Slider({ label, value, most, words, onChange }: { label: string; value: number; most: number; words: string; onChange: (value: number) => void }) {
  const id = useId()
  return (
    <div className="slider">
      <label htmlFor={id}>{label}</label>
      <input id={id} type="range" min="0" max={most} step="1" value={value} aria-valuetext={words} onChange={(event) => onChange(Number(event.target.value))} />
      <output htmlFor={id} className="number">{words}</output>
    </div>
  )
}
