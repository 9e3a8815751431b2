/** Every route, fed from its own schema and against it: no input makes a 500, every refusal is a problem document. */
import { randomUUID } from 'node:crypto'
import fc, { type Arbitrary } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemCodes } from '../../backend/http/problems.ts'
import { type AgentClient, agentOf } from './agent.ts'
import { belongings, pairPhone } from './belongings.ts'
import { activate, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

interface Schema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  pattern?: string
  not?: unknown
}

interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
}

const SEED = Number(process.env.FUZZ_SEED ?? 20261123)
const RUNS = Number(process.env.FUZZ_RUNS ?? 25)

let backend: TestBackend
let device: TestDevice
let agent: AgentClient
let operator: string
let approver: string
/** Ids of what the fuzzer's account has, so that the fuzz gets past "not found". */
let own: string[] = []

beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0 })
  device = await activate(backend.url, await backend.issueActivationCode())
  agent = await agentOf(backend.url, device)
  operator = await backend.issueOperatorKey()
  approver = (await pairPhone(backend, device)).key
  // Not the device itself: it must survive the fuzz.
  own = (await belongings(backend, device, operator)).slice(1)
})
afterAll(() => backend.close())

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    '__proto__',
    "'; DROP TABLE payment; --",
    'a'.repeat(400),
    '９',
    '-0',
    '1e9',
    'NaN',
  ),
)

const anything = fc.anything({ withBigInt: false, withDate: false, maxDepth: 2 }).filter(isJson)

function isJson(value: unknown): boolean {
  return JSON.stringify(value) !== undefined
}

/** Half of what is sent is what the schema asks for; in the other half now and then something else is in its place. */
function fromSchema(schema: Schema): Arbitrary<unknown> {
  return fc.oneof(fitting(schema, false), fitting(schema, true))
}

function fitting(schema: Schema, wild: boolean): Arbitrary<unknown> {
  const exact = exactly(schema, (inner) => fitting(inner, wild))
  return wild
    ? fc.oneof(
        { weight: 12, arbitrary: exact },
        { weight: 1, arbitrary: anything },
        { weight: 1, arbitrary: nasty },
      )
    : exact
}

function exactly(schema: Schema, inside: (schema: Schema) => Arbitrary<unknown>): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(inside))
  if (schema.not !== undefined) return anything
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).filter(([, field]) => field.not === undefined)
      const arbitraries = Object.fromEntries(fields.map(([name, field]) => [name, inside(field)]))
      const requiredKeys = (schema.required ?? []).filter((name) => name in arbitraries)
      return fc.record<Record<string, unknown>>(arbitraries, { requiredKeys })
    }
    case 'array':
      return fc.array(inside(schema.items ?? {}), { maxLength: 4 })
    case 'integer':
      return fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer())
    case 'number':
      return fc.oneof(fc.integer({ min: 1, max: 9 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return patterned(schema.pattern)
    default:
      return anything
  }
}

/** Random letters are rarely a currency or an address; these mostly are, so that the fuzz gets past the schema. */
const LIKELY: Record<string, string[]> = {
  '^[A-Z]{3}$': ['EUR', 'EUR', 'EUR', 'JPY'],
  '^-?(0|[1-9][0-9]{0,14})$': ['1', '4999', '999999999999999'],
  '^https?://[^/?#\\s]+$': ['https://shop.example', 'http://127.0.0.1:1', 'https://xn--80ak6aa92e.com'],
}

function patterned(pattern: string | undefined): Arbitrary<string> {
  if (pattern === undefined) return fc.string({ minLength: 1, maxLength: 40 })
  const likely = (LIKELY[pattern] ?? []).map((text) => ({ weight: 5, arbitrary: fc.constant(text) }))
  return fc.oneof(...likely, { weight: 2, arbitrary: fc.stringMatching(new RegExp(pattern)) })
}

const ids = () =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...own) },
    fc.stringMatching(/^(wor|ord|pay|ref|agt|dev|clm|sub|cap)_[0-9a-z]{20}_[0-9a-z]{20}$/),
    fc.stringMatching(/^[\x21-\x7e]{1,140}$/),
    nasty,
  )

describe('fuzzing every route from its schema', () => {
  it(`makes no 500 (seed ${SEED})`, async () => {
    const api = (await (await fetch(`${backend.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Operation>>
    }
    const codes = new Set<string>(problemCodes())
    const reached = new Map<string, number>()
    for (const [path, operations] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const body = operation.requestBody?.content['application/json'].schema
        const query = (operation.parameters ?? []).filter((one) => one.in === 'query')
        const input = fc.record({
          id: ids(),
          body: body === undefined ? fc.constant(undefined) : fromSchema(body),
          query: fc.record(Object.fromEntries(query.map((one) => [one.name, fromSchema(one.schema)])), {
            requiredKeys: [],
          }),
          version: fc.constantFrom('"1"', '"999999999"', '1', ''),
        })
        await fc.assert(
          fc.asyncProperty(input, async (given) => {
            const target =
              path.replace('{id}', encodeURIComponent(wellFormed(given.id))) + queryOf(given.query)
            const headers = { 'idempotency-key': randomUUID(), 'if-match': given.version }
            for (const reply of await everybody(method.toUpperCase(), target, given.body, headers)) {
              const name = `${method} ${path}`
              reached.set(name, (reached.get(name) ?? 0) + (reply.status < 300 ? 1 : 0))
              expect(reply.status, `${name} ${JSON.stringify(given)} ${reply.text}`).toBeLessThan(500)
              if (reply.status < 400) continue
              const problem = JSON.parse(reply.text) as { code: string; status: number }
              expect(reply.type).toContain('application/problem+json')
              expect(codes.has(problem.code), problem.code).toBe(true)
              expect(problem.status).toBe(reply.status)
            }
          }),
          { seed: SEED, numRuns: RUNS, endOnFailure: true },
        )
      }
    }
    // The fuzz is worth something only if it also gets past validation: orders are created, keys issued.
    const through = [...reached].filter(([, count]) => count > 0).map(([name]) => name)
    expect(through).toEqual(expect.arrayContaining(['post /v1/orders', 'post /v1/operator/merchants']))
  }, 300_000)
})

function wellFormed(text: unknown): string {
  const safe = String(text).toWellFormed()
  return safe === '' ? 'x' : safe
}

function queryOf(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).map(
    ([name, value]) =>
      `${name}=${encodeURIComponent(wellFormed(typeof value === 'object' ? JSON.stringify(value) : value))}`,
  )
  // Waiting is tested elsewhere; here it would only take time.
  const quick = pairs.filter((pair) => !pair.startsWith('wait_s='))
  return quick.length === 0 ? '' : `?${quick.join('&')}`
}

interface Raw {
  status: number
  type: string
  text: string
}

/** The same input from each kind of principal that can get far with it. */
async function everybody(
  method: string,
  target: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Raw[]> {
  // Keys of the fuzzer's own principals must survive the fuzz.
  const skipDevice = target.startsWith('/v1/devices/') || (target === '/v1/devices' && method === 'POST')
  const tokens = [agent.token, operator, approver]
  const merchantRoute = target.startsWith('/v1/merchant') || target.includes('/refunds')
  if (merchantRoute) {
    tokens.push((await backend.registerMerchant({ name: 'M', origin: 'https://shop.example' })).key)
  }
  const replies = tokens.map((token) =>
    raw(method, target, body, { ...headers, authorization: `Bearer ${token}` }),
  )
  if (!skipDevice) replies.push(asDevice(method, target, body, headers))
  else replies.push(raw(method, target, body, headers))
  return Promise.all(replies)
}

async function asDevice(
  method: string,
  target: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Raw> {
  const claims = { htu: target.split('?')[0] }
  const sent = method === 'GET' ? undefined : body
  const reply = await device.request<unknown>(method, target, sent, { headers, claims })
  return {
    status: reply.status,
    type: reply.headers.get('content-type') ?? '',
    text: JSON.stringify(reply.body),
  }
}

async function raw(
  method: string,
  target: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Raw> {
  const text = method === 'GET' || body === undefined ? null : JSON.stringify(body)
  const response = await fetch(backend.url + target, {
    method,
    headers: { ...headers, ...(text === null ? {} : { 'content-type': 'application/json' }) },
    ...(text === null ? {} : { body: text }),
  })
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
  }
}
