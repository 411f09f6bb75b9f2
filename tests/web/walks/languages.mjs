// Every page in bokmål, nynorsk and English: no key stands where a text should, the page says which language it is, and
// numbers and dates are written as each writes them.
import { join } from 'node:path'
import { axe, check, everyPage, finish, firstStart, measured, page, shots, step } from '../kit.mjs'

await firstStart()
const org = await measured('Steinlia kommune', 'steinlia.example')
const pages = await everyPage(org)
// Words that only one of the two written forms has.
const bokmalOnly = /\b(ikke|hvorfor|hvordan|fra|virksomheten|noen|bare|jeg|hvis)\b/i
const nynorskOnly = /\b(ikkje|kvifor|korleis|frå|verksemda|nokon|berre|eg|viss)\b/i

for (const [language, name] of [['nb', 'Bokmål'], ['nn', 'Nynorsk'], ['en', 'English']]) {
  await step(`the language is ${name}`, async () => {
    await page.goto(`/virksomhet/${org}`)
    await page.getByRole('button', { name }).first().click()
    await page.waitForFunction((language) => document.documentElement.lang === language, language)
  })
  for (const [where, path] of pages) {
    await step(`${where} in ${language}`, async () => {
      await page.goto(path)
      await page.locator('main h1').first().waitFor()
      await page.waitForTimeout(700)
      check((await page.evaluate(() => document.documentElement.lang)) === language, `${where}: the page is in ${language}`)
      const text = await page.evaluate(() => [...document.querySelectorAll('main, header, footer')].map((one) => one.innerText).join('\n'))
      const keys = text.match(/(?<![\w./@:-])[a-z][a-z-]+(\.[a-z-]+)+(?![\w./@:-])/g)?.filter((one) => !/\.(example|no|txt)$|^(http|dns|email|tls|cert|web|full|core|utsyn)\./.test(one)) ?? []
      check(keys.length === 0, `${where} ${language}: no key stands in the text: ${[...new Set(keys)].slice(0, 4).join(', ')}`)
      const blanks = text.match(/\{\{\w+\}\}|undefined|NaN|Invalid Date/g) ?? []
      check(blanks.length === 0, `${where} ${language}: no blank is empty: ${blanks.slice(0, 3).join(', ')}`)
      const frame = await page.evaluate(() => [...document.querySelectorAll('header, footer, main h1, main h2, main label, main button')].map((one) => one.textContent).join('\n'))
      if (language === 'nn') check(!bokmalOnly.test(frame), `${where}: no bokmål in the nynorsk (${frame.match(bokmalOnly)?.[0]})`)
      if (language === 'nb') check(!nynorskOnly.test(frame), `${where}: no nynorsk in the bokmål (${frame.match(nynorskOnly)?.[0]})`)
      if (language === 'en') check(!/\b(ikke|ikkje|funn|poeng|virksomhet|og)\b/i.test(frame), `${where}: no Norwegian in the English (${frame.match(/\b(ikke|ikkje|funn|poeng|virksomhet|og)\b/i)?.[0]})`)
      if (where === 'overview') {
        const big = await page.locator('.big b').innerText()
        check(language === 'en' ? /^\d+\.\d/.test(big) : /^\d+,\d/.test(big), `${language} writes a number so: ${big.split('\n')[0]}`)
        await axe(`overview ${language}`)
        await page.screenshot({ path: join(shots, `overview-${language}.png`) })
      }
    })
  }
}
await finish()
