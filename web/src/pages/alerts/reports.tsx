// Which reports come to me by themselves, when, and did the latest one arrive? A report that could not be made says what to do.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { api, must, onceKey } from '~/app/api'
import { useText } from '~/app/language'
import { useMe } from '~/app/session'
import { useToasts } from '~/app/toasts'
import { Bones, Button, Choices, Dialog, Empty, Failed, PageHead } from '~/parts/basic'
import { TableFile } from '~/parts/table-file'
import { Pick, useForm } from '~/parts/form'
import { OrganisationPicker, type Named } from '~/parts/pick'
import { makeOwnMail, underWay, useChannels, useSchedules, type Schedule } from './common'

type Every = Schedule['every']
const everies: Every[] = ['week', 'month', 'quarter']
const everything = 'all'

/** What is sent, and when, as a person says it. */
function useSayings() {
  const { t, language } = useText()
  const hour = (value: number) => `${String(value).padStart(2, '0')}${language === 'en' ? ':' : '.'}00`
  return {
    hour,
    what: (one: Schedule) => (one.what === 'board'
      ? t(`schedule.board.${one.pages}`, { name: one.organisation_name ?? one.organisation ?? '' })
      : one.portfolio === everything ? t('schedule.all') : t('schedule.members', { name: one.portfolio_name ?? one.portfolio ?? '' })),
    when: (one: Schedule) => t(`schedule.${one.every}`, { day: one.every === 'week' ? t(`weekday.${one.day}`) : one.day, hour: hour(one.hour) }),
  }
}

export function ReportSchedules() {
  const { t } = useText()
  const { virksomhet } = useSearch({ from: '/inside/varsler/rapporter' })
  const navigate = useNavigate()
  const schedules = useSchedules()
  const channels = useChannels()
  const [editing, setEditing] = useState<Schedule | 'new' | null>(null)
  // The link from an organisation's page opens the form with it chosen.
  const wanted = useQuery({
    queryKey: ['organisation', virksomhet],
    queryFn: () => must(api.GET('/api/v1/organisations/{organisation}', { params: { path: { organisation: virksomhet! } } })),
    enabled: virksomhet !== undefined,
    retry: false,
  })
  const close = () => {
    setEditing(null)
    if (virksomhet !== undefined) void navigate({ to: '/varsler/rapporter', search: {}, replace: true })
  }
  const items = schedules.data?.items ?? []
  const asked = editing !== null || (virksomhet !== undefined && !wanted.isPending)
  const changed = editing === null || editing === 'new' ? null : editing
  return (
    <>
      <PageHead help="alerts" title={t('schedules.title')} meta={<span>{t('schedules.meta')}</span>} acts={<>{items.length > 0 && <TableFile of="/api/v1/report-schedules/table" blanks={{}} what={t('alerts.section.reports')} />}<Button variant="primary" onClick={() => setEditing('new')}>{t('schedules.new')}</Button></>} />
      <section className="panel" aria-label={t('alerts.section.reports')}>
        {schedules.isPending && <Bones />}
        {schedules.error && <Failed problem={schedules.error} again={() => void schedules.refetch()} />}
        {schedules.data && items.length === 0 && <Empty title={t('schedules.none')}><p className="dim read">{t('schedules.none.next')}</p></Empty>}
        <ul className="list">
          {items.map((one) => <Row key={one.id} one={one} to={channels.data?.items.find((other) => other.id === one.channel)?.address ?? '…'} onChange={() => setEditing(one)} />)}
        </ul>
      </section>
      <Dialog open={asked} onClose={close} title={t(changed ? 'schedules.change' : 'schedules.new')}>
        {asked && <ScheduleForm schedule={changed} organisation={wanted.data ? { id: wanted.data.id, name: wanted.data.name } : null} onClose={close} />}
      </Dialog>
    </>
  )
}

/** How the latest went: what stands in the way, with what to do about it, or when it was sent. */
function How({ one }: { one: Schedule }) {
  const { t, dateTime } = useText()
  let state: ReactNode = null
  if (one.waits === 'unconfirmed') state = <><span className="tag warn">{t('channels.unconfirmed')}</span> {t('channels.unconfirmed.next')}</>
  else if (one.waits === 'channel_paused') state = <><span className="tag">{t('channels.paused')}</span> <Link to="/varsler/kanaler">{t('schedule.waits.channel')}</Link></>
  else if (underWay(one)) state = <span role="status">{t('schedule.under-way')}</span>
  else if (one.fault)
    state = (
      <>
        <span className="late">⚑ {t(`schedule.fault.${one.fault.kind}`)}</span> {t(`schedule.next.${one.fault.kind}`)}
        {one.latest?.state === 'pending' && one.latest.next_try && <> {t('schedule.again', { time: dateTime(one.latest.next_try) })}</>}
        {one.fault.kind === 'uncertain' && <> <Link to="/varsler/leveranser">{t('alerts.section.deliveries')}</Link></>}
        {(one.fault.kind === 'not_sent' || one.fault.kind === 'failed') && one.fault.detail && <span className="under">{one.fault.detail}</span>}
      </>
    )
  return (
    <>
      <span className="under">
        {one.last_sent ? t('schedule.last', { time: dateTime(one.last_sent) }) : t('schedule.never')}
        {one.next_due && <> · {t('schedule.due', { time: dateTime(one.next_due) })}</>}
      </span>
      {state && <span className="under">{state}</span>}
    </>
  )
}

function Row({ one, to, onChange }: { one: Schedule; to: string; onChange: () => void }) {
  const { t } = useText()
  const queries = useQueryClient()
  const toasts = useToasts()
  const sayings = useSayings()
  const what = sayings.what(one)
  const read = () => queries.invalidateQueries({ queryKey: ['report-schedules'] })
  const path = { params: { path: { schedule: one.id } } }
  const put = (change: (before: Schedule[]) => Schedule[]) => queries.setQueryData<{ items: Schedule[]; next: string | null }>(['report-schedules'], (before) => (before ? { ...before, items: change(before.items) } : before))
  const sendNow = async () => {
    try {
      await must(api.POST('/api/v1/report-schedules/{schedule}/send', path))
      toasts.say(t('schedule.sending', { address: to }))
    } catch (refused) {
      toasts.fail(refused)
    }
    await read()
  }
  const turn = async () => {
    put((all) => all.map((other) => (other.id === one.id ? { ...other, active: !one.active } : other)))
    await must(api.PATCH('/api/v1/report-schedules/{schedule}', { ...path, body: { active: !one.active } })).catch(toasts.fail)
    await read()
  }
  const remove = async () => {
    put((all) => all.filter((other) => other.id !== one.id))
    try {
      await must(api.DELETE('/api/v1/report-schedules/{schedule}', path))
      toasts.say(t('schedules.removed'), () => void must(api.POST('/api/v1/report-schedules', {
        params: { header: { 'Idempotency-Key': onceKey() } },
        body: { what: one.what, channel: one.channel, every: one.every, day: one.day, hour: one.hour, pages: one.pages, language: one.language, ...(one.organisation ? { organisation: one.organisation } : {}), ...(one.portfolio ? { portfolio: one.portfolio } : {}) },
      })).then(read, toasts.fail))
    } catch (refused) {
      toasts.fail(refused)
    }
    await read()
  }
  return (
    <li className={one.active ? 'row' : 'row off'}>
      <span>
        <span className="sentence">{what}, {sayings.when(one)}</span>
        <span className="under">{t(one.what === 'board' ? 'schedule.pdf' : 'schedule.xlsx')} · {t(`language.${one.language}`)} · {t('schedule.to', { address: to })}</span>
        <How one={one} />
      </span>
      <span className="end row">
        {!one.active && <span className="tag">{t('rules.paused')}</span>}
        {one.active && one.waits === null && <Button tight disabled={underWay(one)} onClick={() => void sendNow()}>{t('schedules.send')}<span className="unseen"> {what}</span></Button>}
        <Button tight onClick={() => void turn()}>{one.active ? t('rules.pause') : t('rules.start')}<span className="unseen"> {what}</span></Button>
        <Button tight onClick={onChange}>{t('admin.change')}<span className="unseen"> {what}</span></Button>
        <Button tight onClick={() => void remove()}>{t('rules.remove')}<span className="unseen"> {what}</span></Button>
      </span>
    </li>
  )
}

function ScheduleForm({ schedule, organisation: chosen, onClose }: { schedule: Schedule | null; organisation: Named | null; onClose: () => void }) {
  const { t, language: read } = useText()
  const me = useMe()!
  const queries = useQueryClient()
  const toasts = useToasts()
  const sayings = useSayings()
  const channels = useChannels()
  const portfolios = useQuery({ queryKey: ['portfolios'], queryFn: () => must(api.GET('/api/v1/portfolios', { params: { query: { limit: 500 } } })) })
  const [what, setWhat] = useState<Schedule['what']>(schedule?.what ?? 'board')
  const [organisation, setOrganisation] = useState<Named | null>(chosen)
  const [portfolio, setPortfolio] = useState(everything)
  const [pages, setPages] = useState<Schedule['pages']>(schedule?.pages ?? 1)
  const [language, setLanguage] = useState<Schedule['language']>(schedule?.language ?? read)
  const [every, setEvery] = useState<Every>(schedule?.every ?? 'month')
  const [day, setDay] = useState(schedule?.day ?? 1)
  const [hour, setHour] = useState(schedule?.hour ?? 7)
  const [channel, setChannel] = useState(schedule?.channel ?? '')
  const [missing, setMissing] = useState(false)
  const { form, busy, send, fault, rest } = useForm(['what', 'organisation', 'portfolio', 'pages', 'language', 'every', 'day', 'hour', 'channel'])
  const places = (channels.data?.items ?? []).filter((one) => one.kind === 'email')
  const toOwn = channel === '' && places.length === 0
  const days = Array.from({ length: every === 'week' ? 7 : 31 }, (_, i) => ({ value: String(i + 1), label: every === 'week' ? t(`weekday.${i + 1}`) : `${i + 1}.` }))
  return (
    <form ref={form} onSubmit={send(async () => {
      if (!schedule && what === 'board' && !organisation) { setMissing(true); return }
      let to = channel || places[0]?.id
      if (!to) to = (await makeOwnMail(t('channels.own-mail'), me.email!)).id
      const rhythm = { channel: to, every, day, hour, language, ...(what === 'board' ? { pages } : {}) }
      if (schedule) await must(api.PATCH('/api/v1/report-schedules/{schedule}', { params: { path: { schedule: schedule.id } }, body: rhythm }))
      else await must(api.POST('/api/v1/report-schedules', { params: { header: { 'Idempotency-Key': onceKey() } }, body: { what, ...rhythm, ...(what === 'board' ? { organisation: organisation!.id } : { portfolio }) } }))
      await queries.invalidateQueries({ queryKey: ['report-schedules'] })
      await queries.invalidateQueries({ queryKey: ['channels'] })
      toasts.say(t(schedule ? 'schedules.saved' : 'schedules.made'))
      onClose()
    })}>
      {schedule ? <p className="sentence">{sayings.what(schedule)}</p> : (
        <>
          <fieldset className="options">
            <legend>{t('schedules.what')}</legend>
            {(['board', 'members'] as const).map((one) => (
              <label key={one} className="option">
                <input type="radio" name="what" checked={what === one} onChange={() => setWhat(one)} />
                <span>{t(`schedules.what.${one}`)}</span>
                <span className="under">{t(`schedules.what.${one}.hint`)}</span>
              </label>
            ))}
          </fieldset>
          {what === 'board'
            ? <OrganisationPicker label={t('alerts.organisation')} value={organisation} onChange={(value) => { setOrganisation(value); setMissing(false) }} fault={missing ? t('picker.missing') : fault('organisation')} />
            : <Pick label={t('schedules.portfolio')} value={portfolio} options={[{ value: everything, label: t('schedules.everything') }, ...(portfolios.data?.items ?? []).filter((one) => one.id !== everything).map((one) => ({ value: one.id, label: one.name }))]} onPick={setPortfolio} fault={fault('portfolio')} />}
        </>
      )}
      {what === 'board' && (
        <>
          <p className="label">{t('schedules.pages')}</p>
          <Choices label={t('schedules.pages')} value={String(pages) as '1' | '5'} options={[{ value: '1', label: t('schedules.pages.1') }, { value: '5', label: t('schedules.pages.5') }]} onChange={(value) => setPages(value === '5' ? 5 : 1)} />
          {fault('pages') ? <p className="down">{fault('pages', t('schedules.pages.fault'))}</p> : <p className="small dim">{t('schedules.pages.hint')}</p>}
          <br />
        </>
      )}
      <p className="label">{t('rules.pace')}</p>
      <Choices label={t('rules.pace')} value={every} options={everies.map((value) => ({ value, label: t(`schedules.every.${value}`) }))} onChange={(value) => { setEvery(value); if (value === 'week') setDay(Math.min(day, 7)) }} />
      <br /><br />
      <div className="pair">
        <Pick label={t('schedules.day')} {...(every === 'week' ? {} : { hint: t('schedules.day.hint') })} value={String(day)} options={days} onPick={(value) => setDay(Number(value))} fault={fault('day')} />
        <Pick label={t('schedules.hour')} value={String(hour)} options={Array.from({ length: 24 }, (_, i) => ({ value: String(i), label: sayings.hour(i) }))} onPick={(value) => setHour(Number(value))} fault={fault('hour')} />
      </div>
      <Pick label={t('shell.language')} value={language} options={(['nb', 'nn', 'en'] as const).map((one) => ({ value: one, label: t(`language.${one}`) }))} onPick={(one) => setLanguage(one as 'nb')} fault={fault('language')} />
      {places.length > 0 && <Pick label={t('rules.channel')} value={channel || places[0]!.id} options={places.map((one) => ({ value: one.id, label: `${one.name} (${one.address})` }))} onPick={setChannel} fault={fault('channel')} />}
      {toOwn && channels.data && (me.email
        ? <p>{t('schedules.to-own-mail', { address: me.email })}</p>
        : <p className="down">{t('schedules.no-mail')} <Link to="/konto">{t('rules.no-mail.account')}</Link> {t('rules.or')} <Link to="/varsler/kanaler">{t('rules.no-mail.channel')}</Link></p>)}
      <br />
      {rest}
      <div className="row">
        <Button type="submit" variant="primary" disabled={busy || (toOwn && !me.email)}>{schedule ? t('action.save') : t('schedules.do')}</Button>
        <Button variant="tertiary" onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </form>
  )
}
