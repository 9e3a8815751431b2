/** Caps and risk of one attempt, as notes for the person. */

import type { CapReading } from '../../utils/caps/cap.ts'
import { bucketKeysFor, readCaps } from '../../utils/caps/check.ts'
import { spenderOf } from '../../utils/ledger/approve.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { readHistory } from '../../utils/ledger/history.ts'
import type { Note } from '../../utils/order/order.ts'
import { assess } from '../../utils/risk/rule.ts'
import { RULES } from '../../utils/risk/rules.ts'
import { readSettings } from '../../utils/settings/settings.ts'
import { currentLocale } from '../../utils/words/words.ts'
import { db, now } from './services.ts'

export async function assessRow(row: AttemptRow): Promise<Note[]> {
  const at = now()
  const [caps, history, { zone, risk }] = await Promise.all([
    readRowCaps(row, at),
    readHistory(db, row, at),
    readSettings(db),
  ])
  return assess(RULES, {
    order: row.order,
    site: row.site,
    actor: row.actor,
    caps,
    history,
    at,
    locale: currentLocale(),
    zone,
    ...risk,
  })
}

async function readRowCaps(row: AttemptRow, at: number): Promise<CapReading[]> {
  const { total } = row.order
  if (total === null) return []
  const { zone } = await readSettings(db)
  const spender = spenderOf(row)
  const found = await db.buckets.bulkGet(bucketKeysFor(spender))
  const buckets = new Map(found.flatMap((bucket) => (bucket ? [[bucket.key, bucket]] : [])))
  return readCaps(await db.caps.toArray(), (key) => buckets.get(key), { ...spender, total, at, zone })
}
