// theme.css is made by a tool that the build does not need (tools/theme.mjs); here it is seen that it was.
import { expect, it } from 'vitest'
import config from '../../designsystemet.config.json?raw'
import packages from '../../package.json?raw'
import theme from './theme.css?raw'

const components: Record<string, string> = import.meta.glob('../../node_modules/@digdir/designsystemet-css/dist/src/{base,button,input}.css', { query: '?raw', import: 'default', eager: true })
const ours: Record<string, string> = import.meta.glob('../**/*.{css,tsx}', { query: '?raw', import: 'default', eager: true })

it('was made from the configuration that stands here', async () => {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(config)))
  expect(theme).toContain([...hash].map((byte) => byte.toString(16).padStart(2, '0')).join(''))
})

it('is of the same generation as the components', () => {
  const made = /designsystemet@(\d+)\./.exec(theme)?.[1]
  expect(made).toBe(/"@digdir\/designsystemet-css": "(\d+)\./.exec(packages)?.[1])
})

it('has every colour that the configuration asks for', () => {
  const asked = [...config.matchAll(/#[0-9a-f]{6}/g)].map((found) => found[0])
  expect(asked.length).toBeGreaterThan(40)
  expect(asked.filter((one) => !theme.toLowerCase().includes(one))).toEqual([])
})

it('has every token that is asked for', () => {
  expect(Object.keys(components)).toHaveLength(3)
  const all = [...Object.values(components), ...Object.values(ours)].join('\n')
  const set = new Set([...all.matchAll(/(--[\w-]+)\s*:/g)].map((found) => found[1]))
  // With a second value after the comma it may be missing.
  const missing = [...new Set([...all.matchAll(/var\((--ds-[\w-]+)\)/g)].map((found) => found[1]!))].filter((name) => !set.has(name))
  expect(missing).toEqual([])
})
