import { describe, expect, it } from 'vitest'
import texts from '~/texts/fixes/nb.json'
import { hostOf, recipeNames, recipeOf, type Recipe } from './recipes'

describe('recipes', () => {
  const files = import.meta.glob<Recipe>('../../../data/fixes/*.json', { import: 'default', eager: true })
  const recipes = Object.entries(files).filter(([path]) => !path.endsWith('/index.json')).map(([, recipe]) => recipe)

  it('are all in the index, each check once', () => {
    const named = recipes.flatMap((recipe) => recipe.checks.map((check) => [check, recipe.id]))
    expect(Object.fromEntries(named)).toEqual(recipeNames)
    expect(named.length).toBe(Object.keys(recipeNames).length)
  })

  it.each(recipes.map((recipe) => [recipe.id, recipe] as const))('%s is whole in three languages', (_, recipe) => {
    expect(recipe.platforms.length).toBeGreaterThan(0)
    for (const one of recipe.platforms) {
      expect(Object.keys(texts)).toContain(`platform.${one.platform}`)
      for (const language of ['nb', 'nn', 'en'] as const) expect(one.words[language]?.trim()).toBeTruthy()
      if (one.lines !== undefined) expect(one.lines.trim()).not.toBe('')
    }
  })

  it('are found by the check', async () => {
    expect((await recipeOf('http.hsts.exists'))?.id).toBe('hsts')
    expect(await recipeOf('no.such.check')).toBeNull()
  })

  it.each([
    ['www.example.no:443', 'www.example.no'],
    ['https://www.example.no/login?x', 'www.example.no'],
    ['example.no', 'example.no'],
    ['mx1.example.no:25', 'mx1.example.no'],
    ['[2001:db8::1]:443', 'example.no'],
    [undefined, 'example.no'],
  ])('the host of %s is %s', (asset, host) => expect(hostOf(asset)).toBe(host))
})
