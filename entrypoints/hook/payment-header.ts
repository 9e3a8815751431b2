/**
 * HTTP 402 flows: the server asks for money, the client repeats the request with a proof of payment in a header. x402
 * (`PAYMENT-SIGNATURE`, before version 2 `X-PAYMENT`) and ACT A402 (`Payment-Proof`). Such a request pays whatever its address.
 */
import { matches } from '../../utils/detect/matching.ts'
import { hasHeader, NativeHeaders } from './captured.ts'

const PAYS = /^\s*(?:payment-signature|x-payment|payment-proof)\s*$/i

export function isPaymentHeader(name: unknown): boolean {
  return typeof name === 'string' && matches(PAYS, name)
}

/** Whether the headers that a page hands to `fetch` carry a proof of payment. Throws, as `fetch` would, for what are none. */
export function hasPaymentHeader(given: unknown): boolean {
  const headers = new NativeHeaders(given as HeadersInit)
  return (
    hasHeader(headers, 'payment-signature') ||
    hasHeader(headers, 'x-payment') ||
    hasHeader(headers, 'payment-proof')
  )
}
