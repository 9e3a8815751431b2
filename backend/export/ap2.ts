/**
 * A payment as AP2 v0.2 closed mandates: a checkout mandate and the payment mandate that is bound to it, as SD-JWTs
 * (RFC 9901). This backend issues both by its receipt key, because the person signed our own mandate, which goes along
 * in `risk_data`, AP2's free map: whoever wants the person's own signature and not our word for it finds it there.
 */
import { createHash, randomBytes } from 'node:crypto'
import { unverifiedClaims } from '../auth/es256.ts'
import { consentHolds, proofOf } from '../claims/claims.ts'
import type { Context } from '../context.ts'
import { ProblemError } from '../http/problems.ts'
import { parseClaims } from '../mandates/verify.ts'
import { ap2PaymentMandate } from './protocols.ts'

const SALT_BYTES = 16

export interface Ap2Mandates {
  /** SD-JWT over {vct, checkout_hash, iat, exp}, `checkout_jwt` selectively disclosable (and disclosed here). */
  checkout_mandate: string
  /** SD-JWT; its `transaction_id` is the hash of `checkout_jwt`. */
  payment_mandate: string
}

export async function ap2Mandates(
  context: Context,
  accountId: string,
  paymentId: string,
): Promise<Ap2Mandates> {
  const proof = await proofOf(context.db, accountId, paymentId)
  const signed = proof.jws === null ? null : unverifiedClaims(proof.jws)
  const claims = signed === null ? null : parseClaims(signed)
  if (claims === null || proof.order === null || !consentHolds(proof)) {
    throw new ProblemError('not_found', 'this payment stands on no mandate of its own')
  }
  const { iat, exp } = claims
  const iss = context.origins()[0] ?? ''
  const checkout = {
    vct: 'checkout.order.1',
    iss,
    iat,
    exp,
    attempt_id: claims.attempt_id,
    order: proof.order,
  }
  const checkout_jwt = context.receipts.signClaims(checkout)
  const checkout_hash = sha256(checkout_jwt).toString('base64url')
  const { sdJwt, header } = await issuer(context)
  return {
    checkout_mandate: await sdJwt.issue(
      { vct: 'mandate.checkout.1', iss, checkout_jwt, checkout_hash, iat, exp },
      { _sd: ['checkout_jwt'] },
      { header },
    ),
    payment_mandate: await sdJwt.issue(
      {
        ...ap2PaymentMandate(claims),
        iss,
        transaction_id: checkout_hash,
        risk_data: { consent_guard_mandate: proof.jws, payment_id: paymentId },
      },
      undefined,
      { header },
    ),
  }
}

/** The library is loaded when it is first needed: payments do not need it. */
async function issuer(context: Context) {
  const { SDJwtInstance } = await import('@sd-jwt/core')
  const { keyId, sign } = context.receipts.signer()
  const sdJwt = new SDJwtInstance({
    signer: async (input: string) => sign(input),
    signAlg: 'ES256',
    hasher: (data: string | ArrayBuffer) => sha256(typeof data === 'string' ? data : new Uint8Array(data)),
    hashAlg: 'sha-256',
    saltGenerator: () => randomBytes(SALT_BYTES).toString('base64url'),
  })
  return { sdJwt, header: { kid: keyId } }
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}
