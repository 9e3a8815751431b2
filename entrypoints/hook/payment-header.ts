/**
 * HTTP 402 flows: the server asks for money, the client repeats the request with a proof of payment in a header. x402
 * (`PAYMENT-SIGNATURE`, before version 2 `X-PAYMENT`) and ACT A402 (`Payment-Proof`). Such a request pays whatever its address.
 */
import { matches } from '../../utils/detect/matching.ts'
import { eachHeader, isHeaders } from './captured.ts'

const PAYS = /^\s*(?:payment-signature|x-payment|payment-proof)\s*$/i

export function isPaymentHeader(name: unknown): boolean {
  return typeof name === 'string' && matches(PAYS, name)
}

/** Whether the headers that a page hands to `fetch` carry a proof of payment. Their three shapes are read as they are. */
export function hasPaymentHeader(headers: unknown): boolean {
  if (typeof headers !== 'object' || headers === null) return false
  let found = false
  if (isHeaders(headers)) {
    eachHeader(headers, (_value, name) => {
      if (isPaymentHeader(name)) found = true
    })
    return found
  }
  const pairs = headers as Record<string, unknown>
  for (const key in pairs) {
    const pair = pairs[key]
    if (isPaymentHeader(key)) found = true
    else if (typeof pair === 'object' && pair !== null && isPaymentHeader((pair as unknown[])[0]))
      found = true
  }
  return found
}
