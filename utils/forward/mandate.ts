/** Makes the mandates that an approval, or a consent to a command, signs. */
import { SignJWT } from 'jose'
import { ACTION_VCT, type ActionClaims } from '../contract/caps.ts'
import { MANDATE_VCT, type MandateClaims, type MandateSubmission } from '../contract/mandate.ts'
import type { MandateRow } from '../ledger/db.ts'
import { type Money, toWire } from '../money/money.ts'
import { type Order, toWireOrder } from '../order/order.ts'

/** A mandate that the backend has not seen after this time is dead. */
const LIFETIME_S = 15 * 60

export interface MandateInput {
  id: string
  attemptId: string
  digest: string
  order: Order
  total: Money
  rail: MandateClaims['rail']
  factor: MandateClaims['factor']
  /** Only with factor 'allowance': the consent that it stands on. */
  allowance?: string
  /** Only with factor 'approver': the approval on another device. */
  approval?: string
  deviceId: string
  audience: string
  /** Epoch ms. */
  now: number
}

export async function signMandate(input: MandateInput, key: CryptoKey): Promise<string> {
  const iat = Math.floor(input.now / 1000)
  const claims: MandateClaims = {
    vct: MANDATE_VCT,
    jti: input.id,
    iss: input.deviceId,
    aud: input.audience,
    iat,
    exp: iat + LIFETIME_S,
    transaction_id: input.digest,
    attempt_id: input.attemptId,
    payee: { id: input.order.site.key, name: input.order.merchant, website: input.order.site.origin },
    payment_amount: toWire(input.total),
    rail: input.rail,
    factor: input.factor,
    ...(input.allowance === undefined ? {} : { allowance: input.allowance }),
    ...(input.approval === undefined ? {} : { approval: input.approval }),
  }
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256' }).sign(key)
}

export interface ActionInput {
  id: string
  /** `actionDigest` of the command. */
  digest: string
  factor: ActionClaims['factor']
  deviceId: string
  audience: string
  /** Epoch ms. */
  now: number
}

/** Consent to a command that is no order. */
export async function signAction(input: ActionInput, key: CryptoKey): Promise<string> {
  const iat = Math.floor(input.now / 1000)
  const claims: ActionClaims = {
    vct: ACTION_VCT,
    jti: input.id,
    iss: input.deviceId,
    aud: input.audience,
    iat,
    exp: iat + LIFETIME_S,
    transaction_id: input.digest,
    factor: input.factor,
  }
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256' }).sign(key)
}

/** What the backend is sent of an approval that is in the ledger. */
export function submissionOf(order: Order, { jws, assertion }: MandateRow): MandateSubmission {
  return {
    mandate: jws,
    order: toWireOrder(order),
    assertion: assertion === null ? null : JSON.parse(assertion),
  }
}
