/** Decisions that come back from an old file, through the real background: they change limits and nothing that was spent. */
import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Backup } from '../../utils/backup/backup.ts'
import { capHistory, writeCap } from '../../utils/ledger/caps.ts'
import { firstBrokenRow } from '../../utils/ledger/log.ts'
import { money } from '../../utils/money/money.ts'
import { makeFixture } from '../sim/fixture.ts'
import { loadBackground, startWorker, type Worker } from '../sim/worker.ts'
import { approve, ask, buy } from './buy.ts'

const AT = Date.UTC(2026, 10, 23, 12)
let worker: Worker
let pin: string

const capOf = (amount: string): Backup['caps'][number] => ({
  id: 'of-another-ledger',
  scope: { kind: 'all' },
  window: 'day',
  limit: { amount, currency: 'EUR' },
})
/** A year old: a higher cap, a negative one, whatever somebody put into a file. */
const backupWith = (...caps: Backup['caps']): Backup => ({ caps, holdSeconds: 600, zone: 'UTC' })

beforeAll(async () => {
  await loadBackground(resolve(import.meta.dirname, '../..'))
  const fixture = await makeFixture()
  pin = fixture.pin
  worker = startWorker({
    simBrowser: {},
    fetch: () => Promise.reject(new TypeError('nothing is sent')),
    now: () => AT,
    later: () => {},
    uuid: () => crypto.randomUUID(),
    dies: () => false,
  })
  const { db } = worker.background
  await db.settings.bulkPut([
    { key: 'identity', value: fixture.identity },
    { key: 'settings', value: { on: true, holdSeconds: 600, zone: 'UTC', backend: null } },
  ])
  const cap = {
    id: 'mine',
    scope: { kind: 'all' as const },
    window: 'day' as const,
    createdAt: AT,
    updatedAt: AT,
  }
  await writeCap(db, { ...cap, limit: money(10_000n, 'EUR') }, AT)
  await buy(db, { at: AT, amount: 9_000n, end: 'settled' })
}, 60_000)

const limits = async () =>
  (await worker.background.db.caps.toArray()).map(({ id, limit }) => [id, limit.amount])

describe('an old backup', () => {
  it('raises nothing without the factor, and nothing at all where one of its caps is none', async () => {
    const { restore } = worker.background
    const higher = backupWith(capOf('50000'))
    await expect(restore({ backup: higher, proof: null })).rejects.toThrow()
    await expect(restore({ backup: higher, proof: { kind: 'pin', pin: '000000' } })).rejects.toThrow()
    const half = backupWith(capOf('50000'), { ...capOf('-1'), window: 'week' })
    await expect(restore({ backup: half, proof: { kind: 'pin', pin } })).rejects.toThrow('malformed')
    expect(await limits()).toEqual([['mine', 10_000n]])
  })

  it('changes the cap that is there, and what was spent under it goes on counting', async () => {
    const { db, restore } = worker.background
    await restore({ backup: backupWith(capOf('12000')), proof: { kind: 'pin', pin } })
    expect(await limits()).toEqual([['mine', 12_000n]])
    expect((await capHistory(db, 'mine')).map(({ from, to }) => [from, to])).toEqual([
      [null, 10_000n],
      [10_000n, 12_000n],
    ])
    const over = await ask(db, { at: AT, amount: 3_001n })
    await expect(approve(db, over)).rejects.toMatchObject({ code: 'cap_exceeded' })
    const within = await ask(db, { at: AT, amount: 3_000n })
    await expect(approve(db, within)).resolves.toMatchObject({ state: 'approved' })
    expect(firstBrokenRow(await db.log.orderBy(':id').toArray())).toBeNull()
  })

  it('brings no consent and no mandate back', async () => {
    const { db, restore } = worker.background
    const before = [await db.consents.toArray(), await db.mandates.toArray(), await db.attempts.toArray()]
    await restore({ backup: backupWith(capOf('12000')), proof: { kind: 'pin', pin } })
    expect([await db.consents.toArray(), await db.mandates.toArray(), await db.attempts.toArray()]).toEqual(
      before,
    )
  })
})
