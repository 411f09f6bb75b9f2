// How many expose a product in each sector, county or size: bars that are a table.
import { useQuery } from '@tanstack/react-query'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { Bones, Failed, Panel, Select } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { groupOrder, useGroupName } from '../portfolio/common'
import { dimensions } from '../portfolio/names'
import { amongWhom, type ExposureSearch } from './search'

export function Groups({ search, product, onBy }: { search: ExposureSearch; product: string; onBy: (by: Schemas['Dimension']) => void }) {
  const { t, number, share } = useText()
  const groupName = useGroupName()
  const by = search.etter ?? 'sector'
  const asked = { product, by, ...amongWhom(search) }
  const cells = useQuery({
    queryKey: ['exposure', 'breakdown', asked],
    queryFn: () => must(api.GET('/api/v1/exposure/breakdown', { params: { query: asked } })),
    placeholderData: (before) => before,
    retry: false,
  })
  const rows = [...(cells.data?.cells ?? [])].sort((a, b) => groupOrder(a.key ?? '', b.key ?? ''))
  const total = cells.data?.total
  const most = Math.max(1, ...rows.map((row) => row.organisations ?? 0))
  return (
    <Panel
      title={t('exposure.groups', { product })}
      note={total && total.organisations !== null ? t('exposure.of', { some: number(total.organisations), members: number(total.members) }) : undefined}
      end={<span className="row">{rows.length > 0 && <TableFile of="/api/v1/exposure/breakdown/table" blanks={{}} asked={asked} what={t('exposure.groups', { product })} />}<Select hidden label={t('exposure.by-label')} value={by} onChange={onBy} options={dimensions.map((one) => ({ value: one, label: t(`dimension.${one}`) }))} /></span>}
    >
      {cells.isPending && <Bones />}
      {cells.error && <Failed problem={cells.error} />}
      {total?.suppressed && <p className="dim">{t('portfolio.hidden')}</p>}
      {total && !total.suppressed && rows.length > 0 && (
        <table className="t tracked">
          <caption className="unseen">{t('exposure.groups', { product })}</caption>
          <thead><tr><th>{t(`dimension.${cells.data!.by}`)}</th><th className="right">{t('exposure.exposing')}</th><th className="right">{t('table.share')}</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">{groupName(cells.data!.by, row.key ?? '')}{row.organisations !== null && <progress max={most} value={row.organisations} aria-hidden="true" />}</th>
                {row.organisations === null
                  ? <td className="dim" colSpan={2}>{row.members < 5 ? t('portfolio.hidden') : t('portfolio.hidden.either')}</td>
                  : <><td className="right number strong">{t('exposure.of', { some: number(row.organisations), members: number(row.members) })}</td><td className="right number">{row.share === null ? '–' : share(row.share)}</td></>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}
