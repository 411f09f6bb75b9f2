// Did what was sent arrive? What did not needs a person.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { api, must, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Choices, Empty, Failed, More, PageHead } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { Confirm } from '~/parts/form'
import { useChannels, useDeliveries } from './common'

type Delivery = Schemas['Delivery']
/** What needs a person; the service looks for it, so that one from long ago is found too. */
const needsPerson = ['dead', 'uncertain'] as const

export function Deliveries() {
  const { t, dateTime, number } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [only, setOnly] = useState<'all' | 'bad'>('all')
  const [asking, setAsking] = useState<Delivery | null>(null)
  const everything = useDeliveries()
  const all = everything.data?.pages.flatMap((page) => page.items) ?? []
  const troubled = useDeliveries(needsPerson)
  useEffect(() => void queries.invalidateQueries({ queryKey: ['deliveries', needsPerson] }), [queries, everything.dataUpdatedAt])
  const bad = troubled.data?.pages.flatMap((page) => page.items) ?? []
  const deliveries = only === 'bad' ? troubled : everything
  const channels = useChannels()
  const items = only === 'bad' ? bad : all
  const again = async (one: Delivery) => {
    await must(api.POST('/api/v1/deliveries/{delivery}/again', { params: { path: { delivery: one.id } } }))
    await queries.invalidateQueries({ queryKey: ['deliveries'] })
    toasts.say(t('deliveries.sending'))
  }
  const state = (one: Delivery): ReactNode => {
    switch (one.state) {
      case 'sent': return <span className="dim">{t('delivery.sent')}</span>
      case 'dead': return <span className="late">⚑ {t('delivery.dead')}</span>
      case 'uncertain': return <span className="tag warn">{t('delivery.uncertain')}</span>
      case 'making':
      case 'sending': return <span>{t('delivery.sending')}</span>
      default: return <span>{one.attempts > 0 && one.next_try ? t('delivery.retry', { time: dateTime(one.next_try) }) : one.next_try ? t('delivery.waits', { time: dateTime(one.next_try) }) : t('delivery.pending')}</span>
    }
  }
  return (
    <>
      <PageHead help="alerts" title={t('deliveries.title')} meta={<span>{everything.data && troubled.data ? t('deliveries.count', { count: all.length, shown: number(all.length), bad: number(bad.length) }) : '…'}</span>} acts={items.length > 0 && <TableFile of="/api/v1/deliveries/table" blanks={{}} asked={only === 'bad' ? { state: needsPerson } : {}} what={t('alerts.section.deliveries')} />} />
      <section className="panel" aria-label={t('alerts.section.deliveries')}>
        <div><Choices label={t('deliveries.filter')} value={only} options={[{ value: 'all', label: t('deliveries.all') }, { value: 'bad', label: t('deliveries.bad', { shown: number(bad.length) }) }]} onChange={setOnly} /></div>
        <br />
        {deliveries.isPending && <Bones />}
        {deliveries.error && <Failed problem={deliveries.error} again={() => void deliveries.refetch()} />}
        {deliveries.data && items.length === 0 && <Empty title={only === 'bad' ? t('deliveries.none-bad') : t('deliveries.none')}><p className="dim">{only === 'bad' ? '' : t('deliveries.none.next')}</p></Empty>}
        {items.length > 0 && (
          <div className="scroll">
            <table className="t">
              <caption className="unseen">{t('alerts.section.deliveries')}</caption>
              <thead><tr><th>{t('deliveries.to')}</th><th>{t('channels.state')}</th><th className="right wide">{t('deliveries.alerts')}</th><th className="right wide">{t('deliveries.attempts')}</th><th className="wide">{t('deliveries.made')}</th><th aria-label={t('table.action')} /></tr></thead>
              <tbody>
                {items.map((one) => {
                  const channel = channels.data?.items.find((other) => other.id === one.channel)
                  return (
                    <tr key={one.id}>
                      <th scope="row">{channel?.name ?? <span className="dim">{t('deliveries.gone')}</span>}{channel && <span className="under mono">{channel.address}</span>}</th>
                      <td>{state(one)}{one.sent && <span className="under">{dateTime(one.sent)}</span>}{one.error && one.state !== 'sent' && <span className="under">{one.error}</span>}</td>
                      <td className="right number wide">{one.alerts > 0 ? number(one.alerts) : <span className="dim">{t(one.report_schedule ? 'deliveries.report' : 'deliveries.no-alerts')}</span>}</td>
                      <td className="right number wide">{number(one.attempts)}</td>
                      <td className="number wide">{dateTime(one.created)}</td>
                      <td className="right">
                        {one.state === 'dead' && <Button tight onClick={() => void again(one).catch(toasts.fail)}>{t('deliveries.again')}</Button>}
                        {one.state === 'uncertain' && <Button tight onClick={() => setAsking(one)}>{t('deliveries.again')}</Button>}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        )}
        <More of={deliveries} />
      </section>
      <Confirm open={asking !== null} title={t('deliveries.uncertain.title')} lead={<p>{t('deliveries.uncertain.lead')}</p>} action={t('deliveries.again')} onClose={() => setAsking(null)} onDo={() => again(asking!)} />
    </>
  )
}
