// Of Designsystemet's two thousand custom properties a page uses a tenth. The rest would be read and kept for every element
// before the first paint; this leaves out what nothing asks for, in the style or in the source.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AtRule, Container, Plugin, Root, Rule } from 'postcss'

/** Faces of the theme that no page wears. */
const unworn = /^(\[data-color-scheme\])?\[data-(color-scheme="auto"|typography="secondary"|color="\w+")\]/

function asked(text: string): string[] {
  return [...text.matchAll(/--_?ds-[\w-]+/g)].map((found) => found[0])
}

export function onlyAskedFor(source: string): Plugin {
  const bySource = new Set<string>()
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' }))
    if (/\.(css|tsx?)$/.test(file) && !file.endsWith('theme.css')) for (const name of asked(readFileSync(join(source, file), 'utf8'))) bySource.add(name)
  return {
    postcssPlugin: 'only-asked-for',
    OnceExit(root: Root, { atRule }) {
      root.walkRules((rule: Rule) => {
        if (rule.selectors.every((one) => unworn.test(one))) rule.remove()
        // What is read in the dark prints on white.
        else if (rule.selector === '[data-color-scheme="dark"]') {
          const screen = atRule({ name: 'media', params: 'screen' })
          rule.replaceWith(screen)
          screen.append(rule)
        }
      })
      const needs = new Set(bySource)
      const means = new Map<string, string[]>()
      root.walkDecls((one) => {
        if (/^--_?ds-/.test(one.prop)) means.set(one.prop, [...(means.get(one.prop) ?? []), ...asked(one.value)])
        else for (const name of asked(one.value)) needs.add(name)
      })
      for (const name of needs) for (const next of means.get(name) ?? []) needs.add(next)
      root.walkDecls(/^--_?ds-/, (one) => { if (!needs.has(one.prop)) one.remove() })
      for (let empty = true; empty; ) {
        empty = false
        root.walk((one) => {
          if ((one.type === 'rule' || (one.type === 'atrule' && (one as AtRule).nodes)) && (one as Container).nodes?.length === 0) {
            one.remove()
            empty = true
          }
        })
      }
    },
  }
}
