// Several fictional organisations over the servers of the lab, registered and measured, for walks that need many.
import { call, page } from './kit.mjs'

/** Municipality numbers that no municipality has, so that nothing measured here stands beside a real name. */
export const organisations = [
  { name: 'Fjordvik kommune', kind: 'municipality', municipality: '9901', county: '99', kostra: 'EKG07', sector: '6500', population: 14_200, employees: 1_100, domain: 'fjordvik.example' },
  { name: 'Steinlia kommune', kind: 'municipality', municipality: '9902', county: '99', kostra: 'EKG07', sector: '6500', population: 11_800, employees: 900, domain: 'steinlia.example' },
  { name: 'Nordsky Drift AS', kind: 'supplier', sector: '2100', employees: 80, domain: 'nordsky.example' },
  { name: 'Testhei kommune', kind: 'municipality', municipality: '9903', county: '99', kostra: 'EKG08', sector: '6500', population: 3_400, employees: 300, domain: 'hsts-missing.testfelt.example' },
  { name: 'Prøvdal kommune', kind: 'municipality', municipality: '9804', county: '98', kostra: 'EKG07', sector: '6500', population: 2_100, employees: 210, domain: 'csp-nonce.testfelt.example' },
  { name: 'Målsand kommune', kind: 'municipality', municipality: '9805', county: '98', kostra: 'EKG07', sector: '6500', population: 7_900, employees: 650, domain: 'expired.testfelt.example' },
  { name: 'Lysøra kommune', kind: 'municipality', municipality: '9806', county: '98', kostra: 'EKG07', sector: '6500', population: 23_000, employees: 1_900, domain: 'tls13-only.testfelt.example' },
  { name: 'Granmo kommune', kind: 'municipality', municipality: '9807', county: '98', kostra: 'EKG08', sector: '6500', population: 5_600, employees: 480, domain: 'cookies-bare.testfelt.example' },
  { name: 'Elvebakk kommune', kind: 'municipality', municipality: '9908', county: '99', kostra: 'EKG08', sector: '6500', population: 9_100, employees: 720, domain: 'headers-good.testfelt.example' },
  { name: 'Sølvnes kommune', kind: 'municipality', municipality: '9808', county: '98', kostra: 'EKG08', sector: '6500', population: 12_700, employees: 990, domain: 'good-ecdsa.testfelt.example' },
  { name: 'Bjørkhaug kommune', kind: 'municipality', municipality: '9909', county: '99', kostra: 'EKG08', sector: '6500', population: 4_400, employees: 390, domain: 'tls10-only.testfelt.example' },
  { name: 'Havrøy kommune', kind: 'municipality', municipality: '9809', county: '98', kostra: 'EKG09', sector: '6500', population: 31_000, employees: 2_500, domain: 'self-signed.testfelt.example' },
  { name: 'Kvitfjell kommune', kind: 'municipality', municipality: '9910', county: '99', kostra: 'EKG09', sector: '6500', population: 6_800, employees: 560, domain: 'modern.testfelt.example' },
  { name: 'Tjernmo kommune', kind: 'municipality', municipality: '9810', county: '98', kostra: 'EKG07', sector: '6500', population: 2_900, employees: 260, domain: 'hsts-short.testfelt.example' },
]

/** Registers the first of them, sets who delivers to whom, and waits until each has been measured. */
export async function registered(count = 8) {
  const made = []
  for (const { domain, ...one } of organisations.slice(0, count)) {
    const answer = await call('POST', '/api/v1/organisations', one)
    if (answer.status !== 201) throw new Error(`${one.name}: ${JSON.stringify(answer.body)}`)
    const id = answer.body.id
    const target = await call('POST', `/api/v1/organisations/${id}/targets`, { kind: 'domain', name: domain })
    if (target.status !== 201) throw new Error(`${one.name}: ${JSON.stringify(target.body)}`)
    made.push({ id, ...one })
  }
  const supplier = made.find((one) => one.kind === 'supplier')
  for (const [i, one] of made.entries())
    if (one !== supplier && i < 5) await call('POST', `/api/v1/organisations/${one.id}/suppliers`, { supplier: supplier.id, criticality: i === 0 ? 4 : 2, note: i === 0 ? 'Navnetjeneste og e-post' : '' })
  const until = Date.now() + 400_000
  const waiting = new Set(made.map((one) => one.id))
  while (waiting.size > 0 && Date.now() < until) {
    for (const id of [...waiting]) {
      const jobs = (await call('GET', `/api/v1/organisations/${id}/jobs?limit=5`)).body?.items ?? []
      if (jobs.some((job) => job.state === 'done' || job.state === 'failed') && !jobs.some((job) => job.state === 'queued' || job.state === 'running')) waiting.delete(id)
    }
    await page.waitForTimeout(2_000)
  }
  if (waiting.size > 0) throw new Error(`not measured in time: ${[...waiting].join(', ')}`)
  return made
}
