/**
 * Our consents in other protocols' words: AP2 v0.2 payment mandates, ACP allowances, ACT intent rules. Plain data; the
 * signature that counts stays the one over our own mandate. Each protocol counts money in its own way, so each has its
 * own converter and nothing goes through a float but where the protocol itself demands a number.
 */
import type { MandateClaims } from '../../utils/contract/mandate.ts'
import type { AllowanceAnswer } from '../../utils/contract/subscriptions.ts'
import { type Money, parseMoney, toDecimal, type WireMoney } from '../../utils/money/money.ts'

/** Integer minor units (AP2, ACP). Our amounts have at most 15 digits, so they fit a JSON number. */
function minorUnits(amount: WireMoney): number {
  return Number(moneyOf(amount).amount)
}

/** Major units with the currency's own decimals, as a number (ACT's intent rule asks for one). */
function majorUnits(amount: WireMoney): number {
  return Number(toDecimal(moneyOf(amount)))
}

function moneyOf(amount: WireMoney): Money {
  const parsed = parseMoney(amount)
  if (parsed === null) throw new TypeError('not an amount')
  return parsed
}

/** AP2 v0.2 `mandate.payment.1` (code/sdk/schemas/ap2/payment_mandate.json). */
export function ap2PaymentMandate(claims: MandateClaims) {
  return {
    vct: claims.vct,
    transaction_id: claims.transaction_id,
    payee: { ...claims.payee, name: claims.payee.name ?? claims.payee.id },
    payment_amount: { amount: minorUnits(claims.payment_amount), currency: claims.payment_amount.currency },
    payment_instrument: { id: claims.iss, type: 'consent_guard', description: 'Consent Guard device' },
    iat: claims.iat,
    exp: claims.exp,
  }
}

/** ACP `allowance` (spec 2026-04-17): one use, so what one order may cost, and never more than what is left. */
export function acpAllowance(allowance: AllowanceAnswer, session: { id: string; merchantId: string }) {
  const left = BigInt(allowance.limit.amount) - BigInt(allowance.used.amount)
  const perOrder = BigInt(allowance.per_order)
  return {
    reason: 'one_time' as const,
    max_amount: Number(perOrder < left ? perOrder : left),
    currency: allowance.limit.currency.toLowerCase(),
    checkout_session_id: session.id,
    merchant_id: session.merchantId,
    expires_at: allowance.expires_at,
  }
}

/** ACT 2.0 intent structured rule, bounded: at most so much in all and for one order, at this merchant, by this agent. */
export function actIntentRule(
  allowance: AllowanceAnswer,
  confirmed: { factor: 'pin' | 'passkey'; at: string; start: string },
) {
  const { currency } = allowance.limit
  return {
    intent_id: allowance.allowance_id,
    delegation_mode: 'BOUNDED',
    validity_start_time: confirmed.start,
    validity_end_time: allowance.expires_at,
    max_total_amount: majorUnits(allowance.limit),
    currency,
    agent_id: allowance.agent_id,
    user_confirmation_method: confirmed.factor === 'pin' ? 'PASSWORD' : 'OTHER',
    user_confirmation_timestamp: confirmed.at,
    ext: {
      commerce: {
        max_single_amount: majorUnits({ amount: allowance.per_order, currency }),
        allowed_merchants: [allowance.payee],
      },
    },
  }
}
