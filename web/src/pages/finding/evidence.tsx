// Evidence so that a person can read it, and as it was kept. What a reader needs first stands in a table of its own;
// everything else follows by name, so that nothing is left out of the readable form without being said.
import { useDeferredValue, useState, type ReactNode } from 'react'
import type { Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { Choices, HostName } from '~/parts/basic'
import { saveAs } from '../common'

type Item = Schemas['EvidenceItem']
type Json = unknown
const isObject = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value)

// What a finding of an area is mostly about stands open and first; what was only looked at besides is folded.
const ownKinds: Record<string, string[]> = { http: ['web.site'], tls: ['tls.endpoint'], cert: ['tls.endpoint'], email: ['smtp.server', 'dns.answer'], dns: ['dns.answer', 'dns.delegation', 'dns.server'] }

export function Evidence({ items: given, area, hidden }: { items: Item[]; area: string; hidden: boolean }) {
  const own = (item: Item) => ownKinds[area]?.includes(item.kind) ?? true
  const any = given.some(own)
  const items = [...given].sort((a, b) => Number(own(b)) - Number(own(a)))
  const { t, dateTime } = useText()
  const [chosen, setForm] = useState<'read' | 'raw'>('read')
  // The button answers at once; what may be a long text follows.
  const form = useDeferredValue(chosen)
  if (hidden && items.length === 0) return <p className="dim">{t('evidence.hidden')}</p>
  if (items.length === 0) return <p className="dim">{t('evidence.none')}</p>
  return (
    <div className="stack">
      <div className="row">
        <Choices label={t('evidence.form')} value={chosen} onChange={setForm} options={[{ value: 'read', label: t('evidence.read') }, { value: 'raw', label: 'JSON' }]} />
        <button type="button" className="toggle" onClick={() => saveAs('evidence.json', 'application/json', JSON.stringify(items, null, 2))}>{t('evidence.save')}</button>
      </div>
      {items.map((item) => (
        <section key={item.id} aria-label={item.subject}>
          <h3><span className="mono">{item.subject}</span></h3>
          <p className="small dim">{kindWords(t, item.kind)} · {t('evidence.seen', { first: dateTime(item.first_seen), last: dateTime(item.last_seen) })}</p>
          {any && !own(item) && form === 'read' && item.data ? <details><summary>{t('evidence.besides')}</summary><Readable data={item.data} /></details> : item.data === null || item.data === undefined ? <p className="dim">{t('evidence.hidden')}</p> : form === 'raw' ? <pre tabIndex={0}>{JSON.stringify(item.data, null, 2)}</pre> : <Readable data={item.data} />}
          <p className="small dim mono">{item.id}</p>
        </section>
      ))}
    </div>
  )
}

const kinds = ['dns.answer', 'dns.delegation', 'dns.server', 'tls.endpoint', 'web.site', 'smtp.server']
function kindWords(t: (key: string) => string, kind: string): string {
  return kinds.includes(kind) ? t(`evidence.kind.${kind.replace('.', '-')}`) : kind
}

function Readable({ data }: { data: Json }) {
  if (!isObject(data)) return <Value of={data} />
  const { protocols, seen, ...rest } = data
  if (isObject(seen)) {
    const walks = Object.entries(seen).filter(([, walk]) => isObject(walk) && Array.isArray(walk.hops) && walk.hops.length > 0)
    const others = Object.fromEntries(Object.entries(seen).filter(([name]) => !walks.some(([one]) => one === name)))
    return (
      <>
        {walks.map(([name, walk]) => <Hops key={name} hops={(walk as { hops: Json[] }).hops} />)}
        <Rest of={{ ...others, ...rest }} />
      </>
    )
  }
  return (
    <>
      {Array.isArray(protocols) && <Protocols protocols={protocols} />}
      {Array.isArray(protocols) ? <Rest of={rest} /> : <Fields of={rest} />}
    </>
  )
}

/** What was asked of a web server, where it led, and the headers that came back. */
function Hops({ hops }: { hops: Json[] }) {
  const { t } = useText()
  return (
    <div className="scroll">
      <table className="t">
        <thead><tr><th>{t('evidence.address')}</th><th className="right">{t('evidence.status')}</th><th className="wide">{t('evidence.headers')}</th></tr></thead>
        <tbody>
          {hops.filter(isObject).map((hop, i) => {
            const answer = isObject(hop.answer) ? hop.answer : {}
            const headers = (Array.isArray(answer.headers) ? answer.headers.filter(isObject) : []).map((header, j) => <div key={j}><span className="dim">{String(header.name)}:</span> {String(header.value).slice(0, 300)}</div>)
            return (
              <tr key={i}>
                <th scope="row" className="mono"><HostName of={String(hop.url ?? '')} /><span className="under">{String(hop.address ?? '')}</span><div className="under phone">{headers}</div></th>
                <td className="right number">{String(answer.status ?? '–')}</td>
                <td className="mono wide">{headers}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function Protocols({ protocols }: { protocols: Json[] }) {
  const { t } = useText()
  return (
    <div className="scroll">
      <table className="t">
        <thead><tr><th>{t('evidence.protocol')}</th><th>{t('evidence.answer')}</th><th>{t('evidence.ciphers')}</th></tr></thead>
        <tbody>
          {protocols.filter(isObject).map((one) => {
            const offered = one.offered === true
            const old = offered && /^SSL|TLSv1\.[01]$/.test(String(one.version))
            return (
              <tr key={String(one.version)}>
                <th scope="row">{String(one.version)}</th>
                <td className={old ? 'late' : offered ? '' : 'dim'}>{old ? '▼ ' : ''}{offered ? t('evidence.offered') : t('evidence.refused')}</td>
                <td className="mono">{Array.isArray(one.ciphers) ? one.ciphers.join(', ') : ''}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

const shown = 40

function Fields({ of }: { of: Record<string, Json> }) {
  const entries = Object.entries(of).filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
  return (
    <dl className="facts">
      {entries.slice(0, shown).map(([name, value]) => (
        <Pair key={name} name={name.replace(/_/g, ' ')}><Value of={value} /></Pair>
      ))}
    </dl>
  )
}

function Rest({ of }: { of: Record<string, Json> }) {
  const { t } = useText()
  return <details><summary>{t('evidence.rest', { count: Object.keys(of).length })}</summary><Fields of={of} /></details>
}

function Pair({ name, children }: { name: string; children: ReactNode }) {
  return <><dt>{name}</dt><dd>{children}</dd></>
}

function Value({ of, depth = 0 }: { of: Json; depth?: number }) {
  const { t, number } = useText()
  if (of === true) return <>{t('evidence.yes')}</>
  if (of === false) return <>{t('evidence.no')}</>
  if (typeof of === 'number') return <>{number(of, Number.isInteger(of) ? 0 : 3)}</>
  if (typeof of === 'string') return of.length > 400 ? <details><summary>{t('evidence.long', { count: of.length })}</summary><pre tabIndex={0}>{of}</pre></details> : <span className="mono">{of}</span>
  if (of === null || of === undefined) return <span className="dim">–</span>
  if (Array.isArray(of) && of.every((one) => typeof one === 'string' || typeof one === 'number') && of.join('').length < 400) return <span className="mono">{of.join(', ')}</span>
  if (isObject(of) && depth < 1 && Object.keys(of).length <= 6) {
    return <ul className="list small">{Object.entries(of).map(([name, value]) => <li key={name}><span className="dim">{name.replace(/_/g, ' ')}</span> <Value of={value} depth={depth + 1} /></li>)}</ul>
  }
  return (
    <details>
      <summary>{t('evidence.parts', { count: Array.isArray(of) ? of.length : Object.keys(of as object).length })}</summary>
      <pre tabIndex={0}>{JSON.stringify(of, null, 2)}</pre>
    </details>
  )
}
