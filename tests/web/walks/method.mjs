// Is it fair, and can I check it? The formula with a live example, the tables, every check with its address, and the
// lines that put it right on a platform.
import { call, check, finish, firstStart, look, newPage, page, step } from '../kit.mjs'

await step('from the foot of every page', async () => {
  await firstStart()
  await page.getByRole('link', { name: 'Metode', exact: true }).click()
  await page.getByRole('heading', { name: 'Hva måles, og hvordan veies det?' }).waitFor()
  await page.getByRole('heading', { name: 'Formelen, prøvd' }).waitFor()
  await page.locator('.example .big b').waitFor()
})

const cents = (text) => Math.round(Number(text.replace('\u2212', '-').replace(/[\u202f\s]/g, '').replace(',', '.')) * 100)
const example = () => page.locator('.example')
/** The rows of the table of lines, as hundredths: 100, each line, and the score at the foot. */
const lines = async () => {
  const table = example().locator('table').last()
  const body = await table.locator('tbody td:nth-child(2)').allInnerTexts()
  return { body: body.map(cents), foot: cents(await table.locator('tfoot td').first().innerText()) }
}

await step('the example adds up to the last hundredth', async () => {
  const { body, foot } = await lines()
  check(body.length > 1 && body.reduce((sum, cp) => sum + cp, 0) === foot, `the lines sum to the score: ${body.join(' ')} = ${foot}`)
})

await step('severity and age change the score, as the service computes it', async () => {
  const before = (await lines()).foot
  const first = page.getByRole('group', { name: 'Funn A på login' })
  await first.getByLabel('Alvor').selectOption('critical')
  await page.waitForFunction((before) => document.querySelector('.example table:last-of-type tfoot td')?.textContent !== before, before)
  await first.getByRole('slider', { name: 'Alder' }).focus()
  for (let i = 0; i < 5; ++i) await page.keyboard.press('PageUp')
  await page.waitForTimeout(600)
  const age = Number(await first.getByRole('slider', { name: 'Alder' }).inputValue())
  const { body, foot } = await lines()
  check(foot < before && body.reduce((sum, cp) => sum + cp, 0) === foot, `it still adds up: ${body.join(' ')} = ${foot}`)
  const asked = await call('POST', '/api/v1/method/score', {
    assets: [{ id: 'www', v: 100 }, { id: 'login', v: 400 }, { id: 'mx', v: 400 }, { id: 'info', v: 100 }], coverage: 9800,
    findings: [{ id: 'a', asset: 'login', sev: 'critical', age }, { id: 'b', asset: 'mx', sev: 'medium', age: 10 }, { id: 'c', asset: 'www', sev: 'low', age: 200, conf: 'inferred' }],
  })
  check(asked.body.score.score_cp === foot, `the service says the same: ${asked.body.score.score_cp}`)
  await look('method')
  await page.getByRole('button', { name: 'Tilbakestill' }).click()
  await page.waitForTimeout(500)
  check((await lines()).foot === before, 'reset gives the first score again')
})

await step('a check is found by words, and the filter lives in the address', async () => {
  await page.getByPlaceholder('Søk i kontrollene').fill('hsts')
  await page.waitForURL(/tekst=hsts/)
  await page.getByRole('link', { name: 'HSTS sendes', exact: true }).waitFor()
  await page.reload()
  await page.getByRole('link', { name: 'HSTS sendes', exact: true }).click()
  await page.waitForURL(/\/metode\/http\.hsts\.exists$/)
  await page.getByRole('heading', { name: 'HSTS sendes' }).waitFor()
})

await step('a check has examples of every verdict', async () => {
  for (const verdict of ['i orden', 'feil', 'ikke kunnet måles']) check((await page.locator('.examples').getByText(verdict, { exact: true }).count()) > 0, `an example that is «${verdict}»`)
})

await step('the situations of the examples are told in the language of the page', async () => {
  const told = async (tag) => {
    await page.evaluate((tag) => localStorage.setItem('utsyn.language', tag), tag)
    await page.goto('/metode/http.hsts.exists')
    await page.locator(`html[lang=${tag}]`).waitFor()
    await page.locator('.examples tbody th').first().waitFor()
    return (await page.locator('.examples tbody th').allInnerTexts()).map((text) => text.split('\n')[0])
  }
  const answer = await call('GET', '/api/v1/checks/http.hsts.exists')
  for (const tag of ['en', 'nn', 'nb']) {
    const shown = await told(tag)
    const asked = answer.body.examples.map((one) => one.situation_text[tag])
    check(shown.length === asked.length && asked.every((one) => shown.includes(one)), `${tag}: ${shown.slice(0, 3).join('; ')}`)
  }
})

await step('lines for a platform, by keyboard', async () => {
  const tabs = page.getByRole('tablist', { name: 'Plattform' })
  await tabs.getByRole('tab', { name: 'nginx' }).click()
  await page.getByRole('tabpanel').getByText('add_header Strict-Transport-Security').waitFor()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tabpanel').getByText('Header always set Strict-Transport-Security').waitFor()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tabpanel').getByText('hsts.enabled:True').waitFor()
  await look('method-check')
})

await step('the choice of platform is remembered', async () => {
  await page.goto('/metode/http.xcto')
  await page.getByRole('tab', { name: 'IIS', selected: true }).waitFor()
})

await step('a check that does not exist says where to go', async () => {
  await page.goto('/metode/http.no.such')
  await page.getByRole('heading', { name: 'Denne kontrollen finnes ikke' }).waitFor()
  await page.getByRole('link', { name: 'Til kontrollene' }).waitFor()
})

await step('all checks have a page in three languages', async () => {
  const { body } = await call('GET', '/api/v1/checks')
  check(body.items.length === body.total && body.total > 150, `${body.total} checks are told`)
  check(body.items.every((one) => ['nb', 'nn', 'en'].every((l) => one.title[l] && one.why[l] && one.remedy[l])), 'each with its words in nb, nn and en')
})

await step('at 400 % zoom', async () => {
  const small = await newPage({ viewport: { width: 360, height: 256 }, storageState: await page.context().storageState() })
  await small.goto('/metode/email.dmarc.policy')
  await small.getByRole('tablist').waitFor()
  const overflow = await small.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  check(overflow <= 0, `nothing hangs out at the side (${overflow} px)`)
  await small.context().close()
})

await finish()
