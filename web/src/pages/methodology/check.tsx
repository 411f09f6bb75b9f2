// One check: what is asked, what each situation gives, why it matters and how it is put right. Its address is what
// findings, reports and mails can lead to.
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { api, must, Problem } from '~/app/api'
import { useText } from '~/app/language'
import { lastOrganisation } from '~/app/session'
import { Bones, Empty, Failed, PageHead, Panel, Severity } from '~/parts/basic'
import { Fixes } from '~/parts/fixes'
import { TableFile } from '~/parts/table-file'
import { areaNames, type Check } from './data'
import './methodology.css'

export function CheckPage() {
  const { check } = useParams({ from: '/inside/metode/$check' })
  const { t, language, work } = useText()
  const asked = useQuery({
    queryKey: ['checks', check],
    queryFn: () => must(api.GET('/api/v1/checks/{check}', { params: { path: { check } } })),
    staleTime: Infinity,
    retry: false,
  })
  const org = lastOrganisation()
  const crumbs = (
    <nav aria-label={t('finding.path')}>
      <ol className="crumbs">
        <li><Link to="/metode" search={{}}>{t('method.short')}</Link></li>
        {asked.data && <li><Link to="/metode" search={{ omrade: asked.data.area }} hash="kontroller">{areaNames.includes(asked.data.area) ? t(`area.${asked.data.area}`) : asked.data.area}</Link></li>}
      </ol>
    </nav>
  )
  if (asked.isPending) return <Bones />
  if (asked.error)
    return asked.error instanceof Problem && asked.error.status === 404
      ? <>{crumbs}<PageHead title={t('check.unknown')} /><Empty title={t('check.unknown.next')}><p><Link to="/metode" search={{}} hash="kontroller">{t('method.to-checks')}</Link></p></Empty></>
      : <Failed problem={asked.error} again={() => void asked.refetch()} />
  const one = asked.data
  return (
    <>
      {crumbs}
      <PageHead
        title={one.title[language]}
        meta={
          <>
            <Severity of={one.severity} />
            <span>{t(`method.profile.${one.profile}`)}</span>
            <span>{t('check.work', { first: work(one.minutes.first), each: work(one.minutes.each) })}</span>
            <span className="mono">{one.id}</span>
          </>
        }
        acts={org ? <Link className="ds-button" data-variant="secondary" to="/virksomhet/$org/funn" params={{ org }} search={{ check: one.id }}>{t('check.findings')}</Link> : undefined}
      />
      <div className="grid">
        <div className="s8 stack">
          <Panel title={t('check.why')}><p className="read">{one.why[language]}</p></Panel>
          <Panel title={t('finding.fix')}>
            <p className="read">{one.remedy[language]}</p>
            <Fixes check={one.id} />
          </Panel>
          <Panel title={t('check.examples')} note={t('check.examples.note')} end={<TableFile of="/api/v1/checks/{check}/examples/table" blanks={{ check: one.id }} what={t('check.examples')} />}><Examples check={one} /></Panel>
        </div>
        <div className="s4 stack">
          <Panel title={t('check.about')}>
            <dl className="facts flat">
              <dt>{t('method.area')}</dt><dd>{areaNames.includes(one.area) ? t(`area.${one.area}`) : one.area}</dd>
              <dt>{t('check.scope')}</dt><dd>{t(`check.scope.${one.scope}`)}</dd>
              <dt>{t('check.severities')}</dt><dd>{one.severities.map((severity) => <div key={severity}><Severity of={severity} /></div>)}</dd>
              <dt>{t('method.profile')}</dt><dd>{t(`method.profile.${one.profile}`)}<span className="under">{t(`check.profile.${one.profile}`)}</span></dd>
            </dl>
          </Panel>
          <Panel title={t('check.references')}>
            {one.references.length === 0 ? <p className="dim">{t('check.references.none')}</p> : (
              <ul className="list">{one.references.map((reference) => <li key={reference.name}>{reference.address ? <a href={reference.address} rel="noreferrer">{reference.name}</a> : reference.name}</li>)}</ul>
            )}
          </Panel>
        </div>
      </div>
    </>
  )
}

const verdicts = ['pass', 'warn', 'fail', 'unknown', 'not_applicable'] as const

function Examples({ check }: { check: Check }) {
  const { t, language } = useText()
  const examples = check.examples ?? []
  if (examples.length === 0) return <Empty title={t('check.examples.none')} />
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('check.examples')}>
      <table className="t examples">
        <thead><tr><th>{t('check.situation')}</th><th>{t('check.verdict')}</th><th className="wide">{t('check.answer')}</th></tr></thead>
        {verdicts.map((verdict) => {
          const own = examples.filter((one) => one.verdict === verdict)
          return own.length > 0 && (
            <tbody key={verdict}>
              {own.map((one, i) => (
                <tr key={i}>
                  <th scope="row">{one.situation_text?.[language] ?? one.situation}{one.reason_text && <span className="under phone">{one.reason_text[language]}</span>}</th>
                  <td className="keep"><span className={`verdict ${verdict}`} aria-hidden="true" />{t(`outcome.${verdict}`)}</td>
                  <td className="wide">{one.reason_text?.[language]}<span className="under mono">{one.reason}</span></td>
                </tr>
              ))}
            </tbody>
          )
        })}
      </table>
    </div>
  )
}
