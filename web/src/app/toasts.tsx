// Short messages in the corner. What was refused says which step it was and what to do next, with the number to report.
import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react'
import { Problem } from './api'
import { useText } from './language'

interface Toast {
  id: number
  bad: boolean
  title: string
  detail: string
  undo?: () => void
}
interface Toasts {
  say: (title: string, undo?: () => void) => void
  fail: (problem: unknown) => void
}

const Context = createContext<Toasts>({ say: () => undefined, fail: () => undefined })
export const useToasts = () => useContext(Context)

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useText()
  const [toasts, setToasts] = useState<Toast[]>([])
  const next = useRef(1)
  const drop = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), [])
  const add = useCallback((toast: Omit<Toast, 'id'>) => {
    const id = next.current++
    setToasts((all) => [...all.slice(-2), { ...toast, id }])
    if (!toast.bad) setTimeout(() => drop(id), toast.undo ? 10_000 : 6_000)
  }, [drop])
  const value = useMemo<Toasts>(() => ({
    say: (title, undo) => add({ bad: false, title, detail: '', ...(undo ? { undo } : {}) }),
    fail: (problem) => {
      if (problem instanceof Problem && problem.status > 0)
        add({ bad: true, title: problem.message, detail: problem.detail + (problem.instance ? ` (${t('problem.reference')} ${problem.instance})` : '') })
      else add({ bad: true, title: t('problem.unreachable'), detail: t('problem.unreachable.next') })
    },
  }), [add, t])
  return (
    <Context.Provider value={value}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={toast.bad ? 'toast bad' : 'toast'}>
            <div>
              <p className="strong">{toast.title}</p>
              {toast.detail && <p className="small">{toast.detail}</p>}
            </div>
            <div>
              {toast.undo && <button type="button" onClick={() => { toast.undo?.(); drop(toast.id) }}>{t('action.undo')}</button>}
              <button type="button" onClick={() => drop(toast.id)}>{t('action.close')}</button>
            </div>
          </div>
        ))}
      </div>
    </Context.Provider>
  )
}
