// The colours of theme.css and style.css, computed: contrast after WCAG 2.2 (1.4.3, 1.4.11), and whether the grades can be told apart
// by people who see red, green or blue weakly or not at all (Machado, Oliveira and Fernandes 2009, full severity).
import { describe, expect, it } from 'vitest'
import style from './style.css?raw'
import theme from './theme.css?raw'

/** What a scheme sets, by name. Our own names stand for tokens of the theme, or for colours of their own. */
function themeOf(scheme: 'light' | 'dark'): Record<string, string> {
  const block = (text: string, opening: string) => { const from = text.indexOf(opening); return text.slice(from, text.indexOf('}', from)) }
  const set = new Map([block(theme, scheme === 'light' ? ':root, [data-color-scheme="light"] {' : '[data-color-scheme="dark"] {'), block(style, ':root {'), block(style, `[data-color-scheme='${scheme}'] {`)]
    .flatMap((text) => [...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,8}|var\(--[\w-]+\))/gi)].map((m) => [m[1]!, m[2]!] as const)))
  const colour = (value: string): string => {
    const named = /^var\(--([\w-]+)\)/.exec(value)
    if (named) return colour(set.get(named[1]!) ?? `nothing sets ${value}`)
    return value.length === 4 ? `#${[...value.slice(1)].map((c) => c + c).join('')}` : value
  }
  return Object.fromEntries([...set].map(([name, value]) => [name, colour(value)]))
}

type Light = [number, number, number]
const linear = (hex: string): Light => [1, 3, 5].map((at) => {
  const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}) as Light
const luminance = ([r, g, b]: Light) => 0.2126 * r + 0.7152 * g + 0.0722 * b
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const eyes: Record<string, number[]> = {
  usual: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
}
function seen(hex: string, eye: number[]): Light {
  const [r, g, b] = linear(hex)
  const part = (row: number) => Math.min(1, Math.max(0, eye[row]! * r + eye[row + 1]! * g + eye[row + 2]! * b))
  // CIE Lab, D65
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116)
  const [R, G, B] = [part(0), part(3), part(6)]
  const [x, y, z] = [f((0.4124 * R + 0.3576 * G + 0.1805 * B) / 0.9505), f(0.2126 * R + 0.7152 * G + 0.0722 * B), f((0.0193 * R + 0.1192 * G + 0.9505 * B) / 1.089)]
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
const apart = (a: string, b: string, eye: number[]) => { const [p, q] = [seen(a, eye), seen(b, eye)]; return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) }

const grades = ['a', 'b', 'c', 'd', 'f'] as const

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  const colours = themeOf(scheme)
  const grounds = [colours.page!, colours.panel!]
  it('is found in the style', () => expect(Object.keys(colours).length).toBeGreaterThan(20))
  it.each(['ink', 'dim', 'good', 'bad', 'act'])('text in %s can be read on page and panel', (name) => {
    for (const ground of grounds) expect(contrast(colours[name]!, ground)).toBeGreaterThanOrEqual(4.5)
  })
  it.each([...grades.map((grade) => `grade-${grade}`), 'grade-u', 'rule', 'severity-4', 'severity-3', 'severity-2'])('marks in %s stand out', (name) => {
    for (const ground of grounds) expect(contrast(colours[name]!, ground)).toBeGreaterThanOrEqual(3)
  })
  it.each(grades)('the letter %s can be read on its grade', (grade) => {
    expect(contrast(colours[grade === 'c' ? 'on-grade-c' : 'on-grade']!, colours[`grade-${grade}`]!)).toBeGreaterThanOrEqual(4.5)
  })
  it('a primary button can be read', () => expect(contrast(colours['on-act']!, colours.act!)).toBeGreaterThanOrEqual(4.5))
  it.each([['warn-ink', 'warn-ground'], ['ink', 'bad-ground'], ['ink', 'sunk'], ['dim', 'sunk'], ['ds-color-accent-base-contrast-default', 'ds-color-accent-base-hover'], ['ds-color-accent-base-contrast-default', 'ds-color-accent-base-active']])('%s can be read on %s', (ink, ground) => expect(contrast(colours[ink]!, colours[ground]!)).toBeGreaterThanOrEqual(4.5))
  it('no name is without a colour', () => expect(Object.entries(colours).filter(([, value]) => !/^#[0-9a-f]{6,8}$/i.test(value))).toEqual([]))
  it.each(Object.keys(eyes))('grades differ for %s eyes', (eye) => {
    for (const [i, one] of grades.entries()) for (const other of grades.slice(i + 1)) expect(apart(colours[`grade-${one}`]!, colours[`grade-${other}`]!, eyes[eye]!)).toBeGreaterThan(10)
  })
})

it('black on white is 21', () => expect(contrast('#000000', '#ffffff')).toBeCloseTo(21))
