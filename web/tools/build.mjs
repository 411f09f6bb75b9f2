// npm run build: the contract, its types, the texts, the types of the code, the bundle, and gzip beside each file.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const web = new URL('..', import.meta.url).pathname
const project = join(web, '..')
const out = process.env.UTSYN_WEB_OUT ?? join(project, 'build/web/dist')
const work = join(project, 'build/web')
const bin = (name) => join(web, 'node_modules/.bin', name)
const run = (program, args) => execFileSync(program, args, { cwd: web, stdio: 'inherit', env: { ...process.env, UTSYN_WEB_OUT: out } })

mkdirSync(work, { recursive: true })
const contract = join(work, 'openapi.json')
const parts = readdirSync(join(project, 'data/openapi')).filter((n) => n.endsWith('.yaml')).map((n) => join(project, 'data/openapi', n))
run('python3', [join(project, 'cmake/openapi.py'), contract, ...parts])
run(bin('openapi-typescript'), [contract, '--default-non-nullable=false', '-o', 'src/app/contract.gen.ts'])
run(process.execPath, ['tools/texts.mjs'])
run(bin('tsc'), ['--noEmit'])
run(bin('vite'), ['build'])

// The page that an address leads to, its texts and its first answers are asked for while the program itself is on its
// way, by the small script that runs before the first paint: a link in index.html could not know the address.
const manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8'))
rmSync(join(out, '.vite'), { recursive: true })
const filesOf = (source, seen = new Set()) => {
  const chunk = manifest[source]
  if (!chunk || seen.has(source) || chunk.isEntry) return []
  seen.add(source)
  return [chunk.file, ...(chunk.imports ?? []).flatMap((one) => filesOf(one, seen))]
}
const entry = Object.values(manifest).find((chunk) => chunk.isEntry)
const there = new Set([entry.file, ...entry.imports.flatMap((one) => filesOf(one))])
const needs = (source) => {
  if (!manifest[source]) throw new Error(`${source} is no chunk of its own; the first page cannot ask for it`)
  return [...new Set(filesOf(source))].filter((file) => !there.has(file))
}
const pages = Object.entries({
  '^/virksomhet/[^/]+/?$': 'overview',
  '^/virksomhet/[^/]+/funn/?$': 'findings',
  '^/virksomhet/[^/]+/funn/.': 'finding',
  '^/virksomhet/[^/]+/poeng': 'score',
  '^/virksomhet/[^/]+/fotavtrykk': 'footprint',
}).map(([address, page]) => [address, needs(`src/pages/${page}/index.tsx`)])
const catalogues = Object.fromEntries(['nb', 'nn', 'en'].map((language) => [language, needs(`src/texts/${language}.ts`)]))
const theme = join(out, 'theme.js')
writeFileSync(theme, `${readFileSync(theme, 'utf8')}
window.utsynFirst = (function (pages, catalogues) {
  var kept = function (name) { try { return localStorage.getItem(name) } catch (e) { return null } }
  var languages = [kept('utsyn.language')].concat(navigator.languages || []).map(function (one) { return one === 'no' || /^no-/.test(one) ? 'nb' : String(one).slice(0, 2) })
  var language = languages.filter(function (one) { return catalogues[one] })[0] || 'nb'
  var files = catalogues[language].slice()
  for (var i = 0; i < pages.length; ++i) if (new RegExp(pages[i][0]).test(location.pathname)) files = files.concat(pages[i][1])
  files.forEach(function (file) {
    var link = document.createElement('link')
    link.rel = 'modulepreload'
    link.href = '/' + file
    document.head.appendChild(link)
  })
  // Who has read an organisation here before is most likely logged in still.
  var organisation = kept('utsyn.organisation') && /^\\/virksomhet\\/([^/]+)/.exec(location.pathname)
  if (!organisation) return {}
  var first = {}
  var here = '/api/v1/organisations/' + organisation[1]
  var asked = ['/api/v1/me', here]
  var scored = /^\\/virksomhet\\/[^/]+(\\/poeng)?\\/?$/.test(location.pathname)
  if (scored) asked.push(here + '/score?lang=' + language)
  var one = /\\/funn\\/([^/]+)\\/?$/.exec(location.pathname)
  if (one) asked.push(here + '/findings/' + encodeURIComponent(decodeURIComponent(one[1])) + '?lang=' + language)
  if (/\\/funn\\/?$/.test(location.pathname) && !location.search) asked.push(here + '/findings?sort=worst&limit=100&lang=' + language)
  asked.forEach(function (address) { first[address] = fetch(address, { credentials: 'same-origin', headers: { 'Accept-Language': language } }); first[address].catch(function () {}) })
  if (scored) {
    var plan = here + '/score/plan?lang=' + language
    var body = '{"budget_minutes":0}'
    var answered = first['/api/v1/me'].then(function (answer) { return answer.ok ? answer.clone().json() : {} }).then(function (me) {
      return fetch(plan, { method: 'POST', credentials: 'same-origin', headers: { 'Accept-Language': language, 'Content-Type': 'application/json', 'X-CSRF-Token': me.csrf || '' }, body: body })
    })
    answered.catch(function () {})
    first['POST ' + plan + ' ' + body] = answered
  }
  return first
})(${JSON.stringify(pages)}, ${JSON.stringify(catalogues)})
`)

const pack = (folder) => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) pack(path)
    else if (/\.(js|css|html|svg|json)$/.test(name)) {
      const packed = gzipSync(readFileSync(path), { level: 9 })
      if (packed.length < statSync(path).size) writeFileSync(`${path}.gz`, packed)
    }
  }
}
pack(out)

// What the first page loads, packed: the script and style of index.html.
const index = readFileSync(join(out, 'index.html'), 'utf8')
const first = [...index.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((m) => statSync(join(out, `${m[1]}.gz`)).size)
const total = first.reduce((a, b) => a + b, 0)
console.log(`first load: ${(total / 1024).toFixed(1)} kB of script, packed`)
if (total > 200 * 1024) throw new Error('The first load may have 200 kB of packed script; load something later.')
