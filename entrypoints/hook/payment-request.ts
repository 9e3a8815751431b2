import {
  absolute,
  apply,
  construct,
  isKind,
  NativeDOMException,
  NativePromise,
  NativeWeakMap,
  paymentRequestId,
  readWeak,
  thenDo,
  toJson,
  writeWeak,
} from './captured.ts'
import { granted, hold } from './desk.ts'
import { type Call, wrap } from './wrap.ts'

/** What each sheet was constructed with, as JSON; the object itself does not tell its total. */
const details = new NativeWeakMap<object, string>()

/** The constructor is harmless, and many pages only construct; `show()` asks for the money. */
export function hookPaymentRequest(): void {
  if (typeof PaymentRequest !== 'function') return
  wrap(PaymentRequest.prototype, 'show', show)
  wrap(window, 'PaymentRequest', apply, (native, args, target) => {
    const made = construct(native, args, target) as object
    try {
      writeWeak(details, made, toJson(args[1]))
    } catch {
      // Circular, or a getter that throws: the total stays unknown from here.
    }
    return made
  })
}

const show: Call = (native, self, args) => {
  const url = absolute('') ?? ''
  if (!isKind(paymentRequestId, self) || granted('SHOW', url, true)) return apply(native, self, args)
  return new NativePromise((resolve, reject) => {
    hold(
      'payment-request',
      'SHOW',
      url,
      true,
      'act',
      () => thenDo(apply(native, self, args) as Promise<unknown>, resolve, reject),
      () => reject(new NativeDOMException('Refused', 'AbortError')),
      // `show(promise)` brings new details later: then nobody knows yet what the sheet will say.
      args.length === 0 ? readWeak(details, self as object) : '',
    )
  })
}
