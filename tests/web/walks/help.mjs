// Who is stuck finds an answer: from the mark beside a heading, by role, by words, and from Ctrl-K.
import { check, finish, firstStart, look, page, step } from '../kit.mjs'

await step('help is on every page', async () => {
  await firstStart()
  await page.getByRole('link', { name: 'Hjelp', exact: true }).first().click()
  await page.getByRole('heading', { name: 'Hva lurer du på?' }).waitFor()
  await page.getByRole('heading', { name: 'Hvordan lages poengene?' }).waitFor()
  await look('help')
})

await step('answers for a role', async () => {
  const all = await page.locator('.help section').count()
  await page.getByRole('group', { name: 'For hvem' }).getByRole('button', { name: 'Leverandør' }).click()
  await page.waitForURL(/rolle=supplier/)
  const own = await page.locator('.help section').count()
  check(own > 5 && own < all, `a supplier has ${own} of ${all} answers`)
  await page.getByRole('heading', { name: 'Jeg er leverandør. Hva kan jeg gjøre?' }).waitFor()
})

await step('answers by words', async () => {
  await page.getByRole('group', { name: 'For hvem' }).getByRole('button', { name: 'Alle' }).click()
  await page.getByLabel('Søk i hjelpen').fill('_utsyn-challenge')
  await page.getByRole('heading', { name: 'Hvordan beviser vi at domenet er vårt?' }).waitFor()
  check((await page.locator('.help section').count()) === 1, 'only the answer that has the words')
  await page.getByLabel('Søk i hjelpen').fill('xyzzy')
  await page.getByText('Ingen svar passer').waitFor()
  await page.getByRole('button', { name: 'Vis alle' }).click()
})

await step('the mark beside a heading leads to its answer', async () => {
  await page.goto('/metode')
  await page.getByRole('link', { name: 'Hjelp om dette' }).click()
  await page.waitForURL(/\/hjelp#score$/)
  const heading = page.getByRole('heading', { name: 'Hvordan lages poengene?' })
  await heading.waitFor()
  check(await heading.evaluate((element) => element.getBoundingClientRect().top < window.innerHeight), 'the answer is in view')
})

await step('from Ctrl-K: help and checks', async () => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('innsigelse')
  await page.getByRole('option', { name: /Hva er en innsigelse/ }).waitFor()
  await page.getByRole('combobox').fill('dmarc')
  await page.getByRole('option', { name: /email\.dmarc\.policy/ }).waitFor()
  await look('search-help')
  await page.getByRole('option', { name: /email\.dmarc\.policy/ }).click()
  await page.waitForURL(/\/metode\/email\.dmarc\.policy$/)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('hurtigtaster')
  await page.getByRole('option', { name: /Hvilke hurtigtaster/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/hjelp#keyboard$/)
})

await step('in nynorsk and English', async () => {
  await page.getByRole('button', { name: 'Nynorsk' }).first().click()
  await page.getByRole('heading', { name: 'Korleis blir poenga laga?' }).waitFor()
  await page.getByRole('button', { name: 'English' }).first().click()
  await page.getByRole('heading', { name: 'How is the score made?' }).waitFor()
  await page.getByRole('button', { name: 'Bokmål' }).first().click()
})

await step('every link of an answer leads somewhere', async () => {
  const addresses = await page.locator('.help section a').evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href')))])
  for (const address of addresses) {
    if (address.startsWith('/api/')) continue
    await page.goto(address)
    check((await page.getByRole('heading', { name: /finnes ikke|Finner ikke/ }).count()) === 0, `${address} is there`)
  }
})

await finish()
