import { BODY_HINT } from '../../utils/detect/request.ts'
import {
  addListener,
  apply,
  isKind,
  NativePromise,
  NativeRequest,
  NativeResponse,
  requestMethod,
  requestSignal,
  requestUrl,
  responseStatus,
  signalAborted,
  signalReason,
  textOf,
  thenDo,
} from './captured.ts'
import { carrying, giveUp, granted, hold, isPayment, suspicious, tell } from './desk.ts'
import { type Call, wrap } from './wrap.ts'

export function hookFetch(): void {
  wrap(window, 'fetch', guardedFetch)
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
  try {
    if (typeof input === 'string') url = input
    else if (isKind(requestUrl, input)) url = requestUrl(input) as string
    // Converted once and handed on as text: an object may answer differently the second time.
    else args[0] = url = `${input}`
    body = init?.body
  } catch (error) {
    return rejected(error)
  }
  const full = suspicious(url, body)
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
  if (!isPayment(method, full, textOf(body, BODY_HINT))) return call(request)
  if (granted(method, full, made !== null)) return watched(call(request), full)
  return new NativePromise((resolve, reject) => {
    const signal = requestSignal(request) as AbortSignal
    if (signalAborted(signal) === true) return reject(signalReason(signal))
    const id = hold(
      'fetch',
      method,
      full,
      made !== null,
      () => thenDo(watched(call(request), full), resolve, reject),
      () => resolve(refusal()),
    )
    addListener(signal, 'abort', () => {
      giveUp(id)
      reject(signalReason(signal))
    })
  })
}

/** The same promise; its answer is told to the relay on the way. */
function watched(answer: Promise<unknown>, url: string): Promise<unknown> {
  thenDo(
    answer,
    (response) => tell({ type: 'answer', status: responseStatus(response) as number, url }),
    () => tell({ type: 'answer', status: 0, url }),
  )
  return answer
}

function rejected(error: unknown): Promise<never> {
  return new NativePromise((_resolve, reject) => reject(error))
}
