/**
 * Anchors the checkpoints of a device's own log: the backend follows the salted links itself from where it last
 * countersigned, so that neither a stolen device key nor the device's owner can rewrite what was.
 */

import { GENESIS } from '../../utils/contract/chain.ts'
import type { ChainHead } from '../../utils/contract/checkpoint.ts'
import {
  ANCHOR_VCT,
  type AnchorAnswer,
  type AnchorClaims,
  type AnchorRequest,
  CHECKPOINT_VCT,
  followLinks,
} from '../../utils/contract/checkpoint.ts'
import type { Device } from '../auth/device-request.ts'
import { verifyEs256 } from '../auth/es256.ts'
import type { Context } from '../context.ts'
import { ProblemError } from '../http/problems.ts'

const HASH = /^[0-9a-f]{64}$/
const LEDGER = /^[\w-]{1,64}$/

interface Claimed extends ChainHead {
  ledger: string
}

/**
 * Countersigns, or throws: `signature_invalid` where the checkpoint is not by this device, `checkpoint_conflict` where
 * its links do not lead to it from what is anchored, `in_progress` where another request of the device was faster.
 */
export async function anchor(
  context: Context,
  device: Device,
  request: AnchorRequest,
): Promise<AnchorAnswer> {
  const claimed = claimsOf(request.checkpoint, device)
  const known = await anchored(context, device, claimed.ledger)
  if (!follows(known, claimed, request.links)) throw new ProblemError('checkpoint_conflict')
  if (claimed.size > known.size) await moveTo(context, device, known, claimed)
  const claims: AnchorClaims = {
    vct: ANCHOR_VCT,
    iss: context.origins()[0] ?? '',
    iat: Math.floor(context.now() / 1000),
    device_id: device.deviceId,
    ledger: claimed.ledger,
    size: claimed.size,
    hash: claimed.hash,
  }
  return { anchor: context.receipts.signClaims(claims) }
}

function claimsOf(checkpoint: string, device: Device): Claimed {
  const claims = verifyEs256(checkpoint, device.deviceKey)
  if (claims === null || claims.vct !== CHECKPOINT_VCT || claims.iss !== device.deviceId) {
    throw new ProblemError('signature_invalid', 'the checkpoint is not by this device')
  }
  const { ledger, size, hash } = claims
  if (typeof ledger !== 'string' || typeof hash !== 'string' || !LEDGER.test(ledger) || !HASH.test(hash)) {
    throw new ProblemError('malformed', 'the checkpoint names no ledger or hash')
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 1) {
    throw new ProblemError('malformed', 'the checkpoint has no size')
  }
  return { ledger, size, hash }
}

async function anchored(context: Context, device: Device, ledger: string): Promise<ChainHead> {
  const [row] = await context.db.query<{ size: bigint; hash: string }>(
    'SELECT size, hash FROM device_chain WHERE account_id = $1 AND device_id = $2 AND ledger = $3',
    [device.accountId, device.deviceId, ledger],
  )
  return row === undefined ? { size: 0, hash: GENESIS } : { size: Number(row.size), hash: row.hash }
}

/**
 * A device whose answer was lost sends the links since the last answer that it has, so the first of them may be behind
 * what is anchored; those are not looked at. Links that begin after it leave a gap, which only a lie can fill.
 */
function follows(known: ChainHead, claimed: Claimed, links: AnchorRequest['links']): boolean {
  const from = claimed.size - links.length
  if (from < 0 || from > known.size || claimed.size < known.size) return false
  return followLinks(known, links.slice(known.size - from)).hash === claimed.hash
}

/** From exactly what was read, with the event that puts the anchor under the account's own signed tree. */
async function moveTo(context: Context, device: Device, known: ChainHead, to: Claimed): Promise<void> {
  const [moved] = await context.db.query(
    `WITH moved AS (
       INSERT INTO device_chain AS chain (account_id, device_id, ledger, size, hash, anchored_at)
         VALUES ($1, $2, $3, $4, $5, $8)
         ON CONFLICT (account_id, device_id, ledger) DO UPDATE
           SET size = excluded.size, hash = excluded.hash, anchored_at = excluded.anchored_at
           WHERE chain.size = $6 AND chain.hash = $7
         RETURNING 1
     )
     INSERT INTO event (account_id, type, subject, data, at)
       SELECT $1, 'device.checkpoint', $2, $9::jsonb, $8 FROM moved RETURNING 1`,
    [
      device.accountId,
      device.deviceId,
      to.ledger,
      to.size,
      to.hash,
      known.size,
      known.hash,
      new Date(context.now()),
      JSON.stringify({ ledger: to.ledger, size: to.size, hash: to.hash }),
    ],
  )
  if (moved === undefined) throw new ProblemError('in_progress')
  context.wake('events')
}
