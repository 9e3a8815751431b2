/** What the ledger knows that a risk rule wants. Every read is bounded, however long the history is. */
import type { History } from '../risk/rule.ts'
import type { AttemptRow, Ledger } from './db.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BURST = 10 * MINUTE
const SENT: readonly AttemptRow['state'][] = ['released', 'settled', 'unknown']
const AGREED: readonly AttemptRow['state'][] = ['approved', 'forwarding', ...SENT]

/** Orders that say what is usual at a site, and anywhere. */
const ORDERS_HERE = 200
const ORDERS_ANYWHERE = 40
/** A page that fires without end must not make every further question slow. */
const ATTEMPTS_READ = 500

type Asked = Pick<AttemptRow, 'id' | 'site' | 'page' | 'order' | 'dedupeKey'>

export async function readHistory(
  db: Ledger,
  row: Asked & Pick<AttemptRow, 'agent'>,
  at: number,
): Promise<History> {
  const { agent } = row
  const [lately, bookings, sent, settled, merchants, failed, byAgent, newest] = await Promise.all([
    lastDay(db, row, at),
    db.reservations
      .where('[site+at]')
      .between([row.site.key, -Infinity], [row.site.key, Infinity])
      .reverse()
      .limit(ORDERS_HERE)
      .toArray(),
    sentLately(db),
    db.attempts
      .where('[site.key+state+createdAt]')
      .between([row.site.key, 'settled', -Infinity], [row.site.key, 'settled', Infinity])
      .limit(ATTEMPTS_READ)
      .count(),
    db.buckets.where('key').startsWith('site:').primaryKeys(),
    db.attempts
      .where('[state+createdAt]')
      .between(['failed', at - DAY], ['failed', at], true, true)
      .limit(ATTEMPTS_READ)
      .toArray(),
    agent === undefined
      ? []
      : db.attempts
          .where('createdAt')
          .between(at - BURST, at, true, true)
          .limit(ATTEMPTS_READ)
          .toArray(),
    db.log.orderBy(':id').last(),
  ])
  const others = lately.filter((other) => other.id !== row.id)
  const since = (span: number) => others.filter((other) => other.createdAt >= at - span).length
  const rejected = others.filter((other) => other.state === 'rejected')
  const counted = bookings.filter((booking) => booking.state !== 'released' && booking.attemptId !== row.id)
  const inCurrency = counted.filter((booking) => booking.currency === row.order.currency)
  return {
    settledHere: settled,
    sameOrderAt: sameAgreed(lately, row),
    recentAttempts: since(BURST),
    attemptsHour: since(HOUR),
    attemptsDay: others.length,
    ...(agent === undefined
      ? {}
      : { agentAttempts: byAgent.filter((other) => other.agent === agent && other.id !== row.id).length }),
    totalsHere: inCurrency.map(({ amount }) => amount),
    currenciesHere: [...new Set(counted.map(({ currency }) => currency))],
    currencies: [...new Set(sent.flatMap(({ order }) => order.currency ?? []))],
    addresses: [...new Set(sent.flatMap(({ order }) => order.shipTo ?? []))],
    merchants: merchants.map((key) => key.slice('site:'.length)),
    failedDay: failed.flatMap(({ order }) => order.total ?? []),
    rejectedAt: latest(rejected),
    sentHour: inCurrency.filter((booking) => booking.at >= at - HOUR).map(({ amount }) => amount),
    quantities: quantitiesOf(sent),
    clockBackMs: Math.max(0, (newest?.at ?? at) - at),
  }
}

/** When the person last agreed to the same order within a day, in whatever tab; null where they did not. */
export async function sameOrderAgreedAt(db: Ledger, row: Asked, at: number): Promise<number | null> {
  return sameAgreed(await lastDay(db, row, at), row)
}

function lastDay(db: Ledger, { site }: Asked, at: number): Promise<AttemptRow[]> {
  return db.attempts
    .where('[site.key+createdAt]')
    .between([site.key, at - DAY], [site.key, at], true, true)
    .reverse()
    .limit(ATTEMPTS_READ)
    .toArray()
}

function sameAgreed(lately: readonly AttemptRow[], row: Asked): number | null {
  return latest(
    lately.filter(
      (other) =>
        other.id !== row.id &&
        AGREED.includes(other.state) &&
        (other.dedupeKey === row.dedupeKey || buysTheSame(other, row)),
    ),
  )
}

/**
 * Same total for the same lines: tab, order number and address may be others, it is still bought twice. Where a page lists
 * nothing, the same sum on the same page.
 */
function buysTheSame(one: Asked, other: Asked): boolean {
  const [total, again] = [one.order.total, other.order.total]
  if (total === null || total.amount !== again?.amount || total.currency !== again.currency) return false
  const lines = linesOf(one.order)
  return lines === linesOf(other.order) && (lines !== '' || one.page === other.page)
}

function linesOf({ items }: AttemptRow['order']): string {
  return items
    .map(({ name, quantity }) => `${quantity} ${name}`)
    .sort()
    .join('\n')
}

/** The newest orders that were sent, from any site. */
async function sentLately(db: Ledger): Promise<AttemptRow[]> {
  const lists = await Promise.all(
    SENT.map((state) =>
      db.attempts
        .where('[state+createdAt]')
        .between([state, -Infinity], [state, Infinity])
        .reverse()
        .limit(ORDERS_ANYWHERE)
        .toArray(),
    ),
  )
  return lists
    .flat()
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, ORDERS_ANYWHERE)
}

function latest(rows: readonly AttemptRow[]): number | null {
  return rows.length === 0 ? null : Math.max(...rows.map((row) => row.updatedAt))
}

/** A page names its items, so a name is a key of a map and never of an object's prototype. */
function quantitiesOf(rows: readonly AttemptRow[]): Record<string, number> {
  const largest: Record<string, number> = Object.create(null)
  for (const { order } of rows) {
    for (const { name, quantity } of order.items) largest[name] = Math.max(largest[name] ?? 0, quantity)
  }
  return largest
}
