/**
 * Built-ins as they were before any page script ran. A page may replace every global and every prototype method
 * later; nothing in the hook uses one that is not taken here, and none is called with a dot. Spread and `for … of` are
 * out too: both ask `Array.prototype` for its iterator.
 */
import { BODY_HINT } from '../../utils/detect/glance.ts'

export const { apply, getOwnPropertyDescriptor, defineProperty } = Reflect
export const { now } = Date

export const NativeBlob = Blob
export const NativeDOMException = DOMException
export const NativeFormData = FormData
export const NativeHeaders = Headers
export const NativeMessageChannel = MessageChannel
export const NativeMessageEvent = MessageEvent
export const NativeProgressEvent = ProgressEvent
export const NativePromise = Promise
export const NativeProxy = Proxy
export const NativeRequest = Request
export const NativeResponse = Response
export const NativeURL = URL
export const NativeURLSearchParams = URLSearchParams
export const NativeWeakMap = WeakMap

/** A method as a function that takes its object first. */
function uncurry<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
): (self: This, ...args: Args) => Result {
  return (self, ...args) => apply(method, self, args)
}

/**
 * Getters as functions, named `Class.property` in one text because every byte counts. Each throws, as the getter does,
 * for an object of another kind; where the browser has no such class it gives undefined.
 */
function getters<const Names extends string>(names: Names): Getters<Names> {
  return names.split(' ').map((name) => {
    const [owner = '', key = ''] = name.split('.')
    const prototype: unknown = Reflect.get(window, owner)?.prototype
    const get = prototype ? getOwnPropertyDescriptor(prototype, key)?.get : undefined
    return (self: unknown) => (get ? apply(get, self, []) : undefined)
  }) as Getters<Names>
}

type Getter = (self: unknown) => unknown
type Getters<Names extends string> = Names extends `${string} ${infer Rest}`
  ? [Getter, ...Getters<Rest>]
  : [Getter]

export const addListener = uncurry(EventTarget.prototype.addEventListener)
export const dispatch = uncurry(EventTarget.prototype.dispatchEvent)
export const post = uncurry(MessagePort.prototype.postMessage as (message: unknown) => void)
export const startPort = uncurry(MessagePort.prototype.start)

const fillRandom = uncurry(Crypto.prototype.getRandomValues as (array: Uint8Array) => Uint8Array)
const { crypto } = window
const RandomBytes = Uint8Array

/** 20 characters of a–z and 2–7: 100 random bits. */
export function randomText(): string {
  const bytes = fillRandom(crypto, new RandomBytes(20))
  let text = ''
  for (let i = 0; i < 20; i++) text += 'abcdefghijklmnopqrstuvwxyz234567'[(bytes[i] ?? 0) & 31]
  return text
}

export const thenDo = uncurry(
  Promise.prototype.then as (
    this: Promise<unknown>,
    done: (value: unknown) => void,
    failed: (error: unknown) => void,
  ) => Promise<void>,
)
export const weakGet = uncurry(WeakMap.prototype.get)
export const weakSet = uncurry(WeakMap.prototype.set)
export const weakDelete = uncurry(WeakMap.prototype.delete)

export const [
  eventData,
  paymentRequestId,
  requestMethod,
  requestUrl,
  requestHeaders,
  requestSignal,
  responseStatus,
  signalAborted,
  urlHref,
  xhrStatus,
  baseUri,
  inputValue,
  bufferLength,
] = getters(
  'MessageEvent.data PaymentRequest.id Request.method Request.url Request.headers Request.signal Response.status AbortSignal.aborted URL.href XMLHttpRequest.status Node.baseURI HTMLInputElement.value ArrayBuffer.byteLength',
)

export const getAttribute = uncurry(Element.prototype.getAttribute)
export const queryAll = uncurry(
  Element.prototype.querySelectorAll as (selector: string) => NodeListOf<Element>,
)
export const paramsText = uncurry(URLSearchParams.prototype.toString)
export const eachParam = uncurry(FormData.prototype.forEach)
export const appendParam = uncurry(FormData.prototype.append as (name: string, value: string | Blob) => void)
export const upperCase = uncurry(String.prototype.toUpperCase)
export const cutText = uncurry(String.prototype.slice)
export const { isView } = ArrayBuffer
const { document } = window

/** Absolute form of an address as this document resolves it, or null where it is none. */
export function absolute(url: string): string | null {
  try {
    return urlHref(new NativeURL(url, baseUri(document) as string)) as string
  } catch {
    return null
  }
}

export function pageUrl(): string {
  return baseUri(document) as string
}

/** True for an object whose class owns this getter, whatever its prototype chain says now. */
export function isKind(read: (self: unknown) => unknown, value: unknown): boolean {
  try {
    read(value)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

const hasField = uncurry(FormData.prototype.has)
const isFormData = (value: unknown): value is FormData =>
  isKind((self) => hasField(self as FormData, ''), value)
const isParams = (value: unknown): value is URLSearchParams =>
  isKind((self) => paramsText(self as URLSearchParams), value)

export const hasHeader = uncurry(Headers.prototype.has)

/** The body as it is now: a page may change its buffers and forms while the request is held. */
export function frozenBody(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body
  // A blob copies its parts, and one without a type is sent like the bytes themselves.
  if (isView(body) || isKind(bufferLength, body)) return new NativeBlob([body as ArrayBuffer])
  if (isFormData(body)) {
    const copy = new NativeFormData()
    eachParam(body, (value, key) => appendParam(copy, key, value))
    return copy
  }
  if (isParams(body)) return new NativeURLSearchParams(paramsText(body))
  return body
}

/** As much of a body as can be read at once. */
export function textOf(body: unknown): string {
  if (typeof body === 'string') return cutText(body, 0, BODY_HINT)
  if (typeof body !== 'object' || body === null) return ''
  if (isParams(body)) return cutText(paramsText(body), 0, BODY_HINT)
  if (isFormData(body)) {
    let text = ''
    eachParam(body, (value, key) => {
      if (typeof value === 'string' && text.length < BODY_HINT) text += `${key}=${value}&`
    })
    return text
  }
  return ''
}
