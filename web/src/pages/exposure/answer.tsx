// The organisations that expose a product, each with the hosts that said so: a group of rows for each.
import { Link } from '@tanstack/react-router'
import type { Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { daysBetween } from '~/format/format'
import { HostName } from '~/parts/basic'

type Organisation = Schemas['ExposedOrganisation']

/** The least rows of an organisation that are shown before the rest is folded away. */
const folded = 5

export function Answer({ items, caption }: { items: Organisation[]; caption: string }) {
  const { t } = useText()
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table className="t exposed">
        <caption className="unseen">{caption}</caption>
        <thead><tr><th>{t('exposure.host')}</th><th>{t('exposure.version')}</th><th className="wide">{t('exposure.said')}</th><th className="right">{t('exposure.seen')}</th></tr></thead>
        {items.map((one) => <Rows key={one.organisation} one={one} />)}
      </table>
    </div>
  )
}

function Rows({ one }: { one: Organisation }) {
  const { t, number } = useText()
  const first = one.places.slice(0, folded)
  const rest = one.places_total - first.length
  return (
    <tbody>
      <tr className="of-whom">
        <th colSpan={4} scope="rowgroup">
          <Link to="/virksomhet/$org" params={{ org: one.organisation }}>{one.name}</Link>
          <span className="under">
            {t(`organisation-kind.${one.kind}`)}
            {one.contacts.map((contact) => <span key={contact}> · {/^(mailto|https):/i.test(contact) ? <a href={contact}>{contact.replace(/^mailto:/i, '')}</a> : contact}</span>)}
          </span>
        </th>
      </tr>
      {first.map((place) => <PlaceRow key={`${place.host} ${place.port} ${place.said} ${place.told_by}`} organisation={one.organisation} place={place} />)}
      {rest > 0 && <tr><td colSpan={4} className="dim">{t('exposure.more-hosts', { count: rest, shown: number(rest) })}</td></tr>}
    </tbody>
  )
}

function PlaceRow({ organisation, place }: { organisation: string; place: Schemas['ExposedPlace'] }) {
  const { t, date, dateTime } = useText()
  const days = Math.max(0, -daysBetween(new Date(), place.seen))
  return (
    <tr>
      <th scope="row" className="mono plain">
        <Link to="/virksomhet/$org/funn" params={{ org: organisation }} search={{ text: place.host }}><HostName of={`${place.host}:${place.port}`} /></Link>
      </th>
      <td className={place.version ? 'mono version' : 'dim'}>{place.version ?? t('exposure.no-version')}</td>
      <td className="wide">
        <details>
          <summary className="mono small">{place.said}</summary>
          <dl className="small shown">
            <dt>{t('exposure.told-by')}</dt><dd>{t(`exposure.by.${place.evidence_kind}`)}{place.evidence_kind === 'web.site' && <> <span className="mono">{place.told_by}</span></>}</dd>
            {place.url && <><dt>{t('exposure.url')}</dt><dd className="mono"><HostName of={place.url} /></dd></>}
            <dt>{t('exposure.record')}</dt><dd className="mono"><HostName of={place.evidence.replace(/(.{16})/g, '$1\u200b')} /></dd>
          </dl>
        </details>
      </td>
      <td className="right"><time dateTime={place.seen} title={dateTime(place.seen)}>{date(place.seen)}</time><span className="under">{days === 0 ? t('exposure.today') : t('exposure.days', { count: days })}</span></td>
    </tr>
  )
}
