/**
 * `orderDigest` and `digestOf` of the wire contract, with `node:crypto`: at every payment, and there WebCrypto's promise
 * costs more than the hash. The tests' devices use the contract's own.
 */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { WireOrder } from '../../utils/contract/order-wire.ts'

export function canonicalHash(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return createHash('sha256').update(text).digest('base64url')
}

export function digestOfOrder(attempt: string, order: WireOrder): string {
  return canonicalHash({ attempt, order })
}
