// What every walk through the interface stands on: one browser, one page, steps whose faults are told at the end all at
// once, and a look at a page in light and dark, wide and narrow, with axe and screenshots.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { join } from 'node:path'

const require = createRequire(new URL('../../web/package.json', import.meta.url))
const { chromium } = require('playwright-core')
const { AxeBuilder } = require('@axe-core/playwright')

export const address = process.env.UTSYN_ADDRESS
/** The one-time link of the first start. */
export const link = process.env.UTSYN_LINK
export const shots = process.env.UTSYN_SHOTS
export const password = 'en lang setning som ingen gjetter'
const faults = []
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** Has the test change something outside the browser (test_web.py says what it can), and waits until it is done. */
export async function ask(what) {
  console.log(`ask: ${what}`)
  return (await lines.next()).value
}

export function check(good, words) {
  console.log(`${good ? 'ok  ' : 'FAIL'} ${words}`)
  if (!good) faults.push(words)
}

export const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })

/** Another person, in a browser of their own. */
export async function newPage(options = {}) {
  const context = await browser.newContext({ baseURL: address, viewport: { width: 1440, height: 900 }, locale: 'nb-NO', timezoneId: 'Europe/Oslo', acceptDownloads: true, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (401|403|404|409|410|422|503)/.test(message.text())) check(false, `console: ${message.text()}`)
  })
  page.on('pageerror', (error) => check(false, `page: ${error.message}`))
  return page
}

export const page = await newPage()

export const step = async (words, work) => {
  try {
    await work()
    check(true, words)
  } catch (error) {
    check(false, `${words}: ${String(error.message).split('\n').slice(0, 4).join(' ')}`)
    await page.screenshot({ path: join(shots, `failed-${words.replace(/\W+/g, '-')}.png`) }).catch(() => undefined)
  }
}

/** Faults of WCAG 2.2 AA that axe finds on the page as it is. */
export async function axe(name, at = page) {
  const found = await new AxeBuilder({ page: at }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  for (const violation of found.violations) check(false, `axe ${name}: ${violation.id}: ${violation.nodes.slice(0, 3).map((n) => `${n.target} ${(n.any[0]?.message ?? '').slice(0, 120)}`).join(' | ')}`)
}

/**
 * Every page there is, by name and address: those of an organisation, of one of its suppliers (registered and measured
 * for it), those of no organisation, and the doors.
 */
export async function everyPage(org) {
  const supplier = await measured('Nordsky Drift AS', 'nordsky.example', 'supplier')
  await call('POST', `/api/v1/organisations/${org}/suppliers`, { supplier, criticality: 4, note: 'Navnetjeneste og e-post' })
  const { body: findings } = await call('GET', `/api/v1/organisations/${org}/findings?text=hsts`)
  const { body: me } = await call('GET', '/api/v1/me')
  const { body: invited } = await call('POST', '/api/v1/invitations', { role: 'leader', organisation: org })
  const invitation = new URL(invited.link)
  const of = `/virksomhet/${org}`
  return [
    ['overview', of], ['findings', `${of}/funn`], ['finding', `${of}/funn/${encodeURIComponent(findings.items[0].id)}`], ['score', `${of}/poeng`], ['footprint', `${of}/fotavtrykk`], ['leader', `${of}/ledelse`],
    ['suppliers', `${of}/leverandorer`], ['supplier', `${of}/leverandorer/${supplier}`],
    ['all-findings', '/funn'], ['waiting', '/venter'], ['guide', '/start'], ['account', '/konto'], ['portfolios', '/portefolje'], ['portfolio', '/portefolje/all'], ['new-portfolio', '/portefolje/ny'],
    ['compare', `/sammenlikn?virksomhet=${org},${supplier}`], ['nation', '/nasjonalt'], ['exposure', '/trusler?produkt=nginx'],
    ['alerts', '/varsler/hendelser'], ['alert-rules', '/varsler/regler'], ['alert-reports', '/varsler/rapporter'], ['alert-channels', '/varsler/kanaler'], ['alert-deliveries', '/varsler/leveranser'],
    ['users', '/administrasjon/brukere'], ['user', `/administrasjon/brukere/${me.id}`], ['invitations', '/administrasjon/invitasjoner'], ['providers', '/administrasjon/innlogging'], ['plan', '/administrasjon/plan'],
    ['system', '/administrasjon/system'], ['import', '/administrasjon/import'], ['opt-outs', '/administrasjon/reservasjoner'], ['ownerless', '/administrasjon/eierlose'], ['audit', '/administrasjon/logg'],
    ['method', '/metode'], ['check', '/metode/http.hsts.exists'], ['help', '/hjelp'],
    ['login', '/login'], ['first-start', '/first-start#brukt'], ['reset', '/reset#brukt'], ['invitation', `${invitation.pathname}${invitation.hash}`],
  ]
}

/** A page in light and dark at both widths, with axe in all four. */
export async function look(name, at = page) {
  const scheme = (to) => at.evaluate((to) => { document.documentElement.dataset.colorScheme = to }, to)
  // A table that draws only what is near the screen has nothing to show below it.
  const whole = (await at.locator('.listing').count()) === 0
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    await at.setViewportSize({ width, height })
    for (const theme of ['light', 'dark']) {
      await scheme(theme)
      await at.waitForTimeout(120)
      const found = await new AxeBuilder({ page: at }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
      for (const violation of found.violations) check(false, `axe ${name} ${theme} ${width}: ${violation.id}: ${violation.nodes.slice(0, 3).map((n) => `${n.target} ${(n.any[0]?.message ?? '').slice(0, 120)}`).join(' | ')}`)
      // axe opens a page of its own, and what is drawn by width is drawn anew after it.
      await at.waitForTimeout(250)
      if (theme === 'light' || width === 1440) await at.screenshot({ path: join(shots, `${name}-${width}-${theme}.png`), fullPage: whole })
    }
    const overflow = await at.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    check(overflow <= 0, `${name} ${width}: nothing hangs out at the side (${overflow} px)`)
  }
  await scheme('light')
  await at.setViewportSize({ width: 1440, height: 900 })
}

/** The page has its heading, and nothing more comes: as many parts as a moment ago, and none of them a placeholder. */
export async function still(at = page) {
  await at.locator('main h1').first().waitFor()
  let before = -1
  for (let same = 0, i = 0; same < 2 && i < 40; ++i) {
    await at.waitForTimeout(150)
    const now = await at.evaluate(() => (document.querySelector('main [aria-busy=true]') ? -2 : document.querySelectorAll('main *').length))
    same = now === before && now > 0 ? same + 1 : 0
    before = now
  }
}

/** From the one-time link to an account; ends in the guide. */
export async function firstStart(name = 'Inger Kvam', user = 'inger') {
  await page.goto(link)
  await page.getByLabel('Navn', { exact: true }).fill(name)
  await page.getByLabel('Brukernavn').fill(user)
  await page.getByLabel('Passord').fill(password)
  await page.getByRole('button', { name: 'Lag bruker' }).click()
  await page.getByRole('heading', { name: 'Kom i gang' }).waitFor()
}

/** The service's answer to a call made with the session of the page: for what a walk needs but does not walk through. */
export async function call(method, path, body, at = page) {
  return at.evaluate(async ([method, path, body]) => {
    const { csrf } = await (await fetch('/api/v1/me')).json().catch(() => ({}))
    const answer = await fetch(path, { method, headers: { 'Content-Type': 'application/json', ...(csrf ? { 'X-CSRF-Token': csrf } : {}) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : null }
  }, [method, path, body])
}

/** A new organisation with its first domain, measured and scored; its id. */
export async function measured(name, domain, kind = 'municipality', at = page) {
  const { body } = await call('POST', '/api/v1/organisations', { name, kind }, at)
  await call('POST', `/api/v1/organisations/${body.id}/targets`, { kind: 'domain', name: domain }, at)
  for (const end = Date.now() + 120_000; Date.now() < end; await at.waitForTimeout(500)) {
    const score = await call('GET', `/api/v1/organisations/${body.id}/score`, undefined, at)
    const jobs = await call('GET', `/api/v1/organisations/${body.id}/jobs?limit=10`, undefined, at)
    if (score.status === 200 && jobs.body.items.every((job) => job.state === 'done')) return body.id
  }
  throw new Error(`${name} was not measured in two minutes`)
}

/** Ends the walk: exit 1 with every fault, or 0. */
export async function finish() {
  await browser.close()
  if (faults.length) {
    console.log(`\n${faults.length} faults:\n${faults.join('\n')}`)
    process.exit(1)
  }
  console.log('the walk is clean')
  process.exit(0)
}
