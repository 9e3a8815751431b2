/**
 * Caps, enforced again where the money is. The rules are the extension's own (utils/caps); what is spent comes from the
 * payments themselves. An account that has caps authorises one payment at a time: its row is locked from the sum to the
 * insert, so that two devices cannot both fit under one cap.
 */
import 'temporal-polyfill/global'
import type { Cap, CapReading, Spend } from '../../utils/caps/cap.ts'
import { brokenCaps, bucketKey, readCaps } from '../../utils/caps/check.ts'
import { windowName } from '../../utils/caps/windows.ts'
import type { CapAnswer, WireCap } from '../../utils/contract/caps.ts'
import { type Money, toDecimal, toWire } from '../../utils/money/money.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'

export interface CapRow {
  cap_id: string
  site: string
  cap_window: Cap['window']
  amount: bigint
  currency: string
  version: number
  created_at: Date
  updated_at: Date
}

export function capOf(row: CapRow): Cap {
  return {
    id: row.cap_id,
    scope: row.site === '' ? { kind: 'all' } : { kind: 'site', site: row.site },
    window: row.cap_window,
    limit: { amount: row.amount, currency: row.currency },
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  }
}

export function capRows(sql: Sql, accountId: string): Promise<CapRow[]> {
  return sql.query<CapRow>('SELECT * FROM cap WHERE account_id = $1 ORDER BY cap_id', [accountId], 'caps')
}

/** Start of the window that holds `at` (epoch ms) in the account's zone; null for all time. */
function windowStart(window: Cap['window'], at: number, zone: string): Date | null {
  if (window === 'order' || window === 'total') return null
  const day = Temporal.PlainDate.from(windowName(window, at, zone))
  return new Date(day.toZonedDateTime(zone).epochMilliseconds)
}

/** What counts against each cap. A payment counts from its authorisation; a failed or voided one does not. */
async function spendOf(sql: Sql, accountId: string, caps: readonly Cap[], at: number, zone: string) {
  const spends = new Map<string, Spend>()
  for (const cap of caps) {
    if (cap.window === 'order') continue
    const [row] = await sql.query<{ settled: bigint; reserved: bigint }>(
      `SELECT coalesce(sum(amount) FILTER (WHERE state = 'settled'), 0)::bigint AS settled,
              coalesce(sum(amount) FILTER (WHERE state = 'authorised'), 0)::bigint AS reserved
         FROM payment
        WHERE account_id = $1 AND currency = $2 AND created_at >= coalesce($3, '-infinity'::timestamptz)
          AND ($4 = '' OR payee_id = $4) AND state IN ('authorised', 'settled')`,
      [accountId, cap.limit.currency, windowStart(cap.window, at, zone), siteOfCap(cap)],
      'spend',
    )
    const name = windowName(cap.window, at, zone)
    if (row !== undefined) spends.set(bucketKey(cap.scope, cap.limit.currency, cap.window, name), row)
  }
  return (bucket: string) => spends.get(bucket)
}

function siteOfCap(cap: Cap): string {
  return cap.scope.kind === 'site' ? cap.scope.site : ''
}

/** Refuses what would break a cap. Call it in the transaction that records the payment. */
export async function enforceCaps(
  context: Context,
  tx: Sql,
  accountId: string,
  site: string,
  total: Money,
): Promise<void> {
  // NO KEY: rows that refer to the account are written at the same time, and must not wait for this, nor this for them.
  const [account] = await tx.query<{ zone: string }>(
    'SELECT zone FROM account WHERE account_id = $1 FOR NO KEY UPDATE',
    [accountId],
  )
  const zone = account?.zone ?? 'UTC'
  const at = context.now()
  const caps = (await capRows(tx, accountId)).map(capOf)
  const spend = await spendOf(tx, accountId, caps, at, zone)
  const [worst] = brokenCaps(readCaps(caps, spend, { site, total, at, zone }))
  if (worst !== undefined) throw new ProblemError('cap_exceeded', wordsFor(worst))
}

function wordsFor({ cap, left, excess }: CapReading): string {
  const where = cap.scope.kind === 'all' ? 'all sites' : cap.scope.site
  return (
    `the ${cap.window} cap for ${where} has ${toDecimal(left)} ${left.currency} left, ` +
    `this is ${toDecimal(excess)} ${excess.currency} too much`
  )
}

export async function capAnswers(context: Context, accountId: string): Promise<CapAnswer[]> {
  const rows = await capRows(context.db, accountId)
  const [account] = await context.db.query<{ zone: string }>(
    'SELECT zone FROM account WHERE account_id = $1',
    [accountId],
  )
  const zone = account?.zone ?? 'UTC'
  const at = context.now()
  const spend = await spendOf(context.db, accountId, rows.map(capOf), at, zone)
  return rows.flatMap((row) => {
    const cap = capOf(row)
    const total = { amount: 0n, currency: row.currency }
    return readCaps([cap], spend, { site: siteOfCap(cap), total, at, zone }).map((reading) => ({
      ...wireCap(cap),
      cap_id: row.cap_id,
      version: row.version,
      used: toWire(reading.used),
      left: toWire(reading.left),
      resets_at: reading.resetsAt === null ? null : new Date(reading.resetsAt).toISOString(),
    }))
  })
}

function wireCap(cap: Cap): WireCap {
  return { scope: cap.scope, window: cap.window, limit: toWire(cap.limit) }
}
