// Who shall be in the register? A file is shown as what it would change before anything is taken in.
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Failed, PageHead, Panel } from '~/parts/basic'
import { Pick } from '~/parts/form'
import { saveAs } from '../common'

type Report = Schemas['ImportReport']
type Kind = Schemas['OrganisationKind']
const kinds: Kind[] = ['municipality', 'county', 'state', 'supplier', 'other']
const fields = ['number', 'name', 'kind', 'domains', 'hosts', 'website', 'municipality', 'county', 'kostra', 'sector', 'population', 'employees', 'form', 'industry', 'parent', 'language', 'customers', 'criticality'] as const

const types: Record<string, string> = { csv: 'text/csv', txt: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', json: 'application/json' }
const largest = 32 * 1024 * 1024

export function Import() {
  const { t, number } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [kind, setKind] = useState<Kind | ''>('')
  const [columns, setColumns] = useState<Record<string, string>>({})
  const [skip, setSkip] = useState(false)
  const [report, setReport] = useState<Report | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const [fault, setFault] = useState<string | null>(null)

  const ask = async (path: '/api/v1/imports/preview' | '/api/v1/imports', of: File, how: { kind: Kind | ''; columns: Record<string, string>; skip: boolean }) => {
    const ending = of.name.toLowerCase().split('.').pop() ?? ''
    setBusy(true)
    setProblem(null)
    try {
      const answer = await must(api.POST(path, {
        params: { query: { ...(how.kind ? { kind: how.kind } : {}), ...(Object.keys(how.columns).length ? { column: Object.entries(how.columns).map(([header, field]) => `${header}=${field}`) } : {}), skip_faulty: how.skip } },
        body: of as never,
        bodySerializer: (body: unknown) => body as BodyInit,
        headers: { 'Content-Type': types[ending] ?? 'application/octet-stream' },
      }))
      setReport(answer)
      if (path === '/api/v1/imports' && answer.committed) {
        toasts.say(t('import.done', { created: number(answer.created), changed: number(answer.changed) }))
        await queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'me' })
      }
    } catch (refused) {
      setReport(null)
      setProblem(refused)
    } finally {
      setBusy(false)
    }
  }
  const preview = (change: Partial<{ kind: Kind | ''; columns: Record<string, string>; skip: boolean }>, of = file) => {
    const how = { kind, columns, skip, ...change }
    setKind(how.kind)
    setColumns(how.columns)
    setSkip(how.skip)
    if (of) void ask('/api/v1/imports/preview', of, how)
  }
  const take = (one: File | undefined) => {
    if (!one) return
    setFault(null)
    if (one.size > largest) { setFault(t('import.too-large')); return }
    setFile(one)
    setReport(null)
    preview({ columns: {}, skip: false }, one)
  }
  const ready = report && !report.committed && report.created + report.changed > 0 && (report.faults.length === 0 || skip)

  return (
    <>
      <PageHead title={t('import.title')} meta={<span>{t('import.meta')}</span>} />
      <div className="stack">
        <Panel title={t('import.file')}>
          <div className="drop" onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); take(event.dataTransfer.files[0]) }}>
            <p>{t('import.lead')}</p>
            <div className="row">
              <input ref={input} type="file" className="unseen" tabIndex={-1} aria-label={t('import.file')} accept=".csv,.txt,.xlsx,.json" onChange={(event) => { take(event.target.files?.[0]); event.target.value = '' }} />
              <Button variant={report ? 'secondary' : 'primary'} onClick={() => input.current?.click()}>{file ? t('import.other') : t('import.choose')}</Button>
              <Button variant="tertiary" onClick={() => saveAs('utsyn-virksomheter.csv', 'text/csv;charset=utf-8', '\ufeffnumber;name;kind;domains\r\n')}>{t('import.template')}</Button>
              {file && <span className="strong">{file.name}</span>}
            </div>
            {fault && <p className="down strong" role="alert">{fault}</p>}
          </div>
          <br />
          <div className="short"><Pick label={t('import.kind')} hint={t('import.kind.hint')} value={kind} options={[{ value: '', label: t('import.kind.none') }, ...kinds.map((one) => ({ value: one, label: t(`organisation-kind.${one}`) }))]} onPick={(one) => preview({ kind: one as Kind })} /></div>
        </Panel>
        {busy && <Bones />}
        {problem !== null && <Failed problem={problem} />}
        {report && !busy && (
          <>
            <Panel
              title={report.committed ? t('import.result') : t('import.preview')}
              note={t('import.rows', { count: report.rows, shown: number(report.rows) })}
              footer={report.committed ? <Link to="/">{t('import.to-front')}</Link> : <span>{t('import.nothing-yet')}</span>}
            >
              <div className="row legend" role="status">
                <span><b className="figure">{number(report.created)}</b> {t('import.created')}</span>
                <span><b className="figure">{number(report.changed)}</b> {t('import.changed')}</span>
                <span><b className="figure">{number(report.unchanged)}</b> {t('import.unchanged')}</span>
                <span><b className="figure">{number(report.faults.length)}</b> {t('import.faulty')}</span>
              </div>
              {report.message && report.faults.length === 0 && <p className="strong">{report.message}</p>}
              {!report.committed && report.faults.length > 0 && (
                <label className="check"><input type="checkbox" checked={skip} onChange={(event) => preview({ skip: event.target.checked })} />{t('import.skip')}</label>
              )}
              {!report.committed && (
                <p>
                  <br />
                  <Button variant="primary" disabled={!ready} onClick={() => file && void ask('/api/v1/imports', file, { kind, columns, skip })}>{t('import.do', { count: number(report.created + report.changed) })}</Button>
                  {!ready && <span className="dim"> {report.created + report.changed === 0 ? t('import.nothing') : t('import.mend')}</span>}
                </p>
              )}
            </Panel>
            {(report.columns.length > 0 || report.ignored.length > 0) && (
              <Panel title={t('import.columns')} note={report.ignored.length ? t('import.ignored', { count: report.ignored.length }) : ''}>
                <div className="scroll" tabIndex={0} role="region" aria-label={t('import.columns')}>
                  <table className="t">
                    <caption className="unseen">{t('import.columns')}</caption>
                    <thead><tr><th>{t('import.header')}</th><th>{t('import.means')}</th></tr></thead>
                    <tbody>
                      {report.columns.map((one) => <tr key={one.header}><th scope="row">{one.header}</th><td>{fields.includes(one.field as 'name') ? t(`import.field.${one.field}`) : one.field}</td></tr>)}
                      {!report.committed && report.ignored.map((one) => (
                        <tr key={one}>
                          <th scope="row">{one}</th>
                          <td>
                            <select className="input ds-input" aria-label={t('import.means-of', { header: one })} value="" onChange={(event) => preview({ columns: { ...columns, [one]: event.target.value } })}>
                              <option value="">{t('import.means.nothing')}</option>
                              {fields.map((field) => <option key={field} value={field}>{t(`import.field.${field}`)}</option>)}
                            </select>
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </Panel>
            )}
            {report.faults.length > 0 && (
              <Panel title={t('import.faults')} note={t('import.faults.note')}>
                <div className="scroll" tabIndex={0} role="region" aria-label={t('import.faults')}>
                  <table className="t">
                    <caption className="unseen">{t('import.faults')}</caption>
                    <thead><tr><th className="right">{t('import.row')}</th><th>{t('import.header')}</th><th>{t('import.what')}</th></tr></thead>
                    <tbody>{report.faults.slice(0, 200).map((one, i) => <tr key={i}><td className="right number">{number(one.row)}</td><td>{one.column}</td><td>{one.message}</td></tr>)}</tbody>
                  </table>
                </div>
              </Panel>
            )}
            {report.items.length > 0 && (
              <Panel title={t('import.items')} note={report.rows > 200 ? t('import.first', { count: 200 }) : ''}>
                <div className="scroll" tabIndex={0} role="region" aria-label={t('import.items')}>
                  <table className="t">
                    <caption className="unseen">{t('import.items')}</caption>
                    <thead><tr><th className="right">{t('import.row')}</th><th>{t('users.organisation')}</th><th>{t('import.outcome')}</th></tr></thead>
                    <tbody>
                      {report.items.slice(0, 200).map((one) => (
                        <tr key={`${one.row} ${one.organisation}`}>
                          <td className="right number">{number(one.row)}</td>
                          <th scope="row">{report.committed ? <Link to="/virksomhet/$org" params={{ org: one.organisation }}>{one.name}</Link> : one.name}<span className="under">{one.organisation}</span></th>
                          <td>{t(`import.outcome.${one.outcome}`)}{one.changes.length > 0 && <span className="under">{one.changes.join(', ')}</span>}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </Panel>
            )}
          </>
        )}
      </div>
    </>
  )
}
