/**
 * Decisions that come back from an old file, and everything that is deleted, through the real background: a file changes
 * limits and nothing that was spent, and of what is deleted no trace stays beside the ledger.
 */
import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
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

/** What the browser keeps for the extension beside its database. */
const local: Record<string, unknown> = { 'ledger-witness': { ledger: 'x', seq: 1, hash: '' } }
const session: Record<string, unknown> = { running: true, 'cart:7': { site: 'shop.example' } }

function areaOf(kept: Record<string, unknown>) {
  return {
    get: async (key: string | null) => (key === null ? kept : { [key]: kept[key] }),
    set: async (change: object) => void Object.assign(kept, change),
    remove: async (keys: string | string[]) => {
      for (const key of [keys].flat()) delete kept[key]
    },
  }
}

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
    simBrowser: {
      alarms: { create() {}, clear: async () => true },
      action: { setBadgeText: async () => {}, setBadgeBackgroundColor: async () => {} },
      notifications: { clear: async () => true },
      scripting: {
        getRegisteredContentScripts: async () => [],
        unregisterContentScripts: async () => {},
      },
      storage: { local: areaOf(local), session: areaOf(session) },
      tabs: { query: async () => [] },
    },
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

describe('deleting everything', () => {
  const rules = [{ id: 4, condition: { urlFilter: '|https://shop.example/pay^' } }]

  it('waits for a payment that is under way, and wants the factor', async () => {
    const { db, erase } = worker.background
    expect(await db.attempts.where('state').equals('approved').count()).toBe(1)
    await expect(erase({ proof: null })).rejects.toThrow()
    await expect(erase({ proof: { kind: 'pin', pin } })).rejects.toMatchObject({ code: 'payment_under_way' })
    expect(await db.attempts.count()).toBeGreaterThan(0)
  })

  it('leaves no shop behind, in the ledger or beside it', async () => {
    const { db, erase } = worker.background
    const [open] = await db.attempts.where('state').equals('approved').toArray()
    await db.attempts.update(open?.id ?? '', { state: 'cancelled' })
    vi.stubGlobal('chrome', {
      declarativeNetRequest: {
        getDynamicRules: async () => rules,
        updateDynamicRules: async ({ removeRuleIds }: { removeRuleIds: number[] }) => {
          for (const id of removeRuleIds) {
            const index = rules.findIndex((rule) => rule.id === id)
            rules.splice(index, 1)
          }
        },
      },
    })
    await erase({ proof: { kind: 'pin', pin } })
    vi.unstubAllGlobals()
    for (const table of db.tables) expect(await table.count(), table.name).toBe(0)
    expect(rules).toEqual([])
    expect(JSON.stringify([local, session])).not.toContain('shop.example')
    expect(local).toEqual({})
    // It is still the same run of the browser.
    expect(session.running).toBe(true)
  })
})
