// The pictures of docs/user-guide.md, of organisations that do not exist, measured in the lab. They end beside the
// screenshots; scripts/pictures puts them into docs/pictures.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, call, check, finish, firstStart, page, shots, step } from '../kit.mjs'
import { registered } from '../lab_portfolio.mjs'

const folder = join(shots, 'pictures')
mkdirSync(folder, { recursive: true })
const width = 1280
let bytes = 0

/** What the window shows, down to `height`, as a small file. */
async function picture(name, height = 900) {
  await page.setViewportSize({ width, height })
  await page.evaluate(() => window.scrollTo(0, 0))
  await page.waitForTimeout(700)
  const cdp = await page.context().newCDPSession(page)
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality: 72, clip: { x: 0, y: 0, width, height, scale: 1 } })
  const file = Buffer.from(data, 'base64')
  bytes += file.length
  writeFileSync(join(folder, `${name}.webp`), file)
  check(file.length > 8_000, `${name}.webp: ${Math.round(file.length / 1024)} kB`)
}

await step('the door', async () => {
  await page.setViewportSize({ width, height: 900 })
  await firstStart('Inger Kvam', 'inger')
  await page.getByRole('button', { name: 'English' }).first().click()
  await page.waitForFunction(() => document.documentElement.lang === 'en')
  await page.getByLabel('Name of the organisation').fill('Steinlia kommune')
  await page.getByLabel('Your domain').fill('steinlia.example')
  await picture('guide', 560)
})

await registered(14)
const { body: found } = await call('GET', '/api/v1/organisations?q=steinlia')
const org = found.items.find((one) => one.score)?.id ?? found.items[0].id

/** Measures it again, and waits for the score. */
async function again() {
  const { body: job } = await call('POST', `/api/v1/organisations/${org}/recheck`)
  for (const end = Date.now() + 90_000; Date.now() < end; await page.waitForTimeout(500)) {
    const now = await call('GET', `/api/v1/jobs/${job.id}`)
    if (['done', 'failed'].includes(now.body.state)) return
  }
  throw new Error('it was not measured again')
}

await step('a history: mended in the lab, and measured after each', async () => {
  for (const change of ['fix-redirect', 'fix-spf', 'fix-dmarc']) {
    await ask(`lab ${change}`)
    await again()
  }
})

await step('overview', async () => {
  await page.goto(`/virksomhet/${org}`)
  await page.locator('.chart-canvas svg').first().waitFor()
  await picture('overview', 1060)
})

await step('findings', async () => {
  await page.goto(`/virksomhet/${org}/funn`)
  await page.locator('.listing tbody input').nth(1).check()
  await page.locator('.listing tbody input').nth(2).check()
  await picture('findings', 800)
  await page.keyboard.press('Escape')
  await page.goto(`/virksomhet/${org}/funn?group=check`)
  await page.getByRole('columnheader', { name: 'Not met' }).waitFor()
  await picture('groups', 640)
})

await step('one finding, measured again', async () => {
  const { body } = await call('GET', `/api/v1/organisations/${org}/findings?text=hsts`)
  await page.goto(`/virksomhet/${org}/funn/${encodeURIComponent(body.items[0].id)}`)
  await ask('lab fix-hsts')
  await page.getByRole('button', { name: 'Measure again' }).click()
  await page.getByRole('heading', { name: 'Measured again' }).waitFor({ timeout: 90_000 })
  await page.getByText('fixed', { exact: false }).first().waitFor()
  await picture('finding', 1100)
})

await step('score', async () => {
  await page.goto(`/virksomhet/${org}/poeng`)
  await page.locator('.what input').first().check()
  await page.locator('.what input').nth(1).check()
  await picture('score', 1000)
})

await step('footprint', async () => {
  await page.goto(`/virksomhet/${org}/fotavtrykk`)
  await page.locator('.tree .node').first().waitFor()
  await page.getByRole('button', { name: /^Begin/ }).first().click()
  await page.getByText('_utsyn-challenge').waitFor()
  await picture('footprint', 800)
})

await step('leader', async () => {
  await page.goto(`/virksomhet/${org}/ledelse`)
  await page.locator('main h2').first().waitFor()
  await picture('leader', 1000)
})

await step('portfolio', async () => {
  await page.goto('/portefolje/all')
  await page.locator('.chart-points [data-point]').first().waitFor()
  await picture('portfolio', 1000)
})

await step('alerts, administration, method', async () => {
  for (const [name, path, height] of [['alerts', '/varsler/regler', 620], ['administration', '/administrasjon/system', 760], ['method', '/metode/http.hsts.exists', 760]]) {
    await page.goto(path)
    await page.locator('main h1').first().waitFor()
    await page.waitForTimeout(600)
    await picture(name, height)
  }
})

check(bytes < 1_500_000, `all pictures are ${Math.round(bytes / 1024)} kB`)
await finish()
