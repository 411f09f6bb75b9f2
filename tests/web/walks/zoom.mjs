// 400 %: a window of 1280 by 1024 pixels shows 320 by 256. On every page the text is there, whole, and is read by
// scrolling one way only; what must scroll sideways (a table, a log) does so inside itself (WCAG 2.2, 1.4.10 and 1.4.4).
import { join } from 'node:path'
import { axe, call, check, everyPage, finish, firstStart, measured, newPage, page, shots, step } from '../kit.mjs'

await firstStart()
const org = await measured('Steinlia kommune', 'steinlia.example')
const { body: findings } = await call('GET', `/api/v1/organisations/${org}/findings?text=hsts`)
const at = await newPage({ viewport: { width: 320, height: 256 }, deviceScaleFactor: 4, storageState: await page.context().storageState() })

/** What is cut off at the side, and not inside something that scrolls or is meant to be unseen. */
const lost = () => at.evaluate(() => {
  const inside = (element) => {
    for (let one = element.parentElement; one; one = one.parentElement) {
      const style = getComputedStyle(one)
      if (/auto|scroll/.test(style.overflowX) || style.clipPath !== 'none' || style.textOverflow === 'ellipsis') return true
    }
    return false
  }
  const out = []
  for (const element of document.querySelectorAll('main *, header *, footer *')) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue
    const style = getComputedStyle(element)
    if (style.visibility === 'hidden' || style.clipPath !== 'none' || inside(element)) continue
    const box = element.getBoundingClientRect()
    if (box.width === 0 || box.height === 0 || element.classList.contains('skip')) continue
    if (box.right > innerWidth + 1 || box.left < -1) out.push(`${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${element.textContent.trim().slice(0, 40)}" ${Math.round(box.left)}..${Math.round(box.right)}`)
  }
  return out.slice(0, 6)
})

for (const [name, path] of await everyPage(org)) {
  await step(`${name} at 400 %`, async () => {
    await at.goto(path)
    await at.locator('main h1').first().waitFor()
    await at.waitForTimeout(900)
    const wide = await at.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    check(wide <= 0, `${name}: one way of scrolling is enough (${wide} px too wide)`)
    const gone = await lost()
    check(gone.length === 0, `${name}: nothing is cut off: ${gone.join(' | ')}`)
    await axe(`${name} 400 %`, at)
    // What sticks to the window leaves room for what is read.
    const stuck = await at.evaluate(() => [...document.querySelectorAll('*')].filter((one) => ['sticky', 'fixed'].includes(getComputedStyle(one).position) && one.getBoundingClientRect().height > innerHeight / 2).map((one) => `${one.tagName}.${one.getAttribute('class')}`))
    check(stuck.length === 0, `${name}: nothing that sticks covers half of the window: ${stuck.join(', ')}`)
    await at.screenshot({ path: join(shots, `zoom-${name}.png`), fullPage: !/findings|method/.test(name) })
  })
}

await step('a dialog at 400 %', async () => {
  await at.goto(`/virksomhet/${org}/funn/${encodeURIComponent(findings.items[0].id)}`)
  await at.getByRole('button', { name: 'Innsigelse', exact: true }).click()
  await at.getByRole('button', { name: 'Send innsigelse' }).scrollIntoViewIfNeeded()
  check(await at.getByRole('button', { name: 'Send innsigelse' }).isVisible(), 'the end of the dialog can be reached')
  const { scroll, width } = await at.evaluate(() => ({ scroll: document.querySelector('dialog').scrollWidth, width: document.querySelector('dialog').clientWidth }))
  check(scroll <= width, `the dialog scrolls one way only (${scroll} of ${width})`)
  await at.screenshot({ path: join(shots, 'zoom-dialog.png') })
})

await finish()
