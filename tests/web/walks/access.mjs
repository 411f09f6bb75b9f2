// Who may not see an organisation sees its name nowhere: not on a page, not in a search, not in any answer of the service.
// The reader comes by invitation, logs in with a second factor (RFC 6238), and has one organisation, at its score alone.
// Another comes through a real OpenID provider.
import { readFileSync } from 'node:fs'
import { address, ask, call, check, finish, firstStart, look, measured, newPage, page, password, step } from '../kit.mjs'
import { totp } from '../totp.mjs'

const name = 'Hemmeldal kommune'
const domain = 'fjordvik.example'

/** Every address of the interface, as routes.tsx says, with its parameters. */
function addresses() {
  const source = readFileSync(new URL('../../../web/src/app/routes.tsx', import.meta.url), 'utf8')
  const routes = new Map([...source.matchAll(/const (\w+) = createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*path: '([^']*)'/g)].map(([, route, parent, path]) => [route, { parent, path }]))
  const whole = (route) => (routes.has(route) ? whole(routes.get(route).parent) + routes.get(route).path : '')
  const doors = [...source.matchAll(/entry\('([^']+)'/g)].map((found) => found[1])
  return [...new Set([...[...routes.keys()].map((route) => whole(route).replace(/\/+$/, '') || '/'), ...doors])]
}

/** Watches all that a browser is told, for the words of what is hidden. */
function watch(context, words) {
  const seen = []
  const waiting = []
  let answers = 0
  context.on('response', (response) => {
    if (response.request().resourceType() === 'eventsource' || (response.headers()['content-type'] ?? '').startsWith('text/event-stream')) return
    // The interface itself has hosts of the lab as examples; it is the same for everybody.
    if (new URL(response.url()).pathname.startsWith('/assets/')) return
    waiting.push(response.text().then((text) => {
      ++answers
      for (const word of words) if (text.toLowerCase().includes(word)) seen.push(`${word} in the answer of ${response.url()}`)
    }, () => undefined))
  })
  return { seen, answers: () => answers, settled: async () => { await Promise.race([Promise.all(waiting), new Promise((done) => setTimeout(done, 5_000))]) } }
}

async function shown(at, words) {
  // What can be read, and what a screen reader or a link would tell.
  const text = (await at.evaluate(() => `${document.title} ${document.documentElement.innerText} ${document.documentElement.innerHTML}`)).toLowerCase()
  return words.filter((word) => text.includes(word))
}

await firstStart('Marit Lie', 'marit')
let open = ''
let hidden = ''
let finding = ''
let portfolio = ''
await step('two organisations are measured, and stand in one portfolio that all may read', async () => {
  open = await measured('Steinlia kommune', 'steinlia.example')
  hidden = await measured(name, domain)
  const findings = await call('GET', `/api/v1/organisations/${hidden}/findings?limit=1`)
  finding = findings.body.items[0].id
  await call('POST', `/api/v1/organisations/${hidden}/findings/${encodeURIComponent(finding)}/comments`, { text: `Gjelder ${name}.` })
  const made = await call('POST', '/api/v1/portfolios', { name: 'Kommunene våre', form: 'list', members: [{ organisation: open }, { organisation: hidden }] })
  portfolio = made.body.id
  check((await call('PUT', `/api/v1/portfolios/${portfolio}/shares/*`, { may_edit: false })).status < 300, 'the portfolio is shared')
  await call('POST', `/api/v1/organisations/${open}/suppliers`, { supplier: hidden, criticality: 2, note: '' })
})
const words = [name.toLowerCase().split(' ')[0], domain, hidden]

let link = ''
const invite = async () => {
  await page.goto('/administrasjon/brukere')
  await page.getByRole('button', { name: 'Inviter' }).click()
  await page.getByRole('dialog').getByLabel('Rolle').selectOption('leader')
  await page.getByRole('dialog').getByRole('button', { name: 'Lag lenke' }).click()
  link = await page.getByLabel('Engangslenke').inputValue()
  await page.getByRole('dialog').getByRole('button', { name: 'Lukk' }).click()
}
const grant = async (person) => {
  await page.goto('/administrasjon/brukere')
  await page.getByRole('link', { name: person }).click()
  await page.getByRole('button', { name: 'Gi innsyn' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Virksomhet' }).fill('steinlia')
  await dialog.getByRole('option', { name: /Steinlia/ }).click()
  await dialog.getByLabel('Poeng', { exact: false }).first().check()
  await dialog.getByLabel('Hvorfor?').fill('Skal sammenligne poeng.')
  await dialog.getByRole('button', { name: 'Gi innsyn' }).click()
  await page.getByRole('link', { name: 'Steinlia kommune' }).first().waitFor()
}

const reader = await newPage()
const watching = watch(reader.context(), words)
await step('the reader comes by invitation, and sees nothing yet', async () => {
  await invite()
  await reader.goto(link)
  await reader.getByRole('heading', { name: 'Invitasjon til Utsyn' }).waitFor()
  await reader.getByLabel('Navn', { exact: true }).fill('Ola Nes')
  await reader.getByLabel('Brukernavn').fill('ola')
  await reader.getByLabel('Passord').fill(password)
  await look('access-invitation', reader)
  await reader.getByRole('button', { name: 'Lag bruker' }).click()
  await reader.getByRole('heading', { name: 'Ola Nes' }).waitFor()
  const { body } = await call('GET', '/api/v1/organisations', undefined, reader)
  check(body.items.length === 0, 'without a grant there is nothing')
})

await step('a second factor, and a login with it', async () => {
  await reader.goto('/konto')
  const panel = reader.getByRole('region', { name: 'Tofaktor' })
  await panel.getByLabel('Passordet du har nå').fill(password)
  await panel.getByRole('button', { name: 'Slå på' }).click()
  const secret = await panel.locator('pre').first().innerText()
  await panel.getByLabel('Kode fra appen').fill(totp(secret, Date.now()))
  await panel.getByRole('button', { name: 'Slå på' }).click()
  await panel.getByText('Gjenopprettingskoder', { exact: true }).waitFor()
  const codes = await panel.locator('.alert pre').innerText()
  await panel.getByLabel('Passordet du har nå').fill(password)
  await panel.getByRole('button', { name: 'Nye gjenopprettingskoder' }).click()
  await panel.getByText('De gamle virker ikke lenger.').waitFor()
  const others = await panel.locator('.alert pre').innerText()
  check(others.split('\n').length === 10 && others !== codes, 'ten other recovery codes are shown, once')
  await look('account-recovery-codes', reader)
  await reader.getByRole('button', { name: 'Logg ut' }).click()
  await reader.getByRole('heading', { name: 'Logg inn' }).waitFor()
  // Where the reader was going, with all of its address, is where the login leads.
  await reader.goto('/varsler/kanaler?fra=lenke#confirm=gammel')
  await reader.getByRole('heading', { name: 'Logg inn' }).waitFor()
  await reader.getByLabel('Brukernavn').fill('ola')
  await reader.getByLabel('Passord').fill(password)
  await reader.getByRole('button', { name: 'Logg inn', exact: true }).click()
  await reader.getByRole('heading', { name: 'Ett steg til' }).waitFor()
  await look('access-second-factor', reader)
  await reader.getByLabel('Engangskode eller gjenopprettingskode').fill('000000')
  await reader.getByRole('button', { name: 'Logg inn', exact: true }).click()
  await reader.locator('.fault, [role=alert]').first().waitFor()
  // The code of now was used to turn it on, and works once; the next is good half a minute early.
  await reader.getByLabel('Engangskode eller gjenopprettingskode').fill(totp(secret, Date.now() + 30_000))
  await reader.getByRole('button', { name: 'Logg inn', exact: true }).click()
  await reader.getByRole('heading', { name: 'Hvor skal det gå?' }).waitFor()
  await reader.getByRole('alert').waitFor()
  check(!reader.url().includes('confirm'), 'a link that confirms an address is tried once, and its token leaves the address')
})

await step('the administrator grants one organisation, at its score', async () => {
  await grant('Ola Nes')
  await reader.goto('/')
  await reader.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
  await reader.waitForTimeout(800)
  await reader.getByText('Du ser poengene til denne virksomheten, ikke funnene.').waitFor()
  await look('access-overview', reader)
  const findings = await call('GET', `/api/v1/organisations/${open}/findings`, undefined, reader)
  check(findings.status === 403 || findings.body.items?.length === 0, `findings are more than a score (${findings.status})`)
})

await step('the watch would notice', async () => {
  await page.goto(`/virksomhet/${hidden}`)
  await page.getByRole('heading', { name }).waitFor()
  check((await shown(page, words)).length > 0, 'the name is found on a page of who may see it')
})

await step('every address, for the organisation that is granted and for the one that is hidden', async () => {
  const parameters = { finding: encodeURIComponent(finding), portfolio, user: (await call('GET', '/api/v1/me', undefined, page)).body.id, check: 'http.hsts.exists', tema: 'poeng' }
  const all = addresses()
  check(all.length > 20, `routes.tsx names ${all.length} addresses`)
  for (const template of all) {
    for (const org of template.includes('$org') ? [open, hidden] : ['']) {
      const path = template.replace('$org', org).replace(/\$(\w+)/g, (_, which) => parameters[which] ?? 'x')
      // With the hidden one in the question too, where an address takes one.
      for (const query of template === '/sammenlikn' ? [`?virksomheter=${open},${hidden}&org=${open},${hidden}&portefolje=${portfolio}`] : ['']) {
        await reader.goto(path + query)
        await reader.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined)
        const found = (await shown(reader, words)).filter((word) => word !== hidden || !path.includes(hidden))
        check(found.length === 0, `nothing at ${template}${org === hidden ? ' (the hidden one)' : ''}${found.length ? `: ${found}` : ''}`)
      }
    }
  }
})

await step('the menu does not lead where the role has nothing to do', async () => {
  await reader.goto(`/virksomhet/${open}`)
  await reader.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
  check((await reader.getByRole('link', { name: 'Administrasjon' }).count()) === 0, 'no administration')
  // Who sees the score alone is led to what the score tells, and is offered nothing that the service would refuse.
  const menu = (await reader.getByRole('navigation', { name: 'Meny' }).getByRole('link').allInnerTexts()).filter(Boolean)
  check(menu.join() === 'Oversikt,Ledelse,Porteføljer,Varsler', `the menu of a score: ${menu.join()}`)
  check((await reader.locator('main').getByRole('button', { name: 'Mål på nytt' }).count()) === 0, 'no new measurement to ask for')
  check((await reader.locator(`main a[href*="/funn"], main a[href$="/poeng"], main a[href$="/fotavtrykk"]`).count()) === 0, 'no link to what is hidden')
  await page.goto(`/virksomhet/${open}`)
  await page.getByRole('link', { name: 'Leverandører', exact: true }).first().waitFor()
  check((await page.getByRole('navigation', { name: 'Meny' }).getByRole('link').allInnerTexts()).join().includes('Funn,Poeng forklart,Ledelse,Fotavtrykk,Leverandører'), 'who sees all has all')
  await reader.goto(`/virksomhet/${open}/ledelse`)
  await reader.getByRole('navigation', { name: 'Meny' }).waitFor()
  await reader.waitForLoadState('networkidle')
  check((await reader.locator(`main a[href*="/funn"], main a[href$="/poeng"], main a[href$="/fotavtrykk"]`).count()) === 0, 'nor on the page of the leader')
  await reader.goto('/administrasjon/brukere')
  await reader.getByRole('heading', { name: 'Denne siden er ikke for rollen din' }).waitFor()
  await look('access-not-yours', reader)
})

await step('search finds what may be seen, and no more', async () => {
  for (const text of ['Hemmel', 'fjordvik', 'kommune', 'a']) {
    await reader.goto(`/virksomhet/${open}`)
    await reader.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
    await reader.keyboard.press('Control+k')
    await reader.getByRole('combobox').fill(text)
    await reader.waitForTimeout(900)
    const said = (await reader.getByRole('listbox').innerText()).toLowerCase()
    check(!said.includes('hemmeldal') && !said.includes(domain), `the search for ${text} tells nothing`)
    if (text === 'kommune') check(said.includes('steinlia'), 'it finds what is granted')
    check(!said.includes('alle funn her'), `the search for ${text} leads to no findings`)
  }
})

await step('every answer that the service has', async () => {
  const document = await (await fetch(`${address}/api/v1/openapi.json`)).json()
  let asked = 0
  for (const [template, operations] of Object.entries(document.paths)) {
    if (!operations.get || template === '/api/v1/events') continue
    for (const org of template.includes('{organisation}') || template.includes('{supplier}') ? [open, hidden] : ['']) {
      const path = template.replace(/\{(organisation|supplier)\}/g, org).replace('{finding}', encodeURIComponent(finding)).replace('{portfolio}', portfolio).replace('{kind}', 'domain').replace('{name}', domain)
        .replace(/\{\w+\}/g, 'x')
      const queries = ['', '?q=hemmeldal', '?limit=500', `?organisation=${hidden}`, `?organisations=${open},${hidden}`]
      for (const query of template.includes('.pdf') ? [''] : queries) {
        await reader.evaluate((path) => fetch(path).then((answer) => answer.text()), path + query)
        ++asked
      }
    }
  }
  check(asked > 200, `${asked} questions were asked`)
})

await step('the stream of events', async () => {
  const cookies = (await reader.context().cookies()).map((one) => `${one.name}=${one.value}`).join('; ')
  const stop = new AbortController()
  let heard = ''
  const stream = await fetch(`${address}/api/v1/events?after=0`, { headers: { Cookie: cookies }, signal: stop.signal })
  const reading = (async () => { for await (const piece of stream.body) heard += Buffer.from(piece).toString() })().catch(() => undefined)
  await call('POST', `/api/v1/organisations/${hidden}/findings/${encodeURIComponent(finding)}/comments`, { text: 'Og en til.' })
  await page.waitForTimeout(2_500)
  stop.abort()
  await reading
  check(stream.status === 200 && heard.length > 0, `events are heard (${heard.length} bytes)`)
  check(!words.some((word) => heard.toLowerCase().includes(word)), 'none of what is hidden')
})

await step('what the browser was told', async () => {
  await watching.settled()
  check(watching.answers() > 200, `${watching.answers()} answers were read`)
  check(watching.seen.length === 0, `no answer tells of it${watching.seen.length ? `: ${[...new Set(watching.seen)].slice(0, 12).join('; ')}` : ''}`)
})

const colleague = await newPage()
const alsoWatching = watch(colleague.context(), words)
// The provider's own pages ask for fonts from elsewhere; nothing of that leaves the machine.
await colleague.context().route((url) => url.hostname !== '127.0.0.1', (route) => route.fulfill({ status: 204, body: '' }))
await step('a colleague comes through a real OpenID provider', async () => {
  const { issuer, client, secret } = JSON.parse(await ask('openid'))
  const made = await call('POST', '/api/v1/login-providers', { name: 'Ansattportalen', issuer, client, secret, scopes: 'openid profile email' })
  check(made.status === 201, `the provider is accepted (${made.status})`)
  await fetch(`${issuer}/control`, { method: 'POST', body: JSON.stringify({ account: 'kari', claims: { name: 'Kari Moe' } }) })
  // Without an invitation nobody comes in.
  await colleague.goto('/login')
  await look('access-login', colleague)
  await colleague.getByRole('button', { name: 'Logg inn med Ansattportalen' }).click()
  await colleague.waitForURL(/\/login\?problem=not-invited/)
  await colleague.getByText('du er ikke invitert hit').waitFor()
  await look('access-not-invited', colleague)
  await invite()
  await colleague.goto(link)
  await colleague.getByRole('button', { name: 'Logg inn med Ansattportalen' }).click()
  await colleague.getByRole('heading', { name: 'Kari Moe' }).waitFor()
  await grant('Kari Moe')
  await colleague.getByRole('button', { name: 'Logg ut' }).click()
  await colleague.waitForTimeout(1_500)
  await colleague.goto(`/login?to=${encodeURIComponent(`/virksomhet/${open}`)}`)
  await colleague.getByRole('button', { name: 'Logg inn med Ansattportalen' }).click()
  await colleague.getByRole('heading', { name: 'Steinlia kommune' }).waitFor()
  await colleague.goto(`/virksomhet/${hidden}`)
  await colleague.waitForTimeout(800)
  check((await shown(colleague, words.slice(0, 2))).length === 0, 'the hidden one is hidden from the colleague too')
  await alsoWatching.settled()
  check(alsoWatching.seen.length === 0, `no answer tells of it${alsoWatching.seen.length ? `: ${alsoWatching.seen.slice(0, 5).join('; ')}` : ''}`)
})

await finish()
