// Going about with the keyboard alone: what has the focus and whether it is seen, Tab through a whole page, and to what is meant.
import { check, page } from './kit.mjs'

/** Into the page, once for each: what has the focus as it reads, and where it stands. */
const tools = () => {
  if (window.keys) return
  const ids = new Map()
  const id = (one) => ids.get(one) ?? (ids.set(one, ids.size), ids.size - 1)
  const isSeen = (one) => {
    const style = getComputedStyle(one)
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  }
  /** Drawn shapes have an outline as text has, or a stroke of their own. */
  const isDrawn = (one) => one instanceof SVGElement && (isSeen(one) || [one, ...one.querySelectorAll('*')].some((part) => parseFloat(getComputedStyle(part).strokeWidth) >= 3))
  /** In a box that scrolls by itself, what has the focus stands where the box has scrolled to. */
  const scrolls = (one) => {
    for (let box = one.parentElement; box && box !== document.body; box = box.parentElement) if (box.scrollHeight > box.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(box).overflowY)) return true
    return false
  }
  const facts = (one) => {
    const box = one.getBoundingClientRect()
    const over = document.elementFromPoint(Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2)), Math.min(innerHeight - 1, Math.max(0, box.top + box.height / 2)))
    return {
      id: id(one),
      tag: one.tagName,
      text: (one.getAttribute('aria-label') ?? (one.labels?.[0]?.textContent || one.textContent) ?? '').trim().replace(/\s+/g, ' ').slice(0, 60),
      seen: isSeen(one) || isDrawn(one),
      inWindow: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      covered: over !== null && !one.contains(over) && !over.contains(one) && over.closest('.toast, .selection, .answer, header.top') !== null && one.closest('header.top') === null,
      // Where it stands on the page; what sticks to the window, and points over a drawing, stand nowhere in its order.
      box: [box.left, box.top + scrollY, box.right, box.bottom + scrollY],
      floats: one.closest('.chart-points, svg, .selection, .answer, .toast, dialog, .skip') !== null || scrolls(one),
    }
  }
  const focusable = () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((one) => {
    if (one.tabIndex < 0 || one.disabled || one.closest('[inert], [hidden]') || !one.checkVisibility({ visibilityProperty: true })) return false
    // Of a group of radio buttons Tab finds one.
    return !(one.type === 'radio' && !one.checked && one.form?.elements[one.name])
  })
  const log = []
  let listening = false
  // Told when the key is let go: by then the browser has scrolled to what has the focus.
  window.addEventListener('keyup', (event) => {
    if (!listening || event.key !== 'Tab') return
    const one = document.activeElement
    log.push(one === null || one === document.body ? null : facts(one))
  }, true)
  window.keys = {
    facts,
    log,
    begin: () => {
      log.length = 0
      listening = true
      // From the top, also where a field has taken the focus by itself.
      const top = document.createElement('span')
      top.tabIndex = -1
      document.body.prepend(top)
      top.focus()
      top.remove()
      window.scrollTo(0, 0)
    },
    end: (visited) => {
      listening = false
      const been = new Set(visited.map((one) => one.id))
      // Rows of a long table are drawn anew when one comes back to them, and are the same to who reads; of their boxes
      // one at a time is a stop, that of the row where one is.
      const read = new Set(visited.map((one) => one.text))
      return focusable().map((one) => ({ ...facts(one), row: one.closest('.listing tbody') !== null })).filter((one) => !been.has(one.id) && !(one.row && (one.tag === 'INPUT' || read.has(one.text)))).map((one) => `${one.tag} ${one.text}`)
    },
  }
}

/** What has the focus, and whether one can see that it has. */
export async function focused(at = page) {
  const look = () => at.evaluate(() => (window.keys ? (document.activeElement === null || document.activeElement === document.body ? null : window.keys.facts(document.activeElement)) : undefined))
  const there = await look()
  if (there !== undefined) return there
  await at.evaluate(tools)
  return look()
}

const named = (stops) => stops.slice(0, 4).map((one) => `${one.tag} ${one.text}`).join(' | ')

/**
 * Tab through the whole page: every stop is seen, all that can take the focus is a stop, nothing holds it, and the order
 * is that of the page: nothing comes after what stands below it or, on the same height, to its right.
 */
export async function tabThrough(name, { isDoor = false, most = 500, at = page } = {}) {
  await at.evaluate(tools)
  await at.evaluate(() => window.keys.begin())
  const stops = []
  const seen = new Set()
  let ended = false
  for (let pressed = 0; pressed < most && !ended;) {
    for (let i = 0; i < 15; ++i, ++pressed) await at.keyboard.press('Tab')
    const log = await at.evaluate(() => window.keys.log.splice(0))
    if (log.length === 0) throw new Error('the keys are not heard')
    for (const one of log) {
      if (!one) { ended = true; break }
      // A field for a date has stops inside.
      if (one.id === stops.at(-1)?.id) continue
      if (seen.has(one.id)) { ended = one.id === stops[0].id; break }
      seen.add(one.id)
      stops.push(one)
    }
    if (!ended && log.length > 0 && new Set(log.map((one) => one.id)).size === 1) break
  }
  const missed = await at.evaluate((visited) => window.keys.end(visited), stops)
  check(ended, `${name}: Tab goes through ${stops.length} stops and out at the end${ended ? '' : `, not on from ${named(stops.slice(-1))}`}`)
  check(missed.length === 0, `${name}: Tab comes to all that can be used${missed.length ? `, not to ${missed.length}: ${missed.slice(0, 4).join(' | ')}` : ''}`)
  const unseen = stops.filter((one) => !one.seen)
  check(unseen.length === 0, `${name}: the focus is seen everywhere${unseen.length ? `, not at ${named(unseen)}` : ''}`)
  const away = stops.filter((one) => !one.inWindow || one.covered)
  check(away.length === 0, `${name}: what has the focus is in sight${away.length ? `, not ${named(away)}` : ''}`)
  const placed = stops.filter((one) => !one.floats && one.inWindow)
  const back = placed.filter((one, i) => {
    const before = placed[i - 1]
    if (!before) return false
    const [left, , right, bottom] = one.box
    const [leftBefore, top, rightBefore] = before.box
    const above = bottom <= top + 1
    // A column to the right begins at the top again.
    return above && left < rightBefore - 1 && right > leftBefore - 400
  })
  check(back.length === 0, `${name}: the order is that of the page${back.length ? `, not at ${named(back)}` : ''}`)
  if (!isDoor) check(stops[0]?.text === 'Hopp til innholdet', `${name}: the first stop leads past the menu (${stops[0]?.text})`)
  return stops
}

/** Tab until the focus stands on what is meant. */
export async function to(text, { most = 200, at = page } = {}) {
  for (let i = 0; i < most; ++i) {
    await at.keyboard.press('Tab')
    const one = await focused(at)
    if (one && (text instanceof RegExp ? text.test(one.text) : one.text === text)) return one
  }
  throw new Error(`the keyboard never came to ${text}`)
}

/** A dialog opened by the keys holds the focus, Escape closes it, and the focus is back on what opened it. */
export async function dialog(text, { at = page, from } = {}) {
  if (!from) await to(text, { at })
  const opener = await focused(at)
  await at.keyboard.press('Enter')
  await at.getByRole('dialog').waitFor()
  const inside = () => at.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null)
  let held = await inside()
  for (let i = 0; i < 12 && held; ++i) {
    await at.keyboard.press('Tab')
    held = await inside()
  }
  check(held, `${opener.text}: the dialog holds the focus`)
  await at.keyboard.press('Escape')
  await at.getByRole('dialog').waitFor({ state: 'detached' })
  const back = await focused(at)
  check(back?.id === opener.id, `${opener.text}: Escape closes it, and the focus is back (${back?.text})`)
}
