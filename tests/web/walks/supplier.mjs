// Whom do we lean on: the list of suppliers, one of them as its customer meets it, and one that is new to the register.
import { call, check, finish, firstStart, look, newPage, page, password, step } from '../kit.mjs'
import { registered } from '../lab_portfolio.mjs'

await step('first start', () => firstStart())
const made = await registered()
const [fjordvik] = made
const nordsky = made.find((one) => one.kind === 'supplier')
const home = new URL(page.url()).origin

await step('the list', async () => {
  await page.goto(`${home}/virksomhet/${fjordvik.id}`)
  await page.getByRole('link', { name: 'Leverandører', exact: true }).click()
  await page.getByRole('heading', { name: 'Leverandører til Fjordvik kommune' }).waitFor()
  await page.getByRole('link', { name: 'Nordsky Drift AS' }).waitFor()
  await page.waitForTimeout(400)
  await look('suppliers')
})

await step('the list is turned by its headings', async () => {
  const heading = () => page.locator('th[aria-sort]').evaluateAll((all) => all.map((one) => `${one.textContent} ${one.getAttribute('aria-sort')}`).join())
  check((await heading()) === 'Kritikalitet ↓ descending', await heading())
  await page.getByRole('columnheader', { name: 'Kritikalitet' }).getByRole('button').click()
  check((await heading()) === 'Kritikalitet ↑ ascending', await heading())
  await page.getByRole('columnheader', { name: 'Leverandør' }).getByRole('button').click()
  check((await heading()) === 'Leverandør ↑ ascending', await heading())
})

await step('how critical it is', async () => {
  const choice = page.getByLabel('Kritikalitet for Nordsky Drift AS')
  check((await choice.inputValue()) === '4', 'it is critical')
  await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/suppliers')), choice.selectOption('2')])
  await page.reload()
  await page.getByRole('link', { name: 'Nordsky Drift AS' }).waitFor()
  check((await page.getByLabel('Kritikalitet for Nordsky Drift AS').inputValue()) === '2', 'the choice is kept')
})

await step('one supplier', async () => {
  await page.getByRole('link', { name: 'Nordsky Drift AS' }).click()
  await page.getByRole('heading', { name: 'Nordsky Drift AS' }).waitFor()
  await page.locator('.big b').waitFor()
  check(await page.getByText('Navnetjeneste og e-post').isVisible(), 'what it carries is said in our words')
  await page.waitForTimeout(400)
  await look('supplier')
})

await step('two years side by side have the same axis, and their tables', async () => {
  const day = (before) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 19) + 'Z'
  const at = (from, to, score_cp, grade) => ({ from: day(from), to: day(to), score_cp, grade, managed_cp: score_cp, interval_cp: [score_cp, score_cp], confidence: 'high', coverage: 10_000, method: '2026-09' })
  const years = { [nordsky.id]: [at(300, 200, 9_000, 'A'), at(200, 0, 9_500, 'A')], [fjordvik.id]: [at(300, 100, 2_000, 'F'), at(100, 0, 9_000, 'A')] }
  const history = /\/organisations\/([^/]+)\/score\/history\?/
  await page.route(history, (route) => route.fulfill({ json: { items: years[history.exec(route.request().url())[1]] ?? [], markers: [], next: null } }))
  await page.goto(`${home}/sammenlikn?virksomhet=${nordsky.id},${fjordvik.id}`)
  await page.locator('svg.spark').nth(1).waitFor()
  const ends = await page.locator('svg.spark').evaluateAll((all) => all.map((one) => [...one.querySelectorAll('text')].map((text) => text.textContent).join(' ')))
  check(ends.join() === '0 100,0 100', `both go from 0 to 100 (${ends.join()})`)
  const heights = await page.locator('svg.spark path').evaluateAll((all) => all.map((one) => one.getBBox().height))
  check(heights[1] > 10 * heights[0], `a rise of 70 is far higher than one of 5 (${heights.join(' and ')})`)
  check((await page.getByText(/^n = 2 poeng, /).count()) === 2, 'each says how many and from when')
  await page.waitForTimeout(300)
  await look('compare-years')
  await page.getByRole('button', { name: `Vis som tabell: Tolv måneder: ${nordsky.name}` }).click()
  check((await page.getByRole('dialog').getByRole('row').count()) === 3, 'the table behind it has its rows')
  await page.keyboard.press('Escape')
  await page.unroute(history)
  await page.goto(`${home}/virksomhet/${fjordvik.id}/leverandorer/${nordsky.id}`)
  await page.locator('.big b').waitFor()
})

await step('change what it carries', async () => {
  await page.getByRole('button', { name: 'Endre' }).click()
  await page.getByLabel('Hva den leverer').fill('Navnetjeneste, e-post og kundeportal')
  await page.getByRole('button', { name: 'Lagre' }).click()
  await page.getByText('Navnetjeneste, e-post og kundeportal').first().waitFor()
})

await step('add one that is not in the register', async () => {
  await page.goto(`${home}/virksomhet/${fjordvik.id}/leverandorer`)
  await page.getByRole('button', { name: 'Legg til leverandør' }).first().click()
  await page.getByLabel('Organisasjonsnummer').fill('123456789')
  await page.getByLabel('Navn', { exact: true }).fill('Testfelt Drift AS')
  await page.getByLabel('Hva den leverer').fill('Fagsystem')
  await page.getByRole('dialog').getByRole('button', { name: 'Legg til leverandør' }).click()
  await page.getByRole('dialog').locator('.fault').waitFor()
  await look('supplier-add')
  await page.getByLabel('Organisasjonsnummer').fill('999999999'.replace(/9$/, '8'))
  await page.keyboard.press('Escape')
})

await step('end it, and undo', async () => {
  await page.getByRole('button', { name: 'Avslutt Nordsky Drift AS som leverandør' }).click()
  await page.getByText('Ingen leverandører er lagt inn').waitFor()
  await page.getByRole('button', { name: 'Angre' }).click()
  await page.getByRole('link', { name: 'Nordsky Drift AS' }).waitFor()
})

await step('an address without a customer finds the customer at hand', async () => {
  await page.goto(`${home}/leverandor/${nordsky.id}`)
  await page.waitForURL(new RegExp(`/virksomhet/${fjordvik.id}/leverandorer/${nordsky.id}`))
  await page.getByRole('heading', { name: 'Nordsky Drift AS' }).waitFor()
})

await step('one that is no supplier of ours', async () => {
  await page.goto(`${home}/virksomhet/${fjordvik.id}/leverandorer/${made[1].id}`)
  await page.getByText('Dette er ikke en leverandør til Fjordvik kommune').waitFor()
})

const buyer = await newPage()
await step('the procurement officer sees the score of our supplier, and its findings stay its own', async () => {
  const invitation = await call('POST', '/api/v1/invitations', { role: 'procurement', organisation: fjordvik.id })
  await buyer.goto(invitation.body.link)
  await buyer.getByLabel('Navn', { exact: true }).fill('Berit Holm')
  await buyer.getByLabel('Brukernavn').fill('berit')
  await buyer.getByLabel('Passord').fill(password)
  await buyer.getByRole('button', { name: 'Lag bruker' }).click()
  await buyer.getByRole('link', { name: 'Leverandører', exact: true }).waitFor()
  await buyer.goto(`${home}/leverandorer`)
  await buyer.getByRole('link', { name: 'Nordsky Drift AS' }).click()
  await buyer.getByRole('heading', { name: 'Nordsky Drift AS' }).waitFor()
  await buyer.locator('.big b').waitFor()
  await buyer.getByText('Leverandørens funn er leverandørens egne').waitFor()
  check((await buyer.getByRole('link', { name: 'Se funnene' }).count()) === 0, 'no way to its findings')
  await buyer.waitForTimeout(400)
  const words = await buyer.locator('main').innerText()
  check(!/(www|portal|mail|mx\d)\.nordsky\.example|Steinlia|Testhei|Prøvdal/.test(words), 'no host of the supplier but those that carry us, and no other customer of it')
  await look('supplier-buyer', buyer)
})

await step('and not the national picture', async () => {
  check((await buyer.getByRole('link', { name: 'Nasjonalt bilde' }).count()) === 0, 'the menu does not show it')
  await buyer.goto(`${home}/nasjonalt`)
  await buyer.getByRole('alert').waitFor()
  check((await buyer.locator('.tilemap').count()) === 0, 'nor does its address')
  await buyer.goto(`${home}/portefolje/all`)
  await buyer.getByRole('heading', { name: 'Alle jeg ser' }).waitFor()
  await buyer.locator('#medlemmer').getByRole('rowheader').first().waitFor()
  const rows = await buyer.locator('#medlemmer').getByRole('rowheader').allInnerTexts()
  check(rows.every((name) => /Fjordvik|Nordsky/.test(name)), `a portfolio holds only what is seen (${rows.join(', ')})`)
})

await finish()
