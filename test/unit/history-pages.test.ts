import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AttemptRow, type Ledger, openLedger } from '../../utils/ledger/db.ts'
import { addAttempt, reask } from '../../utils/ledger/moves.ts'
import { attemptPage, newestFirst } from '../../utils/ledger/pages.ts'
import { searchAttempts } from '../../utils/ledger/search.ts'
import { tokenRows, wordsOf } from '../../utils/ledger/tokens.ts'
import { attemptRow } from './rows.ts'

let count = 0

const shops = ['tea.example', 'books.example'] as const
const names = ['green tea', 'black tea', 'Tea pot', 'Krimi', 'Crème brûlée', '龙井茶叶']

/** Attempts whose times collide often, so that pages end within one millisecond. */
const spec = fc.record({
  at: fc.integer({ min: 1, max: 12 }),
  shop: fc.constantFrom(...shops),
  state: fc.constantFrom('settled' as const, 'failed' as const, 'asked' as const),
  name: fc.constantFrom(...names),
})

async function filled(specs: readonly (typeof spec extends fc.Arbitrary<infer T> ? T : never)[]) {
  const db = openLedger(`pages-${count++}`)
  const rows = specs.map(({ at, shop, state, name }) => {
    const row = attemptRow({ createdAt: at, state })
    const site = { key: shop, origin: `https://${shop}` }
    return {
      ...row,
      site: { ...site, host: shop, secure: true },
      order: { ...row.order, site, merchant: null, items: [{ name, quantity: 1, amount: null }] },
    }
  })
  await db.attempts.bulkAdd(rows)
  await db.tokens.bulkPut(rows.flatMap(tokenRows))
  return { db, rows }
}

const ids = (rows: readonly AttemptRow[]) => rows.map((row) => row.id)

describe('the history', () => {
  it('gives every attempt of a filter once, newest first, however the pages fall', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(spec, { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(undefined, ...shops),
        fc.constantFrom(undefined, ['settled'] as const, ['settled', 'failed'] as const, [] as const),
        async (specs, limit, site, states) => {
          const { db, rows } = await filled(specs)
          const filter = { ...(site ? { site } : {}), ...(states ? { states } : {}), from: 3, to: 11 }
          const seen: string[] = []
          let after: Parameters<typeof attemptPage>[2] = { limit }
          for (;;) {
            const page = await attemptPage(db, filter, after)
            seen.push(...ids(page.rows))
            if (page.next === null) break
            after = { limit, after: page.next }
          }
          const wanted = rows.filter(
            (row) =>
              row.createdAt >= 3 &&
              row.createdAt < 11 &&
              (site === undefined || row.site.key === site) &&
              (states === undefined || states.some((state) => state === row.state)),
          )
          expect(seen).toEqual(ids(wanted.sort(newestFirst)))
          db.close()
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('search', () => {
  it('finds what has every word, the last one begun, newest first, page by page', async () => {
    const queries = [
      'tea',
      'te',
      'green tea',
      'tea example',
      'tea boo',
      'creme',
      'Krimi ',
      '龙井',
      '茶',
      'nothing',
      'black example',
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.array(spec, { maxLength: 40 }),
        fc.constantFrom(...queries),
        fc.integer({ min: 1, max: 6 }),
        async (specs, query, limit) => {
          const { db, rows } = await filled(specs)
          const words = wordsOf(query)
          const begun = !query.endsWith(' ')
          const wanted = rows.filter((row) => {
            const has = tokenRows(row).map(({ token }) => token)
            return words.every((word, index) =>
              begun && index === words.length - 1
                ? has.some((token) => token.startsWith(word))
                : has.includes(word),
            )
          })
          const seen: string[] = []
          let after: { createdAt: number; id: string } | null = null
          for (;;) {
            const found = await searchAttempts(db, query, { limit, after, budget: 60_000 })
            expect(found.complete).toBe(true)
            seen.push(...ids(found.rows))
            if (found.next === null) break
            after = found.next
          }
          expect(seen).toEqual(ids(wanted.sort(newestFirst)))
          db.close()
        },
      ),
      { numRuns: 120 },
    )
  })

  it('says so when its time is up, and goes on from there', async () => {
    const { db, rows } = await filled(
      Array.from({ length: 30 }, (_, i) => ({
        at: i,
        shop: shops[0],
        state: 'settled' as const,
        name: 'tea',
      })),
    )
    let clock = 0
    const seen: string[] = []
    let after: { createdAt: number; id: string } | null = null
    let stops = 0
    do {
      // Each look at the clock takes a millisecond, so the budget runs out in the middle.
      const found: Awaited<ReturnType<typeof searchAttempts>> = await searchAttempts(db, 'tea example', {
        after,
        budget: 20,
        now: () => clock++,
      })
      seen.push(...ids(found.rows))
      if (!found.complete) stops += 1
      after = found.next
    } while (after !== null)
    expect(stops).toBeGreaterThan(1)
    expect(seen).toEqual(ids(rows.sort(newestFirst)))
  })

  it('follows an order that is asked about anew', async () => {
    const db: Ledger = openLedger(`pages-${count++}`)
    const row = attemptRow({ state: 'asked' })
    await addAttempt(db, row)
    const order = { ...row.order, items: [{ name: 'Piano', quantity: 1, amount: null }] }
    await reask(db, row, { order, digest: 'new', sources: [], notes: [], changed: [], at: 2 })
    expect((await searchAttempts(db, 'piano')).rows).toHaveLength(1)
    expect((await searchAttempts(db, 'lamp')).rows).toHaveLength(0)
  })

  it('keeps addresses and payment methods out of the index', () => {
    const { order } = attemptRow()
    const row = attemptRow({ order: { ...order, shipTo: 'Elm Street 5', paymentMethod: 'Visa 4242' } })
    expect(tokenRows(row).map(({ token }) => token)).toEqual(['shop', 'example', 'lamp'])
  })
})
