/**
 * What the person knows better: what came of a payment that nobody heard of again, and money that came back. Both can
 * make room under caps, so both need the factor.
 */
import { actionDigest } from '../../utils/contract/action.ts'
import { Refusal } from '../../utils/errors/errors.ts'
import { collectEvidence } from '../../utils/evidence/collect.ts'
import { checkProof } from '../../utils/identity/identity.ts'
import { recordRefund } from '../../utils/ledger/refunds.ts'
import type { Proof } from '../../utils/messages/page.ts'
import { parseMoney, type WireMoney } from '../../utils/money/money.ts'
import { readSettings } from '../../utils/settings/settings.ts'
import { armKeeping, armReconcile } from './alarms.ts'
import { conclude } from './outcome.ts'
import { reconcile } from './reconcile.ts'
import { alone, db, now } from './services.ts'

export function settleUnknown(input: {
  attemptId: string
  outcome: 'settled' | 'failed'
  proof: Proof | null
}): Promise<void> {
  const { attemptId, outcome, proof } = input
  return alone(`outcome:${attemptId}`, async () => {
    const row = await db.attempts.get(attemptId)
    if (!row) throw new Refusal('unknown_attempt')
    if (row.state !== 'unknown') throw new Refusal('not_waiting')
    await checkProof(db, proof, await actionDigest({ command: 'settle-unknown', attemptId, outcome }), now())
    const reason = outcome === 'settled' ? 'person_paid' : 'person_not_paid'
    if (!(await conclude(attemptId, ['unknown'], outcome, reason))) throw new Refusal('not_waiting')
    armReconcile()
    void reconcile()
  })
}

export function noteRefund(input: {
  attemptId: string
  amount: WireMoney
  proof: Proof | null
}): Promise<void> {
  const { attemptId, proof } = input
  return alone(`outcome:${attemptId}`, async () => {
    const amount = parseMoney(input.amount)
    if (amount === null) throw new Refusal('malformed')
    const digest = await actionDigest({ command: 'record-refund', attemptId, amount: input.amount })
    await checkProof(db, proof, digest, now())
    const { zone } = await readSettings(db)
    await recordRefund(db, { attemptId, amount, at: now(), calendar: { zone } })
    armKeeping()
  })
}

/** Made here because it signs the head of the log first, and only the background writes. */
export function evidence(attemptId: string | null): Promise<{ bundle: string }> {
  return alone('keep', async () => {
    const attemptIds = attemptId === null ? 'all' : [attemptId]
    const bundle = await collectEvidence(db, { attemptIds, at: now() })
    return { bundle: `${JSON.stringify(bundle, null, 1)}\n` }
  })
}
