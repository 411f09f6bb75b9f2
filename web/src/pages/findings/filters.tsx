// The filter above the findings. It shows what is pressed at once; the address and the list follow when that is seen.
import { memo, useEffect, useRef, useState, type RefObject } from 'react'
import { useText } from '~/app/language'
import { afterPaint } from '~/app/paint'
import { Button, Select } from '~/parts/basic'
import { areas, filterFrom, groupings, queryOf, severityNames, sorts, states, toggled, type Filter } from './filter'
import { Views } from './views'

const KeptViews = memo(Views)

export type Change = { [name in keyof Filter]?: Filter[name] | undefined }

export const Filters = memo(function Filters({ org, filter, go, input, onDown }: { org: string | null; filter: Filter; go: (next: Filter) => void; input: RefObject<HTMLInputElement | null>; onDown: () => boolean }) {
  const { t } = useText()
  const [wanted, setWanted] = useState(filter)
  const [text, setText] = useState(filter.text ?? '')
  const onTheWay = useRef(0)
  const here = useRef(false)
  useEffect(() => {
    here.current = true
    return () => { here.current = false }
  }, [])
  // The address has changed, by what was pressed here or elsewhere; what is pressed right now counts for more.
  useEffect(() => { if (onTheWay.current === 0) setWanted(filter) }, [filter])
  const show = (next: Filter) => {
    setWanted(next)
    ++onTheWay.current
    afterPaint(() => {
      --onTheWay.current
      if (here.current) go(next)
    })
  }
  const set = (change: Change) => show(filterFrom({ ...wanted, ...change }))
  const latest = useRef(set)
  latest.current = set

  useEffect(() => { setText(filter.text ?? '') }, [filter.text])
  useEffect(() => {
    if (text === (filter.text ?? '')) return
    const timer = setTimeout(() => latest.current({ text: text || undefined }), 250)
    return () => clearTimeout(timer)
  }, [text, filter.text])

  const filtered = Object.keys(queryOf(wanted)).length > 0
  return (
    <section className="panel" aria-label={t('findings.filter')}>
      <div className="stack">
        <div className="row filters">
          <div className="field">
            <label className="unseen" htmlFor="findings-text">{t('findings.text')}</label>
            <input id="findings-text" ref={input} className="input ds-input" type="search" placeholder={t('findings.text')} value={text} onChange={(event) => setText(event.target.value)} onKeyDown={(event) => { if (event.key === 'Escape' && text) setText(''); if (event.key === 'ArrowDown' && onDown()) event.preventDefault() }} />
          </div>
          <Select hidden label={t('findings.state')} value={wanted.state ?? ''} onChange={(state) => set({ state: state || undefined })} options={[{ value: '', label: t('findings.state.unfixed') }, ...states.map((one) => ({ value: one as string, label: t(`finding-state.${one}`) }))]} />
          <Select hidden label={t('findings.area')} value={wanted.area ?? ''} onChange={(area) => set({ area: area || undefined })} options={[{ value: '', label: t('findings.area.all') }, ...areas.map((one) => ({ value: one as string, label: t(`area.${one}`) }))]} />
          <Select hidden label={t('findings.sort')} value={wanted.sort ?? 'worst'} onChange={(one) => set({ sort: one })} options={sorts.map((one) => ({ value: one, label: t(`sort.${one}`) }))} />
          <Select hidden label={t('findings.group')} value={wanted.group ?? ''} onChange={(one) => set({ group: (one || undefined) as Filter['group'] })} options={[{ value: '', label: t('findings.group.none') }, ...groupings.filter((one) => (one === 'organisation' ? !org : one === 'supplier' ? org : true)).map((one) => ({ value: one as string, label: t('findings.group.by', { what: t(`group.${one}`).toLocaleLowerCase() }) }))]} />
        </div>
        <div className="chips">
          {severityNames.map((one) => <button key={one} type="button" className="chip" aria-pressed={wanted.severity?.split(',').includes(one) ?? false} onClick={() => set({ severity: toggled(wanted.severity, one) })}>{t(`severity.${one}`)}</button>)}
          <button type="button" className="chip" aria-pressed={wanted.overdue === true} onClick={() => set({ overdue: wanted.overdue ? undefined : true })}>{t('findings.overdue')}</button>
          <button type="button" className="chip" aria-pressed={wanted.assignee === 'me'} onClick={() => set({ assignee: wanted.assignee === 'me' ? undefined : 'me' })}>{t('findings.mine')}</button>
          <button type="button" className="chip" aria-pressed={wanted.assignee === 'none'} onClick={() => set({ assignee: wanted.assignee === 'none' ? undefined : 'none' })}>{t('findings.nobody')}</button>
          {wanted.check && <button type="button" className="chip" aria-pressed onClick={() => set({ check: undefined })}><span className="mono">{wanted.check}</span> ×<span className="unseen">{t('findings.drop')}</span></button>}
          {wanted.asset && <button type="button" className="chip" aria-pressed onClick={() => set({ asset: undefined })}>{wanted.asset} ×<span className="unseen">{t('findings.drop')}</span></button>}
          {filtered && <Button tight variant="tertiary" onClick={() => show({})}>{t('findings.clear')}</Button>}
          <KeptViews filter={filter} org={org} filtered={Object.keys(queryOf(filter)).length > 0} />
        </div>
      </div>
    </section>
  )
})
