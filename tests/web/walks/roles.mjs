// One person of each role, in a browser of their own, with the menu of that role and nothing else, at the tasks that the
// role comes for. The administrator invites them; procurement invites the supplier, the supplier a colleague.
import { join } from 'node:path'
import { ask, call, check, finish, firstStart, look, measured, newPage, page, password, shots, step } from '../kit.mjs'
import { registered } from '../lab_portfolio.mjs'

const home = ['Oversikt', 'Funn', 'Poeng forklart', 'Ledelse', 'Fotavtrykk', 'Leverandører']

await firstStart()
const [fjordvik, steinlia] = await registered(3)
const drift = await measured('Brevik Drift AS', 'hsts-missing.testfelt.example', 'supplier')
await call('POST', `/api/v1/organisations/${steinlia.id}/suppliers`, { supplier: drift, criticality: 2, note: 'Drift av fagsystem' })

/** The invited comes, and stands at what the role sees first. */
async function accepted(link, name, user) {
  const at = await newPage()
  await at.goto(link)
  await at.getByLabel('Navn', { exact: true }).fill(name)
  await at.getByLabel('Brukernavn').fill(user)
  await at.getByLabel('Passord').fill(password)
  await at.getByRole('button', { name: 'Lag bruker' }).click()
  await at.getByRole('navigation', { name: 'Meny' }).waitFor()
  return at
}
async function invited(role, name, user, organisation) {
  const { body } = await call('POST', '/api/v1/invitations', { role, ...(organisation ? { organisation } : {}) })
  return accepted(body.link, name, user)
}
/** The words of a menu as they stand; what waits is counted behind one of them. */
async function menu(at, wanted, of = 'Meny') {
  const entries = at.getByRole('navigation', { name: of }).getByRole('link')
  await entries.filter({ hasText: wanted.at(-1) }).first().waitFor()
  const words = (await entries.allInnerTexts()).map((one) => one.replace(/\s*\d[\s\S]*$/, '').trim()).filter(Boolean)
  check(words.join() === wanted.join(), `${of}: ${words.join()}`)
}
async function sections(at, wanted) {
  await at.getByRole('navigation', { name: 'Meny' }).getByRole('link', { name: 'Administrasjon' }).click()
  await menu(at, wanted, 'Administrasjon')
}
async function file(at, name, ending) {
  const [download] = await Promise.all([at.waitForEvent('download', { timeout: 60_000 }), at.getByRole('link', { name }).or(at.getByRole('button', { name })).first().click()])
  check(download.suggestedFilename().endsWith(ending), `a file: ${download.suggestedFilename()}`)
  return download
}
/** To where the menu says. */
const go = (at, entry) => at.getByRole('navigation', { name: 'Meny' }).getByRole('link', { name: entry }).click()
/** One's own host is said to be so. */
async function confirm(at) {
  const button = at.getByRole('button', { name: /^Bekreft (?!alle)/ }).first()
  const [answer] = await Promise.all([at.waitForResponse((one) => one.request().method() === 'PUT' && one.url().endsWith('/decision')), button.click()])
  check(answer.ok() && JSON.parse(answer.request().postData()).state === 'confirmed', `a host is confirmed (${answer.status()})`)
}
const rows = (at) => at.locator('.listing tbody tr[data-index]')
const none = async (at, name, words) => check((await at.locator('main').getByRole('button', { name }).count()) === 0, words)

const per = await invited('security', 'Per Dahl', 'per', steinlia.id)
async function security() {
  await step('security: the menu, and what gains most today', async () => {
    await per.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
    await menu(per, [...home, 'Venter på svar', 'Porteføljer', 'Varsler', 'Administrasjon'])
    await per.getByRole('heading', { name: 'Fem tiltak som gir mest' }).waitFor()
    await per.locator('section', { has: per.getByRole('heading', { name: 'Fem tiltak som gir mest' }) }).getByRole('rowheader').nth(4).waitFor()
    await look('role-security', per)
  })
  await step('security: findings are filtered, assigned and taken along', async () => {
    await go(per, 'Funn')
    await rows(per).first().waitFor()
    await per.getByRole('button', { name: 'Høy', exact: true }).click()
    await per.waitForURL(/severity=high/)
    await rows(per).first().waitFor()
    const boxes = per.locator('.listing tbody input[type=checkbox]')
    await boxes.nth(0).check()
    await boxes.nth(1).check()
    await per.getByRole('region', { name: 'Valgte funn' }).getByRole('button', { name: 'Tildel' }).click()
    await per.getByRole('button', { name: /^Meg/ }).click()
    await per.getByText('Gjort for 2 funn').waitFor()
    const mine = await call('GET', `/api/v1/organisations/${steinlia.id}/findings?assignee=me`, undefined, per)
    check(mine.body.items.length === 2 && mine.body.items.every((one) => one.severity === 'high'), 'two of the high are his')
    await file(per, /^Last ned XLSX/, '.xlsx')
  })
  await step('security: one is measured again, another disputed', async () => {
    await rows(per).first().getByRole('link').first().click()
    await per.getByRole('heading', { name: 'Slik retter du' }).waitFor()
    await per.getByRole('button', { name: 'Mål på nytt' }).click()
    await per.getByRole('heading', { name: 'Målt på nytt' }).waitFor({ timeout: 120_000 })
    await per.getByRole('button', { name: 'Innsigelse', exact: true }).click()
    await per.getByLabel('Hva er feil?').fill('Målingen traff en gammel tjener som ikke lenger er i bruk.')
    await per.getByRole('dialog').getByLabel('Bevis', { exact: true }).fill('Endringssak 4711, avsluttet i går.')
    await per.getByRole('button', { name: 'Send innsigelse' }).click()
    await per.getByText('Under innsigelse').first().waitFor()
  })
  await step('security: how is it known, a word to the others, and a risk with an end', async () => {
    await go(per, 'Funn')
    await rows(per).nth(2).getByRole('link').first().click()
    await per.getByRole('heading', { name: 'Slik retter du' }).waitFor()
    await per.getByRole('button', { name: 'JSON' }).click()
    await per.locator('pre', { hasText: '{' }).first().waitFor()
    await per.getByText(/^sha256:/).first().waitFor()
    await per.getByLabel('Ny kommentar').fill('Vi retter det i vinduet onsdag kveld.')
    await per.getByRole('button', { name: 'Legg til', exact: true }).click()
    await per.getByText('Vi retter det i vinduet onsdag kveld.').first().waitFor()
    await per.getByRole('button', { name: 'Aksepter risiko' }).click()
    const dialog = per.getByRole('dialog')
    await dialog.getByLabel('Hvorfor kan dere leve med det?').fill('Tjenesten stenges ved nyttår, og ingen andre bruker den.')
    const until = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
    await dialog.locator('input[type=date]').fill(until)
    await dialog.getByRole('button', { name: 'Aksepter', exact: true }).click()
    await per.getByText('Akseptert').first().waitFor()
    await per.getByText(until.split('-').reverse().join('.')).first().waitFor()
  })
  await step('security: whom we lean on', async () => {
    await go(per, 'Leverandører')
    await per.getByRole('link', { name: 'Nordsky Drift AS' }).click()
    await per.locator('.big b').waitFor()
    await per.getByRole('heading', { name: 'Hva bærer den for oss?' }).waitFor()
    await per.getByRole('heading', { name: 'Hvem sier vi fra til?' }).waitFor()
  })
  await step('security: what a fix would give, and whose a host is', async () => {
    await go(per, 'Poeng forklart')
    await per.locator('.what input').first().waitFor()
    const before = await per.locator('.answer b').innerText()
    await per.locator('.what input').first().check()
    await per.waitForFunction((before) => document.querySelector('.answer b')?.textContent !== before, before)
    await go(per, 'Fotavtrykk')
    await confirm(per)
    const theirs = per.locator('.tree .node', { hasText: 'mx1.nordsky.example' })
    await theirs.getByText(/tar imot e-post for steinlia\.example/).waitFor()
    await theirs.getByText(/\d+ % sikkert/).waitFor()
    await theirs.getByRole('button', { name: /^Avvis/ }).click()
    const dialog = per.getByRole('dialog')
    await dialog.getByLabel('Begrunnelse').fill('Verten tilhører driftsleverandøren, ikke kommunen.')
    await dialog.getByLabel('Bevis').fill('Avtalens punkt 4, journalført i fjor.')
    await dialog.getByRole('button', { name: 'Avvis' }).click()
    await per.getByText('mx1.nordsky.example er avvist').waitFor()
    await per.getByRole('button', { name: 'Legg til', exact: true }).click()
    await dialog.getByRole('textbox').fill('headers-good.testfelt.example')
    await dialog.getByRole('button', { name: 'Legg til', exact: true }).click()
    await per.locator('.tree').getByText('headers-good.testfelt.example', { exact: true }).first().waitFor()
  })
  await step('security: the log of the own organisation', async () => {
    await sections(per, ['Invitasjoner', 'Revisjonslogg'])
    await per.getByRole('navigation', { name: 'Administrasjon' }).getByRole('link', { name: 'Revisjonslogg' }).click()
    await per.getByRole('cell').getByRole('button', { name: 'per', exact: true }).first().waitFor()
  })
}

async function leader() {
  const kari = await invited('leader', 'Kari Lie', 'kari', steinlia.id)
  await step('leader: the menu, three numbers and three decisions', async () => {
    await kari.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
    await menu(kari, [...home, 'Venter på svar', 'Porteføljer', 'Varsler'])
    await go(kari, 'Ledelse')
    await kari.getByRole('heading', { name: 'Er vi innenfor det vi har godtatt?' }).waitFor()
    await kari.getByRole('heading', { name: 'Tre beslutninger' }).waitFor()
    await kari.locator('.decisions li').first().waitFor()
    check((await kari.locator('.decisions li').count()) <= 3, 'three at the most')
    await look('role-leader', kari)
  })
  await step('leader: the board report, in both written forms', async () => {
    for (const [name, language, own] of [['Bokmål', 'nb', /\bikke\b/], ['Nynorsk', 'nn', /\bikkje\b/]]) {
      await kari.locator('main').getByRole('button', { name, exact: true }).click()
      const download = await file(kari, 'Last ned PDF', '.pdf')
      const path = join(shots, `role-leader-${language}.pdf`)
      await download.saveAs(path)
      const pdf = JSON.parse(await ask(`pdf ${path}`))
      check(pdf.tagged && pdf.text.includes('Steinlia kommune') && pdf.language.startsWith(language) && own.test(pdf.text), `tagged, of the own organisation, in ${language} (${pdf.language})`)
    }
  })
  await step('leader: what would it take, and how do our likes do', async () => {
    await go(kari, 'Poeng forklart')
    await kari.locator('.what input').first().waitFor()
    await kari.getByRole('button', { name: 'Finn minst arbeid' }).click()
    await kari.getByText(/Målet (nås|blir)/).first().waitFor()
    await kari.goto(`/sammenlikn?virksomhet=${steinlia.id}`)
    await kari.getByRole('combobox', { name: 'Legg til virksomhet' }).fill('nordsky')
    await kari.getByRole('option', { name: /Nordsky/ }).first().click()
    await kari.getByRole('columnheader', { name: /Nordsky/ }).waitFor()
    await kari.getByRole('columnheader', { name: /Steinlia/ }).waitFor()
    check(!(await kari.locator('main').innerText()).includes('Fjordvik'), 'beside those that may be seen')
    await kari.goto(`/virksomhet/${steinlia.id}`)
    await kari.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
  })
  await step('leader: is the second person for another control', async () => {
    const { body } = await call('GET', `/api/v1/organisations/${steinlia.id}/findings?state=open&limit=5`, undefined, per)
    const asked = await call('POST', `/api/v1/organisations/${steinlia.id}/findings/${encodeURIComponent(body.items.at(-1).id)}/treatments`, { kind: 'compensation', reason: 'Brannmuren stenger for alle andre enn sentralbordet.', until: new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10) }, per)
    check(asked.status === 201, `it is asked for (${asked.status})`)
    await kari.reload()
    await go(kari, /^Venter på svar/)
    const controls = kari.getByRole('region', { name: 'Kompenserende tiltak' })
    await controls.getByRole('button', { name: /^Svar/ }).click()
    await controls.getByLabel('Begrunnelse for svaret').fill('Regelen er kontrollert i brannmuren i dag.')
    await controls.getByRole('button', { name: 'Godkjenn' }).click()
    await kari.getByText('Tiltaket er godkjent').waitFor()
  })
  await step('leader: decides, and does not carry out', async () => {
    await go(kari, 'Funn')
    await rows(kari).first().getByRole('link').first().click()
    await kari.getByRole('heading', { name: 'Slik retter du' }).waitFor()
    for (const name of ['Mål på nytt', 'Innsigelse', 'Aksepter risiko']) await none(kari, name, `no button «${name}»`)
  })
  await kari.context().close()
}

let supplierLink = ''
async function procurement() {
  const berit = await invited('procurement', 'Berit Holm', 'berit', steinlia.id)
  await step('procurement: the menu, and the suppliers side by side', async () => {
    await berit.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
    await menu(berit, [...home, 'Porteføljer', 'Varsler', 'Administrasjon'])
    await go(berit, 'Leverandører')
    await berit.getByRole('link', { name: 'Brevik Drift AS' }).waitFor()
    await berit.getByLabel('Kritikalitet for Brevik Drift AS').selectOption('4')
    await berit.getByRole('link', { name: 'Sammenlikn 2' }).click()
    await berit.getByRole('columnheader', { name: /Nordsky/ }).waitFor()
    await berit.getByRole('columnheader', { name: /Brevik/ }).waitFor()
    await berit.waitForTimeout(400)
    await look('role-procurement-compare', berit)
    await file(berit, /^Last ned XLSX/, '.xlsx')
  })
  await step('procurement: one supplier', async () => {
    await go(berit, 'Leverandører')
    await berit.getByRole('link', { name: 'Nordsky Drift AS' }).click()
    await berit.getByText('Leverandørens funn er leverandørens egne').waitFor()
    await berit.locator('.big b').waitFor()
    await berit.getByRole('button', { name: 'Endre' }).click()
    await berit.getByLabel('Hva den leverer').fill('Navnetjeneste, e-post og kundeportal')
    await berit.getByRole('button', { name: 'Lagre' }).click()
    await berit.getByText('Navnetjeneste, e-post og kundeportal').first().waitFor()
  })
  await step('procurement: a portfolio of what is bought', async () => {
    await go(berit, 'Porteføljer')
    await berit.getByRole('link', { name: 'Ny portefølje' }).click()
    await berit.getByLabel('Navn', { exact: true }).fill('De vi kjøper av')
    for (const name of ['Nordsky', 'Brevik']) {
      await berit.getByRole('combobox', { name: 'Navn, organisasjonsnummer eller domene' }).fill(name)
      await berit.getByRole('option', { name: new RegExp(name) }).first().click()
    }
    await berit.getByRole('button', { name: 'Lag portefølje' }).click()
    await berit.getByRole('heading', { name: 'De vi kjøper av' }).waitFor()
    await berit.locator('#medlemmer').getByRole('rowheader').nth(1).waitFor()
  })
  await step('procurement: invites the supplier', async () => {
    await sections(berit, ['Invitasjoner'])
    await berit.getByRole('button', { name: 'Inviter' }).click()
    const dialog = berit.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Virksomhet' }).fill('nordsky')
    await dialog.getByRole('option', { name: /Nordsky/ }).click()
    await dialog.getByRole('button', { name: 'Lag lenke' }).click()
    supplierLink = await dialog.getByLabel('Engangslenke').inputValue()
  })
  await berit.context().close()
}

async function contract() {
  const jon = await invited('contract', 'Jon Vik', 'jon', steinlia.id)
  await step('contract: the menu, what a supplier carries, and a new measurement', async () => {
    await jon.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
    await menu(jon, [...home, 'Porteføljer', 'Varsler', 'Administrasjon'])
    await go(jon, 'Leverandører')
    await jon.getByRole('link', { name: 'Nordsky Drift AS' }).click()
    await jon.getByRole('heading', { name: 'Hvem sier vi fra til?' }).or(jon.getByText('Leverandørens funn er leverandørens egne')).first().waitFor()
    await go(jon, 'Oversikt')
    await jon.getByRole('button', { name: 'Mål på nytt' }).waitFor()
    await go(jon, 'Funn')
    await jon.locator('.listing tbody input[type=checkbox]').first().check()
    const chosen = jon.getByRole('region', { name: 'Valgte funn' })
    check((await chosen.getByRole('button', { name: 'Tildel' }).count()) === 0, 'follows up nothing at home')
    await chosen.getByRole('button', { name: 'Mål på nytt' }).click()
    await jon.getByText('Gjort for 1 funn').waitFor()
    await sections(jon, ['Invitasjoner'])
  })
  await jon.context().close()
}

async function privacy() {
  const siri = await invited('privacy', 'Siri Moen', 'siri', steinlia.id)
  await step('privacy: the menu, who delivers, and who sees the organisation', async () => {
    await siri.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
    await menu(siri, [...home, 'Porteføljer', 'Varsler'])
    await go(siri, 'Leverandører')
    await siri.getByRole('link', { name: 'Nordsky Drift AS' }).waitFor()
    check((await siri.getByLabel(/^Kritikalitet for/).count()) === 0, 'reads the list, and keeps it not')
    await none(siri, 'Legg til leverandør', 'no supplier to add')
    await file(siri, /^Last ned XLSX/, '.xlsx')
    await siri.getByRole('link', { name: 'Konto: Siri Moen' }).click()
    await siri.getByRole('heading', { name: 'Hvem følger Steinlia kommune?' }).waitFor()
    await siri.getByText('Ingen utenfor virksomheten følger den.').waitFor()
    await siri.getByRole('link', { name: 'Personvern' }).first().click()
    await siri.getByRole('heading', { level: 1 }).waitFor()
  })
  await siri.context().close()
}

async function supplier() {
  const odd = await accepted(supplierLink, 'Odd Berg', 'odd')
  await step('supplier: the menu, and the own page', async () => {
    await odd.getByRole('heading', { name: 'Nordsky Drift AS' }).waitFor()
    await menu(odd, [...home, 'Venter på svar', 'Porteføljer', 'Varsler', 'Administrasjon'])
    await odd.locator('.big b').first().waitFor()
    await look('role-supplier', odd)
  })
  await step('supplier: disputes, and measures again', async () => {
    await go(odd, 'Funn')
    await rows(odd).first().getByRole('link').first().click()
    await odd.getByRole('heading', { name: 'Slik retter du' }).waitFor()
    await odd.getByRole('button', { name: 'Innsigelse', exact: true }).click()
    await odd.getByLabel('Hva er feil?').fill('Målingen traff en gammel tjener som ikke lenger er i bruk.')
    await odd.getByRole('dialog').getByLabel('Bevis', { exact: true }).fill('Endringssak 4711, avsluttet i går.')
    await odd.getByRole('button', { name: 'Send innsigelse' }).click()
    await odd.getByText('svarfrist').first().waitFor()
    await none(odd, 'Gi medhold', 'and does not answer it')
    await odd.getByRole('button', { name: 'Mål på nytt' }).click()
    await odd.getByRole('heading', { name: 'Målt på nytt' }).waitFor({ timeout: 120_000 })
  })
  await step('supplier: what is ours', async () => {
    await go(odd, 'Fotavtrykk')
    await confirm(odd)
    await odd.getByRole('button', { name: 'Start nordsky.example' }).waitFor()
  })
  await step('supplier: who follows us', async () => {
    await odd.getByRole('link', { name: 'Konto: Odd Berg' }).click()
    const panel = odd.getByRole('region', { name: 'Hvem følger Nordsky Drift AS?' })
    const row = panel.getByRole('row').filter({ hasText: 'Steinlia kommune' })
    await row.getByText('kunde').waitFor()
    check((await row.innerText()).includes('Poeng'), 'and how much they see')
    await panel.getByRole('rowheader', { name: 'Fjordvik kommune' }).waitFor()
    await look('role-supplier-followers', odd)
  })
  await step('supplier: a colleague comes', async () => {
    await sections(odd, ['Invitasjoner'])
    await odd.getByRole('button', { name: 'Inviter' }).click()
    const dialog = odd.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Lag lenke' }).click()
    const colleague = await accepted(await dialog.getByLabel('Engangslenke').inputValue(), 'Eva Dal', 'eva')
    await colleague.getByRole('heading', { name: 'Nordsky Drift AS' }).waitFor()
    await colleague.context().close()
  })
  await step('supplier: the customer stays the customer’s', async () => {
    await odd.goto(`/virksomhet/${steinlia.id}`)
    await odd.getByRole('alert').waitFor()
    check(!(await odd.locator('main').innerText()).includes('Steinlia'), 'no page of a customer')
  })
  await odd.context().close()
}

async function analyst() {
  // A national analyst sees by name who has consented to the national body that the analyst belongs to.
  const { body: agency } = await call('POST', '/api/v1/organisations', { name: 'Digitaltilsynet', kind: 'state' })
  const liv = await invited('analyst', 'Liv Ness', 'liv', agency.id)
  for (const of of [fjordvik.id, steinlia.id, drift])
    await call('POST', `/api/v1/organisations/${of}/consents`, { scope: 'findings', recipient: agency.id, given_by: 'Kommunedirektøren' })
  await step('analyst: the menu', async () => {
    await liv.goto(`/virksomhet/${fjordvik.id}`)
    await liv.getByRole('heading', { name: 'Fjordvik kommune' }).waitFor()
    await menu(liv, [...home, 'Alle funn', 'Porteføljer', 'Eksponering', 'Nasjonalt bilde', 'Varsler', 'Administrasjon'])
    await none(liv, 'Mål på nytt', 'measures nobody')
  })
  await step('analyst: who has this, by organisation, and as a file', async () => {
    await go(liv, 'Alle funn')
    await rows(liv).first().waitFor()
    await liv.getByRole('searchbox').fill('hsts')
    await liv.waitForURL(/text=hsts/)
    await liv.getByLabel('Grupper', { exact: true }).selectOption('organisation')
    const groups = liv.getByRole('region', { name: 'Funn i grupper' })
    await groups.getByRole('rowheader').first().waitFor()
    check((await groups.getByRole('rowheader').count()) >= 2, 'several organisations have it')
    await look('role-analyst-exposed', liv)
    await file(liv, /^Last ned XLSX/, '.xlsx')
    await groups.getByRole('link', { name: 'Brevik Drift AS' }).click()
    await liv.getByRole('heading', { name: 'Funn hos Brevik Drift AS' }).waitFor()
    await liv.waitForURL(/text=hsts/)
    await rows(liv).first().waitFor()
    check((await liv.getByRole('searchbox').inputValue()) === 'hsts', 'what was asked for is still asked for')
  })
  await step('analyst: the national picture, and its export', async () => {
    await go(liv, 'Nasjonalt bilde')
    await liv.locator('.tilemap [data-point]').first().waitFor()
    await file(liv, 'Eksporter CSV', '.csv')
    await liv.getByLabel('Grupper etter').selectOption('county')
    await liv.waitForURL(/etter=county/)
    await liv.getByRole('rowheader', { name: 'Fylke 99' }).waitFor()
    for (const by of ['kostra', 'population', 'sector']) {
      const choices = await liv.getByLabel('Grupper etter').locator('option').evaluateAll((all) => all.map((one) => one.value))
      check(choices.includes(by), `by ${by} (${choices.join()})`)
      await liv.getByLabel('Grupper etter').selectOption(by)
      await liv.waitForURL((url) => (url.searchParams.get('etter') ?? 'kostra') === by)
    }
    await liv.locator('.tilemap a[data-point]').first().focus()
    await liv.keyboard.press('Enter')
    await liv.waitForURL(/\/virksomhet\//)
    await liv.getByRole('heading', { name: /kommune$/ }).waitFor()
  })
  await step('analyst: hosts that are nobody’s', async () => {
    await sections(liv, ['Eierløse verter'])
    await liv.getByRole('heading', { name: 'Hvilke verter er ingens?' }).waitFor()
  })
  await liv.context().close()
}

async function auditor() {
  const ragnhild = await invited('auditor', 'Ragnhild Bø', 'ragnhild')
  await step('auditor: the menu', async () => {
    await ragnhild.goto(`/virksomhet/${fjordvik.id}`)
    await ragnhild.getByRole('heading', { name: 'Fjordvik kommune' }).waitFor()
    await menu(ragnhild, [...home, 'Alle funn', 'Porteføljer', 'Eksponering', 'Nasjonalt bilde', 'Varsler', 'Administrasjon'])
  })
  await step('auditor: the log of all, its chain and its file', async () => {
    await sections(ragnhild, ['Eierløse verter', 'Revisjonslogg'])
    await ragnhild.getByRole('navigation', { name: 'Administrasjon' }).getByRole('link', { name: 'Revisjonslogg' }).click()
    await ragnhild.getByRole('cell').getByRole('button', { name: 'per', exact: true }).first().waitFor()
    await ragnhild.getByRole('button', { name: 'Sjekk kjeden' }).click()
    await ragnhild.getByText('Kjeden er hel').waitFor()
    await ragnhild.getByLabel('Hva', { exact: true }).selectOption('finding.')
    await ragnhild.waitForURL(/action=finding/)
    await ragnhild.getByText('Bruker laget').first().waitFor({ state: 'detached' })
    await look('role-auditor-log', ragnhild)
    await file(ragnhild, /^Last ned CSV/, '.csv')
  })
  await step('auditor: reads the evidence, and changes nothing', async () => {
    await go(ragnhild, 'Alle funn')
    await rows(ragnhild).first().getByRole('link').first().click()
    await ragnhild.getByRole('heading', { name: 'Slik retter du' }).waitFor()
    await ragnhild.getByRole('button', { name: 'JSON' }).click()
    await ragnhild.locator('pre').first().waitFor()
    for (const name of ['Mål på nytt', 'Innsigelse', 'Aksepter risiko', 'Kompenser', 'Legg til']) await none(ragnhild, name, `no button «${name}»`)
  })
  await ragnhild.context().close()
}

async function administrator() {
  await step('administrator: the menu, and who has come', async () => {
    await page.goto(`/virksomhet/${steinlia.id}`)
    await page.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
    await menu(page, [...home, 'Alle funn', 'Venter på svar', 'Porteføljer', 'Eksponering', 'Nasjonalt bilde', 'Ny virksomhet', 'Varsler', 'Administrasjon'])
    await sections(page, ['Brukere', 'Invitasjoner', 'Innlogging', 'Måleplan', 'System', 'Import', 'Reservasjoner', 'Eierløse verter', 'Revisjonslogg'])
    for (const name of ['Per Dahl', 'Kari Lie', 'Berit Holm', 'Jon Vik', 'Siri Moen', 'Odd Berg', 'Liv Ness', 'Ragnhild Bø']) await page.getByRole('link', { name }).waitFor()
    await look('role-administrator', page)
  })
  await step('administrator: answers what the supplier disputes', async () => {
    await go(page, /^Venter på svar/)
    const disputes = page.getByRole('region', { name: 'Innsigelser' })
    await disputes.getByText('Nordsky Drift AS').first().waitFor()
    await disputes.getByRole('button', { name: /^Svar/ }).first().click()
    await disputes.getByLabel('Begrunnelse for svaret').fill('Tjeneren svarer fortsatt; se beviset fra i dag.')
    await disputes.getByRole('button', { name: 'Avvis innsigelsen' }).click()
    await page.getByText('Innsigelsen er avvist').waitFor()
  })
  await step('administrator: gives a colleague a new way in', async () => {
    await page.goto('/administrasjon/brukere')
    await page.getByRole('link', { name: 'Siri Moen' }).click()
    await page.getByRole('button', { name: 'Nullstill innlogging' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Nullstill innlogging' }).click()
    const siri = await newPage()
    await siri.goto(await page.getByLabel('Engangslenke').inputValue())
    await siri.getByRole('heading', { name: 'Nytt passord' }).waitFor()
    await look('reset', siri)
    await siri.setViewportSize({ width: 390, height: 844 })
    check(await siri.getByRole('button', { name: 'Nynorsk' }).isVisible(), 'the language can be chosen on a phone, where no menu holds it')
    await siri.context().close()
  })
  await step('administrator: is the platform well', async () => {
    await page.goto('/administrasjon/system')
    await page.getByText('Det finnes ingen sikkerhetskopi').waitFor()
    await page.getByRole('button', { name: 'Ta kopi nå' }).click()
    await page.getByText('Det finnes ingen sikkerhetskopi').waitFor({ state: 'detached', timeout: 60_000 })
    await page.getByRole('heading', { name: 'Hvor ferske er datakildene?' }).waitFor()
    await page.getByRole('rowheader', { name: /RPKI/ }).waitFor()
  })
  await step('administrator: what each may do, and who did what', async () => {
    await page.goto('/administrasjon/brukere')
    await page.getByRole('link', { name: 'Odd Berg' }).click()
    await page.getByRole('link', { name: 'Se i loggen' }).or(page.getByRole('button', { name: 'Se i loggen' })).click()
    await page.getByRole('heading', { name: 'Hvem gjorde hva?' }).waitFor()
    await page.getByText('Innsigelse', { exact: false }).first().waitFor()
    await page.getByRole('button', { name: 'Sjekk kjeden' }).click()
    await page.getByText('Kjeden er hel').waitFor()
  })
}

for (const role of [security, leader, procurement, contract, privacy, supplier, analyst, auditor, administrator]) await role()
await finish()
