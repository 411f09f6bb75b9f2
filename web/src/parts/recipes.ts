// The recipes of data/fixes: which one is for a check, and what it says. Each is a file of its own, fetched when needed.
import index from '../../../data/fixes/index.json'

export interface Recipe {
  id: string
  checks: string[]
  platforms: { platform: string; words: Record<'nb' | 'nn' | 'en', string>; lines?: string }[]
}

export const recipeNames: Record<string, string> = index
const recipes = import.meta.glob<Recipe>('../../../data/fixes/*.json', { import: 'default' })

export async function recipeOf(check: string): Promise<Recipe | null> {
  const name = recipeNames[check]
  const fetch = name ? recipes[`../../../data/fixes/${name}.json`] : undefined
  return fetch ? fetch() : null
}

/** The host that an asset is about: "www.example.no:443" and "https://www.example.no/x" are of www.example.no. */
export function hostOf(asset: string | undefined): string {
  if (!asset) return 'example.no'
  const bare = asset.replace(/^\w+:\/\//, '').replace(/[/?#].*$/, '').replace(/^([^:[\]]+):\d+$/, '$1')
  return /^[\w.-]+$/.test(bare) ? bare : 'example.no'
}
