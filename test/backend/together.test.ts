/** Payments of many accounts that arrive together: each is judged by itself, whatever the others are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { activate, anOrder, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

const HONEST = 24

describe.each([false, true])('payments at once (database sharded: %s)', (sharded) => {
  let backend: TestBackend
  const devices: TestDevice[] = []
  const newDevice = async () => activate(backend.url, await backend.issueActivationCode())
  beforeAll(async () => {
    backend = await runBackend({ sharded })
    for (let n = 0; n < HONEST; n++) devices.push(await newDevice())
  })
  afterAll(() => backend.close())

  it('are each paid once, beside one that breaks its statement, one that repeats, and one that is revoked', async () => {
    const [twice, again, lost, capped] = [
      await newDevice(),
      await newDevice(),
      await newDevice(),
      await newDevice(),
    ]
    // The attempt is paid already: its row breaks an index, and with it the statement that it shares.
    const attempt = { attempt_id: 'the-one-attempt' }
    expect((await twice.pay(anOrder(), { claims: attempt })).status).toBe(201)
    const second = await twice.mandate(anOrder({ merchant: 'Another' }), { claims: attempt })
    const repeated = await again.mandate(anOrder())
    const first = await again.submit(repeated.submission, repeated.id)
    await lost.request('POST', `/v1/devices/${lost.id}/revoke`, {})
    const cap = { scope: { kind: 'all' }, window: 'day', limit: { amount: '1', currency: 'EUR' } }
    await capped.request('PUT', '/v1/caps', { cap, version: 0, consent: null })

    for (let round = 0; round < 3; round++) {
      const mandates = await Promise.all(devices.map((device) => device.mandate(anOrder())))
      const half = HONEST / 2
      const pay = (n: number) =>
        devices[n]?.submit(mandates[n]?.submission ?? repeated.submission, mandates[n]?.id ?? '')
      const [before, broken, replay, revoked, over, after] = await Promise.all([
        Promise.all(Array.from({ length: half }, (_, n) => pay(n))),
        twice.submit(second.submission, second.id),
        again.submit(repeated.submission, repeated.id),
        lost.pay(anOrder()),
        capped.pay(anOrder()),
        Promise.all(Array.from({ length: half }, (_, n) => pay(half + n))),
      ])
      expect([...before, ...after].map((reply) => reply?.status)).toEqual(Array(HONEST).fill(201))
      expect(broken.body.code).toBe('attempt_paid')
      expect(replay).toMatchObject({ status: 200, body: { payment_id: first.body.payment_id } })
      expect(revoked.status).toBe(401)
      expect(over.body.code).toBe('cap_exceeded')
    }
    const db = await backend.database()
    const rows = await db.query<{ payments: bigint; mandates: bigint; events: bigint }>(
      `SELECT (SELECT count(*) FROM payment) AS payments, (SELECT count(*) FROM mandate) AS mandates,
              (SELECT count(*) FROM event WHERE type = 'payment.authorised') AS events`,
    )
    await db.end()
    const paid = BigInt(3 * HONEST + 2)
    expect(rows).toEqual([{ payments: paid, mandates: paid, events: paid }])
  })

  it('of one account are all paid, however many come at once', async () => {
    const device = await newDevice()
    const replies = await Promise.all(Array.from({ length: 20 }, () => device.pay(anOrder())))
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(201))
    expect(new Set(replies.map(({ body }) => body.payment_id)).size).toBe(20)
  })
})
