// Every main task by the keys alone, by those whose task it is: nobody here has a mouse. Each comes by invitation, goes
// where the menu says, and does what the role came for.
import { call, check, finish, firstStart, newPage, page, password, step, still } from '../kit.mjs'
import { dialog, focused, tabThrough, to } from '../keys.mjs'
import { registered } from '../lab_portfolio.mjs'

await firstStart()
const [, steinlia, nordsky] = await registered(5)

/** Presses, one after the other. */
async function keys(at, ...all) {
  for (const key of all) await at.keyboard.press(key)
}
/** To what is meant, and there this key. */
async function press(at, text, key = 'Enter') {
  const there = await to(text, { at })
  await at.keyboard.press(key)
  return there
}
/** To the field, and into it. */
async function fill(at, text, words) {
  await to(text, { at })
  await at.keyboard.press('Control+a')
  await at.keyboard.type(words)
}
/** The invited comes. */
async function come(role, name, user, organisation) {
  const { body } = await call('POST', '/api/v1/invitations', { role, ...(organisation ? { organisation } : {}) })
  const at = await newPage()
  await at.goto(body.link)
  await at.getByLabel('Navn', { exact: true }).waitFor()
  await still(at)
  check((await focused(at))?.text === 'Navn', `${role}: one begins where one writes`)
  await at.keyboard.type(name)
  await keys(at, 'Tab')
  await at.keyboard.type(user)
  await keys(at, 'Tab')
  await at.keyboard.type(password)
  await keys(at, 'Enter')
  await at.getByRole('navigation', { name: 'Meny' }).waitFor()
  await still(at)
  return at
}
/** Where the menu says, with the focus on the heading there. */
async function go(at, entry, heading) {
  await at.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0) })
  await press(at, 'Hopp til innholdet', 'Tab')
  await press(at, entry)
  await at.getByRole('heading', { level: 1, name: heading }).waitFor()
  await at.waitForFunction(() => document.activeElement?.tagName === 'H1')
  await still(at)
}
/** The point of a chart that has the focus, and what is read out beside it. */
const told = async (at) => ({ point: (await focused(at)).text, tip: await at.locator('.chart-tip').first().innerText({ timeout: 2_000 }).catch(() => '') })
const toPoint = async (at, where) => {
  await at.locator(`${where} [data-point]`).first().waitFor()
  for (let i = 0; i < 150; ++i) {
    await keys(at, 'Tab')
    if (await at.evaluate((where) => document.activeElement?.matches(`${where} [data-point]`), where)) return
  }
  throw new Error(`the keyboard never came to a point of ${where}`)
}
/** The points of a chart, one after the other, each with what it says. */
async function points(at, name, where, digits = /\d/) {
  await toPoint(at, where)
  const first = await told(at)
  check(digits.test(first.point) && first.tip.replace(/\s+/g, ' ').startsWith(first.point.slice(0, 40)), `${name}: the point says what it is, and it is seen: ${first.point} (${first.tip})`)
  const count = await at.locator(`${where} [data-point]`).count()
  if (count < 2) return
  const said = new Set([first.point])
  await keys(at, 'Home')
  said.add((await told(at)).point)
  for (let i = 0; i < 3; ++i) {
    await keys(at, 'ArrowRight')
    said.add((await told(at)).point)
  }
  await keys(at, 'End')
  const last = await told(at)
  check(said.add(last.point).size >= 2 && last.tip !== '', `${name}: the arrow keys go along its ${count} points`)
}

const per = await come('security', 'Per Dahl', 'per', steinlia.id)
await step('security: an action of today is given to oneself', async () => {
  await points(per, 'the score over time', 'main .panel:nth-of-type(2)', /\d+,\d/)
  const section = per.locator('section', { has: per.getByRole('heading', { name: 'Fem tiltak som gir mest' }) })
  await section.getByRole('button', { name: 'Tildel' }).first().waitFor()
  await press(per, /^Tildel/)
  await press(per, /^Meg/)
  await section.getByText('Per Dahl').filter({ visible: true }).first().waitFor()
})

await step('security: findings are chosen, given, and one is opened', async () => {
  await go(per, 'Funn', /^Funn hos/)
  await per.locator('.listing tbody tr[aria-rowindex]').first().waitFor()
  await keys(per, 'j', 'x', 'j', 'x')
  const chosen = per.getByRole('region', { name: 'Valgte funn' })
  await chosen.getByRole('button', { name: 'Tildel' }).waitFor()
  await press(per, 'Tildel')
  await press(per, /^Meg/)
  await per.getByText('Gjort for 2 funn').waitFor()
  await keys(per, '/')
  check((await focused(per)).tag === 'INPUT', 'a stroke leads to the search of the list')
  await per.keyboard.type('hsts')
  await per.waitForURL(/text=hsts/)
  await still(per)
  await keys(per, 'ArrowDown', 'Enter')
  await per.getByRole('heading', { name: 'Slik retter du' }).waitFor()
  await still(per)
  await press(per, 'JSON')
  await per.locator('pre').first().waitFor()
  // The tabs of the platforms are one stop; the arrow keys change them.
  await to('nginx', { at: per })
  await keys(per, 'ArrowRight')
  check((await focused(per)).text === 'Apache' && (await per.getByRole('tab', { name: 'Apache' }).getAttribute('aria-selected')) === 'true', 'the next platform')
  await fill(per, 'Ny kommentar', 'Vi retter det onsdag kveld.')
  await press(per, 'Legg til')
  await per.getByText('Vi retter det onsdag kveld.').first().waitFor()
})

await step('security: the footprint by the arrow keys', async () => {
  await go(per, 'Fotavtrykk', /^Er dette Steinlia/)
  await per.locator('.tree .node').nth(2).waitFor()
  const first = await to(/^Bekreft (?!alle)/, { at: per })
  await keys(per, 'ArrowDown')
  const second = await focused(per)
  check(/^Bekreft /.test(second.text) && second.text !== first.text, `down to the same choice at the next: ${second.text}`)
  await keys(per, 'ArrowUp')
  check((await focused(per)).id === first.id, 'and up again')
  await keys(per, 'ArrowRight')
  check((await focused(per)).text === first.text.replace('Bekreft', 'Avvis'), `to the choice beside it: ${(await focused(per)).text}`)
  await dialog(/^Avvis/, { at: per, from: true })
  await keys(per, 'End', 'ArrowLeft')
  const last = await focused(per)
  check(/^Bekreft /.test(last.text) && last.text !== first.text, `End leads to the last: ${last.text}`)
  const name = last.text.replace('Bekreft ', '')
  await keys(per, 'Enter')
  await per.getByText(`${name} er bekreftet`).waitFor()
})

await step('security: who tells whom: a rule', async () => {
  await go(per, 'Varsler', 'Hva har reglene mine sett?')
  await call('PATCH', '/api/v1/me', { email: 'per@steinlia.example' }, per)
  await per.reload()
  await still(per)
  await dialog('Ny regel', { at: per })
  await keys(per, 'Enter')
  await per.getByRole('dialog').waitFor()
  for (let i = 0; i < 30 && !(await per.evaluate(() => document.activeElement?.type === 'radio')); ++i) await keys(per, 'Tab')
  await keys(per, 'ArrowDown')
  const sentence = (await focused(per)).text
  await press(per, 'Lag regelen')
  await per.getByRole('dialog').waitFor({ state: 'detached' })
  const { body } = await call('GET', '/api/v1/alert-rules', undefined, per)
  check(body.items.length === 1 && body.items[0].kind !== 'new_critical', `the second of the rules is made: ${sentence}`)
})

const kari = await come('leader', 'Kari Lie', 'kari', steinlia.id)
await step('leader: the three numbers, and the report', async () => {
  await go(kari, 'Ledelse', 'Er vi innenfor det vi har godtatt?')
  await tabThrough('the leader page of a leader', { at: kari })
  await kari.evaluate(() => document.querySelector('main').focus())
  await press(kari, 'Nynorsk')
  const [file] = await Promise.all([kari.waitForEvent('download', { timeout: 60_000 }), press(kari, 'Last ned PDF')])
  check(file.suggestedFilename().endsWith('.pdf'), `the report comes by the keys: ${file.suggestedFilename()}`)
})

await step('leader: is the second person', async () => {
  const { body } = await call('GET', `/api/v1/organisations/${steinlia.id}/findings?state=open&limit=5`, undefined, per)
  await call('POST', `/api/v1/organisations/${steinlia.id}/findings/${encodeURIComponent(body.items.at(-1).id)}/treatments`, { kind: 'compensation', reason: 'Brannmuren stenger for alle andre enn sentralbordet.', until: new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10) }, per)
  await kari.reload()
  await still(kari)
  await go(kari, /^Venter på svar/, 'Hva venter på svar?')
  await press(kari, /^Svar/)
  await fill(kari, 'Begrunnelse for svaret', 'Regelen er kontrollert i brannmuren i dag.')
  await press(kari, 'Godkjenn')
  await kari.getByText('Tiltaket er godkjent').waitFor()
})
await kari.context().close()

const berit = await come('procurement', 'Berit Holm', 'berit', steinlia.id)
await step('procurement: how critical a supplier is, and side by side', async () => {
  await go(berit, 'Leverandører', 'Leverandører til Steinlia kommune')
  await tabThrough('the suppliers of procurement', { at: berit })
  await berit.evaluate(() => document.querySelector('main').focus())
  await press(berit, /^Leverandør/)
  check((await berit.locator('th[aria-sort]').innerText()).startsWith('Leverandør'), 'a heading sorts')
  const [answer] = await Promise.all([berit.waitForResponse((one) => one.request().method() === 'POST' && one.url().endsWith('/suppliers')), press(berit, 'Kritikalitet for Nordsky Drift AS', 'ArrowDown')])
  check(answer.ok(), `the arrow changes it (${answer.status()})`)
  await berit.evaluate(() => document.querySelector('main').focus())
  await dialog('Legg til leverandør', { at: berit })
  await press(berit, 'Nordsky Drift AS')
  await berit.locator('.big b').waitFor()
  await still(berit)
  await press(berit, 'Endre')
  await berit.getByRole('dialog').waitFor()
  await fill(berit, 'Hva den leverer', 'Navnetjeneste og kundeportal')
  await press(berit, 'Lagre')
  await berit.getByText('Navnetjeneste og kundeportal').first().waitFor()
})

await step('procurement: a portfolio', async () => {
  await go(berit, 'Porteføljer', 'Porteføljer')
  await press(berit, 'Ny portefølje')
  await berit.getByLabel('Navn', { exact: true }).waitFor()
  await still(berit)
  await fill(berit, 'Navn', 'De vi kjøper av')
  await to('Navn, organisasjonsnummer eller domene', { at: berit })
  await berit.keyboard.type('Nordsky')
  await berit.getByRole('option', { name: /Nordsky/ }).first().waitFor()
  await keys(berit, 'Enter')
  await press(berit, 'Lag portefølje')
  await berit.getByRole('heading', { name: 'De vi kjøper av' }).waitFor()
  await berit.locator('#medlemmer').getByRole('rowheader', { name: 'Nordsky Drift AS' }).waitFor()
})
await berit.context().close()

const odd = await come('supplier', 'Odd Berg', 'odd', nordsky.id)
await step('supplier: disputes, and takes it back', async () => {
  await go(odd, 'Funn', /^Funn hos Nordsky/)
  await odd.locator('.listing tbody tr[aria-rowindex]').first().waitFor()
  await keys(odd, 'j', 'Enter')
  await odd.getByRole('heading', { name: 'Slik retter du' }).waitFor()
  await still(odd)
  await press(odd, 'Innsigelse')
  await odd.getByRole('dialog').waitFor()
  await odd.keyboard.type('Målingen traff en gammel tjener som ikke er i bruk.')
  await fill(odd, 'Bevis', 'Endringssak 4711, avsluttet i går.')
  await press(odd, 'Send innsigelse')
  await odd.getByText('svarfrist').first().waitFor()
  await press(odd, /^Trekk tilbake/)
  await odd.getByText('trukket', { exact: true }).first().waitFor()
})
await odd.context().close()

// A national analyst sees by name who has consented, to one body or to any.
const { body: register } = await call('GET', '/api/v1/organisations?limit=50')
for (const { id } of register.items)
  await call('POST', `/api/v1/organisations/${id}/consents`, { scope: 'findings', recipient: 'any', given_by: 'Kommunedirektøren' })
const liv = await come('analyst', 'Liv Ness', 'liv')
await step('analyst: who has this', async () => {
  await go(liv, 'Alle funn', 'Alle funn du ser')
  await keys(liv, '/')
  await liv.keyboard.type('hsts')
  await liv.waitForURL(/text=hsts/)
  await to('Grupper', { at: liv })
  for (let i = 0; i < 8 && !/group=organisation/.test(liv.url()); ++i) { await keys(liv, 'ArrowDown'); await liv.waitForTimeout(200) }
  await liv.getByRole('region', { name: 'Funn i grupper' }).getByRole('rowheader').first().waitFor()
  await still(liv)
  await tabThrough('the findings by organisation', { at: liv })
})

await step('analyst: the national picture, tile by tile', async () => {
  await go(liv, 'Nasjonalt bilde', 'Nasjonalt bilde')
  await points(liv, 'the tiles', '.tilemap', /: /)
  await points(liv, 'the strips', '.chart:not(.tilemap *)')
  const where = (await focused(liv)).text
  await keys(liv, 'Enter')
  await liv.waitForURL(/\/virksomhet\//)
  check((await liv.getByRole('heading', { level: 1 }).innerText()) === where.split(':')[0], `a point leads to whose it is: ${where}`)
})

await step('analyst: a portfolio, and from it to one', async () => {
  await go(liv, 'Porteføljer', 'Porteføljer')
  await press(liv, 'Alle jeg ser')
  await liv.getByRole('heading', { name: 'Alle jeg ser' }).waitFor()
  await still(liv)
  await points(liv, 'the distribution', 'main .chart')
})
await liv.context().close()

await step('administrator: invites, and gives a role', async () => {
  await go(page, 'Administrasjon', 'Hvem har tilgang?')
  await press(page, 'Inviter')
  await page.getByRole('dialog').waitFor()
  await to(/^Rolle/)
  await page.keyboard.type('rev')
  await press(page, /^Brukernavn/, 'Tab')
  await press(page, 'Lag lenke')
  await page.getByLabel('Engangslenke').waitFor()
  const { body } = await call('GET', '/api/v1/invitations')
  check(body.items.some((one) => one.role === 'auditor'), 'an auditor is invited')
  await press(page, 'Lukk')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  check((await focused())?.text === 'Inviter', 'the focus is back where it was')
  await page.evaluate(() => document.querySelector('main').focus())
  await press(page, 'Per Dahl')
  await page.getByRole('heading', { name: 'Per Dahl' }).waitFor()
  await still()
  for (const name of ['Nullstill innlogging', 'Gi innsyn']) {
    await page.evaluate(() => document.querySelector('main').focus())
    await dialog(name)
  }
})

await step('everybody: a token for a program, and the languages', async () => {
  await page.goto('/konto')
  await still()
  await press(page, 'Nytt token')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('Rapport til SIEM')
  await keys(page, 'Tab')
  if (!(await page.evaluate(() => document.activeElement.checked))) await keys(page, 'Space')
  await press(page, 'Lag token')
  await page.getByRole('dialog').locator('pre').waitFor()
  await press(page, 'Lukk')
  await page.getByRole('rowheader', { name: /Rapport til SIEM/ }).waitFor()
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0) })
  await press(page, 'English')
  await page.waitForFunction(() => document.documentElement.lang === 'en')
})

await finish()
