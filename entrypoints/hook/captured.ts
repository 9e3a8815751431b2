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
    const [owner = '', key = ''] = name.split('.')
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
  hasField,
  upperCase,
  cutText,
  hasHeader,
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
    (self: WeakEntries, key: object) => unknown,
    (self: WeakEntries, key: object, value: unknown) => void,
    (self: WeakEntries, key: object) => boolean,
    (self: Element, name: string) => string | null,
    (self: Element, selector: string) => NodeListOf<Element>,
    (self: unknown) => string,
    (self: FormData, each: (value: FormDataEntryValue, key: string) => void) => void,
    (self: FormData, name: string, value: string | Blob) => void,
    (self: unknown, name: string) => boolean,
    (self: string) => string,
    (self: string, start: number, end: number) => string,
    (self: Headers, name: string) => boolean,
  ]
>(
  'MessageEvent.data PaymentRequest.id Request.method Request.url Request.headers Request.signal Response.status AbortSignal.aborted URL.href XMLHttpRequest.status Node.baseURI HTMLInputElement.value ArrayBuffer.byteLength EventTarget.addEventListener EventTarget.dispatchEvent MessagePort.postMessage MessagePort.start Crypto.getRandomValues Promise.then WeakMap.get WeakMap.set WeakMap.delete Element.getAttribute Element.querySelectorAll URLSearchParams.toString FormData.forEach FormData.append FormData.has String.toUpperCase String.slice Headers.has',
)

const { crypto } = window
const RandomBytes = Uint8Array

/** 25 characters of a–p: 100 random bits. */
export function randomText(): string {
  const bytes = fillRandom(crypto, new RandomBytes(25))
  let text = ''
  for (let i = 0; i < 25; i++) text += 'abcdefghijklmnop'[(bytes[i] ?? 0) & 15]
  return text
}

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

const isFormData = (value: unknown): value is FormData => isKind((self) => hasField(self, ''), value)
const isParams = (value: unknown): value is URLSearchParams => isKind(paramsText, value)

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
