// How fast the everyday pages are with the processor slowed down four times: largest contentful paint of a first visit and
// of the next one, and interaction to next paint. The median of five loads; of the interactions the worst. The figures are
// printed, beside the processor time of the page's thread for a whole first visit at full speed, which does not depend on
// who else is using the machine. The limits are generous for the same reason; the goals stand in docs/performance.md.
// Paints are those of a browser that is left alone (../quiet.mjs), interactions those of Playwright.
import { address, browser, call, check, finish, firstStart, measured, newPage, page, step } from '../kit.mjs'
import { largestPaint, quietBrowser } from '../quiet.mjs'

const rounds = Number(process.env.UTSYN_ROUNDS ?? 5)
const slower = 4
const goal = { paint: 1000, interaction: 100 }
await firstStart()
const org = await measured('Steinlia kommune', 'steinlia.example')
const { body: findings } = await call('GET', `/api/v1/organisations/${org}/findings?text=hsts`)
const finding = findings.items[0].id
// As somebody who has been here: logged in, and with the organisation read last. Nothing is in the browser's cache.
await page.goto(`/virksomhet/${org}`)
await page.locator('.big b').waitFor()
const state = await page.context().storageState()

const watch = () => {
  window.slow = []
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.interactionId) window.slow.push({ ms: one.duration, kind: one.name }) }).observe({ type: 'event', durationThreshold: 16, buffered: true })
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

const pages = [
  { name: 'overview', path: `/virksomhet/${org}`, ready: '.big b', ways: [
    ['table', async (at) => { const button = at.getByRole('button', { name: 'Vis som tabell' }).first(); await button.click(); await at.getByRole('button', { name: 'Vis som figur' }).first().click() }],
    ['search', async (at) => { await at.keyboard.press('Control+k'); await at.getByRole('combobox').waitFor(); await at.keyboard.press('s'); await at.keyboard.press('Escape') }],
    ['dark', async (at) => { await at.getByRole('button', { name: 'Mørk' }).click(); await at.getByRole('button', { name: 'Mørk' }).click() }],
  ] },
  { name: 'findings', path: `/virksomhet/${org}/funn`, ready: '.listing tbody tr[aria-rowindex]', ways: [
    ['tick', async (at) => { await at.locator('.listing tbody input').first().click(); await at.locator('.listing tbody input').nth(2).click() }],
    ['row', async (at) => { for (let i = 0; i < 6; ++i) await at.keyboard.press('j') }],
    ['filter', async (at) => { await at.getByRole('button', { name: 'Høy', exact: true }).click(); await at.waitForURL(/severity/); await at.waitForTimeout(300) }],
    ['sort', async (at) => { await at.getByRole('columnheader', { name: 'Frist' }).getByRole('button').click(); await at.waitForTimeout(300) }],
  ] },
  { name: 'finding', path: `/virksomhet/${org}/funn/${encodeURIComponent(finding)}`, ready: 'main h2', ways: [
    ['raw', async (at) => { await at.getByRole('button', { name: 'JSON' }).click() }],
    ['dialog', async (at) => { await at.getByRole('button', { name: 'Innsigelse', exact: true }).click(); await at.getByRole('dialog').waitFor(); await at.keyboard.type('Det er feil'); await at.keyboard.press('Escape') }],
  ] },
  { name: 'score', path: `/virksomhet/${org}/poeng`, ready: '.what input', ways: [
    ['tick', async (at) => { await at.locator('.what input').nth(0).click(); await at.locator('.what input').nth(2).click(); await at.waitForTimeout(400) }],
    ['table', async (at) => { await at.getByRole('button', { name: 'Vis som tabell' }).first().click() }],
  ] },
]

const quiet = await quietBrowser()
const memory = state.origins.find((one) => one.origin === address)?.localStorage ?? []
/** A window of somebody who has been here, and has nothing in the cache. */
async function freshWindow() {
  const person = await quiet.person(state)
  const before = await quiet.window(person)
  await before.go(`${address}/favicon.svg`, 200)
  await before.asked(`for (const { name, value } of ${JSON.stringify(memory)}) localStorage.setItem(name, value)`)
  await before.close()
  return { person, at: await quiet.window(person, { rate: slower }) }
}
/** Until it is there, asked for seldom and long after its first paint. */
async function there(at, ready) {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((done) => setTimeout(done, 500))) if (await at.asked(`document.querySelector(${JSON.stringify(ready)}) !== null`)) return
  throw new Error(`${ready} did not come in 30 s`)
}

const rows = []
for (const { name, path, ready, ways } of pages) {
  await step(`${name} is measured`, async () => {
    const first = []
    const next = []
    let what = ''
    let worst = { ms: 0, kind: '' }
    for (let round = 0; round < rounds; ++round) {
      const { person, at } = await freshWindow()
      for (const list of [first, next]) {
        await at.go(address + path, 3000)
        await there(at, ready)
        const paint = await at.asked(largestPaint)
        list.push(paint.at)
        what = paint.what
      }
      await person.leave()
    }
    const slow = await newPage({ storageState: state })
    await (await slow.context().newCDPSession(slow)).send('Emulation.setCPUThrottlingRate', { rate: slower })
    await slow.addInitScript(watch)
    await slow.goto(path)
    await slow.locator(ready).first().waitFor({ timeout: 30_000 })
    await slow.waitForTimeout(700)
    for (const [kind, way] of ways) {
      await slow.evaluate(() => { window.slow = [] })
      await way(slow)
      await slow.waitForTimeout(400)
      for (const one of await slow.evaluate(() => window.slow)) if (one.ms > worst.ms) worst = { ms: one.ms, kind: `${kind}, ${one.kind}` }
    }
    await slow.context().close()
    const whole = await newPage({ storageState: state })
    const meter = await whole.context().newCDPSession(whole)
    await meter.send('Performance.enable', { timeDomain: 'threadTicks' })
    await whole.goto(path)
    await whole.locator(ready).first().waitFor()
    await whole.waitForTimeout(1500)
    const processor = Math.round((await meter.send('Performance.getMetrics')).metrics.find((one) => one.name === 'TaskDuration').value * 1000)
    await whole.context().close()
    rows.push({ name, processor, first: median(first), next: median(next), worst })
    console.log(`figure ${name}: largest contentful paint ${median(first)} ms on a first visit (${first.join(' ')}), ${median(next)} ms on the next (${next.join(' ')}), of "${what.trim()}"; worst interaction ${worst.ms} ms (${worst.kind}); ${processor} ms of processor time`)
    check(median(first) < 6 * goal.paint, `${name}: the largest paint comes within ${6 * goal.paint} ms`)
    check(worst.ms < 8 * goal.interaction, `${name}: an interaction is answered within ${8 * goal.interaction} ms`)
  })
}
console.log(`figure of ${browser.version()}, ${slower}x slower:\n| Page | First visit | Next visit | Interaction | Processor time |\n|---|---|---|---|---|\n${rows.map((row) => `| ${row.name} | ${row.first} ms | ${row.next} ms | ${row.worst.ms} ms (${row.worst.kind}) | ${row.processor} ms |`).join('\n')}`)
await quiet.close()
await finish()
