// Lets the operator bring real borders. They stay in this browser (IndexedDB), and their attribution line is shown.
import { useCallback, useEffect, useState } from 'react'
import { useText } from '~/app/language'
import { useToasts } from '~/app/toasts'
import { Button, TextField } from '~/parts/basic'
import { mostBytes, readBorders, type Projected } from './geojson'

export interface Imported extends Projected {
  attribution: string
}

const shelf = 'borders'

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('utsyn-map', 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(shelf)
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error ?? new Error('IndexedDB'))
  })
}

async function onShelf<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened()
  try {
    return await new Promise((resolve, reject) => {
      const asked = work(database.transaction(shelf, mode).objectStore(shelf))
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error ?? new Error('IndexedDB'))
    })
  } finally {
    database.close()
  }
}

export function useGeometry() {
  const [imported, setImported] = useState<Imported | null>(null)
  useEffect(() => {
    // A browser that keeps nothing shows the tiles.
    onShelf('readonly', (store) => store.get('municipalities') as IDBRequest<Imported | undefined>).then((found) => setImported(found ?? null), () => undefined)
  }, [])
  const keep = useCallback(async (one: Imported) => {
    await onShelf('readwrite', (store) => store.put(one, 'municipalities'))
    setImported(one)
  }, [])
  const drop = useCallback(async () => {
    await onShelf('readwrite', (store) => store.delete('municipalities'))
    setImported(null)
  }, [])
  return { imported, keep, drop }
}

export function Geometry({ imported, keep, drop, onShow }: ReturnType<typeof useGeometry> & { onShow: () => void }) {
  const { t } = useText()
  const toasts = useToasts()
  const [line, setLine] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  return (
    <details className="geometry">
      <summary>{t('geometry.title')}</summary>
      <p className="small dim">{t('geometry.what')}</p>
      {imported && <p className="row"><span>{t('geometry.there', { count: Object.keys(imported.paths).length })} {imported.attribution}</span><Button tight onClick={() => void drop().catch(toasts.fail)}>{t('geometry.drop')}</Button></p>}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!file) return
          setFault(null)
          void (async () => {
            const read = file.size > mostBytes ? null : readBorders(await file.text())
            if (!read) { setFault(t('geometry.fault')); return }
            await keep({ ...read, attribution: line.trim() })
            onShow()
            toasts.say(t('geometry.done', { count: Object.keys(read.paths).length }))
          })().catch(() => setFault(t('geometry.fault')))
        }}
      >
        <TextField label={t('geometry.file')} type="file" accept=".geojson,.json,application/geo+json" required onChange={(event) => setFile(event.target.files?.[0] ?? null)} fault={fault} />
        <TextField label={t('geometry.attribution')} hint={t('geometry.attribution.hint')} required maxLength={300} value={line} onChange={(event) => setLine(event.target.value)} />
        <Button type="submit">{t('geometry.do')}</Button>
      </form>
    </details>
  )
}
