// Who exposes a product: asked from an empty page, from Ctrl-K and from what many lean on; narrowed to a version; shared by
// its address, copied for whoever is to be told, and taken as a file.
import { call, check, finish, firstStart, look, page, step, still } from '../kit.mjs'
import { registered } from '../lab_portfolio.mjs'

await step('first start', () => firstStart())
const made = await registered(8)
const origin = new URL(page.url()).origin

await step('what organisations lean on has been read', async () => {
  // Every minute.
  for (const end = Date.now() + 120_000; Date.now() < end; await page.waitForTimeout(2_000)) {
    const { body } = await call('GET', '/api/v1/exposure/products?q=nginx')
    if ((body.items[0]?.organisations ?? 0) >= 5) return
  }
  throw new Error('nginx is named by fewer than five')
})

await step('products are offered, and one is a press away', async () => {
  await page.goto(`${origin}/virksomhet/${made[0].id}`)
  await page.getByRole('link', { name: 'Eksponering', exact: true }).click()
  await page.getByRole('heading', { name: 'Eksponering', level: 1 }).waitFor()
  await page.getByRole('list', { name: 'Produkter som sier navnet sitt' }).getByRole('link', { name: /^nginx/ }).waitFor()
  await look('exposure-asking')
  await page.getByLabel('Produkt', { exact: true }).fill('postf')
  await page.getByRole('list', { name: 'Produkter som sier navnet sitt' }).getByRole('link', { name: /^Postfix/ }).click()
  await page.waitForURL(/produkt=Postfix/)
  await page.getByRole('heading', { name: 'Hvem viser Postfix' }).waitFor()
})

await step('who shows nginx: hosts, versions, when, and by sector', async () => {
  await page.goto(`${origin}/trusler?produkt=nginx`)
  await page.getByRole('heading', { name: 'Hvem viser nginx' }).waitFor()
  await page.getByRole('link', { name: 'Steinlia kommune' }).waitFor()
  await still()
  const table = page.getByRole('region', { name: 'Hvem viser nginx' })
  const rows = await table.locator('tbody tr:not(.of-whom)').allInnerTexts()
  check(rows.some((text) => /www\.steinlia\.example:443/.test(text.replace(/\s+/g, ' ')) && /\d+\.\d+\.\d+/.test(text) && /i dag/.test(text)), 'a host has its version and the day it was seen')
  const { body } = await call('GET', '/api/v1/exposure?product=nginx&limit=500')
  check((await table.locator('tr.of-whom').count()) === body.items.length && body.total === body.items.length, `each of the ${body.total} has its rows`)
  const groups = page.locator('section', { has: page.getByRole('heading', { name: 'Hvor nginx vises' }) })
  check((await groups.getByRole('rowheader').count()) >= 1, 'the sectors have their bars')
  await page.getByText('Ikke i listen betyr ikke trygg.', { exact: false }).first().waitFor()
  await look('exposure')
})

await step('what shows it, and the way to the findings of the host', async () => {
  await page.locator('details summary').first().click()
  await page.getByText('sha256:', { exact: false }).first().waitFor()
  await page.getByRole('region', { name: 'Hvem viser nginx' }).getByRole('rowheader').getByRole('link', { name: /steinlia\.example:443/ }).first().click()
  await page.waitForURL(/\/funn\?text=/)
  await page.goBack()
  await page.getByRole('heading', { name: 'Hvem viser nginx' }).waitFor()
})

await step('one version, and one that nobody told', async () => {
  await page.goto(`${origin}/trusler?produkt=postfix`)
  await page.getByLabel('Versjon').fill('2.11')
  await page.getByRole('button', { name: 'Vis hvem' }).click()
  await page.waitForURL(/versjon=/)
  await page.getByRole('heading', { name: 'Hvem viser postfix 2.11' }).waitFor()
  await page.getByText('2.11.0', { exact: true }).first().waitFor()
  await page.getByLabel('Versjon').fill('0.1')
  await page.keyboard.press('Enter')
  await page.getByText('Ingen du kan se funn hos, sier at de bruker postfix 0.1').waitFor()
})

await step('copied for whoever is to be told', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${origin}/trusler?produkt=nginx`)
  await page.getByRole('button', { name: 'Kopier for varsling' }).click()
  await page.getByText(/^Kopiert: \d+ virksomheter/).waitFor()
  const text = await page.evaluate(() => navigator.clipboard.readText())
  check(/^Steinlia kommune\t.*www\.steinlia\.example:443 nginx\/[\d.]+/m.test(text), 'a line says who, where and what')
})

await step('taken as a file', async () => {
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Hvem viser nginx' }) })
  const [file] = await Promise.all([page.waitForEvent('download'), panel.getByRole('link', { name: 'XLSX' }).click()])
  check(/^utsyn-exposure-.*\.xlsx$/.test(file.suggestedFilename()), `a workbook is handed out (${file.suggestedFilename()})`)
})

await step('from Ctrl-K', async () => {
  await page.goto(`${origin}/virksomhet/${made[0].id}`)
  await still()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').last().fill('postfix')
  const hit = page.getByRole('option', { name: /^Postfix\s*Hvem viser produktet/ })
  await hit.waitFor()
  await hit.click()
  await page.waitForURL(/trusler\?produkt=Postfix/)
})

await step('from what many lean on', async () => {
  await page.goto(`${origin}/portefolje/all?leaning=product`)
  await page.getByRole('link', { name: 'nginx', exact: true }).click()
  await page.waitForURL(/trusler\?produkt=nginx/)
  await page.getByRole('heading', { name: 'Hvem viser nginx' }).waitFor()
})

await finish()
