/**
 * `orderDigest` and `digestOf` of the wire contract, with `node:crypto`: at every payment, and there WebCrypto's promise
 * costs more than the hash. The tests' devices use the contract's own.
 */
import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { MandateSubmission } from '../../utils/contract/mandate.ts'
import type { WireOrder } from '../../utils/contract/order-wire.ts'

export function canonicalHash(value: unknown): string {
  return sha256(canonicalText(value))
}

function canonicalText(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return text
}

function sha256(text: string): string {
  return hash('sha256', text, 'base64url')
}

export function digestOfOrder(attempt: string, order: WireOrder): string {
  return canonicalHash({ attempt, order })
}

/**
 * The order's digest (`orderDigest`), and what tells one submission from another: the hash of all of it. Canonical JSON of
 * the whole is made of that of its parts, so the order, its largest part, is written out once.
 */
export function digestsOf(
  attempt: string,
  { mandate, order, assertion }: MandateSubmission,
): { order: string; submission: string } {
  const text = canonicalText(order)
  return {
    order: sha256(`{"attempt":${canonicalText(attempt)},"order":${text}}`),
    submission: sha256(
      `{"assertion":${canonicalText(assertion)},"mandate":${canonicalText(mandate)},"order":${text}}`,
    ),
  }
}
