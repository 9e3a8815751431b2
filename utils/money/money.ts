/**
 * Money: integer minor units and an ISO 4217 code. Never a float; only this folder does arithmetic.
 * Wire form (messages, JSON, mandates): `{ "amount": "4999", "currency": "EUR" }`, amount a decimal string
 * of minor units, as AP2 and UCP have it but safe beyond 2^53.
 */
import { exponentOf, isCurrency } from './currencies.ts'

export interface Money {
  amount: bigint
  currency: string
}

export interface WireMoney {
  amount: string
  currency: string
}

/** Far above any purchase and far below what a 64-bit database column holds. */
const MAX_DIGITS = 15

export class CurrencyMismatch extends Error {
  override name = 'CurrencyMismatch'
  constructor(a: string, b: string) {
    super(`cannot combine ${a} and ${b}`)
  }
}

export function money(amount: bigint, currency: string): Money {
  return { amount, currency }
}

export function zero(currency: string): Money {
  return { amount: 0n, currency }
}

export function isWireAmount(value: unknown): value is string {
  return typeof value === 'string' && /^-?(0|[1-9]\d*)$/.test(value) && value.length <= MAX_DIGITS + 1
}

/** Reads the wire form; null for anything else, an unknown currency included. */
export function parseMoney(value: unknown): Money | null {
  if (typeof value !== 'object' || value === null) return null
  const { amount, currency } = value as Record<string, unknown>
  if (!isWireAmount(amount) || typeof currency !== 'string' || !isCurrency(currency)) return null
  return { amount: BigInt(amount), currency }
}

export function toWire(value: Money): WireMoney {
  return { amount: value.amount.toString(), currency: value.currency }
}

export function add(a: Money, b: Money): Money {
  requireSame(a, b)
  return { amount: a.amount + b.amount, currency: a.currency }
}

export function subtract(a: Money, b: Money): Money {
  requireSame(a, b)
  return { amount: a.amount - b.amount, currency: a.currency }
}

export function times(a: Money, factor: bigint): Money {
  return { amount: a.amount * factor, currency: a.currency }
}

/** Negative, zero or positive, as `sort` wants it. */
export function compare(a: Money, b: Money): number {
  requireSame(a, b)
  return a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0
}

export function equal(a: Money | null, b: Money | null): boolean {
  if (a === null || b === null) return a === b
  return a.amount === b.amount && a.currency === b.currency
}

export function sum(values: readonly Money[], currency: string): Money {
  return values.reduce((total, value) => add(total, value), zero(currency))
}

/**
 * Plain decimal of an amount, for people's eyes and `Intl`: `toDecimal({amount: 4999n, currency: 'EUR'})` is "49.99".
 * An unlisted currency is shown with two digits; it can never be charged, only displayed.
 */
export function toDecimal(value: Money): string {
  const exponent = exponentOf(value.currency) ?? 2
  const negative = value.amount < 0n
  const digits = (negative ? -value.amount : value.amount).toString().padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  const fraction = exponent === 0 ? '' : `.${digits.slice(digits.length - exponent)}`
  return `${negative ? '-' : ''}${whole}${fraction}`
}

/** Reads a plain decimal ("49.99", "49", no grouping) as money; null where it has more digits than the currency or the wire. */
export function fromDecimal(text: string, currency: string): Money | null {
  const exponent = exponentOf(currency)
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/.exec(text.trim())
  if (exponent === null || match === null) return null
  const [, sign = '', whole = '', fraction = ''] = match
  const significant = fraction.replace(/0+$/, '')
  if (significant.length > exponent) return null
  const amount = BigInt(whole + significant.padEnd(exponent, '0'))
  if (amount.toString().length > MAX_DIGITS) return null
  return { amount: sign === '-' ? -amount : amount, currency }
}

function requireSame(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new CurrencyMismatch(a.currency, b.currency)
}
