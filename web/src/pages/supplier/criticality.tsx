// How much would stop with a supplier.
import { type Schemas } from '~/app/api'
import { useText } from '~/app/language'
import { Select } from '~/parts/basic'

export type Supply = Schemas['Supply']
export type Criticality = Supply['criticality']
export const criticalities = [4, 2, 1] as const

export function CriticalityField({ value, onChange }: { value: Criticality; onChange: (value: Criticality) => void }) {
  const { t } = useText()
  return <Select label={t('supplier.criticality')} value={String(value)} onChange={(next) => onChange(Number(next) as Criticality)} options={criticalities.map((level) => ({ value: String(level), label: t(`criticality.${level}`) }))} />
}
