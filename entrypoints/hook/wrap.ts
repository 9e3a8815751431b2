/**
 * Replaces a function by one that looks the same. A Proxy of the native function keeps `name`, `length`, identity of
 * the prototype and refusal of `new` by itself; only its source text differs, so `Function.prototype.toString` answers
 * with the native one's.
 */
import {
  apply,
  defineProperty,
  getOwnPropertyDescriptor,
  NativeProxy,
  NativeWeakMap,
  readWeak,
  writeWeak,
} from './captured.ts'

// biome-ignore lint/complexity/noBannedTypes: a native function of any shape
type Native = Function

const originals = new NativeWeakMap<object, Native>()

/** `call` gets the native function, `this` and the arguments, which are its own to change. */
export type Call = (native: Native, self: unknown, args: unknown[]) => unknown

/** The same for a class: what `new` gives. */
export type Make = (native: Native, args: unknown[], target: Native) => object

export function wrap(owner: object, key: string, call: Call, make?: Make): void {
  const descriptor = getOwnPropertyDescriptor(owner, key)
  const native: unknown = descriptor?.value
  if (descriptor === undefined || typeof native !== 'function') return
  const handler: ProxyHandler<Native> = {
    apply: (target, self: unknown, args: unknown[]) => call(target, self, args),
  }
  if (make !== undefined) handler.construct = make
  const wrapped = new NativeProxy(native, handler)
  writeWeak(originals, wrapped, native)
  defineProperty(owner, key, { ...descriptor, value: wrapped })
  // An instance's `constructor` must not lead around the wrapper, nor differ from the global.
  if (make !== undefined) defineProperty(native.prototype, 'constructor', { value: wrapped })
}

/** Last, so that the wrapper of `toString` answers for itself too. */
export function hideSources(): void {
  wrap(Function.prototype, 'toString', (native, self, args) => {
    return apply(native, readWeak(originals, self) ?? self, args)
  })
}
