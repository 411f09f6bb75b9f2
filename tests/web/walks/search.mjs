// Ctrl-K from anywhere: an organisation by its name, its domain or the name of one of its hosts (and then which host it
// was), findings, the answers of help and the checks; and what is chosen is where one comes.
import { check, finish, firstStart, call, look, measured, newPage, page, password, step } from '../kit.mjs'

await firstStart()
const steinlia = await measured('Steinlia kommune', 'steinlia.example')
const fjordvik = await measured('Fjordvik kommune', 'fjordvik.example')

/** Opens the search where one stands, and seeks; the hits as they read. */
async function seek(text, at = page) {
  if ((await at.getByRole('dialog').count()) === 0) await at.keyboard.press('Control+k')
  await at.getByRole('combobox', { name: 'Virksomhet, vert eller funn' }).fill(text)
  // The last of what is asked has come when nothing moves any more.
  let before = ''
  for (let still = 0; still < 4;) {
    await at.waitForTimeout(200)
    const now = await at.getByRole('listbox', { name: 'Treff' }).innerText()
    still = now === before ? still + 1 : 0
    before = now
  }
  return (await at.getByRole('listbox', { name: 'Treff' }).getByRole('option').allInnerTexts()).map((one) => one.replace(/\s+/g, ' ').trim())
}
const chosen = () => page.evaluate(() => document.getElementById(document.querySelector('[role=combobox]').getAttribute('aria-activedescendant'))?.innerText ?? '')
const firstOf = (hits, what) => hits.findIndex((one) => what.test(one))

await step('it opens on every page, by the keys and by the button, and closes again', async () => {
  for (const path of [`/virksomhet/${steinlia}`, '/hjelp', '/metode', '/administrasjon/system', '/portefolje/all', '/varsler/regler', '/konto']) {
    await page.goto(path)
    await page.locator('main h1').first().waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Virksomhet, vert eller funn' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await page.getByRole('button', { name: 'Søk' }).first().click()
  await page.getByRole('combobox', { name: 'Virksomhet, vert eller funn' }).waitFor()
})

await step('an organisation by the beginning of its name', async () => {
  const hits = await seek('fjord')
  check(/^A?B?C?D?F?U? ?Fjordvik kommune \d+,\d/.test(hits[0]), `with its grade and score: ${hits[0]}`)
  check(!hits.some((one) => one.startsWith('Steinlia')), 'and not the other')
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/virksomhet/${fjordvik}$`))
  await page.getByRole('heading', { name: 'Fjordvik kommune', exact: true }).waitFor()
})

await step('an organisation by the name of a host, and which host', async () => {
  const hits = await seek('www.steinlia.example')
  check(hits[0] === 'www.steinlia.example Steinlia kommune · Fotavtrykk', `the host is seen in the hit: ${hits[0]}`)
  await look('search-host')
  // What is not written to the end is found, too.
  check((await seek('www.steinl'))[0] === 'www.steinlia.example Steinlia kommune · Fotavtrykk', 'the beginning of it finds the host')
  check((await chosen()).startsWith('www.steinlia.example'), 'the first is chosen')
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/virksomhet/${steinlia}/fotavtrykk$`))
  await page.locator('.tree').getByText('www.steinlia.example', { exact: true }).first().waitFor()
  // One that the measurement came upon by itself stands in what was found there.
  const mail = await seek('mail.steinlia.example')
  check(mail.some((one) => /mail\.steinlia\.example:25 · Steinlia kommune$/.test(one)), `a host among the findings: ${mail[0]}`)
})

await step('an organisation by its domain', async () => {
  const hits = await seek('fjordvik.example')
  check(hits[0] === 'fjordvik.example Fjordvik kommune · Fotavtrykk', hits[0])
  check(!hits.some((one) => one.includes('Steinlia kommune · Fotavtrykk')), 'the domain of the other is another')
})

await step('a finding, and all of its kind', async () => {
  const hits = await seek('hsts')
  const finding = firstOf(hits, /\.example.* · (Steinlia|Fjordvik) kommune$/)
  check(finding >= 0, `on which host and whose it is: ${hits[finding]}`)
  check(firstOf(hits, /http\.hsts\.exists/) > finding, 'the check stands after the findings')
  for (let i = 0; i < finding; ++i) await page.keyboard.press('ArrowDown')
  const [whose] = /(Steinlia|Fjordvik) kommune/.exec(await chosen()) ?? ['']
  check(whose !== '', `the arrow keys choose it: ${(await chosen()).replace(/\s+/g, ' ')}`)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Slik retter du' }).waitFor()
  check(page.url().includes(`/virksomhet/${whose.startsWith('Steinlia') ? steinlia : fjordvik}/funn/`), 'it leads to the finding')
  const again = await seek('hsts')
  check(again.at(-1) === 'Alle funn her med «hsts»', again.at(-1))
  await page.getByRole('option', { name: 'Alle funn her med «hsts»' }).click()
  await page.waitForURL(/\/funn\?text=hsts$/)
  await page.locator('.listing tbody tr[data-index]').first().waitFor()
})

await step('an answer of help, and a check', async () => {
  const help = await seek('innsigelse')
  check(help.some((one) => /^Hva er en innsigelse.* Hjelp$/.test(one)), `help: ${help.join(' | ')}`)
  await page.getByRole('option', { name: /^Hva er en innsigelse/ }).click()
  await page.waitForURL(/\/hjelp#dispute$/)
  const checks = await seek('email.dmarc.policy')
  const at = firstOf(checks, /email\.dmarc\.policy/)
  check(at >= 0, checks.join(' | '))
  await page.getByRole('option').nth(at).click()
  await page.waitForURL(/\/metode\/email\.dmarc\.policy$/)
})

await step('nothing is said to be nothing', async () => {
  for (const path of ['/metode', `/virksomhet/${steinlia}`]) {
    await page.goto(path)
    await page.locator('main h1').first().waitFor()
    const hits = await seek('xyzzy qwerty')
    check(hits.length === 0, `no hits: ${hits.join(' | ')}`)
    await page.getByText('Ingen treff', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
  }
  // Where no organisation is read, nothing is «here».
  await page.goto('/metode')
  await page.locator('main h1').first().waitFor()
  check(!(await seek('hsts')).some((one) => one.startsWith('Alle funn her')), 'no findings of no organisation')
})

await step('who sees the score alone is told of no host', async () => {
  const { body: invitation } = await call('POST', '/api/v1/invitations', { role: 'leader' })
  const at = await newPage()
  await at.goto(invitation.link)
  await at.getByLabel('Navn', { exact: true }).fill('Ola Nes')
  await at.getByLabel('Brukernavn').fill('ola')
  await at.getByLabel('Passord').fill(password)
  await at.getByRole('button', { name: 'Lag bruker' }).click()
  await at.getByRole('heading', { name: 'Ola Nes' }).waitFor()
  const { body: me } = await call('GET', '/api/v1/me', undefined, at)
  const granted = await call('PUT', `/api/v1/users/${me.id}/grants/${steinlia}`, { detail: 'score', reason: 'Skal sammenligne poeng.' })
  check(granted.status < 300, `the score is granted (${granted.status})`)
  await at.goto('/')
  await at.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
  check((await seek('steinlia', at)).some((one) => one.includes('Steinlia kommune')), 'the organisation is found by its name')
  const hits = await seek('www.steinlia.example', at)
  check(!hits.some((one) => one.includes('.example')), `and its hosts are not told: ${hits.join(' | ')}`)
  check(!(await seek('hsts', at)).some((one) => one.includes('.example')), 'nor its findings')
  await at.context().close()
})

await finish()
