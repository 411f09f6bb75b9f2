// The arrow keys in the tree of the footprint: up and down to the same choice at the next asset, left and right to the
// choices of one. Tab goes through all of them, as ever.
import type { KeyboardEvent } from 'react'

const choicesOf = (node: HTMLElement) => [...node.querySelectorAll<HTMLElement>('button')].filter((one) => !one.closest('dialog'))
/** What a choice says without the name of its asset, which is there for who does not see the row. */
const saysOf = (choice: HTMLElement) => choice.firstChild?.textContent ?? ''

export function walkTree(event: KeyboardEvent<HTMLElement>): void {
  const from = event.target as HTMLElement
  const node = from.closest<HTMLElement>('.node')
  if (!node || from.closest('dialog') || event.ctrlKey || event.metaKey || event.altKey) return
  const nodes = [...event.currentTarget.querySelectorAll<HTMLElement>('.node')].filter((one) => choicesOf(one).length > 0)
  const choices = choicesOf(node)
  const at = nodes.indexOf(node)
  const along = choices.indexOf(from)
  const row = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: nodes.length - 1 }[event.key]
  const beside = { ArrowRight: along + 1, ArrowLeft: along - 1 }[event.key]
  if (row === undefined && beside === undefined) return
  event.preventDefault()
  if (beside !== undefined) choices[beside]?.focus()
  else if (row !== undefined && nodes[row]) {
    const there = choicesOf(nodes[row])
    const same = there.find((one) => saysOf(one) === saysOf(from))
    ;(same ?? there[Math.min(along, there.length - 1)])?.focus()
  }
}
