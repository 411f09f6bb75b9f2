// A leader consents to one national body: what it will see is said before; its analyst sees it, the analyst of another body
// does not; and it is taken back.
import { call, check, finish, firstStart, look, measured, newPage, page, password, step } from '../kit.mjs'

await firstStart()
const steinlia = await measured('Steinlia kommune', 'steinlia.example')
const bodies = {}
for (const name of ['Nordtilsynet', 'Sørtilsynet'])
  bodies[name] = (await call('POST', '/api/v1/organisations', { name, kind: 'state' })).body.id

async function invited(role, name, user, organisation) {
  const { body } = await call('POST', '/api/v1/invitations', { role, organisation })
  const at = await newPage()
  await at.goto(body.link)
  await at.getByLabel('Navn', { exact: true }).fill(name)
  await at.getByLabel('Brukernavn').fill(user)
  await at.getByLabel('Passord').fill(password)
  await at.getByRole('button', { name: 'Lag bruker' }).click()
  await at.getByRole('navigation', { name: 'Meny' }).waitFor()
  return at
}
const nora = await invited('analyst', 'Nora Vik', 'nora', bodies.Nordtilsynet)
const siri = await invited('analyst', 'Siri Lund', 'siri', bodies['Sørtilsynet'])
const kari = await invited('leader', 'Kari Moe', 'kari', steinlia)

const consents = (of) => of.getByRole('region', { name: 'Samtykker' })
const absent = async (of) => (await call('GET', `/api/v1/organisations/${steinlia}`, undefined, of)).status === 404

await step('with no consent an analyst has nobody by name', async () => {
  check((await absent(nora)) && (await absent(siri)), 'absent')
})

await step('the leader is told what will be seen, by whom, until when, and consents', async () => {
  await kari.goto(`/virksomhet/${steinlia}/fotavtrykk`)
  await consents(kari).getByRole('button', { name: 'Gi samtykke' }).click()
  const dialog = kari.getByRole('dialog', { name: 'Gi samtykke' })
  await dialog.getByRole('radio', { name: /^Vise funn til en myndighet/ }).check()
  check((await dialog.getByLabel('Hvem i virksomheten sa ja?').count()) === 0, 'who is logged in says it')
  await dialog.getByLabel('Hvilken myndighet?').selectOption({ label: 'Nordtilsynet' })
  await dialog.getByText('Nordtilsynet ser navnet deres, poengene og funnene').waitFor()
  await dialog.getByText('Det gjelder til og med').waitFor()
  await look('consent-own', kari)
  await dialog.getByRole('button', { name: 'Gi samtykket' }).click()
  await kari.getByText('Samtykket er gitt').waitFor()
  await consents(kari).getByText('gitt av Kari Moe').waitFor()
  await consents(kari).getByText('Gjelder Nordtilsynet').waitFor()
  await look('consent-given', kari)
})

await step('the body it is for sees the findings, the other sees nobody', async () => {
  await nora.goto(`/virksomhet/${steinlia}/funn`)
  await nora.locator('.listing tbody tr[data-index]').first().waitFor()
  check((await nora.getByRole('button', { name: 'Mål på nytt' }).count()) === 0, 'seeing is not doing')
  check(await absent(siri), 'absent for the other body')
  await nora.goto(`/virksomhet/${steinlia}/fotavtrykk`)
  await consents(nora).getByText('Gjelder Nordtilsynet').waitFor()
  check((await consents(nora).getByRole('button').count()) === 0, 'a reader neither gives nor withdraws')
})

await step('it is withdrawn, and holds from then on', async () => {
  await consents(kari).getByRole('button', { name: 'Trekk Vise funn til en myndighet' }).click()
  await kari.getByRole('dialog').getByRole('button', { name: 'Trekk' }).click()
  await kari.getByText('Samtykket er trukket').waitFor()
  check(await absent(nora), 'absent again')
})

await page.context().close()
await finish()
