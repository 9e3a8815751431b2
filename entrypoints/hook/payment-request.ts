import {
  apply,
  isKind,
  NativeDOMException,
  NativePromise,
  pageUrl,
  paymentRequestId,
  thenDo,
} from './captured.ts'
import { granted, hold } from './desk.ts'
import { type Call, wrap } from './wrap.ts'

/** The constructor is harmless, and many pages only construct; `show()` asks for the money. */
export function hookPaymentRequest(): void {
  if (typeof PaymentRequest === 'function') wrap(PaymentRequest.prototype, 'show', show)
}

const show: Call = (native, self, args) => {
  const url = pageUrl()
  if (!isKind(paymentRequestId, self) || granted('SHOW', url, true)) return apply(native, self, args)
  return new NativePromise((resolve, reject) => {
    hold(
      'payment-request',
      'SHOW',
      url,
      true,
      'act',
      () => thenDo(apply(native, self, args) as Promise<unknown>, resolve, reject),
      () => reject(new NativeDOMException('Payment refused', 'AbortError')),
    )
  })
}
