// A new way in: the administrator makes a link, its owner opens it and sets a password. What was open before is closed,
// the link works once and the newest alone, and the next login takes the new password and a second factor set anew.
import { address, call, check, finish, firstStart, look, newPage, page, password, step } from '../kit.mjs'
import { totp } from '../totp.mjs'

const fresh = 'en annen setning som heller ingen gjetter'

await firstStart('Marit Lie', 'marit')
const { body: organisation } = await call('POST', '/api/v1/organisations', { name: 'Steinlia kommune', kind: 'municipality' })
const { body: invitation } = await call('POST', '/api/v1/invitations', { role: 'security', organisation: organisation.id })

const desk = await newPage()
const phone = await newPage({ viewport: { width: 390, height: 844 } })
const login = async (at, word) => {
  await at.goto('/login')
  await at.getByLabel('Brukernavn').fill('siri')
  await at.getByLabel('Passord', { exact: true }).fill(word)
  await at.getByRole('button', { name: 'Logg inn', exact: true }).click()
}
const home = (at) => at.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
/** Turns the second factor on, and gives its secret. */
async function secondFactor(at, word) {
  await at.goto('/konto')
  const panel = at.getByRole('region', { name: 'Tofaktor' })
  await panel.getByLabel('Passordet du har nå').fill(word)
  await panel.getByRole('button', { name: 'Slå på' }).click()
  const secret = await panel.locator('pre').first().innerText()
  await panel.getByLabel('Kode fra appen').fill(totp(secret, Date.now()))
  await panel.getByRole('button', { name: 'Slå på' }).click()
  await panel.getByText('Gjenopprettingskoder', { exact: true }).waitFor()
  return secret
}
/** What the service says to a program that comes with the token. */
const asked = async (token) => (await fetch(`${address}/api/v1/organisations`, { headers: { Authorization: `Bearer ${token}` } })).status

let before = ''
let token = ''
await step('at the desk and on the phone, with a second factor and a token', async () => {
  await desk.goto(invitation.link)
  await desk.getByLabel('Navn', { exact: true }).fill('Siri Moen')
  await desk.getByLabel('Brukernavn').fill('siri')
  await desk.getByLabel('Passord', { exact: true }).fill(password)
  await desk.getByRole('button', { name: 'Lag bruker' }).click()
  await home(desk)
  before = await secondFactor(desk, password)
  await desk.getByRole('region', { name: 'API-tokener' }).getByRole('button', { name: 'Nytt token' }).click()
  const dialog = desk.getByRole('dialog')
  await dialog.getByLabel('Navn', { exact: true }).fill('Rapport til SIEM')
  await dialog.getByRole('checkbox').first().check()
  await dialog.getByRole('button', { name: 'Lag token' }).click()
  token = await dialog.locator('pre').innerText()
  check((await asked(token)) === 200, 'the token opens')
  await login(phone, password)
  await phone.getByLabel('Engangskode eller gjenopprettingskode').fill(totp(before, Date.now() + 30_000))
  await phone.getByRole('button', { name: 'Logg inn', exact: true }).click()
  await home(phone)
  const { body } = await call('GET', '/api/v1/me/sessions', undefined, phone)
  check(body.items.length === 2, `logged in at two places (${body.items.length})`)
})

const links = []
async function link() {
  await page.goto('/administrasjon/brukere')
  await page.getByRole('link', { name: 'Siri Moen' }).click()
  await page.getByRole('button', { name: 'Nullstill innlogging' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Nullstill innlogging' }).click()
  links.push(await page.getByLabel('Engangslenke').inputValue())
  await page.getByRole('dialog').getByRole('button', { name: 'Lukk' }).click()
}
await step('the administrator makes a link', async () => {
  await link()
  check(/\/reset#\S{20,}$/.test(links[0]), 'its token stands after #, where no log sees it')
})

await step('from then on all that was open is closed', async () => {
  check((await asked(token)) === 401, 'the token opens nothing')
  for (const [where, at] of [['desk', desk], ['phone', phone]]) {
    await at.goto(`/virksomhet/${organisation.id}/funn`)
    await at.getByRole('heading', { name: 'Logg inn' }).waitFor()
    check(!(await at.locator('body').innerText()).includes('Steinlia'), `the ${where} is out, and shows nothing of before`)
  }
  await login(phone, password)
  await phone.getByRole('alert').or(phone.locator('.fault')).first().waitFor()
  check((await phone.getByRole('heading', { name: 'Logg inn' }).count()) === 1, 'nor does the password of before lead in')
})

await step('a link that another has taken the place of', async () => {
  await link()
  await desk.goto(links[0])
  await desk.getByRole('heading', { name: 'Nytt passord' }).waitFor()
  await desk.getByLabel('Passord', { exact: true }).fill(fresh)
  await desk.getByRole('button', { name: 'Lagre og logg inn' }).click()
  await desk.getByRole('alert').waitFor()
  check((await call('GET', '/api/v1/me', undefined, desk)).status === 401, 'it leads nowhere')
})

await step('the owner sets a password', async () => {
  // An address that differs after # alone is no new page for the browser.
  await desk.goto('about:blank')
  await desk.goto(links[1])
  await desk.getByRole('heading', { name: 'Nytt passord' }).waitFor()
  await desk.getByLabel('Passord', { exact: true }).fill('for kort')
  await desk.getByRole('button', { name: 'Lagre og logg inn' }).click()
  check((await desk.getByLabel('Passord', { exact: true }).evaluate((field) => field.validity.tooShort)) && /\/reset/.test(desk.url()), 'eight letters are too few')
  await look('reset-own', desk)
  await desk.getByLabel('Passord', { exact: true }).fill(fresh)
  await desk.getByRole('button', { name: 'Lagre og logg inn' }).click()
  await home(desk)
  check(!desk.url().includes('#'), 'the token has left the address')
  const { body: me } = await call('GET', '/api/v1/me', undefined, desk)
  check(me.login === 'siri' && me.role === 'security' && me.organisation === organisation.id, 'it is the same person, with the same role')
  check((await call('GET', '/api/v1/me/sessions', undefined, desk)).body.items.length === 1, 'here and nowhere else')
  check((await asked(token)) === 401, 'the token of before is still closed')
  await phone.goto(links[1])
  await phone.getByLabel('Passord', { exact: true }).fill(`${fresh} nå`)
  await phone.getByRole('button', { name: 'Lagre og logg inn' }).click()
  await phone.getByRole('alert').waitFor()
  check((await call('GET', '/api/v1/me', undefined, phone)).status === 401, 'the link was for once')
})

await step('a second factor anew, and a login with both', async () => {
  const secret = await secondFactor(desk, fresh)
  check(secret !== before, 'the second factor is another')
  await desk.getByRole('button', { name: 'Logg ut' }).click()
  await desk.getByRole('heading', { name: 'Logg inn' }).waitFor()
  await login(desk, password)
  await desk.getByRole('alert').or(desk.locator('.fault')).first().waitFor()
  check(await desk.getByRole('heading', { name: 'Logg inn' }).isVisible(), 'the password of before is refused')
  await desk.getByLabel('Passord', { exact: true }).fill(fresh)
  await desk.getByRole('button', { name: 'Logg inn', exact: true }).click()
  await desk.getByRole('heading', { name: 'Ett steg til' }).waitFor()
  await desk.getByLabel('Engangskode eller gjenopprettingskode').fill(totp(before, Date.now() + 30_000))
  await desk.getByRole('button', { name: 'Logg inn', exact: true }).click()
  await desk.locator('.fault, [role=alert]').first().waitFor()
  check((await call('GET', '/api/v1/me', undefined, desk)).status === 401, 'the app of before is refused')
  await desk.getByLabel('Engangskode eller gjenopprettingskode').fill(totp(secret, Date.now() + 30_000))
  await desk.getByRole('button', { name: 'Logg inn', exact: true }).click()
  await home(desk)
})

await step('the log says who let whom in anew', async () => {
  const { body } = await call('GET', '/api/v1/audit?limit=200')
  const actions = body.items.map((one) => one.action)
  check(actions.some((one) => /reset/.test(one)), `it is in the log: ${[...new Set(actions)].filter((one) => /user|reset|password|totp/.test(one)).join(', ')}`)
})

await finish()
