/**
 * The shop's own word on the cart, asked for when something is held: a GET to the same origin that changes nothing, known
 * for its platform. Bounded in time and size, never redirected elsewhere, never on pages of no known platform. Addresses of
 * no known platform are never asked again: two of ten measured shops place the order by GET.
 */
import { type Claim, claim, MAX_CLAIMS } from './claims.ts'
import { genericClaim } from './fetched.ts'
import { parsed } from './json.ts'
import { PLATFORMS } from './platforms/all.ts'
import type { CartApi } from './platforms/platform.ts'

const MAX_MS = 1_500
const MAX_BYTES = 400_000

export type Get = (url: string, init: RequestInit) => Promise<Response>

export async function readLiveCarts(document: Document, get: Get): Promise<Claim[]> {
  const until = AbortSignal.timeout(MAX_MS)
  const { origin } = document.location
  if (!/^https?:/.test(origin)) return []
  const apis =
    PLATFORMS.find((platform) => platform.cart !== undefined && platform.matches(document))?.cart ?? []
  const live = await Promise.all(apis.map((api) => ask(api, document, origin, get, until)))
  return live.flat().slice(0, MAX_CLAIMS)
}

async function ask(
  api: CartApi,
  document: Document,
  origin: string,
  get: Get,
  until: AbortSignal,
): Promise<Claim[]> {
  let path = api.path(document)
  // One answer may name the address of the next: a cart its checkout.
  for (let step = 0; path !== null && step < 2; step++) {
    const json = await getJson(origin, path, get, until, { cache: 'no-store', redirect: 'error' })
    if (json === undefined) return []
    const next = api.next?.(json) ?? null
    const said = next === null || step === 1 ? api.read(json, document) : null
    if (said !== null) return [claim('api', api.name, { live: true, ...said })]
    path = next
  }
  return []
}

/** JSON that the page itself fetched and the browser still has: read from its cache, never from the network. */
export async function readFetched(document: Document, get: Get): Promise<Claim[]> {
  const { origin } = document.location
  const until = AbortSignal.timeout(MAX_MS)
  const names = performance
    .getEntriesByType('resource')
    .filter((entry): entry is PerformanceResourceTiming => entry instanceof PerformanceResourceTiming)
    .filter(({ initiatorType }) => initiatorType === 'fetch' || initiatorType === 'xmlhttprequest')
    .map(({ name }) => name)
    .filter(
      (name) =>
        name.startsWith(`${origin}/`) && /cart|checkout|order|basket|quote|totals|summary/i.test(name),
    )
  const claims = await Promise.all(
    [...new Set(names)].slice(-8).map(async (name) => {
      const path = name.slice(origin.length)
      const json = await getJson(origin, path, get, until, { cache: 'only-if-cached', mode: 'same-origin' })
      const said = genericClaim(json)
      return said === null ? [] : [claim('fetched', new URL(name).pathname.slice(0, 60), said)]
    }),
  )
  return claims.flat()
}

async function getJson(
  origin: string,
  path: string,
  get: Get,
  until: AbortSignal,
  how: RequestInit,
): Promise<unknown> {
  try {
    const url = new URL(path, origin)
    if (url.origin !== origin) return undefined
    const headers = { accept: 'application/json' }
    const answer = await get(url.href, { credentials: 'same-origin', headers, signal: until, ...how })
    if (!answer.ok || !/json/.test(answer.headers.get('content-type') ?? '')) return undefined
    const text = await bounded(answer)
    return text === null ? undefined : parsed(text)
  } catch {
    return undefined
  }
}

async function bounded(answer: Response): Promise<string | null> {
  const reader = answer.body?.getReader()
  if (reader === undefined) return null
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text
    text += decoder.decode(value, { stream: true })
    if (text.length > MAX_BYTES) {
      await reader.cancel()
      return null
    }
  }
}
