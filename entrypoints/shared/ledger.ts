/** Read side of the ledger for pages. They never write: every act is a command to the background. */
import Dexie, { type Collection } from 'dexie'
import type { Bucket } from '../../utils/caps/bucket.ts'
import { type Cap, type CapReading, scopeKey } from '../../utils/caps/cap.ts'
import { readCap, readCaps } from '../../utils/caps/check.ts'
import { type AttemptRow, openLedger } from '../../utils/ledger/db.ts'
import { zero } from '../../utils/money/money.ts'
import type { Allowance } from '../../utils/policy/allowance.ts'
import { type IdentityView, readSettings, type Settings } from '../../utils/settings/settings.ts'

export const ledger = openLedger()

/** Payments that wait for the person, oldest first. */
export function askedAttempts(): Promise<AttemptRow[]> {
  return ledger.attempts.where('state').equals('asked').sortBy('createdAt')
}

export async function readIdentityView(): Promise<IdentityView | null> {
  const row = await ledger.settings.get('identity-view')
  return (row?.value as IdentityView | undefined) ?? null
}

export interface Owner {
  identity: IdentityView | null
  freeBelow: Settings['freeBelow']
  elsewhere: NonNullable<Settings['elsewhere']>
}

/** Identity and settings in one read: both are wanted before the first paint of the consent window. */
export async function readOwner(): Promise<Owner> {
  const [identity, settings] = await ledger.settings.bulkGet(['identity-view', 'settings'])
  const known = settings?.value as Partial<Settings> | undefined
  return {
    identity: (identity?.value as IdentityView | undefined) ?? null,
    // With a backend the person's proof is always needed.
    freeBelow: known?.backend ? [] : known?.freeBelow,
    elsewhere: known?.backend ? (known.elsewhere ?? 'off') : 'off',
  }
}

export function currentSettings(): Promise<Settings> {
  return readSettings(ledger)
}

/** All caps and what counts against them. */
export interface Spending {
  caps: Cap[]
  buckets: Map<string, Bucket>
  zone: string
}

/** Asked for beside the attempt and not after it: a window that waits for both waits once. */
export async function readSpending(): Promise<Spending> {
  const [caps, buckets, { zone }] = await Promise.all([
    ledger.caps.toArray(),
    ledger.buckets.toArray(),
    currentSettings(),
  ])
  return { caps, buckets: new Map(buckets.map((bucket) => [bucket.key, bucket])), zone }
}

/** Every cap that this attempt's order touches, before and after; none where the total is unknown. */
export function readingsFor(
  attempt: AttemptRow,
  { caps, buckets, zone }: Spending,
  at: number,
): CapReading[] {
  const total = attempt.order.total
  if (total === null) return []
  return readCaps(caps, (key) => buckets.get(key), {
    site: attempt.site.key,
    category: attempt.category ?? null,
    agent: attempt.agent ?? null,
    total,
    at,
    zone,
  })
}

/** Every cap with what is spent in its window now, as if an order of nothing were looked at. */
export async function capReadings(at: number): Promise<CapReading[]> {
  const { caps, buckets, zone } = await readSpending()
  return caps.map((cap) =>
    readCap(cap, buckets.get(scopeKey(cap.scope)), { total: zero(cap.limit.currency), at, zone }),
  )
}

/** Allowances that still hold at `at`. */
export function currentAllowances(at: number): Promise<Allowance[]> {
  return ledger.allowances
    .filter(({ revokedAt, terms }) => revokedAt === null && Date.parse(terms.expires_at) > at)
    .toArray()
}

/** The currency of the latest purchase, else the one of the person's region where that is known. */
export async function usualCurrency(): Promise<string> {
  const latest = await ledger.attempts
    .orderBy('createdAt')
    .reverse()
    .filter((row) => row.order.currency !== null)
    .first()
  return latest?.order.currency ?? 'EUR'
}

/** Sites that something was attempted on: one key a site, jumping along the index, so that size does not matter. */
export async function knownSites(): Promise<string[]> {
  const sites: string[] = []
  let after: string | null = null
  for (;;) {
    const index = ledger.attempts.where('[site.key+createdAt]')
    const range: Collection = after === null ? index.above([Dexie.minKey]) : index.above([after, [[]]])
    const [key]: unknown[] = await range.limit(1).keys()
    if (!Array.isArray(key) || typeof key[0] !== 'string') return sites
    after = key[0]
    sites.push(after)
  }
}
