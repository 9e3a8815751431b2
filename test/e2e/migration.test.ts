/**
 * Ledgers as earlier versions of the schema left them, in the shipped build: the browser starts, the background brings
 * them up to date, the person's identity still opens, and the next purchase goes through.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LEDGER_NAME } from '../../utils/ledger/db.ts'
import { firstBrokenRow } from '../../utils/ledger/log.ts'
import { thanksHeading } from '../harness/checkout.ts'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, press, type World } from '../harness/world.ts'
import { VERSION_1, VERSION_2, version1Rows } from '../unit/old-ledgers.ts'

const DEXIE = readFileSync(new URL('../../node_modules/dexie/dist/dexie.min.js', import.meta.url), 'utf8')

let world: World

beforeAll(async () => {
  world = await openWorld({ backend: false })
})
afterAll(() => world?.close())

/** Puts the ledger back to an older schema: what it has now, or the given rows; the identity stays in either case. */
async function putBack(
  version: number,
  stores: Record<string, string>,
  rows: Record<string, unknown[]> | null,
) {
  const { office } = world.guarded
  await office.evaluate(`${DEXIE};0`)
  await office.evaluate(
    async ({ name, version, stores, rows }) => {
      const Dexie = Reflect.get(globalThis, 'Dexie')
      const now = await new Dexie(name).open()
      const kept: Record<string, unknown[]> = {}
      for (const table of now.tables) kept[table.name] = await table.toArray()
      now.close()
      await Dexie.delete(name)
      const old = new Dexie(name)
      old.version(version).stores(stores)
      await old.open()
      for (const store of Object.keys(stores)) {
        const own = rows === null ? kept[store] : rows[store]
        await old.table(store).bulkPut(own ?? [])
      }
      if (rows !== null) await old.table('settings').bulkPut(kept.settings)
      old.close()
    },
    { name: LEDGER_NAME, version, stores, rows },
  )
  await world.guarded.kill()
  world.guarded = await world.guarded.relaunch()
}

function schemaVersion(): Promise<number | undefined> {
  return world.guarded.office.evaluate(async (name) => {
    const all = await indexedDB.databases()
    return all.find((one) => one.name === name)?.version
  }, LEDGER_NAME)
}

async function buy(): Promise<void> {
  await world.shop.reset()
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  await world.person.approve(await waitForConsent(world.guarded))
  await thanksHeading(page, 'fetch-json').waitFor()
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.every(({ state }) => state !== 'released'))
  await closePage(page)
}

describe('a ledger of an earlier schema', () => {
  it('version 2: every row is there as it was', async () => {
    await buy()
    const before = await readLedger(world.guarded, 'attempts')
    const log = await readLedger(world.guarded, 'log')
    await putBack(2, VERSION_2, null)
    await expect.poll(schemaVersion).toBe(30)
    expect(await readLedger(world.guarded, 'attempts')).toEqual(before)
    expect((await readLedger(world.guarded, 'log')).slice(0, log.length)).toEqual(log)
    await buy()
  })

  it('version 1: sums, chain and words are made anew, and it goes on', async () => {
    const { rows, ids } = version1Rows()
    await putBack(1, VERSION_1, rows)
    await expect.poll(schemaVersion).toBe(30)
    const log = await waitForLedger(world.guarded, 'log', (all) =>
      all.some(({ event }) => event === 'ledger.migrated'),
    )
    expect(firstBrokenRow(log)).toBeNull()
    expect(log.find(({ event }) => event === 'ledger.migrated')?.data).toMatchObject({
      from: 1,
      intact: true,
    })
    const attempts = await readLedger(world.guarded, 'attempts')
    expect(attempts.map(({ id }) => id)).toEqual(expect.arrayContaining([ids[0]]))
    const buckets = await readLedger(world.guarded, 'buckets')
    expect(buckets.map(({ key }) => key)).toEqual(['all', 'site:shop.example'])
    await buy()
  })
})
