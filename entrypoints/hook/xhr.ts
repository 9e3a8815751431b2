import { BODY_HINT } from '../../utils/detect/request.ts'
import {
  addListener,
  apply,
  dispatch,
  frozenBody,
  NativeDOMException,
  NativeProgressEvent,
  NativeWeakMap,
  textOf,
  upperCase,
  weakDelete,
  weakGet,
  weakSet,
  xhrStatus,
} from './captured.ts'
import { allowRetry, giveUp, granted, hold, isPayment, suspicious, tell } from './desk.ts'
import { type Call, wrap } from './wrap.ts'

interface Opened {
  method: string
  url: string
  async: boolean
  /** Number of the hold, or null. */
  held: number | null
}

const opened = new NativeWeakMap<object, Opened>()

export function hookXhr(): void {
  wrap(XMLHttpRequest.prototype, 'open', open)
  wrap(XMLHttpRequest.prototype, 'send', send)
  wrap(XMLHttpRequest.prototype, 'abort', abort)
}

const open: Call = (native, self, args) => {
  if (args.length >= 2) {
    args[0] = `${args[0]}`
    args[1] = `${args[1]}`
  }
  drop(self)
  const result = apply(native, self, args)
  weakSet(opened, self as object, {
    method: upperCase(args[0] as string),
    url: args[1] as string,
    async: args.length < 3 || Boolean(args[2]),
    held: null,
  })
  return result
}

const send: Call = (native, self, args) => {
  const xhr = self as XMLHttpRequest
  const state = typeof self === 'object' && self !== null ? weakGet(opened, self) : undefined
  if (state === undefined || state.held !== null) return apply(native, self, args)
  const url = suspicious(state.url, args[0])
  if (url === null || !isPayment(state.method, url, textOf(args[0], BODY_HINT))) {
    return apply(native, self, args)
  }
  if (granted(state.method, url)) {
    watch(xhr, url)
    return apply(native, self, args)
  }
  const { method } = state
  if (!state.async) {
    // Nothing can wait here. The person is asked, and on consent the page's next try passes.
    hold(
      'xhr',
      method,
      url,
      () => allowRetry(method, url),
      () => undefined,
      true,
    )
    throw new NativeDOMException(
      `Failed to execute 'send' on 'XMLHttpRequest': Failed to load '${url}'.`,
      'NetworkError',
    )
  }
  const body = frozenBody(args[0])
  state.held = hold(
    'xhr',
    method,
    url,
    () => {
      state.held = null
      watch(xhr, url)
      apply(native, xhr, [body])
    },
    () => {
      weakDelete(opened, xhr)
      dispatch(xhr, new NativeProgressEvent('error'))
      dispatch(xhr, new NativeProgressEvent('loadend'))
    },
  )
}

const abort: Call = (native, self, args) => {
  drop(self)
  return apply(native, self, args)
}

/** A request that the page opens anew or aborts is no longer wanted. */
function drop(self: unknown): void {
  const state = typeof self === 'object' && self !== null ? weakGet(opened, self) : undefined
  if (state === undefined || state.held === null) return
  giveUp(state.held)
  state.held = null
}

function watch(xhr: XMLHttpRequest, url: string): void {
  addListener(xhr, 'loadend', () => tell({ type: 'answer', status: xhrStatus(xhr) as number, url }))
}
