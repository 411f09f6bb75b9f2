// Every area's texts in this language, as one catalogue.
const areas = import.meta.glob<Record<string, string>>('./*/en.json', { eager: true, import: 'default' })
export default Object.assign({}, ...Object.values(areas)) as Record<string, string>
