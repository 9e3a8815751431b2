/**
 * The hash chain of the log, shared by the extension, the backend that anchors it and the offline verifier.
 *
 * Two hashes a row. `content` commits to what happened, with a random salt; `hash` binds that commitment to its
 * number, its time and the row before it. So a row's content can be deleted (retention, GDPR art. 17) or kept from the
 * backend while every link still verifies, and nobody can find the content again by trying likely values.
 * Formance's chain hashed a constant 0 as id and had to be migrated; ours binds the number from the start.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'

/** Hash "before" the first row. */
export const GENESIS = '0'.repeat(64)

export type ChainData = Record<string, string | number | boolean | null>

export interface ChainContent {
  event: string
  attemptId: string | null
  data: ChainData
  /** 16 random bytes, base64url. */
  salt: string
}

export interface ChainLink {
  /** 1, 2, 3 … without gaps. */
  seq: number
  /** Epoch ms. */
  at: number
  /** `contentHash` of the row, lower-case hex. */
  content: string
  /** `hash` of the row before, or GENESIS. */
  previous: string
  hash: string
}

/** SHA-256 over RFC 8785 JSON of what happened, hex. */
export function contentHash({ event, attemptId, data, salt }: ChainContent): string {
  return hashOf(
    `{"attemptId":${text(attemptId)},"data":${canonicalize(data) ?? ''},"event":${text(event)},"salt":${text(salt)}}`,
  )
}

/** SHA-256 over RFC 8785 JSON of a link without its own hash, hex. */
export function linkHash({ seq, at, content, previous }: Omit<ChainLink, 'hash'>): string {
  return hashOf(
    `{"at":${text(at)},"content":${text(content)},"previous":${text(previous)},"seq":${text(seq)}}`,
  )
}

/** Where a run of links stops holding, or null. `from` is the row before the first one. */
export function firstBrokenLink(
  links: readonly ChainLink[],
  from: { seq: number; hash: string } = { seq: 0, hash: GENESIS },
): ChainLink | null {
  let { seq, hash } = from
  for (const link of links) {
    seq += 1
    if (link.seq !== seq || link.previous !== hash || link.hash !== linkHash(link)) return link
    hash = link.hash
  }
  return null
}

/**
 * RFC 8785 of one plain value is what JSON.stringify writes (section 3.2.2), and the names above stand in its order
 * already; a general canonicaliser took a third of the time of checking a log. Text that is not well-formed Unicode has
 * no form there, so no row has any (`keepable`).
 */
function text(value: string | number | null): string {
  return JSON.stringify(value)
}

function hashOf(canonical: string): string {
  return bytesToHex(sha256(utf8ToBytes(canonical)))
}
