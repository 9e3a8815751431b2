/** Approval: the one move that spends. */
import type { Bucket, Calendar } from '../caps/bucket.ts'
import { type Cap, scopeKey } from '../caps/cap.ts'
import { brokenCaps, bucketKeysFor, capApplies, readCaps, type Spender } from '../caps/check.ts'
import type { Anchors } from '../caps/windows.ts'
import { Refusal } from '../errors/errors.ts'
import type { AttemptRow, ConsentRow, Ledger, MandateRow } from './db.ts'
import { readHead } from './log.ts'
import { after, type Move, moveTables, requireMove, write } from './moves.ts'
import { book } from './reservations.ts'
import { withSlices } from './sums.ts'

export interface Approval extends Move {
  consent: ConsentRow
  mandate: MandateRow
  /** IANA zone of the person, and where weeks and months begin. */
  zone: string
  anchors?: Anchors
}

/**
 * Caps are read and booked in the same transaction as the move, so that two tabs cannot both take the last of a cap.
 * Throws a Refusal and writes nothing where the order does not fit (`cap_exceeded`), has no total that can be paid
 * (`unknown_total`), is not the one that was consented to (`digest_mismatch`) or has waited too long (`expired`).
 */
export async function approveAndReserve(db: Ledger, step: Approval): Promise<AttemptRow> {
  return db.transaction('rw', moveTables(db), async () => {
    const [found, caps, head] = await Promise.all([
      db.attempts.get(step.attemptId),
      db.caps.toArray(),
      readHead(db),
    ])
    const row = requireMove(found, step)
    const total = row.order.total
    // A negative total would give room to every cap that it counts in.
    if (total === null || total.amount < 0n) throw new Refusal('unknown_total')
    if (step.consent.decision !== 'approved' || step.consent.attemptId !== row.id) {
      throw new Refusal('digest_mismatch')
    }
    if (row.digest !== step.consent.digest) throw new Refusal('digest_mismatch')
    if (step.at > row.expiresAt) throw new Refusal('expired')

    const spender = spenderOf(row)
    const sliceHours = sliceHoursOf(caps.filter((cap) => capApplies(cap, spender, total.currency)))
    const buckets = await readBuckets(db, spender, sliceHours, step.at)
    const { zone, anchors } = step
    const calendar: Calendar = { zone, ...(anchors ? { anchors } : {}) }
    const readings = readCaps(caps, (key) => buckets.get(key), {
      ...spender,
      ...calendar,
      total,
      at: step.at,
    })
    if (brokenCaps(readings).length > 0) throw new Refusal('cap_exceeded')
    const next = after(row, step)
    await Promise.all([
      book(db, {
        attemptId: row.id,
        site: row.order.site.key,
        total,
        buckets,
        at: step.at,
        calendar,
        sliceHours,
      }),
      write(db, row, next, step, head),
    ])
    return next
  })
}

/** Whose order an attempt is, as far as caps care. */
export function spenderOf(row: Pick<AttemptRow, 'order' | 'agent' | 'category'>): Spender {
  return { site: row.order.site.key, category: row.category ?? null, agent: row.agent ?? null }
}

/** How many hours back each scope's sliding caps look. */
function sliceHoursOf(caps: readonly Cap[]): Map<string, number> {
  const hours = new Map<string, number>()
  for (const cap of caps) {
    if (cap.window !== 'sliding') continue
    const key = scopeKey(cap.scope)
    hours.set(key, Math.max(hours.get(key) ?? 0, cap.hours ?? 0))
  }
  return hours
}

/** The rows of every scope that this spender counts in, hours complete where a sliding cap needs them. */
async function readBuckets(
  db: Ledger,
  spender: Spender,
  sliceHours: ReadonlyMap<string, number>,
  at: number,
): Promise<Map<string, Bucket | undefined>> {
  const keys = bucketKeysFor(spender)
  const found = await db.buckets.bulkGet(keys)
  const buckets = new Map<string, Bucket | undefined>()
  for (const [index, key] of keys.entries()) {
    const bucket = found[index]
    buckets.set(key, bucket && (await withSlices(db, bucket, sliceHours.get(key) ?? 0, at)))
  }
  return buckets
}
