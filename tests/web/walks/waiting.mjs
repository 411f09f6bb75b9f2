// What waits for an answer: who asked sees that another answers, the second person approves, the platform answers a dispute.
import { call, check, finish, firstStart, look, measured, newPage, page, password, step } from '../kit.mjs'

await firstStart()
const org = await measured('Steinlia kommune', 'steinlia.example')
const come = async (name, user, invitation) => {
  const { body } = await call('POST', '/api/v1/invitations', invitation)
  const other = await newPage()
  await other.goto(body.link)
  await other.getByLabel('Navn', { exact: true }).fill(name)
  await other.getByLabel('Brukernavn').fill(user)
  await other.getByLabel('Passord').fill(password)
  await other.getByRole('button', { name: 'Lag bruker' }).click()
  await other.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Invitasjon' }).waitFor()
  return other
}
const per = await come('Per Dahl', 'per', { role: 'security', organisation: org })
const kari = await come('Kari Lie', 'kari', { role: 'leader', organisation: org })
const { body: list } = await call('GET', `/api/v1/organisations/${org}/findings?limit=500`)
const [first, other, third] = list.items.filter((one, i, all) => all.findIndex((of) => of.check === one.check) === i)
const treat = (finding, body, at) => call('POST', `/api/v1/organisations/${org}/findings/${encodeURIComponent(finding.id)}/treatments`, body, at)
const until = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10)

await step('Per asks for two controls to be approved, and disputes a finding; Inger disputes another', async () => {
  check((await treat(first, { kind: 'compensation', reason: 'Brannmuren stenger for alle andre enn sentralbordet.', until }, per)).status === 201, 'the control is asked for')
  check((await treat(other, { kind: 'dispute', reason: 'Målingen traff en gammel tjener.', evidence: 'Endringssak 4711' }, per)).status === 201, 'the dispute is sent')
  check((await treat(third, { kind: 'dispute', reason: 'Verten er slått av for godt.', evidence: 'Endringssak 4712' })).status === 201, 'her own too')
})

const menu = (at) => at.getByRole('navigation', { name: 'Meny' }).getByRole('link', { name: /^Venter på svar/ })
await step('who asked sees that another answers', async () => {
  await per.goto(`/virksomhet/${org}`)
  await menu(per).click()
  await per.getByRole('heading', { name: 'Hva venter på svar?' }).waitFor()
  await per.getByText('Ingenting venter på deg').waitFor()
  const controls = per.getByRole('region', { name: 'Kompenserende tiltak' })
  await controls.getByText('Du ba om det; en annen svarer').waitFor()
  check((await controls.getByRole('button').count()) === 0, 'without a button')
  await per.getByRole('region', { name: 'Innsigelser' }).getByText('Venter på en annen').first().waitFor()
})

await step('the second person finds it in the menu, and approves there and then', async () => {
  await kari.goto(`/virksomhet/${org}`)
  await menu(kari).filter({ hasText: '1 venter på deg' }).click()
  await kari.getByText('1 kan du svare på').waitFor()
  const controls = kari.getByRole('region', { name: 'Kompenserende tiltak' })
  await controls.getByText('Brannmuren stenger').waitFor()
  await controls.getByRole('button', { name: /^Svar/ }).click()
  check(await controls.getByRole('button', { name: 'Godkjenn' }).isDisabled(), 'not without a reason')
  await controls.getByLabel('Begrunnelse for svaret').fill('Regelen er kontrollert i brannmuren i dag.')
  await look('waiting', kari)
  await controls.getByRole('button', { name: 'Godkjenn' }).click()
  await kari.getByText('Tiltaket er godkjent').waitFor()
  await controls.getByText('Ingen tiltak venter på godkjenning').waitFor()
  check((await menu(kari).innerText()).trim() === 'Venter på svar', 'the menu counts no more')
  const { body } = await call('GET', `/api/v1/organisations/${org}/findings/${encodeURIComponent(first.id)}`)
  check(body.state === 'compensated' && body.treatments[0].decided_by.name === 'Kari Lie', `the finding is compensated (${body.state})`)
})

await step('the author of a dispute gets no button in the finding either', async () => {
  await page.goto(`/virksomhet/${org}/funn/${encodeURIComponent(third.id)}`)
  await page.getByRole('heading', { name: 'Behandling' }).waitFor()
  await page.getByRole('button', { name: 'Trekk tilbake' }).waitFor()
  check((await page.getByRole('button', { name: 'Gi medhold' }).count()) === 0, 'nobody upholds their own')
  await page.goto(`/virksomhet/${org}/funn/${encodeURIComponent(other.id)}`)
  await page.getByRole('button', { name: 'Gi medhold' }).waitFor()
})

await step('the platform answers a dispute', async () => {
  await page.goto('/venter')
  const disputes = page.getByRole('region', { name: 'Innsigelser' })
  await disputes.getByText('Verten er slått av for godt.').waitFor()
  check((await disputes.getByRole('button', { name: /^Svar/ }).count()) === 1, 'one of the two is hers to answer')
  check((await disputes.getByText('svarfrist').count()) === 2, 'both have their clock')
  await disputes.getByRole('button', { name: /^Svar/ }).click()
  await disputes.getByLabel('Begrunnelse for svaret').fill('Tjeneren svarer fortsatt; se beviset fra i dag.')
  await look('waiting-disputes')
  await disputes.getByRole('button', { name: 'Avvis innsigelsen' }).click()
  await page.getByText('Innsigelsen er avvist').waitFor()
  await disputes.getByText('Målingen traff en gammel tjener.').waitFor({ state: 'detached' })
  const { body } = await call('GET', `/api/v1/organisations/${org}/findings/${encodeURIComponent(other.id)}`)
  check(body.state === 'open' && body.treatments[0].decision === 'rejected', `the finding is open again (${body.state})`)
  await page.getByRole('heading', { name: 'Holder plattformen det den lover?' }).waitFor()
})

await finish()
