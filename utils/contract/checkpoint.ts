/**
 * Signed heads of the log ("checkpoints", after C2SP tlog-checkpoint: who, how many rows, which hash), and their
 * anchoring at the backend, so that neither a stolen device key nor the device's owner can rewrite what was.
 */
import { type ChainLink, linkHash } from './chain.ts'

export const CHECKPOINT_VCT = 'log.checkpoint.1'
export const ANCHOR_VCT = 'log.anchor.1'

/** Claims of a checkpoint: compact JWS (ES256) by the device key. */
export interface CheckpointClaims {
  vct: typeof CHECKPOINT_VCT
  /** Device id that the backend gave, or 'local'. */
  iss: string
  /** Id of the ledger; a ledger that was erased and begun anew has another one. */
  ledger: string
  /** Number of log rows covered. */
  size: number
  /** `hash` of the last one. */
  hash: string
  /** Seconds since 1970. */
  iat: number
}

/** What the backend needs of a row to follow the chain; the salted commitment says nothing about the content. */
export type AnchorLink = Pick<ChainLink, 'at' | 'content'>

/** Links in one request; a longer way is sent in several, each with its own checkpoint. */
export const MAX_ANCHOR_LINKS = 2_000

/**
 * `POST /v1/checkpoints` with `Authorization: Device …`. `links` are the rows after the last size that the backend
 * anchored for this device and ledger (0 at first), up to the checkpoint's size.
 * 200 AnchorAnswer, also for a checkpoint that it has already. 422 `checkpoint_conflict` where the links do not lead
 * from what it has anchored to the checkpoint: the log was cut, rolled back or rewritten. (409 and 5xx mean: ask again.)
 */
export interface AnchorRequest {
  checkpoint: string
  links: AnchorLink[]
}

export interface AnchorAnswer {
  /** Compact JWS (ES256) by the backend's receipt key over AnchorClaims. */
  anchor: string
}

export interface AnchorClaims {
  vct: typeof ANCHOR_VCT
  /** Backend origin. */
  iss: string
  iat: number
  device_id: string
  ledger: string
  size: number
  hash: string
}

/** A place in the chain. */
export interface ChainHead {
  size: number
  hash: string
}

/** Where the chain stands after these links; the anchoring side compares it with the checkpoint's hash. */
export function followLinks({ size, hash }: ChainHead, links: readonly AnchorLink[]): ChainHead {
  let head = { size, hash }
  for (const { at, content } of links) {
    const seq = head.size + 1
    head = { size: seq, hash: linkHash({ seq, at, content, previous: head.hash }) }
  }
  return head
}
