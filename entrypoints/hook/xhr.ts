import { isPaymentHeader } from '../../utils/detect/payment-header.ts'
import { suspect } from '../../utils/detect/suspect.ts'
import {
  absolute,
  addListener,
  apply,
  deleteWeak,
  dispatch,
  frozenBody,
  NativeDOMException,
  NativeProgressEvent,
  NativeWeakMap,
  readWeak,
  textOf,
  upperCase,
  writeWeak,
  xhrStatus,
} from './captured.ts'
import { allowRetry, carrying, giveUp, granted, hold, suspicious, tell } from './desk.ts'
import { type Call, wrap } from './wrap.ts'

interface Opened {
  method: string
  url: string
  /** What was really opened, where that carries a nonce. */
  made: string | null
  async: boolean
  /** Carries a proof of payment. */
  pays: boolean
  /** Number of the hold, or null. */
  held: number | null
}

const opened = new NativeWeakMap<object, Opened>()

export function hookXhr(): void {
  wrap(XMLHttpRequest.prototype, 'open', open)
  wrap(XMLHttpRequest.prototype, 'send', send)
  wrap(XMLHttpRequest.prototype, 'abort', abort)
  wrap(XMLHttpRequest.prototype, 'setRequestHeader', setHeader)
}

const open: Call = (native, self, args) => {
  if (args.length < 2) return apply(native, self, args)
  const method = `${args[0]}`
  const url = `${args[1]}`
  drop(self)
  const full = suspicious(url, null)
  const made = full === null ? null : carrying(full)
  args[0] = method
  args[1] = made ?? url
  const result = apply(native, self, args)
  writeWeak(opened, self as object, {
    method: upperCase(method),
    url,
    made,
    async: args.length < 3 || Boolean(args[2]),
    pays: false,
    held: null,
  })
  return result
}

const send: Call = (native, self, args) => {
  const xhr = self as XMLHttpRequest
  const state = stateOf(self)
  if (state === undefined || state.held !== null) return apply(native, self, args)
  const { method, pays } = state
  const url = pays ? absolute(state.url) : suspicious(state.url, args[0])
  const why = url === null ? null : pays ? 'act' : suspect(method, url, textOf(args[0]))
  if (url === null || why === null) return apply(native, self, args)
  const carries = state.made === carrying(url)
  if (granted(method, url, carries)) {
    watch(xhr, method, url)
    return apply(native, self, args)
  }
  if (!state.async) {
    // Nothing can wait here. The person is asked, and on consent the page's next try passes.
    hold('xhr', method, url, false, why, () => allowRetry(method, url), nothing, args[0])
    throw new NativeDOMException(
      `Failed to execute 'send' on 'XMLHttpRequest': Failed to load '${url}'.`,
      'NetworkError',
    )
  }
  const body = frozenBody(args[0])
  const release = () => {
    state.held = null
    watch(xhr, method, url)
    apply(native, xhr, [body])
  }
  const refuse = () => {
    deleteWeak(opened, xhr)
    dispatch(xhr, new NativeProgressEvent('error'))
    dispatch(xhr, new NativeProgressEvent('loadend'))
  }
  state.held = hold('xhr', method, url, carries, why, release, refuse, args[0])
}

const setHeader: Call = (native, self, args) => {
  const state = stateOf(self)
  if (state !== undefined && args.length > 1) {
    // Converted once: an object may answer differently the second time.
    const name = `${args[0]}`
    args[0] = name
    state.pays ||= isPaymentHeader(name)
  }
  return apply(native, self, args)
}

const abort: Call = (native, self, args) => {
  drop(self)
  return apply(native, self, args)
}

/** A request that the page opens anew or aborts is no longer wanted. */
function drop(self: unknown): void {
  const state = stateOf(self)
  if (state === undefined || state.held === null) return
  giveUp(state.held)
  state.held = null
}

/** Undefined too for what is no object at all. */
function stateOf(self: unknown): Opened | undefined {
  return readWeak(opened, self) as Opened | undefined
}

function watch(xhr: XMLHttpRequest, method: string, url: string): void {
  addListener(xhr, 'loadend', () => tell({ type: 'answer', status: xhrStatus(xhr) as number, method, url }))
}

function nothing(): void {}
