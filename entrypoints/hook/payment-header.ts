import { isPaymentHeader } from '../../utils/detect/payment-header.ts'
import { eachHeader, NativeHeaders } from './captured.ts'

/** Whether the headers that a page hands to `fetch` carry a proof of payment. Throws, as `fetch` would, for what are none. */
export function hasPaymentHeader(given: unknown): boolean {
  let pays = false
  eachHeader(new NativeHeaders(given as HeadersInit), (_value, name) => {
    pays ||= isPaymentHeader(name)
  })
  return pays
}
