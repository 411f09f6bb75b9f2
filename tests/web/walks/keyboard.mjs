// The everyday path without a mouse: overview, findings, one finding, a treatment, the score, the footprint. The focus is
// always seen and follows the reading, nothing holds it, and a dialog gives it back to what opened it.
import { axe, call, check, finish, firstStart, measured, page, step } from '../kit.mjs'

await firstStart()
const org = await measured('Steinlia kommune', 'steinlia.example')

/** What has the focus, and whether one can see that it has. */
const focused = () => page.evaluate(() => {
  const one = document.activeElement
  if (!one || one === document.body) return null
  const style = getComputedStyle(one)
  const box = one.getBoundingClientRect()
  const svg = one.closest('svg') !== null || one.closest('.chart-points') !== null
  return {
    tag: one.tagName,
    text: (one.getAttribute('aria-label') ?? one.textContent ?? '').trim().slice(0, 60),
    id: (window.ids ??= new Map()).get(one) ?? (window.ids.set(one, window.ids.size), window.ids.size - 1),
    seen: svg || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
    inWindow: box.bottom > 0 && box.top < innerHeight,
    top: box.top + scrollY,
    covered: (() => { const at = document.elementFromPoint(Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2)), Math.min(innerHeight - 1, Math.max(0, box.top + box.height / 2))); return at !== null && !one.contains(at) && !at.contains(one) && at.closest('.toast, .selection, .answer') !== null })(),
  }
})
/** Tab through the whole page: every stop is seen, nothing holds the focus, and the order is that of the page. */
async function tabThrough(name, most = 400) {
  const stops = []
  const seen = new Set()
  await page.evaluate(() => { window.ids = new Map(); document.activeElement?.blur(); window.getSelection()?.removeAllRanges(); window.scrollTo(0, 0) })
  let ended = false
  for (let i = 0; i < most; ++i) {
    await page.keyboard.press('Tab')
    const one = await focused()
    if (!one) { ended = true; break }
    // A field for a date has stops inside.
    if (one.id === stops.at(-1)?.id) continue
    if (seen.has(one.id)) { ended = one.id === stops[0].id; break }
    seen.add(one.id)
    stops.push(one)
  }
  check(ended, `${name}: Tab goes through ${stops.length} stops and out at the end`)
  const unseen = stops.filter((one) => !one.seen)
  check(unseen.length === 0, `${name}: the focus is seen everywhere: ${unseen.slice(0, 4).map((one) => `${one.tag} ${one.text}`).join(' | ')}`)
  const away = stops.filter((one) => !one.inWindow || one.covered)
  check(away.length === 0, `${name}: what has the focus is in sight: ${away.slice(0, 4).map((one) => `${one.tag} ${one.text}`).join(' | ')}`)
  const first = stops[0]
  check(first?.text === 'Hopp til innholdet', `${name}: the first stop leads past the menu (${first?.text})`)
  return stops
}
/** Tab until the focus stands on what is meant. */
async function to(text, most = 200) {
  for (let i = 0; i < most; ++i) {
    await page.keyboard.press('Tab')
    const one = await focused()
    if (one && (text instanceof RegExp ? text.test(one.text) : one.text === text)) return one
  }
  throw new Error(`the keyboard never came to ${text}`)
}

for (const [name, path, ready] of [
  ['overview', '', '.big b'], ['findings', '/funn', '.listing tbody tr[aria-rowindex]'], ['score', '/poeng', '.what input'], ['footprint', '/fotavtrykk', '.tree .node'], ['leader', '/ledelse', 'main h1'],
]) {
  await step(`Tab through ${name}`, async () => {
    await page.goto(`/virksomhet/${org}${path}`)
    await page.locator(ready).first().waitFor()
    await page.waitForTimeout(1200)
    await tabThrough(name)
    await axe(`keyboard ${name}`)
  })
}

await step('from the overview to a finding', async () => {
  await page.goto(`/virksomhet/${org}`)
  await page.locator('.big b').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  check((await page.evaluate(() => document.activeElement?.id)) === 'content', 'the first stop leads to the content')
  await page.evaluate(() => document.activeElement.blur())
  await to('Funn')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/funn$/)
  await page.locator('.listing tbody tr[aria-rowindex]').first().waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Slik retter du' }).waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
})

await step('a dialog holds the focus and gives it back', async () => {
  for (const name of ['Innsigelse', 'Aksepter risiko', 'Kompenser']) {
    await to(name)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    for (let i = 0; i < 12; ++i) {
      await page.keyboard.press('Tab')
      const inside = await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null)
      if (!inside) { check(false, `${name}: the focus left the dialog`); break }
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    check((await focused())?.text === name, `${name}: the focus is back on what opened it (${(await focused())?.text})`)
  }
})

await step('accepted with the keyboard alone', async () => {
  await page.evaluate(() => { document.activeElement?.blur() })
  await to('Aksepter risiko')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  check((await focused())?.tag === 'TEXTAREA', 'the dialog begins where one writes')
  await page.keyboard.type('Tjenesten stenges ved nyttår, og ingen andre bruker den.')
  await to('Aksepter')
  await page.keyboard.press('Enter')
  await page.getByText('Akseptert').first().waitFor()
  await to('Angre')
  await page.keyboard.press('Enter')
  await page.getByText('trukket', { exact: true }).first().waitFor()
})

await step('what-if and search with the keyboard alone', async () => {
  await page.goto(`/virksomhet/${org}/poeng`)
  await page.locator('.what input').first().waitFor()
  const before = await page.locator('.answer b').innerText()
  for (let i = 0; i < 60 && (await focused())?.tag !== 'INPUT'; ++i) await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.waitForFunction((before) => document.querySelector('.answer b')?.textContent !== before, before)
  const opener = (await focused())?.id
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /Virksomhet/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  check((await focused())?.id === opener, 'the search gives the focus back')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('hsts')
  await page.locator('.found [role=option]').first().waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.waitForTimeout(400)
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => !document.querySelector('dialog[open]'))
})

await step('the points of a chart', async () => {
  await page.goto(`/virksomhet/${org}`)
  await page.locator('.chart-points [data-point]').first().waitFor()
  await page.locator('.chart-points [data-point][tabindex="0"]').first().focus()
  check(/\d+,\d/.test((await focused())?.text ?? ''), `a point reads as its value: ${(await focused())?.text}`)
})

check((await call('GET', `/api/v1/organisations/${org}/findings?state=accepted`)).body.items.length === 0, 'nothing is left accepted')
await finish()
