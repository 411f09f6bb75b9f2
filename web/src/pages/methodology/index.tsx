// What is measured, and how is it weighed? The checks and the tables come from the service as it works with them; nothing
// of the method is written here a second time.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { useText } from '~/app/language'
import { Bones, Empty, Failed, Mark, PageHead, Panel, Select, Severity, type SeverityName } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { areaNames, checksQuery, fits, methodQuery, type Method } from './data'
import { Example } from './example'
import type { CheckFilter } from './filter'
import './methodology.css'

const severities: SeverityName[] = ['critical', 'high', 'medium', 'low', 'info']

export function Methodology() {
  const { t } = useText()
  const method = useQuery(methodQuery)
  const checks = useQuery(checksQuery)
  return (
    <>
      <PageHead
        title={t('method.title')}
        help="score"
        meta={
          <>
            {method.data && <span>{t('score.method')} {method.data.method}</span>}
            {method.data && <span>{t('method.constants', { what: method.data.constants.replace('expert opinion', t('method.expert')) })}</span>}
            {checks.data && <span>{t('method.count', { count: checks.data.total })}</span>}
            <a href="#kontroller">{t('method.to-checks')}</a>
          </>
        }
      />
      <div className="grid">
        {method.isPending && <div className="s12"><Bones /></div>}
        {method.error && <div className="s12"><Failed problem={method.error} again={() => void method.refetch()} /></div>}
        {method.data && (
          <>
            <Example method={method.data} />
            <Tables method={method.data} />
          </>
        )}
        <Checks />
      </div>
    </>
  )
}

function Checks() {
  const { t, language, work, number } = useText()
  const filter = useSearch({ from: '/inside/metode' })
  const navigate = useNavigate()
  const checks = useQuery(checksQuery)
  const sought = useDeferredValue(filter)
  const set = (change: { [K in keyof CheckFilter]?: CheckFilter[K] | undefined }) => {
    const next = Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value)) as CheckFilter
    void navigate({ to: '/metode', search: next, replace: true, resetScroll: false })
  }
  const items = checks.data?.items ?? []
  const found = items.filter((one) => fits(one, sought, language))
  const areas = [...new Set(items.map((one) => one.area))]
  const narrowed = Boolean(filter.tekst || filter.omrade || filter.alvor || filter.profil)
  const name = (area: string) => (areaNames.includes(area) ? t(`area.${area}`) : area)
  return (
    <Panel className="s12" id="kontroller" title={t('method.checks')} note={checks.data ? t('method.checks.shown', { shown: number(found.length), all: number(items.length) }) : undefined} end={<TableFile of="/api/v1/checks/table" blanks={{}} asked={{ ...(filter.omrade ? { area: filter.omrade } : {}), ...(filter.profil ? { profile: filter.profil } : {}) }} what={t('method.checks')} />}>
      <div className="row checks-filter">
        <div className="field grow">
          <label htmlFor="check-text" className="unseen">{t('method.seek')}</label>
          <input id="check-text" type="search" className="input ds-input" placeholder={t('method.seek')} value={filter.tekst ?? ''} onChange={(event) => set({ tekst: event.target.value || undefined })} />
        </div>
        <Select hidden label={t('method.area')} value={filter.omrade ?? ''} onChange={(omrade) => set({ omrade: omrade || undefined })} options={[{ value: '', label: t('method.area.all') }, ...areas.map((one) => ({ value: one, label: name(one) }))]} />
        <Select hidden label={t('table.severity')} value={filter.alvor ?? ''} onChange={(alvor) => set({ alvor: alvor || undefined })} options={[{ value: '', label: t('method.severity.all') }, ...severities.map((one) => ({ value: one as string, label: t(`severity.${one}`) }))]} />
        <Select hidden label={t('method.profile')} value={filter.profil ?? ''} onChange={(profil) => set({ profil: (profil || undefined) as CheckFilter['profil'] })} options={[{ value: '' as string, label: t('method.profile.all') }, { value: 'core', label: t('method.profile.core') }, { value: 'full', label: t('method.profile.full') }]} />
      </div>
      {checks.isPending && <Bones />}
      {checks.error && <Failed problem={checks.error} again={() => void checks.refetch()} />}
      {checks.data && found.length === 0 && <Empty title={t('method.checks.none')}><p><button type="button" className="toggle" onClick={() => void navigate({ to: '/metode', search: {}, replace: true, resetScroll: false })}>{t('method.checks.clear')}</button></p></Empty>}
      {/* An area is a section that opens; who seeks has all that was found open. */}
      {areas.map((area, i) => {
        const own = found.filter((one) => one.area === area)
        return own.length > 0 && (
          <details key={`${area} ${narrowed}`} className="area" open={narrowed || i === 0}>
            <summary><h3>{name(area)}</h3> <span className="dim">{t('method.count', { count: own.length })}</span></summary>
            <table className="t">
              <thead><tr><th>{t('method.check')}</th><th>{t('table.severity')}</th><th className="wide">{t('method.profile')}</th><th className="right wide">{t('table.work')}</th></tr></thead>
              <tbody>
                {own.map((one) => (
                  <tr key={one.id}>
                    <th scope="row"><Link to="/metode/$check" params={{ check: one.id }}>{one.title[language]}</Link><span className="under mono">{one.id}</span></th>
                    <td><Severity of={one.severity} /></td>
                    <td className="wide">{t(`method.profile.${one.profile}`)}</td>
                    <td className="right number wide">{work(one.minutes.first)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        )
      })}
    </Panel>
  )
}

/** The constants, as the program holds them. */
function Tables({ method }: { method: Method }) {
  const { t, number, points, share } = useText()
  const times = (permille: number) => `× ${number(permille / 1000, 3)}`
  const load = (mp: number) => number(mp / 1000, 1)
  const rows = (head: [string, string], body: [string, string][]) => (
    <table className="t">
      <thead><tr><th>{head[0]}</th><th className="right">{head[1]}</th></tr></thead>
      <tbody>{body.map(([name, value]) => <tr key={name}><th scope="row">{name}</th><td className="right number">{value}</td></tr>)}</tbody>
    </table>
  )
  return (
    <Panel className="s12" title={t('method.tables')} note={t('method.tables.note')} end={<TableFile of="/api/v1/method/table" blanks={{}} what={t('method.tables')} />}>
      <div className="tables">
        <section><h3>{t('method.base')}</h3>{rows([t('table.severity'), t('method.load-points')], [...method.severities].reverse().map((one) => [t(`severity.${one.severity}`), load(one.base_mp)]))}</section>
        <section><h3>{t('method.factor.threat')}</h3>{rows([t('method.when'), t('method.factor')], method.threats.map((one) => [t(`method.threat.${one.name}`), times(one.permille)]))}</section>
        <section><h3>{t('method.factor.evidence')}</h3>{rows([t('method.when'), t('method.factor')], method.evidence.map((one) => [t(`proof.${one.name}`), times(one.permille)]))}</section>
        <section><h3>{t('method.factor.freshness')}</h3>{rows([t('method.unseen-days'), t('method.factor')], method.freshness.map((one) => [number(one.days), times(one.permille)]))}</section>
        <section><h3>{t('method.deadlines')}</h3>{rows([t('method.when'), t('method.days')], method.deadlines.map((one) => [t(`method.deadline.${one.name}`), number(one.days)]))}</section>
        <section><h3>{t('method.factor.overdue')}</h3>{rows([t('method.age-in-deadlines'), t('method.factor')], method.overdue.map((one) => [number(one.deadlines), times(one.permille)]))}</section>
        <section><h3>{t('method.factor.control')}</h3>{rows([t('method.when'), t('method.factor')], method.control.map((one) => [t(`method.control.${one.name}`), times(one.permille)]))}</section>
        <section><h3>{t('method.factor.treatment')}</h3>{rows([t('method.when'), t('method.factor')], method.treatment.map((one) => [t(`finding-state.${one.name}`), times(one.permille)]))}</section>
        <section><h3>{t('method.values')}</h3>{rows([t('method.when'), t('method.weight')], method.values.map((one) => [t(`method.value.${one.name}`), number(one.v / 100, 2)]))}</section>
        <section><h3>{t('method.gates')}</h3>{rows([t('method.when'), t('method.at-most')], method.gates.map((one) => [t(`method.gate.${one.name}`), points(one.cap_cp)]))}</section>
        <section>
          <h3>{t('method.grades')}</h3>
          <table className="t">
            <thead><tr><th>{t('score.grade')}</th><th className="right">{t('method.from')}</th></tr></thead>
            <tbody>{method.grades.map((one) => <tr key={one.grade}><th scope="row"><Mark grade={one.grade} /></th><td className="right number">{points(one.from_cp)}</td></tr>)}</tbody>
          </table>
        </section>
        <section>
          <h3>{t('method.rest')}</h3>
          {rows([t('method.what'), t('method.value')], [
            [t('method.rest.half'), load(method.load.half_risk_mp)],
            [t('method.rest.low-cap'), load(method.load.low_cap_mp)],
            [t('method.rest.hygiene-cap'), load(method.load.hygiene_cap_mp)],
            [t('method.rest.rated-from'), share(method.coverage.rated_from)],
            [t('method.rest.slack'), points(method.coverage.slack)],
            [t('method.rest.suppressed'), number(method.portfolio.suppressed_below)],
            [t('method.rest.acceptance'), number(method.periods.acceptance_days)],
            [t('method.rest.compensation'), number(method.periods.compensation_days)],
            [t('method.rest.dispute'), number(method.periods.dispute_working_days)],
          ])}
        </section>
      </div>
    </Panel>
  )
}
