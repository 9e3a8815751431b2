import { expect, it } from 'vitest'
import { acpAllowance, actIntentRule, ap2PaymentMandate } from '../../backend/export/protocols.ts'
import type { MandateClaims } from '../../utils/contract/mandate.ts'
import type { AllowanceAnswer } from '../../utils/contract/subscriptions.ts'

const claims: MandateClaims = {
  vct: 'mandate.payment.1',
  jti: 'm1',
  iss: 'dev_1',
  aud: 'https://pay.example',
  iat: 1,
  exp: 901,
  transaction_id: 'digest',
  attempt_id: 'a1',
  payee: { id: 'shop.example', name: null, website: 'https://shop.example' },
  payment_amount: { amount: '4999', currency: 'EUR' },
  rail: 'shop',
  factor: 'pin',
}

const allowance: AllowanceAnswer = {
  allowance_id: 'alw_1',
  payee: 'https://shop.example',
  agent_id: 'agt_1',
  limit: { amount: '10000', currency: 'KWD' },
  per_order: '5000',
  expires_at: '2026-12-31T00:00:00.000Z',
  uses: 0,
  used: { amount: '7000', currency: 'KWD' },
  revoked_at: null,
}

it('AP2 has integer minor units and a named payee', () => {
  expect(ap2PaymentMandate(claims)).toMatchObject({
    vct: 'mandate.payment.1',
    transaction_id: 'digest',
    payee: { id: 'shop.example', name: 'shop.example' },
    payment_amount: { amount: 4999, currency: 'EUR' },
  })
})

it('ACP has one use, a lower-case currency, and never more than what is left', () => {
  const session = { id: 's1', merchantId: 'mer1' }
  expect(acpAllowance(allowance, session)).toEqual({
    reason: 'one_time',
    max_amount: 3000,
    currency: 'kwd',
    checkout_session_id: 's1',
    merchant_id: 'mer1',
    expires_at: allowance.expires_at,
  })
  const fresh = { ...allowance, used: { amount: '0', currency: 'KWD' } }
  expect(acpAllowance(fresh, session).max_amount).toBe(5000)
})

it("ACT has major units with the currency's own decimals", () => {
  const rule = actIntentRule(allowance, {
    factor: 'pin',
    at: '2026-11-23T00:00:00Z',
    start: '2026-11-23T00:00:00Z',
  })
  expect(rule).toMatchObject({ delegation_mode: 'BOUNDED', max_total_amount: 10, currency: 'KWD' })
  expect(rule.ext.commerce).toEqual({ max_single_amount: 5, allowed_merchants: ['https://shop.example'] })
  const yen = { ...allowance, limit: { amount: '500', currency: 'JPY' }, per_order: '500' }
  expect(actIntentRule(yen, { factor: 'passkey', at: '', start: '' }).max_total_amount).toBe(500)
})
