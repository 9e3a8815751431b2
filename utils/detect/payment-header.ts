/**
 * HTTP 402 flows: the server asks for money, the client repeats the request with a proof of payment in a header. x402
 * (`PAYMENT-SIGNATURE`, before version 2 `X-PAYMENT`) and ACT A402 (`Payment-Proof`). Such a request pays whatever its address.
 */
import { matches } from './matching.ts'

const PAYS = /^(?:payment-signature|x-payment|payment-proof)$/i

export function isPaymentHeader(name: string): boolean {
  return matches(PAYS, name)
}
