import { suspect } from '../../utils/detect/suspect.ts'
import {
  absolute,
  addListener,
  apply,
  isKind,
  NativePromise,
  NativeRequest,
  NativeResponse,
  requestHeaders,
  requestMethod,
  requestSignal,
  requestUrl,
  responseStatus,
  signalAborted,
  textOf,
  thenDo,
} from './captured.ts'
import { carrying, giveUp, granted, hold, suspicious, tell } from './desk.ts'
import { hasPaymentHeader } from './payment-header.ts'
import { type Call, wrap } from './wrap.ts'

/** A deferred fetch is sent when the page goes away; nobody could decide then, so it is asked about now. */
export function hookFetch(): void {
  wrap(window, 'fetch', guardedFetch(false))
  wrap(window, 'fetchLater', guardedFetch(true))
}

function guardedFetch(later: boolean): Call {
  return (native, self, args) => {
    const input = args[0]
    const init = args[1] as DeferredInit | undefined
    if (args.length === 0) return apply(native, self, args)
    let request: Request
    let full: string | null
    let carries = false
    let body: unknown
    let pays = false
    try {
      const isRequest = isKind(requestUrl, input)
      // Converted once and handed on as text: an object may answer differently the second time.
      const url = isRequest ? (requestUrl(input) as string) : `${input}`
      if (isRequest) pays = hasPaymentHeader(requestHeaders(input))
      else args[0] = url
      body = init?.body
      if (init?.headers) pays = hasPaymentHeader(init.headers)
      full = pays ? absolute(url) : suspicious(url, body)
      if (full === null) return apply(native, self, args)
      // The body of a Request cannot move to another address, so such a call carries no nonce.
      carries = !isRequest
      request = new NativeRequest(carries ? carrying(full) : (input as Request), init)
    } catch (error) {
      if (later) throw error
      return new NativePromise((_resolve, reject) => reject(error))
    }
    const method = requestMethod(request) as string
    const url = full
    const call = () =>
      apply(native, self, [request, later ? { activateAfter: init?.activateAfter } : undefined])
    const send = () => (later ? call() : watched(call(), method, url))
    const why = pays ? 'act' : suspect(method, url, textOf(body))
    if (why === null) return call()
    if (granted(method, url, carries)) return send()
    if (later) {
      hold('beacon', method, url, carries, why, send, () => undefined, body)
      return { activated: false }
    }
    return new NativePromise((resolve, reject) => {
      const signal = requestSignal(request) as AbortSignal
      const release = () => thenDo(send() as Promise<unknown>, resolve, reject)
      // A call that has been given up fails by itself, with the reason and without being sent.
      if (signalAborted(signal) === true) return release()
      const id = hold('fetch', method, url, carries, why, release, () => resolve(refusal()), body)
      addListener(signal, 'abort', () => {
        giveUp(id)
        release()
      })
    })
  }
}

type DeferredInit = RequestInit & { activateAfter?: number }

/** What a refused call answers: an agent that reads it knows that nobody should try again. */
function refusal(): Response {
  return new NativeResponse('{"error":"payment_denied_by_user","retry":false}', {
    status: 403,
    headers: { 'content-type': 'application/json' },
  })
}

/** The same promise; its answer is told to the relay on the way. */
function watched(answer: Promise<unknown>, method: string, url: string): Promise<unknown> {
  const told = (status: number) => tell({ type: 'answer', status, method, url })
  thenDo(
    answer,
    (response) => told(responseStatus(response) as number),
    () => told(0),
  )
  return answer
}
