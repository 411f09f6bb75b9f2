// The security officer's day: from the one-time link to a first score, findings, a dispute, a recheck, what-if, footprint.
import { ask, check, finish, link, look, page, password, step } from '../kit.mjs'

const started = Date.now()
await step('first start', async () => {
  await page.goto(link)
  await page.getByLabel('Navn', { exact: true }).fill('Inger Kvam')
  await page.getByLabel('Brukernavn').fill('inger')
  await page.getByLabel('Passord').fill(password)
  await look('first-start')
  await page.getByRole('button', { name: 'Lag bruker' }).click()
  await page.getByRole('heading', { name: 'Kom i gang' }).waitFor()
})

await step('five-minute path', async () => {
  await page.getByLabel('Virksomhetens navn').fill('Steinlia kommune')
  await page.getByLabel('Domenet deres').fill('steinlia.example')
  await look('guide')
  await page.getByRole('button', { name: 'Mål nå' }).click()
  await page.getByRole('link', { name: 'Se oversikten' }).waitFor({ timeout: 120_000 })
  await look('guide-done')
  await page.getByRole('link', { name: 'Se oversikten' }).click()
  await page.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
  check(Date.now() - started < 300_000, `the first score came in ${Math.round((Date.now() - started) / 1000)} s`)
})

await step('overview', async () => {
  await page.getByRole('heading', { name: 'Fem tiltak som gir mest' }).waitFor()
  await page.locator('.big b').first().waitFor()
  await page.waitForTimeout(500)
  await look('overview')
})

await step('show as table', async () => {
  await page.getByRole('button', { name: 'Vis som tabell' }).first().click()
  await page.getByRole('columnheader', { name: 'Metode' }).waitFor()
  await page.getByRole('button', { name: 'Vis som figur' }).first().click()
})

await step('findings', async () => {
  await page.getByRole('link', { name: 'Funn', exact: true }).click()
  await page.getByRole('heading', { name: /^Funn hos/ }).waitFor()
  await page.locator('.listing').waitFor()
  await look('findings')
})

await step('a filter lives in the address', async () => {
  await page.getByRole('button', { name: 'Høy', exact: true }).click()
  await page.waitForURL(/severity=high/)
  await page.reload()
  check((await page.getByRole('button', { name: 'Høy', exact: true }).getAttribute('aria-pressed')) === 'true', 'the filter is still there after a reload')
  await page.getByRole('button', { name: 'Nullstill filteret' }).click()
  await page.waitForURL((url) => !url.search.includes('severity'))
})

await step('groups', async () => {
  await page.getByLabel('Grupper', { exact: true }).selectOption('check')
  await page.getByRole('columnheader', { name: 'Ikke oppfylt' }).waitFor()
  await page.getByLabel('Grupper', { exact: true }).selectOption('')
  await page.getByRole('columnheader', { name: 'Alvor' }).waitFor()
})

await step('bulk accept with undo at hand', async () => {
  // Not the one that is opened, disputed and mended below.
  const boxes = page.locator('tbody tr').filter({ hasNotText: 'Strict-Transport-Security' }).locator('input[type=checkbox]')
  await boxes.nth(4).waitFor()
  await boxes.nth(3).check()
  await boxes.nth(4).check()
  await page.getByRole('button', { name: 'Aksepter risiko' }).click()
  await page.getByLabel('Hvorfor kan dere leve med det?').fill('Tjenesten stenges ved nyttår, og ingen andre bruker den.')
  await look('accept')
  await page.getByRole('button', { name: 'Aksepter', exact: true }).click()
  await page.getByText('Gjort for 2 funn').waitFor()
})

await step('export', async () => {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Last ned CSV' }).click()])
  check(download.suggestedFilename().endsWith('.csv'), `the file has its name: ${download.suggestedFilename()}`)
})

await step('one finding', async () => {
  await page.getByRole('searchbox').fill('hsts')
  await page.waitForURL(/text=hsts/)
  await page.getByRole('table').getByRole('link').first().click()
  await page.getByRole('heading', { name: 'Slik retter du' }).waitFor()
  await look('finding')
  await page.getByRole('button', { name: 'JSON' }).click()
  await page.locator('pre').first().waitFor()
})

await step('a comment', async () => {
  await page.getByLabel('Ny kommentar').fill('Vi retter det i vinduet onsdag kveld.')
  await page.getByRole('button', { name: 'Legg til', exact: true }).click()
  await page.getByText('Vi retter det i vinduet onsdag kveld.').first().waitFor()
})

await step('a dispute has a clock and can be withdrawn', async () => {
  await page.getByRole('button', { name: 'Innsigelse', exact: true }).click()
  await page.getByLabel('Hva er feil?').fill('Målingen traff en gammel tjener som ikke lenger er i bruk.')
  await page.getByRole('dialog').getByLabel('Bevis', { exact: true }).fill('Endringssak 4711, avsluttet i går.')
  await page.getByRole('button', { name: 'Send innsigelse' }).click()
  await page.getByText('Under innsigelse').first().waitFor()
  check(await page.getByText('svarfrist').first().isVisible(), 'the clock of the dispute is shown')
  await look('finding-disputed')
  await page.getByRole('button', { name: 'Trekk tilbake' }).first().click()
  await page.getByText('trukket', { exact: true }).first().waitFor()
})

await step('a recheck closes what was mended', async () => {
  await ask('lab fix-hsts')
  await page.getByRole('button', { name: 'Mål på nytt' }).click()
  await page.getByRole('heading', { name: 'Målt på nytt' }).waitFor({ timeout: 90_000 })
  await page.getByText('rettet', { exact: false }).first().waitFor()
  await page.waitForTimeout(400)
  await look('finding-rechecked')
})

await step('score explained and what-if', async () => {
  await page.getByRole('link', { name: 'Poeng forklart' }).click()
  await page.getByRole('heading', { name: 'Fra 100 til poeng' }).waitFor()
  const before = await page.locator('.answer b').innerText()
  await page.locator('.what input').first().check()
  await page.waitForFunction((before) => document.querySelector('.answer b')?.textContent !== before, before)
  await page.getByRole('button', { name: 'Finn minst arbeid' }).click()
  await page.getByText(/Målet (nås|blir)/).first().waitFor()
  await look('score')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Last ned poengkvittering' }).click()])
  check(download.suggestedFilename().endsWith('.receipt.json'), 'the receipt is handed out')
})

await step('footprint', async () => {
  await page.getByRole('link', { name: 'Fotavtrykk' }).click()
  await page.getByRole('heading', { name: /Er dette Steinlia/ }).waitFor()
  await page.locator('.tree .node').first().waitFor()
  await page.getByRole('button', { name: 'Start steinlia.example' }).click()
  await page.getByText('_utsyn-challenge').waitFor()
  await page.getByRole('button', { name: /^Bekreft / }).first().click()
  await page.getByText('er bekreftet').waitFor()
  await look('footprint')
})

await step('search from anywhere', async () => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Virksomhet, vert eller funn' }).fill('steinlia')
  await page.getByRole('option', { name: /Steinlia/ }).first().waitFor()
  await look('search')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Steinlia kommune', exact: true }).waitFor()
})

await step('account and second factor', async () => {
  await page.getByRole('link', { name: /^Konto/ }).click()
  await page.getByRole('heading', { name: 'API-tokener' }).waitFor()
  await look('account')
})

await step('three languages', async () => {
  await page.getByRole('button', { name: 'English' }).first().click()
  await page.getByRole('heading', { name: 'API tokens' }).waitFor()
  check((await page.evaluate(() => document.documentElement.lang)) === 'en', 'the page says which language it is')
  await page.getByRole('button', { name: 'Nynorsk' }).first().click()
  await page.getByRole('heading', { name: 'Her er du logga inn' }).waitFor()
  await page.getByRole('button', { name: 'Bokmål' }).first().click()
})

await step('the skip link and the keyboard', async () => {
  await page.getByRole('link', { name: 'Oversikt', exact: true }).click()
  await page.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
  await page.waitForTimeout(300)
  check((await page.evaluate(() => document.activeElement?.tagName)) === 'H1', 'a change of page puts the focus on its heading')
})

await step('log out and in', async () => {
  await page.getByRole('link', { name: /^Konto/ }).click()
  await page.getByRole('button', { name: 'Logg ut' }).click()
  await page.getByRole('heading', { name: 'Logg inn' }).waitFor()
  await look('login')
  await page.getByLabel('Brukernavn').fill('inger')
  await page.getByLabel('Passord').fill('noe helt annet')
  await page.getByRole('button', { name: 'Logg inn' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Passord').fill(password)
  await page.getByRole('button', { name: 'Logg inn' }).click()
  await page.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
})

await finish()
