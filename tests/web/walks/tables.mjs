// Every table is taken as a file from where it stands: each page that shows a table offers it, each offer is clicked, and
// what comes is a workbook or CSV with a heading and, where the table has rows, rows.
import { readFileSync } from 'node:fs'
import { call, check, finish, firstStart, look, measured, page, step } from '../kit.mjs'

await firstStart('Solveig Aas', 'solveig')
let steinlia = ''
let nordsky = ''
await step('two organisations, one the supplier of the other', async () => {
  steinlia = await measured('Steinlia kommune', 'steinlia.example')
  nordsky = await measured('Nordsky AS', 'nordsky.example', 'supplier')
  await call('POST', `/api/v1/organisations/${steinlia}/suppliers`, { supplier: nordsky, criticality: 4, note: 'Driver nettsidene' })
  await call('POST', '/api/v1/me/tokens', { name: 'Rapport', scopes: ['read'], days: 30 })
  await call('POST', '/api/v1/invitations', { role: 'auditor', email: 'revisor@steinlia.example' })
  await call('POST', '/api/v1/opt-outs', { pattern: 'ikke.example', reason: 'Ba om det' })
  await call('POST', '/api/v1/portfolios', { name: 'Kysten', form: 'list', members: [{ organisation: steinlia }, { organisation: nordsky }] })
  const channel = (await call('POST', '/api/v1/channels', { name: 'Vakta', kind: 'webhook', address: 'https://hook.example/x' })).body.id
  await call('POST', '/api/v1/alert-rules', { kind: 'new_asset', channel })
  await call('POST', `/api/v1/channels/${channel}/test`)
})

const taken = new Map()

/** Clicks what is offered on the page and reads what comes. */
async function take(name) {
  const offers = await page.locator('a[download][href*="/table?"]').evaluateAll((links) => links.map((one) => ({ href: one.getAttribute('href'), words: one.textContent })))
  for (const { href, words } of offers) {
    const path = href.replace(/\?.*/, '').replace(steinlia, '{steinlia}').replace(nordsky, '{nordsky}')
    const csv = href.includes('format=csv')
    check(/^Last ned (XLSX|CSV): ./.test(words), `${name}: the link says what it gives (${words})`)
    if (taken.has(`${path} ${csv}`)) continue
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`a[href="${href}"]`).first().click()])
    const bytes = readFileSync(await download.path())
    const file = download.suggestedFilename()
    check(new RegExp(`^utsyn-[a-z-]+-\\d{4}-\\d\\d-\\d\\d\\.${csv ? 'csv' : 'xlsx'}$`).test(file), `${name}: ${file}`)
    if (csv) {
      const lines = bytes.toString().split('\r\n').filter(Boolean)
      check(bytes.toString().startsWith('\ufeff') && lines[0].includes(';') && lines.length > 1, `${name}: ${file} has ${lines.length} lines`)
    } else {
      check(bytes.subarray(0, 2).toString() === 'PK' && bytes.length > 4_000, `${name}: ${file} is a workbook of ${bytes.length} bytes`)
    }
    taken.set(`${path} ${csv}`, file)
  }
  return offers.length
}

const pages = () => [
  ['findings', `/virksomhet/${steinlia}/funn`], ['findings-grouped', `/virksomhet/${steinlia}/funn?group=check`], ['all-findings', '/funn'], ['overview', `/virksomhet/${steinlia}`], ['score', `/virksomhet/${steinlia}/poeng`],
  ['footprint', `/virksomhet/${steinlia}/fotavtrykk`], ['suppliers', `/virksomhet/${steinlia}/leverandorer`], ['supplier', `/virksomhet/${steinlia}/leverandorer/${nordsky}`],
  ['portfolios', '/portefolje'], ['portfolio', '/portefolje/all'], ['compare', `/sammenlikn?virksomhet=${steinlia}%2C${nordsky}&portefolje=all`], ['nation', '/nasjonalt'],
  ['method', '/metode'], ['check', '/metode/http.hsts.exists'], ['account', '/konto'], ['alert-channels', '/varsler/kanaler'], ['alert-rules', '/varsler/regler'], ['deliveries', '/varsler/leveranser'],
  ['users', '/administrasjon/brukere'], ['invitations', '/administrasjon/invitasjoner'], ['plan', '/administrasjon/plan'], ['system', '/administrasjon/system'], ['opt-outs', '/administrasjon/reservasjoner'], ['audit', '/administrasjon/logg'],
]

for (const [name, path] of pages()) {
  await step(`${name}: what stands in a table can be taken`, async () => {
    await page.goto(path)
    await page.locator('a[download][href*="/table?"]').first().waitFor()
    await page.waitForLoadState('networkidle')
    check((await take(name)) >= 2, `${name} offers a workbook and CSV`)
  })
}

await step('behind a plot, the table can be taken too', async () => {
  for (const path of [`/virksomhet/${steinlia}`, `/virksomhet/${steinlia}/poeng`, `/virksomhet/${steinlia}/ledelse`, '/portefolje/all', '/nasjonalt']) {
    await page.goto(path)
    await page.getByRole('button', { name: 'Vis som tabell' }).first().waitFor()
    await page.waitForLoadState('networkidle')
    for (let left = await page.getByRole('button', { name: 'Vis som tabell' }).count(); left > 0; left--) await page.getByRole('button', { name: 'Vis som tabell' }).first().click()
    await take(`plots of ${path}`)
  }
})

await step('a file holds what the page is narrowed down to', async () => {
  await page.goto('/administrasjon/brukere?q=finnes-ikke')
  await page.getByText('Ingen brukere').or(page.getByRole('button', { name: 'Fjern filter' })).first().waitFor()
  const href = await page.locator('a[download][href*="/users/table?"]').first().getAttribute('href')
  check(new URL(href, 'https://x').searchParams.get('q') === 'finnes-ikke', `the filter goes along (${href})`)
})

for (const wanted of ['/findings/table', '/findings/groups/table', '/assets/table', '/score/table', '/score/figures/table', '/score/history/table', '/score/plan/table', '/findings/ages/table', '/{steinlia}/suppliers/table',
  '/peers/table', '/portfolios/table', '/members/table', '/breakdown/table', '/movers/table', '/comparison/organisations/table', '/comparison/portfolios/table', '/nation/table', '/nation/tiles/table',
  '/checks/table', '/examples/table', '/method/table', '/me/tokens/table', '/channels/table', '/alert-rules/table', '/deliveries/table', '/users/table', '/invitations/table', '/schedule/table', '/system/feeds/table', '/opt-outs/table', '/audit/table'])
  for (const csv of [true, false]) check([...taken.keys()].some((one) => one.endsWith(`${wanted} ${csv}`)), `${wanted} was taken as ${csv ? 'CSV' : 'XLSX'}`)

await step('how it looks', async () => {
  await page.goto('/portefolje/all')
  await page.getByRole('link', { name: 'Last ned CSV' }).first().waitFor()
  await page.waitForLoadState('networkidle')
  await look('tables-portfolio')
  await page.goto(`/virksomhet/${steinlia}/poeng`)
  await page.getByRole('link', { name: 'Last ned CSV' }).first().waitFor()
  await page.waitForLoadState('networkidle')
  await look('tables-score')
})

await finish()
