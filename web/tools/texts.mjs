// The catalogues (one folder for each area, src/texts/AREA/LANGUAGE.json) are whole: the same keys and the same blanks in
// all three languages, no key twice, every key in use, every key that is used there. What is missing ends the build.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const source = new URL('../src/', import.meta.url).pathname
const languages = ['nb', 'nn', 'en']
const faults = []

const areas = readdirSync(join(source, 'texts'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
const texts = Object.fromEntries(languages.map((l) => [l, {}]))
for (const area of areas) {
  for (const l of languages) {
    for (const [key, text] of Object.entries(JSON.parse(readFileSync(join(source, 'texts', area, `${l}.json`), 'utf8')))) {
      if (key in texts[l]) faults.push(`${l}: "${key}" stands in ${area} and in another area`)
      texts[l][key] = text
    }
  }
}

const all = new Set(languages.flatMap((l) => Object.keys(texts[l])))
const blanks = (text) => [...text.matchAll(/\{\{\s*(\w+)/g)].map((m) => m[1]).sort().join(' ')
for (const key of all) {
  for (const l of languages) {
    const text = texts[l][key]
    if (typeof text !== 'string' || !text.trim()) faults.push(`${l}: "${key}" has no text`)
    else if (texts.nb[key] && blanks(text) !== blanks(texts.nb[key])) faults.push(`${l}: "${key}" has other blanks than nb`)
  }
}

const files = (folder) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name)
  return statSync(path).isDirectory() ? files(path) : /\.tsx?$/.test(name) && !/\.test\.ts/.test(name) ? [path] : []
})
const code = files(source).map((path) => readFileSync(path, 'utf8')).join('\n')
const used = new Set([...code.matchAll(/\bt\(\s*'([^']+)'/g), ...code.matchAll(/\b(?:text|label|title|heading|empty)Key[=:]\s*'([^']+)'/g)].map((m) => m[1]))
for (const m of code.matchAll(/\b(?:t\(|[A-Za-z]*Key=\{?|key: )'([a-z][\w-]*(?:\.[\w-]+)+)'/g)) used.add(m[1])
// t(`severity.${x}`) uses every key that begins with "severity."
const beginnings = [...code.matchAll(/\bt\(\s*`([\w.-]+)\$\{/g)].map((m) => m[1])
const base = (key) => key.replace(/_(one|other|zero)$/, '')
const known = new Set([...all].map(base))
for (const key of used) if (!known.has(key)) faults.push(`"${key}" is used, but stands in no catalogue`)
for (const key of known) if (!used.has(key) && !beginnings.some((b) => key.startsWith(b)) && !code.includes(`'${key}'`)) faults.push(`"${key}" is used nowhere`)
for (const b of beginnings) if (![...all].some((key) => key.startsWith(b))) faults.push(`no key begins with "${b}"`)

if (faults.length) {
  console.error(faults.join('\n'))
  process.exit(1)
}
console.log(`texts: ${known.size} in ${languages.length} languages`)
