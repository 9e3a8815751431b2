import { BODY_HINT } from '../../utils/detect/glance.ts'
import { suspect } from '../../utils/detect/suspect.ts'
import {
  absolute,
  addListener,
  apply,
  frozenBody,
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
  signalReason,
  textOf,
  thenDo,
  upperCase,
} from './captured.ts'
import { carrying, giveUp, granted, hold, suspicious, tell } from './desk.ts'
import { hasPaymentHeader } from './payment-header.ts'
import { type Call, wrap } from './wrap.ts'

export function hookFetch(): void {
  wrap(window, 'fetch', guardedFetch)
  wrap(window, 'fetchLater', guardedFetchLater)
}

/** A deferred fetch is sent when the page goes away; nobody could decide then, so it is asked about now. */
const guardedFetchLater: Call = (native, self, args) => {
  if (args.length === 0) return apply(native, self, args)
  const input = args[0]
  const init = args[1] as RequestInit | undefined
  const isRequest = isKind(requestUrl, input)
  const given = isRequest ? (requestUrl(input) as string) : `${input}`
  if (!isRequest) args[0] = given
  const url = suspicious(given, init?.body)
  const method = upperCase(`${init?.method ?? (isRequest ? requestMethod(input) : 'GET')}`)
  const why = url === null ? null : suspect(method, url, textOf(init?.body, BODY_HINT))
  if (url === null || why === null) return apply(native, self, args)
  const body = frozenBody(init?.body)
  const made = carrying(url) ?? url
  const release = () => apply(native, self, [made, { ...init, body }])
  hold('beacon', method, url, made !== url, why, release, () => undefined)
  return { activated: false }
}

/** What a refused call answers: an agent that reads it knows that nobody should try again. */
function refusal(): Response {
  return new NativeResponse('{"error":"payment_denied_by_user","retry":false}', {
    status: 403,
    statusText: 'Forbidden',
    headers: { 'content-type': 'application/json' },
  })
}

const guardedFetch: Call = (native, self, args) => {
  const call = (request: Request): Promise<unknown> => apply(native, self, [request])
  const input = args[0]
  const init = args[1] as RequestInit | undefined
  if (args.length === 0) return apply(native, self, args)
  let url: string
  let body: unknown
  let pays = false
  try {
    if (typeof input === 'string') url = input
    else if (isKind(requestUrl, input)) {
      url = requestUrl(input) as string
      pays = hasPaymentHeader(requestHeaders(input))
    }
    // Converted once and handed on as text: an object may answer differently the second time.
    else args[0] = url = `${input}`
    body = init?.body
    if (init?.headers) pays = hasPaymentHeader(init.headers)
  } catch (error) {
    return rejected(error)
  }
  const full = pays ? absolute(url) : suspicious(url, body)
  if (full === null) return apply(native, self, args)
  // The body of a Request cannot move to another address, so such a call carries no nonce.
  const made = isKind(requestUrl, input) ? null : carrying(full)
  let request: Request
  try {
    request = new NativeRequest(made ?? (args[0] as RequestInfo), init)
  } catch (error) {
    return rejected(error)
  }
  const method = requestMethod(request) as string
  const why = pays ? 'act' : suspect(method, full, textOf(body, BODY_HINT))
  if (why === null) return call(request)
  if (granted(method, full, made !== null)) return watched(call(request), method, full)
  return new NativePromise((resolve, reject) => {
    const signal = requestSignal(request) as AbortSignal
    if (signalAborted(signal) === true) return reject(signalReason(signal))
    const id = hold(
      'fetch',
      method,
      full,
      made !== null,
      why,
      () => thenDo(watched(call(request), method, full), resolve, reject),
      () => resolve(refusal()),
    )
    addListener(signal, 'abort', () => {
      giveUp(id)
      reject(signalReason(signal))
    })
  })
}

/** The same promise; its answer is told to the relay on the way. */
function watched(answer: Promise<unknown>, method: string, url: string): Promise<unknown> {
  thenDo(
    answer,
    (response) => tell({ type: 'answer', status: responseStatus(response) as number, method, url }),
    () => tell({ type: 'answer', status: 0, method, url }),
  )
  return answer
}

function rejected(error: unknown): Promise<never> {
  return new NativePromise((_resolve, reject) => reject(error))
}
