/**
 * Built-ins as they were before any page script ran. A page may replace every global and every prototype method
 * later; nothing in the hook uses one that is not taken here, and none is called with a dot. Spread and `for … of` are
 * out too: both ask `Array.prototype` for its iterator.
 */
import { BODY_HINT } from '../../utils/detect/glance.ts'

export const { apply, construct, getOwnPropertyDescriptor, defineProperty } = Reflect
export const { now } = Date
export const { stringify: toJson } = JSON

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

/**
 * Methods and getters as functions that take their object first, named `Class.property` in one text because every byte
 * counts. Each throws, as the native one does, for an object of another kind.
 */
function take<Taken>(names: string): Taken {
  const taken: unknown = names.split(' ').map((name) => {
    const [owner, key] = name.split('.') as [string, string]
    const prototype: unknown = Reflect.get(window, owner)?.prototype
    const found = prototype ? getOwnPropertyDescriptor(prototype, key) : undefined
    const native = found?.get ?? found?.value
    return (self: unknown, ...args: unknown[]) => (native ? apply(native, self, args) : undefined)
  })
  return taken as Taken
}

type Getter = (self: unknown) => unknown
type WeakEntries = WeakMap<object, unknown>

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
  addListener,
  dispatch,
  post,
  startPort,
  fillRandom,
  thenDo,
  readWeak,
  writeWeak,
  deleteWeak,
  getAttribute,
  queryAll,
  paramsText,
  eachParam,
  appendParam,
  upperCase,
  cutText,
  eachHeader,
] = take<
  [
    Getter,
    Getter,
    Getter,
    Getter,
    Getter,
    Getter,
    Getter,
    Getter,
    Getter,
    Getter,
    Getter,
    Getter,
    Getter,
    (self: EventTarget, type: string, listener: (event: Event) => void) => void,
    (self: EventTarget, event: Event) => boolean,
    (self: MessagePort, message: unknown) => void,
    (self: MessagePort) => void,
    (self: Crypto, array: Uint8Array) => Uint8Array,
    (self: unknown, done: (value: unknown) => void, failed: (error: unknown) => void) => void,
    (self: WeakEntries, key: unknown) => unknown,
    (self: WeakEntries, key: object, value: unknown) => void,
    (self: WeakEntries, key: object) => boolean,
    (self: Element, name: string) => string | null,
    (self: Element, selector: string) => NodeListOf<Element>,
    (self: unknown) => string,
    (self: unknown, each: (value: FormDataEntryValue, key: string) => void) => void,
    (self: FormData, name: string, value: string | Blob) => void,
    (self: string) => string,
    (self: string, start: number, end: number) => string,
    (self: Headers, each: (value: string, name: string) => void) => void,
  ]
>(
  'MessageEvent.data PaymentRequest.id Request.method Request.url Request.headers Request.signal Response.status AbortSignal.aborted URL.href XMLHttpRequest.status Node.baseURI HTMLInputElement.value ArrayBuffer.byteLength EventTarget.addEventListener EventTarget.dispatchEvent MessagePort.postMessage MessagePort.start Crypto.getRandomValues Promise.then WeakMap.get WeakMap.set WeakMap.delete Element.getAttribute Element.querySelectorAll URLSearchParams.toString FormData.forEach FormData.append String.toUpperCase String.slice Headers.forEach',
)

const { crypto } = window
const RandomBytes = Uint8Array

/** 16 random bytes, written as numbers. */
export function randomText(): string {
  const bytes = fillRandom(crypto, new RandomBytes(16))
  let text = ''
  for (let i = 0; i < 16; i++) text += bytes[i]
  return text
}

export const { isView } = ArrayBuffer
const { document } = window

/** Absolute form of an address as this document resolves it (an empty one is its own), or null where it is none. */
export function absolute(url: string): string | null {
  try {
    return urlHref(new NativeURL(url, baseUri(document) as string)) as string
  } catch {
    return null
  }
}

/** True for an object whose class owns this getter, whatever its prototype chain says now. */
export function isKind(read: (self: unknown) => unknown, value: unknown): boolean {
  try {
    if (typeof value !== 'object' || value === null) return false
    read(value)
    return true
  } catch {
    return false
  }
}

/** The body as it is now: a page may change its buffers and forms while the request is held. */
export function frozenBody(body: unknown): unknown {
  // A blob copies its parts, and one without a type is sent like the bytes themselves.
  if (isView(body) || isKind(bufferLength, body)) return new NativeBlob([body as ArrayBuffer])
  if (isKind(paramsText, body)) return new NativeURLSearchParams(paramsText(body))
  const copy = new NativeFormData()
  return isKind((self) => eachParam(self, (value, key) => appendParam(copy, key, value)), body) ? copy : body
}

/** As much of a body as can be read at once. */
export function textOf(body: unknown): string {
  let text = ''
  if (typeof body === 'string') text = body
  else if (isKind(paramsText, body)) text = paramsText(body)
  else {
    isKind(
      (self) =>
        eachParam(self, (value, key) => {
          if (typeof value === 'string' && text.length < BODY_HINT) text += `${key}=${value}&`
        }),
      body,
    )
  }
  return cutText(text, 0, BODY_HINT)
}
