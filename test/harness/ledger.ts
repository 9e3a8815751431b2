/** Reads the extension's ledger as it is on disk, from a still page of the extension. */

import type { Cap } from '../../utils/caps/cap.ts'
import type {
  AttemptRow,
  BucketRow,
  ConsentRow,
  LogRow,
  MandateRow,
  ReceiptRow,
  ReservationRow,
  SettingRow,
} from '../../utils/ledger/db.ts'
import { LEDGER_NAME, type Ledger } from '../../utils/ledger/db.ts'
import type { Allowance } from '../../utils/policy/allowance.ts'
import type { GuardedBrowser } from './browser.ts'

interface Rows {
  attempts: AttemptRow
  consents: ConsentRow
  mandates: MandateRow
  receipts: ReceiptRow
  reservations: ReservationRow
  buckets: BucketRow
  caps: Cap
  allowances: Allowance
  log: LogRow
  settings: SettingRow
}
export type TableName = keyof Rows & keyof Ledger

/** Every row of a table in key order; none where the ledger is not there yet. */
export async function readLedger<Name extends TableName>(
  guarded: GuardedBrowser,
  table: Name,
): Promise<Rows[Name][]> {
  const rows: unknown[] = await guarded.office.evaluate(
    ({ name, store }) =>
      new Promise<unknown[]>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        // A fresh database: nothing was written yet, and this reader must not be the one to make it.
        opening.onupgradeneeded = () => opening.transaction?.abort()
        opening.onsuccess = () => {
          const database = opening.result
          if (!database.objectStoreNames.contains(store)) {
            database.close()
            return resolve([])
          }
          const reading = database.transaction(store).objectStore(store).getAll()
          reading.onerror = () => reject(reading.error)
          reading.onsuccess = () => {
            database.close()
            resolve(reading.result)
          }
        }
      }).catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'AbortError') return []
        throw error
      }),
    { name: LEDGER_NAME, store: table },
  )
  return rows as Rows[Name][]
}

/** Waits until a table's rows satisfy `wanted`, and gives them. The ledger has no event for readers outside it. */
export async function waitForLedger<Name extends TableName>(
  guarded: GuardedBrowser,
  table: Name,
  wanted: (rows: Rows[Name][]) => boolean,
  timeout = 15_000,
): Promise<Rows[Name][]> {
  const end = Date.now() + timeout
  for (;;) {
    const rows = await readLedger(guarded, table)
    if (wanted(rows)) return rows
    if (Date.now() > end) {
      throw new Error(`The ledger's ${table} did not come to that in ${timeout} ms: ${show(rows)}`)
    }
    await guarded.office.evaluate(() => new Promise((resolve) => setTimeout(resolve, 40)))
  }
}

function show(rows: unknown[]): string {
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}
