// Many organisations: registered, measured in the lab, gathered in portfolios, compared, and taken along as a file.
import { ask, call, check, finish, firstStart, look, page, step } from '../kit.mjs'
import { registered } from '../lab_portfolio.mjs'

await step('first start', () => firstStart())
const made = await registered(14)
check(made.length === 14, `${made.length} fictional organisations are measured`)

await step('the portfolio of everything', async () => {
  await page.goto(`${new URL(page.url()).origin}/portefolje`)
  await page.getByRole('heading', { name: 'Porteføljer' }).waitFor()
  await page.getByRole('link', { name: 'Alle jeg ser' }).click()
  await page.getByRole('heading', { name: 'Alle jeg ser' }).waitFor()
  await page.locator('.chart-points [data-point]').first().waitFor()
  await page.waitForTimeout(600)
  await look('portfolio')
})

await step('its points take the focus and read as text', async () => {
  const points = page.locator('.chart').first().locator('[data-point]')
  const texts = await points.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
  check(texts.length >= 5 && texts.every((text) => /: \d+,\d [ABCDF]$/.test(text)), `the points read "name: value grade" (${texts[0]})`)
  await points.first().focus()
  const before = await page.evaluate(() => document.activeElement.getAttribute('aria-label'))
  await page.keyboard.press('ArrowRight')
  const after = await page.evaluate(() => document.activeElement.getAttribute('aria-label'))
  check(before !== after && texts.includes(after), 'an arrow key leads to the next point')
  check((await page.locator('.chart').first().locator('[data-point][tabindex="0"]').count()) === 1, 'one stop for the tab key')
})

await step('show as table', async () => {
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Fordeling' }) })
  await panel.getByRole('button', { name: 'Vis som tabell' }).click()
  check((await panel.getByRole('rowheader').count()) >= 5, 'the table behind the plot has every member')
  await panel.getByRole('button', { name: 'Vis som figur' }).click()
})

await step('sort and filter the members', async () => {
  const panel = page.locator('#medlemmer')
  await panel.getByRole('button', { name: 'Poeng' }).click()
  await page.waitForURL(/sort=-score/)
  const scores = async () => (await panel.locator('tbody td:nth-child(2) b').allInnerTexts()).map((text) => Number(text.replace(',', '.')))
  await page.waitForTimeout(500)
  const down = await scores()
  check(down.length >= 5 && down.every((one, i) => i === 0 || down[i - 1] >= one), `the best come first (${down.join(' ')})`)
  await panel.getByRole('searchbox').fill('steinlia')
  await page.waitForURL(/q=steinlia/)
  await page.waitForTimeout(300)
  check((await panel.getByRole('rowheader').count()) === 1, 'the filter leaves one')
  await panel.getByRole('button', { name: 'Nullstill filteret' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), panel.getByRole('link', { name: 'XLSX' }).click()])
  check(file.suggestedFilename().endsWith('.xlsx'), `a workbook is handed out (${file.suggestedFilename()})`)
})

await step('with a past: movers and history', async () => {
  check((await ask('past')) === '14', 'earlier days of all are there')
  await page.goto(`${new URL(page.url()).origin}/portefolje/all`)
  await page.getByRole('heading', { name: 'Størst framgang' }).waitFor()
  await page.locator('.chart-canvas svg').nth(1).waitFor()
  await page.getByRole('button', { name: '365 dager' }).click()
  await page.waitForURL(/days=365/)
  const late = page.locator('section', { has: page.getByRole('heading', { name: 'Ryddes det i tide?' }) })
  const points = await late.locator('[data-point]').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
  check(points.length >= 25 && points.length < 60 && points.every((text) => /: \d+ dager? over frist, \d+ med karaktertak$/.test(text)), `days past deadline from when they were kept (${points.length}: ${points[0]})`)
  await late.getByRole('button', { name: 'Vis som tabell' }).click()
  check((await late.getByRole('rowheader').count()) === points.length, 'the table has the same days')
  await late.getByRole('button', { name: 'Vis som figur' }).click()
  await page.waitForTimeout(800)
  await look('portfolio-past')
})

await step('a live filter with preview', async () => {
  await page.goto(`${new URL(page.url()).origin}/portefolje`)
  await page.getByRole('link', { name: 'Ny portefølje' }).click()
  await page.getByLabel('Navn', { exact: true }).fill('Prøvekommunene')
  await page.getByRole('button', { name: 'Levende filter' }).click()
  await page.getByRole('button', { name: 'Kommune', exact: true }).click()
  await page.getByRole('status').getByText('virksomheter').waitFor()
  await page.waitForTimeout(700)
  check((await page.locator('.preview .figure').innerText()) === '13', 'the preview counts thirteen municipalities')
  await look('portfolio-new')
  await page.getByRole('button', { name: 'Lag portefølje' }).click()
  await page.getByRole('heading', { name: 'Prøvekommunene' }).waitFor()
})

await step('a named list, with too few to show figures', async () => {
  await page.goto(`${new URL(page.url()).origin}/portefolje/ny`)
  await page.getByLabel('Navn', { exact: true }).fill('De to vi følger')
  for (const name of ['Steinlia', 'Fjordvik']) {
    await page.getByRole('combobox', { name: 'Navn, organisasjonsnummer eller domene' }).fill(name)
    await page.getByRole('option', { name: new RegExp(name) }).first().click()
  }
  await page.getByRole('button', { name: 'Lag portefølje' }).click()
  await page.getByRole('heading', { name: 'De to vi følger' }).waitFor()
  await page.getByText('færre enn fem er vurdert').first().waitFor()
  await page.locator('#medlemmer').getByRole('link', { name: 'Steinlia kommune' }).waitFor()
  check((await page.locator('#medlemmer').getByRole('rowheader').count()) === 2, 'the rows stay')
  await page.waitForTimeout(500)
  await look('portfolio-few')
})

await step('add to the list, and share it', async () => {
  await page.getByRole('button', { name: 'Legg til virksomhet' }).click()
  await page.getByRole('combobox', { name: 'Navn, organisasjonsnummer eller domene' }).fill('Nordsky')
  await page.getByRole('option', { name: /Nordsky/ }).click()
  await page.getByText('Lagt til i porteføljen').waitFor()
  await page.getByRole('button', { name: 'Lukk' }).first().click()
  await page.getByRole('button', { name: 'Del', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Del', exact: true }).click()
  await page.getByRole('button', { name: /Slutt å dele/ }).waitFor()
  await look('portfolio-share')
  await page.getByRole('dialog').getByRole('button', { name: 'Lukk' }).click()
})

await step('compare organisations and portfolios', async () => {
  await page.goto(`${new URL(page.url()).origin}/sammenlikn?virksomhet=${made.slice(0, 3).map((one) => one.id).join(',')}`)
  await page.getByRole('columnheader', { name: /Fjordvik/ }).waitFor()
  await page.getByLabel('Legg til portefølje').selectOption('all')
  await page.getByRole('columnheader', { name: /Alle jeg ser/ }).waitFor()
  await page.waitForTimeout(600)
  await look('compare')
})

await step('rename and delete', async () => {
  await page.goto(`${new URL(page.url()).origin}/portefolje`)
  await page.getByRole('link', { name: 'De to vi følger' }).click()
  await page.getByRole('link', { name: 'Endre' }).click()
  await page.getByLabel('Navn', { exact: true }).fill('De tre vi følger')
  await page.getByRole('button', { name: 'Lagre' }).click()
  await page.getByRole('heading', { name: 'De tre vi følger' }).waitFor()
  await page.getByRole('button', { name: 'Slett' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Slett' }).click()
  await page.getByRole('heading', { name: 'Porteføljer' }).waitFor()
  check((await page.getByRole('link', { name: 'De tre vi følger' }).count()) === 0, 'it is gone')
  await page.waitForTimeout(500)
  await look('portfolios')
})

await step('the service says the same as the page', async () => {
  const figures = await call('GET', '/api/v1/portfolios/all/figures')
  check(figures.status === 200 && figures.body.figures !== null, 'there are figures')
})

await finish()
