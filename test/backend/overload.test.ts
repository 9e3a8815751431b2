/** More at once than is carried: said at once, with when to come back; those who were let in are answered. */
import { type ClientRequest, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
beforeAll(async () => {
  backend = await runBackend()
})
afterAll(() => backend.close())

/** A request that is let in and keeps its place until its body comes. */
function halfway(): { out: ClientRequest; status: Promise<number> } {
  const out = request(`${backend.url}/v1/devices`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': 2 },
  })
  out.flushHeaders()
  const status = new Promise<number>((resolve, reject) => {
    out.once('error', reject)
    out.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  })
  return { out, status }
}

it('is shed, and served again as soon as there is room', async () => {
  const held = Array.from({ length: 256 }, halfway)
  const ready = () => fetch(`${backend.url}/readyz`)
  await expect.poll(async () => (await ready()).status).toBe(503)
  const shed = await ready()
  expect(shed.headers.get('retry-after')).toBe('1')
  expect(await shed.json()).toMatchObject({ status: 503, code: 'overloaded' })
  // Whether the process lives is said in any case.
  expect((await fetch(`${backend.url}/healthz`)).status).toBe(200)
  for (const { out } of held) out.end('{}')
  expect(new Set(await Promise.all(held.map(({ status }) => status)))).toEqual(new Set([400]))
  expect((await ready()).status).toBe(200)
})
