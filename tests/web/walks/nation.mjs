// The national picture over fictional organisations: their municipality numbers have no tile, so the map of the real
// division stays hatched, and they stand beside it.
import { ask, call, check, finish, firstStart, look, page, step } from '../kit.mjs'
import { registered } from '../lab_portfolio.mjs'

await step('first start', () => firstStart())
const made = await registered(14)
await ask('past')
const towns = made.filter((one) => one.kind === 'municipality')

await step('the map, the strips and the table', async () => {
  await page.getByRole('link', { name: 'Nasjonalt bilde' }).click()
  await page.getByRole('heading', { name: 'Nasjonalt bilde' }).waitFor()
  await page.locator('.tilemap [data-point]').first().waitFor()
  await page.locator('.chart-canvas svg').first().waitFor()
  await page.waitForTimeout(600)
  await look('nation')
})

await step('no real municipality has a colour', async () => {
  const labels = await page.locator('.tilemap [data-point]').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
  check(labels.length === 357 + towns.length, `${labels.length} places on the map`)
  check(labels.slice(0, 357).every((text) => text.endsWith(': ikke målt')), 'every tile of the division is not measured')
  check(towns.every((town) => labels.some((text) => new RegExp(`^${town.name}: \\d+,\\d [ABCDF]$`).test(text))), 'the fictional ones stand beside it with their grade')
  check((await page.locator('.tilemap .tile:not([fill])').count()) === towns.length, 'only what is measured is filled')
})

await step('the keyboard goes over the map', async () => {
  await page.locator('.tilemap [data-point][tabindex="0"]').focus()
  const read = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'))
  const first = await read()
  await page.keyboard.press('ArrowDown')
  const below = await read()
  check(first !== below, `from ${first} down to ${below}`)
})

await step('the group that is too small keeps its row', async () => {
  await page.getByRole('cell', { name: 'skjult: færre enn fem' }).first().waitFor()
  check(await page.getByRole('rowheader', { name: 'KOSTRA 9' }).isVisible(), 'the row stays')
  const answer = await call('GET', '/api/v1/nation?by=kostra&kind=municipality')
  check(answer.body.cells.filter((cell) => cell.members < 5).every((cell) => cell.suppressed && cell.figures === null), 'the service gives no figure for it either')
})

await step('by county', async () => {
  await page.getByLabel('Grupper etter').selectOption('county')
  await page.waitForURL(/etter=county/)
  await page.getByRole('rowheader', { name: 'Fylke 99' }).waitFor()
})

await step('highlight a grade', async () => {
  await page.getByRole('group', { name: 'Framhev karakter' }).getByRole('button', { name: /^A/ }).click()
  check((await page.locator('.tilemap g[opacity]').count()) >= 357, 'the others step back')
  await page.getByRole('group', { name: 'Framhev karakter' }).getByRole('button', { name: /^A/ }).click()
})

await step('the time slider', async () => {
  await page.getByLabel('Tidspunkt').focus()
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowLeft')
  await page.waitForURL(/dag=\d{4}-\d\d-\d\d/)
  await page.getByText('slik det sto').waitFor()
  await page.waitForTimeout(500)
  await look('nation-then')
  await page.getByLabel('Tidspunkt').focus()
  await page.keyboard.press('End')
  await page.waitForURL((url) => !url.search.includes('dag='))
})

await step('real borders can be brought', async () => {
  const square = (lon, lat) => ({ type: 'Polygon', coordinates: [[[lon, lat], [lon + 2, lat], [lon + 2, lat + 1], [lon, lat + 1], [lon, lat]]] })
  const file = JSON.stringify({ type: 'FeatureCollection', features: towns.map((town, i) => ({ type: 'Feature', properties: { kommunenummer: town.municipality }, geometry: square(8 + (i % 3) * 2.2, 60 + Math.floor(i / 3) * 1.2) })) })
  await page.getByText('Hent inn virkelige grenser').click()
  await page.getByLabel('GeoJSON-fil').setInputFiles({ name: 'grenser.geojson', mimeType: 'application/geo+json', buffer: Buffer.from('{"features":[]}') })
  await page.getByLabel('Kreditering').fill('Oppdiktede flater, laget for prøven')
  await page.getByRole('button', { name: 'Bruk grensene' }).click()
  await page.getByText('Filen er ikke GeoJSON').waitFor()
  await page.getByLabel('GeoJSON-fil').setInputFiles({ name: 'grenser.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(file) })
  await page.getByRole('button', { name: 'Bruk grensene' }).click()
  await page.getByText(`${towns.length} kommuner har fått grenser`).waitFor()
  await page.getByText('Oppdiktede flater, laget for prøven').first().waitFor()
  await page.waitForTimeout(400)
  await look('nation-borders')
})

await step('state bodies, of which there are none', async () => {
  await page.getByLabel('Slags virksomhet').selectOption('state')
  await page.waitForURL(/slags=state/)
  await page.getByText('Kartet viser kommuner').waitFor()
})

await finish()
