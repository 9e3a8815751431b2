/** The database itself keeps what was written, against the service's own role, which owns every table. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Database } from '../../backend/db/database.ts'
import { LOCK as SEQUENCE_LOCK } from '../../backend/log/sequence.ts'
import type { BackendEvent, OrderAnswer } from '../../utils/contract/orders.ts'
import { agentOf, anOrderRequest } from './agent.ts'
import { activate, anOrder, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

let backend: TestBackend
let device: TestDevice
let db: Database

/** Every table that only grows has something in it. */
beforeAll(async () => {
  backend = await runBackend({ coolingOffMs: 0 })
  device = await activate(backend.url, await backend.issueActivationCode())
  const agent = await agentOf(backend.url, device)
  const cap = { scope: { kind: 'all' }, window: 'day', limit: { amount: '9000', currency: 'EUR' } }
  await device.request('PUT', '/v1/caps', { cap, version: 0, consent: null })
  const higher = { ...cap, limit: { amount: '20000', currency: 'EUR' } }
  const consent = await device.consent({ command: 'set-cap', cap: higher, version: 1 })
  await device.request('PUT', '/v1/caps', { cap: higher, version: 1, consent })
  const { body: order } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())
  await device.pay(order.order, { claims: { rail: 'wallet' } })
  await agent.events(0, (event: BackendEvent) => event.type === 'order.settled')
  db = await backend.database()
  await allNumbered()
  await db.query(
    `INSERT INTO former_device_key (account_id, device_id, key_id, public_jwk, retired_at)
       VALUES ($1, 'dev_old', 'old', '{}', now())`,
    [device.account],
  )
})
afterAll(async () => {
  await db?.end()
  await backend?.close()
})

const rows = (table: string) => db.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)

async function allNumbered(): Promise<void> {
  const waiting = () => db.query('SELECT 1 FROM event WHERE seq IS NULL')
  await vi.waitUntil(async () => (await waiting()).length === 0, { timeout: 20_000 })
}

async function forbids(table: string, statement: string): Promise<void> {
  const before = await rows(table)
  expect(before.length).toBeGreaterThan(0)
  await expect(db.query(statement)).rejects.toMatchObject({ code: '23001' })
  // Nor to a session that has switched ordinary triggers off.
  const sly = db.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica')
    await tx.query(statement)
  })
  await expect(sly).rejects.toMatchObject({ code: '23001' })
  expect(await rows(table)).toEqual(before)
}

it.each([
  ['event', "data = '{}'"],
  ['event', 'seq = NULL, leaf = NULL'],
  ['event', 'seq = seq + 1000'],
  ['event', "at = at - interval '1 day'"],
  ['log_head', 'size = size - 1'],
  ['log_head', 'root = last_leaf'],
  ['entry', 'amount = 0'],
  ['mandate', "jws = ''"],
  ['action_mandate', "digest = digest || '0'"],
  ['former_device_key', "public_jwk = 'null'"],
])('a row of %s cannot be changed: %s', (table, change) => forbids(table, `UPDATE ${table} SET ${change}`))

it('an event that waits for its number can get nothing but that', async () => {
  // As it stands between its own commit and its number: the numbering waits for our lock.
  await db.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [SEQUENCE_LOCK])
    await tx.query(
      "INSERT INTO event (account_id, type, subject, data, at) VALUES ($1, 'new', 'x', '{}', now())",
      [device.account],
    )
    for (const change of ["data = '{\"a\":1}', seq = 999, leaf = 'x'", 'seq = 999', "subject = 'y'"]) {
      await tx.query('SAVEPOINT before')
      const changed = tx.query(`UPDATE event SET ${change} WHERE type = 'new'`)
      await expect(changed).rejects.toMatchObject({ code: '23001' })
      await tx.query('ROLLBACK TO SAVEPOINT before')
    }
  })
  await allNumbered()
})

describe.each(['event', 'log_head', 'entry', 'mandate', 'action_mandate', 'former_device_key'])(
  '%s',
  (table) => {
    it('loses no row', () => forbids(table, `DELETE FROM ${table}`))
    it('is not emptied', () => forbids(table, `TRUNCATE ${table}`))
  },
)

it('payments, their events and their numbers go on', async () => {
  const before = await rows('event')
  expect((await device.pay(anOrder())).status).toBe(201)
  await allNumbered()
  expect((await rows('event')).length).toBeGreaterThan(before.length)
})
