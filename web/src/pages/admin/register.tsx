// What is never measured, and which hosts are nobody's.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must, onceKey, type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Dialog, Empty, Failed, More, PageHead, TextArea, TextField } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { Confirm, FormEnd, useForm } from '~/parts/form'

export function OptOuts() {
  const { t, date } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Schemas['OptOut'] | null>(null)
  const list = useQuery({ queryKey: ['opt-outs'], queryFn: () => must(api.GET('/api/v1/opt-outs')) })
  const read = () => queries.invalidateQueries({ queryKey: ['opt-outs'] })
  const items = list.data?.items ?? []
  return (
    <>
      <PageHead help="object" title={t('opt-outs.title')} meta={<span>{t('opt-outs.meta')}</span>} acts={<>{items.length > 0 && <TableFile of="/api/v1/opt-outs/table" blanks={{}} what={t('admin.opt-outs')} />}<Button variant="primary" onClick={() => setAdding(true)}>{t('opt-outs.add')}</Button></>} />
      <section className="panel" aria-label={t('admin.opt-outs')}>
        {list.isPending && <Bones />}
        {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
        {list.data && items.length === 0 && <Empty title={t('opt-outs.none')}><p className="dim">{t('opt-outs.none.next')}</p></Empty>}
        {items.length > 0 && (
          <div className="scroll">
            <table className="t">
              <caption className="unseen">{t('admin.opt-outs')}</caption>
              <thead><tr><th>{t('opt-outs.pattern')}</th><th>{t('table.reason')}</th><th className="wide">{t('opt-outs.added')}</th><th aria-label={t('table.action')} /></tr></thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.pattern}>
                    <th scope="row" className="mono">{one.pattern}</th>
                    <td>{one.reason}</td>
                    <td className="number wide">{date(one.added)}</td>
                    <td className="right"><Button tight onClick={() => setRemoving(one)}>{t('opt-outs.remove')}<span className="unseen"> {one.pattern}</span></Button></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <Dialog open={adding} onClose={() => setAdding(false)} title={t('opt-outs.add')}>
        <OptOutForm onClose={() => setAdding(false)} onDone={async (pattern) => { await read(); toasts.say(t('opt-outs.done', { pattern })) }} />
      </Dialog>
      <Confirm
        open={removing !== null}
        title={t('opt-outs.remove.title', { pattern: removing?.pattern ?? '' })}
        lead={<p>{t('opt-outs.remove.lead')}</p>}
        action={t('opt-outs.remove')}
        reasonLabel={t('opt-outs.remove.reason')}
        onClose={() => setRemoving(null)}
        onDo={async (reason) => {
          await must(api.DELETE('/api/v1/opt-outs', { params: { query: { pattern: removing!.pattern, reason } } }))
          await read()
          toasts.say(t('opt-outs.removed', { pattern: removing!.pattern }))
        }}
      />
    </>
  )
}

function OptOutForm({ onClose, onDone }: { onClose: () => void; onDone: (pattern: string) => Promise<void> }) {
  const { t } = useText()
  const [pattern, setPattern] = useState('')
  const [reason, setReason] = useState('')
  const { form, busy, send, fault, rest } = useForm(['pattern', 'reason'])
  return (
    <form ref={form} onSubmit={send(async () => {
      const made = await must(api.POST('/api/v1/opt-outs', { params: { header: { 'Idempotency-Key': onceKey() } }, body: { pattern: pattern.trim(), reason: reason.trim() } }))
      await onDone(made.pattern)
      onClose()
    })}>
      <TextField label={t('opt-outs.pattern')} hint={t('opt-outs.pattern.hint')} required maxLength={300} autoFocus autoComplete="off" value={pattern} onChange={(event) => setPattern(event.target.value)} fault={fault('pattern', t('opt-outs.pattern.fault'))} />
      <TextArea label={t('opt-outs.reason')} hint={t('opt-outs.reason.hint')} required maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />
      {fault('reason') && <p className="down small">{fault('reason')}</p>}
      <FormEnd rest={rest} action={t('opt-outs.do')} busy={busy} onClose={onClose} />
    </form>
  )
}

export function Ownerless() {
  const { t, date } = useText()
  const list = useInfiniteQuery({
    queryKey: ['ownerless'],
    queryFn: ({ pageParam }) => must(api.GET('/api/v1/ownerless-assets', { params: { query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <PageHead title={t('ownerless.title')} meta={<span>{t('ownerless.meta')}</span>} acts={items.length > 0 && <TableFile of="/api/v1/ownerless-assets/table" blanks={{}} what={t('admin.ownerless')} />} />
      <section className="panel" aria-label={t('admin.ownerless')}>
        {list.isPending && <Bones />}
        {list.error && <Failed problem={list.error} again={() => void list.refetch()} />}
        {list.data && items.length === 0 && <Empty title={t('ownerless.none')}><p className="dim">{t('ownerless.none.next')}</p></Empty>}
        {items.length > 0 && (
          <div className="scroll">
            <table className="t">
              <caption className="unseen">{t('admin.ownerless')}</caption>
              <thead><tr><th>{t('ownerless.asset')}</th><th>{t('ownerless.rejected-by')}</th><th>{t('table.reason')}</th><th>{t('ownerless.when')}</th></tr></thead>
              <tbody>
                {items.map((one) => (
                  <tr key={`${one.organisation} ${one.asset}`}>
                    <th scope="row" className="mono">{one.asset}</th>
                    <td><Link to="/virksomhet/$org/fotavtrykk" params={{ org: one.organisation }}>{one.name}</Link></td>
                    <td>{one.decision.reason}{one.decision.evidence && <span className="under">{one.decision.evidence}</span>}</td>
                    <td className="number">{date(one.decision.decided)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <More of={list} />
      </section>
    </>
  )
}
