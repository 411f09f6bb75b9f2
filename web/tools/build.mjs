// npm run build: the contract, its types, the texts, the types of the code, the bundle, and gzip beside each file.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
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
