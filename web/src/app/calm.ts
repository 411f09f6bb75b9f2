// A value that follows another when that has been still for a while: what is typed is asked for word by word, not letter by letter.
import { useEffect, useState } from 'react'

export function useCalm<T>(value: T, ms = 200): T {
  const [calm, setCalm] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return calm
}
