// npm run theme: makes src/app/theme.css from designsystemet.config.json with Designsystemet's own tool. The tool brings 150
// packages and is asked for only here, so what it makes is kept; theme.test.ts notices when the two have parted.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const tool = '@digdir/designsystemet@1.15.0'
const web = new URL('..', import.meta.url).pathname
const config = join(web, 'designsystemet.config.json')
const work = mkdtempSync(join(tmpdir(), 'utsyn-theme-'))
try {
  cpSync(config, join(work, 'designsystemet.config.json'))
  for (const step of ['create', 'build']) execFileSync('npx', ['--yes', '--package', tool, 'designsystemet', 'tokens', step], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] })
  const made = readFileSync(join(work, 'design-tokens-build/utsyn.css'), 'utf8').replace(/^@charset "UTF-8";\n\/\*[^]*?\*\/\n/, '')
  const hash = createHash('sha256').update(readFileSync(config)).digest('hex')
  writeFileSync(join(web, 'src/app/theme.css'), `/* Made by tools/theme.mjs with ${tool} from designsystemet.config.json, sha256\n   ${hash}. Do not edit it by hand. */\n${made.replace(/[ \t]+$/gm, '').trimEnd()}\n`)
} finally {
  rmSync(work, { recursive: true })
}
