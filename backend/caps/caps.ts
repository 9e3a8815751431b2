/**
 * Caps, enforced again where the money is. The windows are the extension's own
 * (utils/caps/windows); what is spent comes from the payments themselves. An account that has caps authorises one payment at a time: its row is locked from the sum to the
 * insert, so that two devices cannot both fit under one cap.
 */
import 'temporal-polyfill/global'
import { windowEnd, windowStart } from '../../utils/caps/windows.ts'
import type { CapAnswer, WireCap, WireCapScope, WireCapWindow } from '../../utils/contract/caps.ts'
import {
  add,
  compare,
  type Money,
  money,
  subtract,
  toDecimal,
  toWire,
  zero,
} from '../../utils/money/money.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'

export interface CapRow {
  cap_id: string
  site: string
  cap_window: WireCapWindow
  amount: bigint
  currency: string
  version: number
  created_at: Date
  updated_at: Date
}

export interface Cap {
  id: string
  scope: WireCapScope
  window: WireCapWindow
  limit: Money
}

/** One cap beside one order. */
interface Reading {
  cap: Cap
  used: Money
  /** Never negative. */
  left: Money
  /** By how much the order exceeds the cap; zero when it fits. */
  excess: Money
}

export function capOf(row: CapRow): Cap {
  return {
    id: row.cap_id,
    scope: scopeOf(row.site),
    window: row.cap_window,
    limit: { amount: row.amount, currency: row.currency },
  }
}

/** As the column has it; no host begins with "#". */
export const TIPS = '#tip'

function scopeOf(site: string): WireCapScope {
  if (site === '') return { kind: 'all' }
  return site === TIPS ? { kind: 'tip' } : { kind: 'site', site }
}

export function siteOfScope(scope: WireCapScope): string {
  if (scope.kind === 'all') return ''
  return scope.kind === 'tip' ? TIPS : scope.site
}

export function capRows(sql: Sql, accountId: string): Promise<CapRow[]> {
  return sql.query<CapRow>('SELECT * FROM cap WHERE account_id = $1 ORDER BY cap_id', [accountId], 'caps')
}

/**
 * Reads each cap of the order's currency and site. A payment counts from its authorisation; a failed or voided one does
 * not. `at` is epoch ms.
 */
async function readCaps(
  sql: Sql,
  accountId: string,
  caps: readonly Cap[],
  order: { site: string; total: Money; tip: boolean },
  at: number,
  zone: string,
): Promise<Reading[]> {
  const { site, total, tip } = order
  const readings: Reading[] = []
  for (const cap of caps) {
    if (cap.limit.currency !== total.currency) continue
    if (cap.scope.kind === 'site' && cap.scope.site !== site) continue
    if (cap.scope.kind === 'tip' && !tip) continue
    const used = await spent(sql, accountId, cap, at, zone)
    readings.push({
      cap,
      used,
      left: positive(subtract(cap.limit, used)),
      excess: positive(subtract(add(used, total), cap.limit)),
    })
  }
  return readings
}

async function spent(sql: Sql, accountId: string, cap: Cap, at: number, zone: string): Promise<Money> {
  const { currency } = cap.limit
  if (cap.window === 'order') return zero(currency)
  const start = windowStart(cap.window, at, zone)
  const [row] = await sql.query<{ used: bigint }>(
    `SELECT coalesce(sum(amount), 0)::bigint AS used
       FROM payment
      WHERE account_id = $1 AND currency = $2 AND created_at >= coalesce($3, '-infinity'::timestamptz)
        AND ($4 = '' OR payee_id = $4 OR ($4 = '#tip' AND EXISTS (SELECT 1 FROM wallet_order w
          WHERE w.account_id = $1 AND w.payment_id = payment.payment_id AND w.kind = 'tip')))
        AND state IN ('authorised', 'settled')`,
    [accountId, currency, start === null ? null : new Date(start), siteOfScope(cap.scope)],
    'spend',
  )
  return money(row?.used ?? 0n, currency)
}

function positive(value: Money): Money {
  return value.amount > 0n ? value : zero(value.currency)
}

/** Refuses what would break a cap. Call it in the transaction that records the payment. */
export async function enforceCaps(
  context: Context,
  tx: Sql,
  accountId: string,
  order: { site: string; total: Money; tip: boolean },
): Promise<void> {
  // NO KEY: rows that refer to the account are written at the same time, and must not wait for this, nor this for them.
  const [account] = await tx.query<{ zone: string }>(
    'SELECT zone FROM account WHERE account_id = $1 FOR NO KEY UPDATE',
    [accountId],
  )
  const zone = account?.zone ?? 'UTC'
  const at = context.now()
  const caps = (await capRows(tx, accountId)).map(capOf)
  const readings = await readCaps(tx, accountId, caps, order, at, zone)
  const [worst] = readings
    .filter((reading) => reading.excess.amount > 0n)
    .sort((a, b) => compare(b.excess, a.excess))
  if (worst !== undefined) throw new ProblemError('cap_exceeded', wordsFor(worst))
}

/** Whether caps on tips leave room; null where there is none in this currency. Decided again when it is paid. */
export async function tipFits(
  context: Context,
  tx: Sql,
  accountId: string,
  total: Money,
): Promise<boolean | null> {
  const caps = (await capRows(tx, accountId)).map(capOf)
  const tips = caps.filter(({ scope, limit }) => scope.kind === 'tip' && limit.currency === total.currency)
  if (tips.length === 0) return null
  const [account] = await tx.query<{ zone: string }>('SELECT zone FROM account WHERE account_id = $1', [
    accountId,
  ])
  const order = { site: '', total, tip: true }
  const readings = await readCaps(tx, accountId, tips, order, context.now(), account?.zone ?? 'UTC')
  return readings.every(({ excess }) => excess.amount === 0n)
}

function wordsFor({ cap, left, excess }: Reading): string {
  const where = cap.scope.kind === 'all' ? 'all sites' : cap.scope.kind === 'tip' ? 'tips' : cap.scope.site
  return (
    `the ${cap.window} cap for ${where} has ${toDecimal(left)} ${left.currency} left, ` +
    `this is ${toDecimal(excess)} ${excess.currency} too much`
  )
}

/** `agentId`: as that agent may see them. Caps of sites tell where the person shops, so it sees those it has asked about. */
export async function capAnswers(
  context: Context,
  accountId: string,
  agentId: string | null = null,
): Promise<CapAnswer[]> {
  const every = await capRows(context.db, accountId)
  const sites = agentId === null ? null : await sitesOf(context.db, accountId, agentId)
  const rows = every.filter(
    (row) => sites === null || scopeOf(row.site).kind !== 'site' || sites.has(row.site),
  )
  const [account] = await context.db.query<{ zone: string }>(
    'SELECT zone FROM account WHERE account_id = $1',
    [accountId],
  )
  const zone = account?.zone ?? 'UTC'
  const at = context.now()
  const answers: CapAnswer[] = []
  for (const row of rows) {
    const cap = capOf(row)
    const order = { site: siteOfScope(cap.scope), total: zero(row.currency), tip: true }
    for (const reading of await readCaps(context.db, accountId, [cap], order, at, zone)) {
      const end = windowEnd(cap.window, at, zone)
      answers.push({
        ...wireCap(cap),
        cap_id: row.cap_id,
        version: row.version,
        used: toWire(reading.used),
        left: toWire(reading.left),
        resets_at: end === null ? null : new Date(end).toISOString(),
      })
    }
  }
  return answers
}

async function sitesOf(sql: Sql, accountId: string, agentId: string): Promise<Set<string>> {
  const rows = await sql.query<{ site: string }>(
    `SELECT DISTINCT "order"->'site'->>'key' AS site FROM wallet_order WHERE account_id = $1 AND agent_id = $2`,
    [accountId, agentId],
    'sites_of_agent',
  )
  return new Set(rows.map(({ site }) => site))
}

function wireCap(cap: Cap): WireCap {
  return { scope: cap.scope, window: cap.window, limit: toWire(cap.limit) }
}
