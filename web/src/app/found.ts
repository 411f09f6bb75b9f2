// Which host made an organisation a hit: the service finds it by its name, its number, its domains and its hosts, and
// does not say by which.

// Accents are left out, as the service does; the Norwegian letters are letters.
const plain = (text: string) => text.toLocaleLowerCase().replace(/[^\u0000-\u007fæøå]/g, (one) => one.normalize('NFD').replace(/\p{M}/gu, ''))
const words = (text: string) => plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean)

/** Is something sought that the name and the number do not have? */
export function besideName(sought: string, name: string, number: string | null): boolean {
  const own = [...words(name), number ?? '']
  return words(sought).some((word) => !own.some((one) => one.startsWith(word)))
}

/** The host or domain with words that begin as what is sought; the one that itself begins so before the others. */
export function hostOf(sought: string, hosts: readonly string[]): string | null {
  const all = words(sought)
  if (all.length === 0) return null
  const fits = [...new Set(hosts)].filter((host) => all.every((word) => words(host).some((one) => one.startsWith(word))))
  const begins = sought.toLocaleLowerCase()
  return fits.sort((a, b) => Number(b.startsWith(begins)) - Number(a.startsWith(begins)) || a.length - b.length)[0] ?? null
}
