// Without a mouse: Tab through every page there is, and the everyday path from the overview to a treated finding. The focus
// is always seen and follows the reading, nothing holds it, and a dialog gives it back to what opened it.
import { axe, call, check, everyPage, finish, firstStart, measured, page, step, still } from '../kit.mjs'
import { dialog, focused, tabThrough, to } from '../keys.mjs'

await firstStart()
const org = await measured('Steinlia kommune', 'steinlia.example')

const doors = new Set(['login', 'first-start', 'reset', 'invitation'])

for (const [name, path] of await everyPage(org)) {
  await step(`Tab through ${name}`, async () => {
    await page.goto(path)
    await still()
    await tabThrough(name, { isDoor: doors.has(name) })
  })
}

await step('from the overview to a finding', async () => {
  await page.goto(`/virksomhet/${org}`)
  await page.locator('.big b').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  check((await page.evaluate(() => document.activeElement?.id)) === 'content', 'the first stop leads to the content')
  await page.evaluate(() => document.activeElement.blur())
  await to('Funn')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/funn$/)
  await page.locator('.listing tbody tr[aria-rowindex]').first().waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Slik retter du' }).waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
})

await step('a dialog holds the focus and gives it back', async () => {
  for (const name of ['Innsigelse', 'Aksepter risiko', 'Kompenser']) await dialog(name)
  await axe('keyboard finding')
})

await step('accepted with the keyboard alone', async () => {
  await page.evaluate(() => { document.activeElement?.blur() })
  await to('Aksepter risiko')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  check((await focused())?.tag === 'TEXTAREA', 'the dialog begins where one writes')
  await page.keyboard.type('Tjenesten stenges ved nyttår, og ingen andre bruker den.')
  await to('Aksepter')
  await page.keyboard.press('Enter')
  await page.getByText('Akseptert').first().waitFor()
  await to('Angre')
  await page.keyboard.press('Enter')
  await page.getByText('trukket', { exact: true }).first().waitFor()
})

await step('what-if and search with the keyboard alone', async () => {
  await page.goto(`/virksomhet/${org}/poeng`)
  await page.locator('.what input').first().waitFor()
  const before = await page.locator('.answer b').innerText()
  for (let i = 0; i < 60 && (await focused())?.tag !== 'INPUT'; ++i) await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.waitForFunction((before) => document.querySelector('.answer b')?.textContent !== before, before)
  const opener = (await focused())?.id
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /Virksomhet/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  check((await focused())?.id === opener, 'the search gives the focus back')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('hsts')
  await page.locator('.found [role=option]').first().waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.waitForTimeout(400)
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => !document.querySelector('dialog[open]'))
})

await step('the points of a chart', async () => {
  await page.goto(`/virksomhet/${org}`)
  await page.locator('.chart-points [data-point]').first().waitFor()
  await page.locator('.chart-points [data-point][tabindex="0"]').first().focus()
  check(/\d+,\d/.test((await focused())?.text ?? ''), `a point reads as its value: ${(await focused())?.text}`)
})

check((await call('GET', `/api/v1/organisations/${org}/findings?state=accepted`)).body.items.length === 0, 'nothing is left accepted')
await finish()
