import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentHash, linkHash } from '../../utils/contract/chain.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 30 })
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
)

/** RFC 8785 by the library, SHA-256 by the platform: neither is what the chain itself uses. */
function hashOf(value: object): string {
  return createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex')
}

describe('the hashes of the log', () => {
  it('are SHA-256 over the canonical JSON of exactly these fields', () => {
    fc.assert(
      fc.property(
        text,
        fc.option(text),
        fc.dictionary(text, scalar),
        text,
        (event, attemptId, data, salt) => {
          const content = { event, attemptId, data, salt }
          expect(contentHash(content)).toBe(hashOf(content))
        },
      ),
    )
    fc.assert(
      fc.property(fc.nat(), fc.maxSafeInteger(), text, text, (seq, at, content, previous) => {
        const link = { seq, at, content, previous }
        expect(linkHash(link)).toBe(hashOf(link))
      }),
    )
  })

  it('of a known row are these, for ever', () => {
    const content = {
      event: 'attempt.held',
      attemptId: 'a',
      data: { total: '4999', certain: true },
      salt: 'c2FsdA',
    }
    expect(contentHash(content)).toBe(hashOf(content))
    const link = { seq: 1, at: 1_795_435_200_000, content: contentHash(content), previous: '0'.repeat(64) }
    expect([contentHash(content), linkHash(link)]).toMatchInlineSnapshot(`
      [
        "662163190bc47ff687101a75e71fee02adc18f8dceee75616e2562b3f1fb7712",
        "b49b78465c5cc9a9f134ef2056a3c1b3e0b9bc3ac9404cc2077fd4120593848e",
      ]
    `)
  })
})
