// What can wait until the browser has shown what is drawn by now: it answers a press with what it has, and goes on after it.

/** Does the work after the next paint; in a window that nobody sees, where nothing is painted, soon. */
export function afterPaint(work: () => void): void {
  let done = false
  const once = () => {
    if (!done) work()
    done = true
  }
  requestAnimationFrame(() => setTimeout(once))
  setTimeout(once, 1_000)
}
