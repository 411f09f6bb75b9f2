// The footprint in use: a domain is added, a host rejected and taken back, a value lowered with a second person, consent
// to the full profile given where ownership is proved and withdrawn again.
import { ask, call, check, finish, firstStart, look, measured, newPage, page, password, step } from '../kit.mjs'

await firstStart()
const org = await measured('Steinlia kommune', 'steinlia.example')
const { body: invited } = await call('POST', '/api/v1/invitations', { role: 'security', organisation: org })

const second = await newPage()
await step('a colleague comes', async () => {
  await second.goto(invited.link)
  await second.getByLabel('Navn', { exact: true }).fill('Per Dahl')
  await second.getByLabel('Brukernavn').fill('per')
  await second.getByLabel('Passord').fill(password)
  await second.getByRole('button', { name: 'Lag bruker' }).click()
  await second.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
})

await step('a domain is added, and measured', async () => {
  await page.goto(`/virksomhet/${org}/fotavtrykk`)
  await page.locator('.tree .node').first().waitFor()
  await page.getByRole('button', { name: 'Legg til' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Navn').fill('ikke et domene')
  await dialog.getByRole('button', { name: 'Legg til' }).click()
  await dialog.locator('.fault').waitFor()
  await dialog.getByLabel('Navn').fill('fjordvik.example')
  await dialog.getByRole('button', { name: 'Legg til' }).click()
  await page.getByText('Lagt til. Målingen er i gang.').waitFor()
  await page.locator('.tree').getByText('fjordvik.example', { exact: true }).first().waitFor()
  const { body } = await call('GET', `/api/v1/organisations/${org}/targets`)
  check(body.items.some((one) => one.name === 'fjordvik.example'), 'the service measures from it')
  await page.getByRole('button', { name: 'Avvis fjordvik.example', exact: true }).first().waitFor({ timeout: 90_000 })
})

await step('a host is rejected with a reason, and taken back', async () => {
  const host = page.locator('.tree .node').filter({ hasText: 'steinlia.example' }).filter({ has: page.getByRole('button', { name: /^Avvis/ }) }).last()
  const name = (await host.locator('.strong').first().innerText()).trim()
  await host.getByRole('button', { name: /^Avvis/ }).click()
  const dialog = page.getByRole('dialog', { name: `Avvis ${name}` })
  await dialog.getByLabel('Begrunnelse').fill('Verten tilhører driftsleverandøren, ikke kommunen.')
  await dialog.getByLabel('Bevis').fill('Avtalens punkt 4, journalført i fjor.')
  await look('footprint-reject')
  await dialog.getByRole('button', { name: 'Avvis' }).click()
  await page.getByText(`${name} er avvist`).waitFor()
  const rejected = async () => (await call('GET', `/api/v1/organisations/${org}/assets?limit=500`)).body.items.filter((one) => one.state === 'rejected')
  check((await rejected())[0]?.decision.reason.startsWith('Verten tilhører'), 'the reason is kept')
  await page.getByRole('button', { name: 'Angre' }).last().click()
  await page.getByText(`${name} er foreslått igjen`).waitFor()
  check((await rejected()).length === 0, 'and nothing is rejected after it was undone')
})

await step('a domain is taken out with all under it, and added again', async () => {
  await page.getByRole('button', { name: 'Avvis fjordvik.example', exact: true }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Avvis fjordvik.example' })
  await dialog.getByText('alt under det går ut').waitFor()
  await dialog.getByLabel('Begrunnelse').fill('Domenet ble overtatt av en annen kommune.')
  await dialog.getByLabel('Bevis').fill('Overdragelsen står i Norid sitt register.')
  await dialog.getByRole('button', { name: 'Avvis' }).click()
  await page.getByText('fjordvik.example er avvist').waitFor()
  const targets = async () => (await call('GET', `/api/v1/organisations/${org}/targets`)).body.items.map((one) => one.name)
  check(!(await targets()).includes('fjordvik.example'), 'it is measured no more')
  await page.getByRole('button', { name: 'Legg til igjen fjordvik.example' }).click()
  await page.getByText('fjordvik.example er foreslått igjen').waitFor()
  check((await targets()).includes('fjordvik.example'), 'it is measured again')
})

await step('a lower value waits, without a button for who asked', async () => {
  const host = page.locator('.tree .node').filter({ has: page.getByRole('button', { name: /^(Vanlig|Stor|Kritisk) verdi/ }) }).first()
  await host.getByRole('button', { name: /^(Vanlig|Stor|Kritisk) verdi/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Verdi', { exact: true }).selectOption('25')
  await dialog.getByLabel('Begrunnelse').fill('Testmiljø som ingen innbygger bruker.')
  await dialog.getByRole('button', { name: 'Lagre' }).click()
  await page.getByText('liten verdi venter på svar').waitFor()
  check((await page.getByRole('button', { name: /^Svar på verdien/ }).count()) === 0, 'who asked gets no button')
})

await step('the second person answers the value', async () => {
  await second.goto(`/virksomhet/${org}/fotavtrykk`)
  await second.getByRole('button', { name: /^Svar på verdien/ }).click()
  const dialog = second.getByRole('dialog')
  await dialog.getByText('Testmiljø som ingen innbygger bruker.').waitFor()
  await dialog.getByText('Inger Kvam').waitFor()
  await dialog.getByLabel('Begrunnelse for svaret').fill('Bekreftet med driftslederen i dag.')
  await look('footprint-value-answer', second)
  await dialog.getByRole('button', { name: 'Godkjenn' }).click()
  await second.getByText('Den lavere verdien gjelder').waitFor()
  const { body } = await call('GET', `/api/v1/organisations/${org}/assets?limit=500`)
  check(body.items.some((one) => one.value === 25 && one.waiting === null), 'the value is lower')
})

const consents = (of = page) => of.getByRole('region', { name: 'Samtykker' })
await step('no consent to the full profile before ownership is proved', async () => {
  await page.goto(`/virksomhet/${org}/fotavtrykk`)
  await consents().getByText('ikke gitt').waitFor()
  await consents().getByRole('button', { name: 'Gi samtykke' }).click()
  const dialog = page.getByRole('dialog', { name: 'Gi samtykke' })
  check(await dialog.getByRole('radio', { name: /^Full måling/ }).isDisabled(), 'the full profile cannot be chosen')
  await dialog.getByText('Bevis eierskap til minst ett domene først.').waitFor()
  await dialog.getByRole('button', { name: 'Avbryt' }).click()
})

await step('ownership is proved', async () => {
  await page.getByRole('button', { name: 'Start steinlia.example' }).click()
  const text = await page.locator('pre').filter({ hasText: '_utsyn-challenge' }).first().innerText()
  await ask(`prove steinlia.example ${/"(.+)"/.exec(text)[1]}`)
  for (let i = 0; i < 12 && (await page.getByText('bevist', { exact: true }).count()) === 0; ++i) {
    await page.getByRole('button', { name: 'Sjekk nå' }).first().click()
    await page.waitForTimeout(i === 0 ? 3_000 : 8_000)
  }
  await page.getByText('bevist', { exact: true }).first().waitFor()
})

await step('consent is given: by whom, for how long', async () => {
  await consents().getByRole('button', { name: 'Gi samtykke' }).click()
  const dialog = page.getByRole('dialog', { name: 'Gi samtykke' })
  check(await dialog.getByRole('radio', { name: /^Full måling/ }).isChecked(), 'the full profile is at hand now')
  await dialog.getByLabel('Hvem i virksomheten sa ja?').fill('Kommunedirektør Liv Moe')
  const until = new Date(Date.now() + 30 * 86_400_000)
  const day = `${until.getFullYear()}-${String(until.getMonth() + 1).padStart(2, '0')}-${String(until.getDate()).padStart(2, '0')}`
  const shown = `${day.slice(8)}.${day.slice(5, 7)}.${day.slice(0, 4)}`
  await dialog.getByLabel('Til og med').fill(day)
  await dialog.getByText(shown).waitFor()
  await look('consent')
  await dialog.getByRole('button', { name: 'Skriv ned samtykket' }).click()
  await page.getByText('Samtykket er gitt').waitFor()
  await consents().getByText(`til og med ${shown}`).waitFor()
  await consents().getByText('gitt av Kommunedirektør Liv Moe').waitFor()
  const { body } = await call('GET', `/api/v1/organisations/${org}/consents`)
  check(body.items[0].scope === 'active' && body.items[0].in_force, 'the service has it in force')
  await look('footprint-consent')
})

await step('a colleague reads it, and may take it back', async () => {
  await second.goto(`/virksomhet/${org}/fotavtrykk`)
  await consents(second).getByText('gitt av Kommunedirektør Liv Moe').waitFor()
  check((await consents(second).getByRole('button', { name: 'Trekk Full måling' }).count()) === 1, 'what was given on paper is the organisation’s to take back')
})

await step('consent is withdrawn', async () => {
  await consents().getByRole('button', { name: 'Trekk Full måling' }).click()
  await page.getByRole('dialog').getByText('stilles ikke fra neste måling').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Trekk' }).click()
  await page.getByText('Samtykket er trukket').waitFor()
  await consents().getByText('ikke gitt').waitFor()
  const { body } = await call('GET', `/api/v1/organisations/${org}/consents`)
  check(body.items[0].withdrawn !== null, 'the record stays, withdrawn')
})

await finish()
