/** The evidence bundle of a payment: the consent as it was signed, the keys, the receipt, and its place in the log. */
import { unverifiedClaims } from '../auth/es256.ts'
import type { Context } from '../context.ts'
import { ap2PaymentMandate } from '../export/protocols.ts'
import { checkpoint } from '../log/checkpoint.ts'
import type { EventData } from '../log/events.ts'
import { parseClaims } from '../mandates/verify.ts'
import { publishedKeys } from '../receipts/published.ts'
import { consentHolds, proofOf } from './claims.ts'

export async function evidenceFor(context: Context, accountId: string, paymentId: string) {
  const proof = await proofOf(context.db, accountId, paymentId)
  const events = await context.db.query<{
    seq: bigint
    type: string
    data: EventData
    at: Date
    leaf: Buffer
  }>(
    'SELECT seq, type, data, at, leaf FROM event WHERE account_id = $1 AND subject = $2 AND seq IS NOT NULL ORDER BY seq',
    [accountId, paymentId],
  )
  const signed = proof.jws === null ? null : unverifiedClaims(proof.jws)
  const claims = signed === null ? null : parseClaims(signed)
  return {
    payment_id: paymentId,
    consent_holds: consentHolds(proof),
    /** AP2 v0.2 names: the JWS is the payment mandate, `order` what its transaction_id is the digest of. */
    payment_mandate: proof.jws,
    ap2: claims === null ? null : ap2PaymentMandate(claims),
    assertion: proof.assertion,
    /** Consent to the allowance under which the device signed; null where the person signed the payment itself. */
    allowance_mandate: proof.standing_jws,
    allowance_assertion: proof.standing_assertion,
    /** The assertion over the order's digest, where the person approved on another device. */
    approval_assertion: proof.approval_assertion,
    order: proof.order,
    factor: proof.factor,
    consent_key: proof.consent_key,
    device_key: proof.device_key,
    /** Which key of the device an old mandate needs, after rotations. */
    former_device_keys: proof.former_keys,
    receipt: proof.receipt,
    /** All of them: the receipt's `kid` says which one it needs. */
    receipt_keys: await publishedKeys(context.db, 'receipt'),
    receipt_key: context.receipts.publicKey,
    events: events.map((event) => ({
      seq: Number(event.seq),
      type: event.type,
      data: event.data,
      at: event.at.toISOString(),
      leaf: event.leaf.toString('base64'),
    })),
    checkpoint: await checkpoint(context, context.logKeys.current, accountId),
  }
}
