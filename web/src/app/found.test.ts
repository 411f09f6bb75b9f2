import { expect, it } from 'vitest'
import { besideName, hostOf } from './found'

it.each([
  ['steinlia', false],
  ['Stein komm', false],
  ['9740', false],
  ['post.steinlia', true],
  ['vpn', true],
  ['', false],
] as const)('what the name does not have: %s', (sought, beside) => expect(besideName(sought, 'Steinlia kommune', '974076067')).toBe(beside))

it('accents make no difference, Norwegian letters do', () => {
  expect(besideName('karasjohka', 'Kárášjohka', null)).toBe(false)
  expect(besideName('as', 'Ås kommune', null)).toBe(true)
})

const hosts = ['www.steinlia.example', 'vpn2.steinlia.example', 'vpn.steinlia.example', 'old-vpn.steinlia.example', 'vpn.steinlia.example', 'steinlia.example']
it.each([
  ['vpn', 'vpn.steinlia.example'],
  ['VPN2', 'vpn2.steinlia.example'],
  ['old', 'old-vpn.steinlia.example'],
  ['steinlia.example', 'steinlia.example'],
  ['www steinlia', 'www.steinlia.example'],
  ['teinlia', null],
  ['.', null],
] as const)('the host for %s', (sought, host) => expect(hostOf(sought, hosts)).toBe(host))
