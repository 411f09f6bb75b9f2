// A table as a file, beside the table: a workbook, or CSV in the form that a spreadsheet of the reader's language opens.
import { useText } from '~/app/language'
import type { paths } from '~/app/contract.gen'

type Table = keyof paths & `${string}/table`
/** The names of the blanks in an address: "/a/{b}/c/{d}" has b and d. */
type Blanks<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Blanks<Rest> : never

export function TableFile<Path extends Table>({ of, blanks, asked = {}, what }: {
  of: Path
  /** What stands in the address. */
  blanks: Record<Blanks<Path>, string>
  /** What the table on the page is narrowed down to. */
  asked?: Record<string, string | readonly string[]>
  what: string
}) {
  const { t, language } = useText()
  const address = (format: 'xlsx' | 'csv') => {
    const query = new URLSearchParams({ format, lang: language })
    for (const [name, given] of Object.entries(asked)) for (const value of [given].flat()) query.append(name, String(value))
    if (format === 'csv') for (const [name, value] of [['separator', 'semicolon'], ['bom', 'yes'], ['decimal', language === 'en' ? 'point' : 'comma']] as const) query.set(name, value)
    return `${Object.entries<string>(blanks).reduce((path, [name, value]) => path.replace(`{${name}}`, encodeURIComponent(value)), of as string)}?${query.toString()}`
  }
  return (
    <span className="row take noprint">
      {(['xlsx', 'csv'] as const).map((format) => (
        <a key={format} className="toggle" href={address(format)} download>
          <span className="unseen">{t('file.download')} </span>{format.toUpperCase()}<span className="unseen">: {what}</span>
        </a>
      ))}
    </span>
  )
}
