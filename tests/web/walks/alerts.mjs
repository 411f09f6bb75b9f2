// To be told: rules as sentences, channels with a secret that is shown once, what was noticed, what did not arrive.
import { ask, call, check, finish, firstStart, look, measured, page, step } from '../kit.mjs'

await firstStart('Eli Berg', 'eli')

await step('empty pages say what to do', async () => {
  await page.goto('/')
  await page.getByRole('link', { name: 'Varsler' }).click()
  await page.getByText('Du har ingen regler ennå').waitFor()
  await look('alerts-empty')
})

await step('a rule without any place to send to leads to one', async () => {
  await page.getByRole('button', { name: 'Ny regel' }).click()
  await page.getByText('Du har ingen e-postadresse og ingen kanal').waitFor()
  check(await page.getByRole('button', { name: 'Lag regelen' }).isDisabled(), 'no rule without a place')
  await page.keyboard.press('Escape')
})

await step('a webhook, with its secret once', async () => {
  const hook = await ask('hook 410')
  await page.getByRole('link', { name: 'Kanaler' }).click()
  await page.getByText('Ingen kanaler ennå').waitFor()
  await page.getByRole('button', { name: 'Ny kanal' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Webhook').check()
  await look('alerts-channel')
  await dialog.getByLabel('Navn').fill('Vaktsystemet')
  await dialog.getByLabel('Adresse (https)').fill('ftp://vakt.steinlia.example/')
  await dialog.getByRole('button', { name: 'Lag kanalen' }).click()
  await dialog.getByText('Skriv en adresse som begynner med https://').waitFor()
  await dialog.getByLabel('Adresse (https)').fill(hook)
  await dialog.getByRole('button', { name: 'Lag kanalen' }).click()
  check((await dialog.getByLabel('Hemmelighet').inputValue()).length >= 20, 'the secret is shown')
  await look('alerts-secret')
  await dialog.getByRole('button', { name: 'Lukk' }).click()
  await page.getByRole('rowheader', { name: /Vaktsystemet/ }).waitFor()
})

await step('a rule in plain words', async () => {
  await page.getByRole('link', { name: 'Regler' }).click()
  await page.getByRole('button', { name: 'Ny regel' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Når noe nytt ser ut til å være vårt.').check()
  await dialog.getByRole('button', { name: 'straks' }).click()
  await look('alerts-rule')
  await dialog.getByRole('button', { name: 'Lag regelen' }).click()
  await page.locator('.sentence', { hasText: 'Når noe nytt ser ut til å være vårt.' }).waitFor()
  await page.getByRole('button', { name: 'Ny regel' }).click()
  await dialog.getByLabel(/Når poengene faller minst/).check()
  await dialog.getByLabel('Minst så mange poeng').fill('3.5')
  await dialog.getByRole('button', { name: 'ukentlig' }).click()
  await dialog.getByRole('button', { name: 'Lag regelen' }).click()
  await page.locator('.sentence', { hasText: 'Når poengene faller minst 3,50' }).waitFor()
})

await step('pause, change, remove with undo', async () => {
  await page.getByRole('button', { name: /^Pause Når poengene/ }).click()
  await page.getByText('på pause').first().waitFor()
  await page.getByRole('button', { name: /^Endre Når poengene/ }).click()
  await page.getByRole('dialog').getByLabel('Minst så mange poeng').fill('5')
  await page.getByRole('dialog').getByRole('button', { name: 'Lagre' }).click()
  await page.locator('.sentence', { hasText: 'Når poengene faller minst 5 ' }).waitFor()
  await page.getByRole('button', { name: /^Fjern Når poengene/ }).click()
  await page.locator('.sentence', { hasText: 'Når poengene' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Angre' }).click()
  await page.locator('.sentence', { hasText: 'Når poengene' }).waitFor()
  await look('alerts-rules')
})

let org
await step('what was noticed leads to its cause', async () => {
  org = await measured('Steinlia kommune', 'steinlia.example')
  check((await call('GET', '/api/v1/alerts')).body.items.length === 0, 'what the first measurement finds is no news')
  await call('POST', `/api/v1/organisations/${org}/targets`, { kind: 'host', name: 'sak.steinlia.example' })
  await page.getByRole('link', { name: 'Hendelser' }).click()
  await page.getByText('Ingenting å varsle om ennå').waitFor()
  for (const end = Date.now() + 60_000; Date.now() < end; await page.waitForTimeout(1_000)) {
    if ((await call('GET', '/api/v1/alerts')).body.items.length > 0) break
  }
  await page.reload()
  await page.getByRole('rowheader', { name: 'Nytt i fotavtrykket' }).first().waitFor()
  await look('alerts-told')
  await page.locator('tbody a').first().click()
  await page.waitForURL(new RegExp(`/virksomhet/${org}/fotavtrykk`))
})

await step('a test shows at once whether it arrives', async () => {
  await page.goto('/varsler/kanaler')
  await page.getByRole('button', { name: 'Send en prøve Vaktsystemet' }).click()
  await page.getByRole('heading', { name: 'Kom det fram?' }).waitFor()
  await page.getByText('sendt', { exact: true }).first().waitFor({ timeout: 30_000 })
})

await step('what was given up is shown and sent again', async () => {
  await page.goto('/varsler/leveranser')
  await page.getByText('ga opp').first().waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: /^Trenger deg/ }).click()
  await look('alerts-deliveries')
  await page.getByRole('button', { name: 'Send igjen' }).first().click()
  await page.getByRole('button', { name: 'Alle' }).click()
  await page.getByText('sendt', { exact: true }).first().waitFor({ timeout: 30_000 })
})

await step('a report that comes by itself, from the page of the leader', async () => {
  await call('POST', '/api/v1/channels', { name: 'Styret', kind: 'email', address: 'styret@steinlia.example' })
  await page.goto(`/virksomhet/${org}/ledelse`)
  await page.getByRole('link', { name: 'Send meg den fast' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('.tag', { hasText: 'Steinlia kommune' }).waitFor()
  await dialog.getByRole('button', { name: 'hver uke' }).click()
  await dialog.getByLabel('Dag').selectOption('5')
  await dialog.getByLabel('Klokkeslett i Oslo').selectOption('15')
  await look('alerts-report')
  await dialog.getByRole('button', { name: 'Send den fast' }).click()
  await page.locator('.sentence', { hasText: 'Styrerapporten om Steinlia kommune, én side, hver fredag kl. 15.00' }).waitFor()
  await page.getByText('ikke sendt ennå').waitFor()
  check(new URL(page.url()).search === '', 'the address asks for the form no more')
})

await step('one that cannot be made says what to do; one that can is sent', async () => {
  const channel = (await call('GET', '/api/v1/channels')).body.items.find((one) => one.kind === 'email').id
  const bare = (await call('POST', '/api/v1/organisations', { name: 'Umålt bibliotek', kind: 'other' })).body.id
  const made = (await call('POST', '/api/v1/report-schedules', { what: 'board', organisation: bare, channel, every: 'month', day: 31, hour: 7 })).body
  await call('POST', `/api/v1/report-schedules/${made.id}/send`)
  await page.getByRole('button', { name: /^Send nå Styrerapporten om Steinlia/ }).click()
  await page.getByText('Rapporten er på vei til styret@steinlia.example').waitFor()
  await page.getByText(/sist sendt/).waitFor({ timeout: 60_000 })
  await page.getByText('ikke målt ennå').waitFor({ timeout: 30_000 })
  await page.getByText('Be om en måling på siden til virksomheten.').waitFor()
  await look('alerts-reports')
})

await step('a report is paused, changed, and removed with undo', async () => {
  await page.getByRole('button', { name: /^Endre Styrerapporten om Steinlia/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'hvert kvartal' }).click()
  await dialog.getByRole('button', { name: 'Fem sider' }).click()
  await dialog.getByRole('button', { name: 'Lagre' }).click()
  await page.locator('.sentence', { hasText: 'Styrerapporten om Steinlia kommune, fem sider, den 5. i kvartalets første måned kl. 15.00' }).waitFor()
  await page.getByRole('button', { name: /^Pause Styrerapporten om Steinlia/ }).click()
  await page.getByText('på pause').first().waitFor()
  await page.getByRole('button', { name: /^Start igjen Styrerapporten om Steinlia/ }).click()
  await page.getByRole('button', { name: /^Fjern Styrerapporten om Steinlia/ }).click()
  await page.locator('.sentence', { hasText: 'Steinlia' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Angre' }).click()
  await page.locator('.sentence', { hasText: 'Steinlia' }).waitFor()
})

await step('its channel takes it along', async () => {
  await page.goto('/varsler/kanaler')
  await page.getByRole('button', { name: 'Fjern Styret' }).click()
  await page.getByText('Faste rapporter som går dit: 2.').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Fjern' }).click()
  await page.getByRole('button', { name: 'Fjern Styret' }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Rapporter' }).click()
  await page.getByText('Ingen faste rapporter ennå').waitFor()
})

await step('a channel that fails says so, and is asked about before it goes', async () => {
  await page.getByRole('link', { name: 'Kanaler' }).click()
  await page.getByRole('button', { name: 'Fjern Vaktsystemet' }).waitFor()
  await look('alerts-channels')
  await page.getByRole('button', { name: 'Fjern Vaktsystemet' }).click()
  await page.getByText('Reglene som bruker kanalen, fjernes også: 2').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Fjern' }).click()
  await page.getByText('Ingen kanaler ennå').waitFor()
})

await finish()
