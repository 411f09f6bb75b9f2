// The words of the service that the pages of portfolios choose among.
import type { Schemas } from '~/app/api'

export type Dimension = Schemas['Dimension']
export type Leaning = Schemas['LeaningKind']

export const dimensions = ['county', 'kostra', 'sector', 'population', 'assets', 'kind'] as const
export const leanings = ['supplier', 'mail-operator', 'dns-operator', 'registrar', 'certificate-authority', 'network-operator', 'address-prefix', 'host', 'product'] as const
export const memberSorts = ['name', 'score', 'population', 'coverage', 'measured', 'overdue'] as const
export type MemberSort = (typeof memberSorts)[number] | `-${(typeof memberSorts)[number]}`

export function memberSort(value: unknown): MemberSort | undefined {
  return memberSorts.flatMap((one) => [one, `-${one}` as const]).find((one) => one === value)
}
