// The one way to the service: typed by its OpenAPI document, with the session's CSRF token on what changes something,
// and every refusal as a Problem that says what to do next.
import createClient from 'openapi-fetch'
import type { components, paths } from './contract.gen'

export type Schemas = components['schemas']
export type Me = Schemas['Me']
export type Permission = Schemas['Permission']
export type Finding = Schemas['Finding']
export type FindingDetail = Schemas['FindingDetail']
export type Organisation = Schemas['Organisation']
export type Job = Schemas['Job']

export class Problem extends Error {
  readonly status: number
  readonly type: string
  readonly detail: string
  readonly instance: string
  readonly field: string | undefined
  constructor(status: number, type: string, title: string, detail: string, instance: string, field?: string) {
    super(title)
    this.status = status
    this.type = type
    this.detail = detail
    this.instance = instance
    this.field = field
  }
}

let csrf: string | null = null
export function setCsrf(token: string | null): void {
  csrf = token
}

// The first questions of a page are asked before this program is there (tools/build.mjs); each answer is used once and
// soon, and none when it shows that nobody is logged in.
declare global {
  interface Window { utsynFirst?: Record<string, Promise<Response>> }
}

/** Whether this is the first page, and its answers are on their way. */
export function askedEarly(): boolean {
  return performance.now() < 10_000 && Object.keys(window.utsynFirst ?? {}).length > 0
}

async function ask(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const address = request.method === 'GET' ? pathname + search : `${request.method} ${pathname}${search}`
  if (!askedEarly()) return fetch(request)
  const key = request.method === 'GET' ? address : `${address} ${await request.clone().text()}`
  const early = window.utsynFirst?.[key]
  if (!early) return fetch(request)
  delete window.utsynFirst![key]
  return early.then((answer) => {
    if (answer.status === 401) window.utsynFirst = {}
    return answer
  })
}

export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin', fetch: ask })

let language = 'nb'
export function setApiLanguage(to: string): void {
  language = to
}

api.use({
  onRequest({ request }) {
    if (csrf && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrf)
    request.headers.set('Accept-Language', language)
    return request
  },
})

interface Outcome<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The answer, or a thrown Problem. */
export async function must<T>(asked: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>
  try {
    outcome = await asked
  } catch {
    throw new Problem(0, 'unreachable', '', '', '')
  }
  if (outcome.response.ok) return outcome.data as T
  const said = (outcome.error ?? {}) as { type?: string; title?: string; detail?: string; instance?: string; field?: string }
  throw new Problem(
    outcome.response.status,
    (said.type ?? '').replace('urn:utsyn:problem:', ''),
    said.title ?? '',
    said.detail ?? '',
    said.instance ?? '',
    said.field,
  )
}

/** A key that lets a POST be sent twice and carried out once. */
export function onceKey(): string {
  return crypto.randomUUID()
}

export function may(me: Me | null | undefined, permission: Permission): boolean {
  return me?.permissions.includes(permission) ?? false
}
