/**
 * The order as it crosses borders: page reader → background, extension → backend, evidence bundles.
 * Plain JSON; amounts are decimal strings of minor units. Parsed on arrival, never trusted.
 */
import canonicalize from 'canonicalize'
import type { WireMoney } from '../money/money.ts'

export const TOTAL_TYPES = [
  'subtotal',
  'discount',
  'shipping',
  'tax',
  'fee',
  'tip',
  'gift_card',
  'other',
] as const
export type TotalType = (typeof TOTAL_TYPES)[number]

export const RECURRENCE_UNITS = ['day', 'week', 'month', 'year'] as const
export type RecurrenceUnit = (typeof RECURRENCE_UNITS)[number]

export interface WireLineItem {
  name: string
  quantity: number
  /** Line amount (quantity × price), or null where the page does not say. */
  amount: string | null
}

export interface WireTotalLine {
  type: TotalType
  /** The page's own words for the line. */
  label: string
  /** Signed: a discount is negative. */
  amount: string
}

export interface WireRecurrence {
  every: number
  unit: RecurrenceUnit
  /** What a renewal costs, or null where the page does not say. */
  amount: string | null
  /** Days before the first charge, 0 where there is no trial. */
  trialDays: number
}

/** What the person agrees to. Everything in here is covered by the digest. */
export interface WireOrder {
  site: { key: string; origin: string }
  merchant: string | null
  /** Host of the processor where it is not the site's own. */
  processor: string | null
  /** Order id at an integrated merchant, null on an ordinary shop. */
  merchantOrder: string | null
  currency: string | null
  items: WireLineItem[]
  totals: WireTotalLine[]
  /** null: unknown. Never zero by default. */
  total: WireMoney | null
  /** false where the person must be told that the amount is unsure. */
  certain: boolean
  shipTo: string | null
  paymentMethod: string | null
  recurrence: WireRecurrence | null
}

/**
 * What a consent binds: this attempt, this order. SHA-256 over RFC 8785 canonical JSON of both, base64url.
 * Also the WebAuthn challenge of an approval ("dynamic linking", PSD2 RTS art. 5).
 */
export async function orderDigest(attemptId: string, order: WireOrder): Promise<string> {
  return digestOf({ attempt: attemptId, order })
}

/** SHA-256 of the RFC 8785 form of a JSON value, base64url without padding. */
export async function digestOf(value: unknown): Promise<string> {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return base64url(new Uint8Array(hash))
}

export function base64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}
