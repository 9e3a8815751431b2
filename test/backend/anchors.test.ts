/** The extension's own log, anchored by the real backend: both sides of the contract, over HTTP. */
import 'fake-indexeddb/auto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../utils/contract/api.ts'
import { CHECKPOINT_VCT } from '../../utils/contract/checkpoint.ts'
import type { BackendEvent } from '../../utils/contract/orders.ts'
import { connectBackend } from '../../utils/forward/backend.ts'
import { type AnchorDeps, anchorCheckpoints } from '../../utils/ledger/checkpoints.ts'
import { type Ledger, openLedger } from '../../utils/ledger/db.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import { activate, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice
let made = 0
beforeAll(async () => {
  backend = await runBackend()
  device = await activate(backend.url, await backend.issueActivationCode())
})
afterAll(() => backend.close())

async function ledgerOf(rows: number): Promise<Ledger> {
  const db = openLedger(`anchors-${made++}`)
  await grow(db, rows)
  return db
}

async function grow(db: Ledger, rows: number): Promise<void> {
  await db.transaction('rw', db.log, async () => {
    for (let n = 0; n < rows; n++) {
      await appendLog(db, Date.now(), { event: 'attempt.held', attemptId: 'a', data: { n } })
    }
  })
}

async function depsOf(of: TestDevice): Promise<AnchorDeps> {
  const pairing = { url: backend.url, deviceId: of.id, accountId: of.account, receiptKey: of.receiptKey }
  const client = connectBackend(pairing, of.deviceKey, { fetch, now: Date.now })
  return {
    signer: { deviceKey: of.deviceKey, deviceId: of.id, at: Date.now() },
    send: client.anchor,
    statement: client.statement,
  }
}

describe("a device's log", () => {
  it('is countersigned as it grows, and stands in the account’s own signed log', async () => {
    const db = await ledgerOf(3)
    const deps = await depsOf(device)
    expect(await anchorCheckpoints(db, deps)).toEqual({ kind: 'anchored', size: 3 })
    await grow(db, 2)
    expect(await anchorCheckpoints(db, deps)).toEqual({ kind: 'anchored', size: 5 })
    expect(await anchorCheckpoints(db, deps)).toEqual({ kind: 'nothing' })
    const [row] = await db.checkpoints.reverse().toArray()
    const said = await deps.statement(row?.anchor ?? '')
    expect(said).toMatchObject({
      iss: backend.url,
      vct: 'log.anchor.1',
      device_id: device.id,
      size: 5,
      hash: row?.hash,
    })
    await expect.poll(async () => (await anchorEvents()).at(-1)?.data).toMatchObject({ size: 5 })
  })

  it('of more rows than one request takes is sent in steps', async () => {
    const db = await ledgerOf(4_100)
    expect(await anchorCheckpoints(db, await depsOf(device))).toEqual({ kind: 'anchored', size: 4_100 })
    const sizes = (await db.checkpoints.toArray()).map(({ seq }) => seq)
    expect(sizes).toEqual([2_000, 4_000, 4_100])
  })

  it('goes on after an answer was lost, and after one that was lost twice', async () => {
    const db = await ledgerOf(3)
    const deps = await depsOf(device)
    const deaf: AnchorDeps = {
      ...deps,
      send: async (body) => {
        await deps.send(body)
        return { kind: 'unreachable', detail: 'lost' }
      },
    }
    expect((await anchorCheckpoints(db, deaf)).kind).toBe('unreachable')
    expect((await anchorCheckpoints(db, deaf)).kind).toBe('unreachable')
    await grow(db, 2)
    expect(await anchorCheckpoints(db, deps)).toEqual({ kind: 'anchored', size: 5 })
  })

  it('that was cut, rolled back or rewritten is refused for ever', async () => {
    const db = await ledgerOf(5)
    const deps = await depsOf(device)
    await anchorCheckpoints(db, deps)
    await db.checkpoints.clear()
    await db.log.where(':id').above(3).delete()
    expect((await anchorCheckpoints(db, deps)).kind).toBe('conflict')
    await grow(db, 4)
    await db.checkpoints.clear()
    expect((await anchorCheckpoints(db, deps)).kind).toBe('conflict')
    await db.checkpoints.clear()
    await db.log.clear()
    await grow(db, 9)
    expect((await anchorCheckpoints(db, deps)).kind).toBe('conflict')
  })

  it('cannot have two futures, however they race', async () => {
    const [db, other] = [await ledgerOf(2), await ledgerOf(0)]
    const deps = await depsOf(device)
    await anchorCheckpoints(db, deps)
    // The same ledger by its id and its past, with another third row.
    await other.settings.bulkPut(await db.settings.toArray())
    await other.log.bulkPut(await db.log.toArray())
    await other.checkpoints.bulkPut(await db.checkpoints.toArray())
    await Promise.all([grow(db, 1), grow(other, 1)])
    const ends = await Promise.all([anchorCheckpoints(db, deps), anchorCheckpoints(other, deps)])
    expect(ends.filter(({ kind }) => kind === 'anchored')).toHaveLength(1)
  })

  it('begins again at the first row at a backend that was paired later', async () => {
    const db = await ledgerOf(3)
    await anchorCheckpoints(db, await depsOf(device))
    const second = await activate(backend.url, await backend.issueActivationCode())
    await grow(db, 1)
    expect(await anchorCheckpoints(db, await depsOf(second))).toEqual({ kind: 'anchored', size: 4 })
  })

  it('is anchored by its own device only', async () => {
    const other = await activate(backend.url, await backend.issueActivationCode())
    const claims = { vct: CHECKPOINT_VCT, iss: device.id, ledger: 'x', size: 1, hash: 'a'.repeat(64), iat: 1 }
    const checkpoint = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(other.deviceKey)
    const links = [{ at: 1, content: 'b'.repeat(64) }]
    const answer = await device.request<Problem>('POST', '/v1/checkpoints', { checkpoint, links })
    expect(answer).toMatchObject({ status: 401, body: { code: 'signature_invalid' } })
  })
})

async function anchorEvents(): Promise<BackendEvent[]> {
  const { body } = await device.request<{ events: BackendEvent[] }>('GET', '/v1/events')
  return body.events.filter(({ type }) => type === 'device.checkpoint')
}
