import { describe, expect, it } from 'vitest'
import { amongWhom, exposureSearch, linesToTell } from './search'

describe('the address of an exposure', () => {
  it('keeps what it knows, and a version that looks like a number', () => {
    expect(exposureSearch({ produkt: ' nginx ', versjon: 1.18, slags: 'municipality', fylke: 3, sektor: 6500, etter: 'county' })).toEqual({ produkt: 'nginx', versjon: '1.18', slags: 'municipality', fylke: '03', sektor: '6500', etter: 'county' })
  })
  it('leaves out what it does not know', () => {
    expect(exposureSearch({ produkt: '', slags: 'king', fylke: 'Oslo', sektor: 'x', portefolje: 'all', etter: 'colour', annet: 1 })).toEqual({})
  })
  it('asks the service in its words', () => {
    expect(amongWhom({ produkt: 'nginx', slags: 'state', fylke: '03', etter: 'kind' })).toEqual({ kind: 'state', county: '03' })
  })
})

it('whom to tell is a line each', () => {
  const places = [{ host: 'www.a.example', port: 443, said: 'nginx/1.18.0' }, { host: 'a.example', port: 80, said: 'nginx' }]
  expect(linesToTell([{ name: 'A', number: '999999999', contacts: ['mailto:vakt@a.example', 'https://a.example/meld'], places }, { name: 'B', number: null, contacts: [], places: [] }]))
    .toBe('A (999999999)\twww.a.example:443 nginx/1.18.0, a.example:80 nginx\tvakt@a.example, https://a.example/meld\nB\t\t')
})
