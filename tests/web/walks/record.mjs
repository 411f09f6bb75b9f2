// The record of an organisation: what the guide takes beside name and domain, and the form that changes it afterwards.
import { call, check, finish, firstStart, look, page, step } from '../kit.mjs'

await firstStart()
await step('the guide leads to the import, and takes more for who has it', async () => {
  check((await page.getByRole('link', { name: /regneark/ }).getAttribute('href')) === '/administrasjon/import', 'many at once are imported')
  await page.getByLabel('Virksomhetens navn').fill('Steinlia kommune')
  await page.getByLabel('Domenet deres').fill('steinlia.example')
  await page.getByText('Mer om den (valgfritt)').click()
  await page.getByLabel('Kommunenummer').fill('12')
  await page.getByLabel('Innbyggere').fill('12 000')
  await look('guide-more')
  await page.getByRole('button', { name: 'Mål nå' }).click()
  await page.locator('.field', { hasText: 'Kommunenummer' }).locator('.fault').waitFor()
  await look('guide-fault')
  await page.getByLabel('Kommunenummer').fill('4601')
  await page.getByRole('button', { name: 'Mål nå' }).click()
  await page.getByText('Steinlia kommune er registrert').waitFor()
})

const { body: { items: [{ id: org }] } } = await call('GET', '/api/v1/organisations')
const read = async () => (await call('GET', `/api/v1/organisations/${org}`)).body
await step('it is registered with all of it', async () => {
  const one = await read()
  check(one.municipality === '4601' && one.county === '46' && one.population === 12000, `${one.municipality} ${one.county} ${one.population}`)
})

const record = page.getByRole('region', { name: 'Om virksomheten' })
await step('the record is shown, and changed with its rules', async () => {
  await page.goto(`/virksomhet/${org}/fotavtrykk`)
  await record.getByText('4601').waitFor()
  await record.getByText('ukjent').first().waitFor()
  await record.getByRole('button', { name: 'Endre opplysningene' }).click()
  const dialog = page.getByRole('dialog', { name: 'Endre opplysningene' })
  await dialog.getByLabel('Fylkesnummer').fill('03')
  await dialog.getByLabel('Ansatte').fill('850')
  await dialog.getByRole('button', { name: 'Lagre' }).click()
  await dialog.locator('.fault').waitFor()
  check((await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))) === 'true', 'the focus goes to the field that is wrong')
  await look('record')
  await dialog.getByLabel('Fylkesnummer').fill('46')
  await dialog.getByLabel('KOSTRA-gruppe').fill('7')
  await dialog.getByLabel('Innbyggere').fill('')
  await dialog.getByRole('button', { name: 'Lagre' }).click()
  await page.getByText('Opplysningene er lagret').waitFor()
  await record.getByText('EKG07').waitFor()
  const one = await read()
  check(one.employees === 850 && one.kostra === 'EKG07' && one.population === null && one.name === 'Steinlia kommune', 'changed, cleared, and the rest as it was')
})

await step('another municipality takes its county along', async () => {
  await record.getByRole('button', { name: 'Endre opplysningene' }).click()
  await page.getByRole('dialog').getByLabel('Kommunenummer').fill('0301')
  await page.getByRole('dialog').getByRole('button', { name: 'Lagre' }).click()
  await record.getByText('0301').waitFor()
  check((await read()).county === '03', 'the county is that of the municipality')
  await look('footprint-record')
})

await finish()
