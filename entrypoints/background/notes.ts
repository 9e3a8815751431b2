/** Caps and risk of one attempt, as notes for the person. */

import type { CapReading } from '../../utils/caps/cap.ts'
import { bucketKeysFor, readCaps } from '../../utils/caps/check.ts'
import { spenderOf } from '../../utils/ledger/approve.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import { readHistory } from '../../utils/ledger/history.ts'
import type { HoldMessage } from '../../utils/messages/relay.ts'
import type { Note } from '../../utils/order/order.ts'
import { requestTotalOf } from '../../utils/risk/page-facts.ts'
import { assess, type PageFacts } from '../../utils/risk/rule.ts'
import { RULES } from '../../utils/risk/rules.ts'
import { readSettings } from '../../utils/settings/settings.ts'
import { currentLocale } from '../../utils/words/words.ts'
import { cartFacts } from './cart.ts'
import type { Reading } from './reading.ts'
import { db, now } from './services.ts'
import { selfApprovalSigns } from './surface.ts'

/** `signs`: of an agent that approves for itself, where they were looked for already. */
export async function assessRow(
  row: AttemptRow,
  signs: Promise<string[]> = selfApprovalSigns(),
): Promise<Note[]> {
  const at = now()
  const [caps, history, { zone, risk }, selfApproval] = await Promise.all([
    readRowCaps(row, at),
    readHistory(db, row, at),
    readSettings(db),
    signs,
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
    page: { ...row.facts, selfApproval },
    ...risk,
  })
}

/** Everything that rules may ask of the page: what the reader saw, what the cart said, what the request says. */
export async function knownFacts(
  { facts, order }: Reading,
  { request }: Pick<HoldMessage, 'request'>,
  tabId: number,
): Promise<{ facts?: PageFacts }> {
  if (facts === undefined) return {}
  const requestTotal = requestTotalOf(request?.url ?? null, order.total)
  return { facts: { ...facts, ...(await cartFacts(tabId, order.site.key)), requestTotal } }
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
