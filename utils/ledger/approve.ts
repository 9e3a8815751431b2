/** Approval: the one move that spends. */
import type { Bucket, Calendar } from '../caps/bucket.ts'
import { type Cap, scopeKey } from '../caps/cap.ts'
import { brokenCaps, bucketKeysFor, capApplies, readCaps, type Spender } from '../caps/check.ts'
import type { Anchors } from '../caps/windows.ts'
import { IllegalMove, Refusal } from '../errors/errors.ts'
import { drawFrom } from './allowances.ts'
import type { AttemptRow, ConsentRow, Ledger, MandateRow } from './db.ts'
import { readHead } from './log.ts'
import { after, eventOf, type Move, moveTables, requireMove, write } from './moves.ts'
import { book } from './reservations.ts'
import { withSlices } from './sums.ts'

export interface Approval extends Omit<Move, 'pendingOutcome' | 'paymentId'> {
  consent: ConsentRow
  mandate: MandateRow
  /** IANA zone of the person, and where weeks and months begin. */
  zone: string
  anchors?: Anchors
  /** Under an allowance nobody is asked: the only way from `held`, and for nothing but what it covers. */
  allowance?: { id: string; deviceId: string }
  /**
   * Goes on to `forwarding` in the same commit: from then on the mandate may be on its way, and a second commit beside the
   * backend's own would only make both wait for the disk.
   */
  forward?: true
  /** The attempt as the caller last read it: its sums are then read at once with everything else. Only a hint. */
  seen?: Pick<AttemptRow, 'order' | 'agent' | 'category'>
}

/**
 * Caps are read and booked in the same transaction as the move, so that two tabs cannot both take the last of a cap.
 * Throws a Refusal and writes nothing where the order does not fit (`cap_exceeded`), has no total that can be paid
 * (`unknown_total`), is not the one that was consented to (`digest_mismatch`) or has waited too long (`expired`).
 */
export async function approveAndReserve(db: Ledger, step: Approval): Promise<AttemptRow> {
  return db.transaction('rw', moveTables(db), async () => {
    const guess = step.seen ? bucketKeysFor(spenderOf(step.seen)) : []
    const [found, caps, head, guessed] = await Promise.all([
      db.attempts.get(step.attemptId),
      db.caps.toArray(),
      readHead(db),
      db.buckets.bulkGet(guess),
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
    const { allowance } = step
    if (row.state === 'held' && !allowance) throw new IllegalMove('held → approved without an allowance')
    if (allowance) {
      const notes = step.change?.notes ?? row.notes
      const { deviceId } = allowance
      await drawFrom(db, allowance.id, { order: row.order, notes, at: step.at, deviceId })
    }

    const spender = spenderOf(row)
    const sliceHours = sliceHoursOf(caps.filter((cap) => capApplies(cap, spender, total.currency)))
    const keys = bucketKeysFor(spender)
    const rows = keys.join() === guess.join() ? guessed : await db.buckets.bulkGet(keys)
    const buckets = await withHours(db, keys, rows, sliceHours, step.at)
    const { zone, anchors } = step
    const calendar: Calendar = { zone, ...(anchors ? { anchors } : {}) }
    const readings = readCaps(caps, (key) => buckets.get(key), {
      ...spender,
      ...calendar,
      total,
      at: step.at,
    })
    if (brokenCaps(readings).length > 0) throw new Refusal('cap_exceeded')
    const approved = after(row, step)
    const events = [eventOf(row, step)]
    let next = approved
    if (step.forward) {
      const onward: Move = {
        attemptId: row.id,
        from: 'approved',
        to: 'forwarding',
        reason: null,
        at: step.at,
      }
      next = after(requireMove(approved, onward), onward)
      events.push(eventOf(approved, onward))
    }
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
      write(db, next, step, { head, mandates: [], events }),
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

/** The row of each scope, hours complete where a sliding cap needs them. */
async function withHours(
  db: Ledger,
  keys: readonly string[],
  rows: readonly (Bucket | undefined)[],
  sliceHours: ReadonlyMap<string, number>,
  at: number,
): Promise<Map<string, Bucket | undefined>> {
  const buckets = new Map<string, Bucket | undefined>()
  for (const [index, key] of keys.entries()) {
    const bucket = rows[index]
    const hours = sliceHours.get(key) ?? 0
    buckets.set(key, bucket && bucket.sliceHours < hours ? await withSlices(db, bucket, hours, at) : bucket)
  }
  return buckets
}
