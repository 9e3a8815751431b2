/** Questions to a person's other device: asked by the browser's device, answered there with a passkey over the digest. */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import {
  APPROVAL_VCT,
  type ApprovalAnswer,
  type ApprovalClaims,
  type ApprovalRequest,
  type ApprovalState,
} from '../../utils/contract/approvals.ts'
import type { WireOrder } from '../../utils/contract/order-wire.ts'
import { exponentOf } from '../../utils/money/currencies.ts'
import { parseWireOrder } from '../../utils/order/order.ts'
import type { ApproverPrincipal } from '../auth/approver-key.ts'
import type { Device } from '../auth/device-request.ts'
import { webauthn } from '../auth/webauthn.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { deferred } from '../deferred.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import { digestOfOrder } from '../mandates/digest.ts'
import type { VerifiedMandate } from '../mandates/verify.ts'
import { isApproverRequired } from './approvers.ts'

/** No question waits longer, whatever the device says. */
const LONGEST_MS = 3_600_000

interface Row {
  approval_id: string
  device_id: string
  digest: string
  order: WireOrder
  state: Exclude<ApprovalState, 'expired'>
  statement: string | null
  expires_at: Date
}

/** The same question again is answered by the first. */
export async function askApproval(
  context: Context,
  device: Device,
  { attempt_id, order, expires_at }: ApprovalRequest,
): Promise<ApprovalAnswer> {
  const { accountId, deviceId } = device
  const at = context.now()
  const parsed = parseWireOrder(order)
  if (parsed === null) throw new ProblemError('order_malformed')
  if (parsed.total === null) throw new ProblemError('unknown_total')
  if (parsed.total.amount < 0n) throw new ProblemError('order_malformed', 'the total is below zero')
  const expires = Date.parse(expires_at)
  if (!(expires > at && expires <= at + LONGEST_MS))
    throw new ProblemError('malformed', 'at most an hour ahead')
  const digest = digestOfOrder(attempt_id, order)
  const row = await context.db.transaction(async (tx) => {
    const approvalId = newIdOf(accountId, 'apv')
    const [made] = await tx.query<Row>(
      `INSERT INTO approval (account_id, approval_id, device_id, attempt_id, digest, "order", state, expires_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8) ON CONFLICT DO NOTHING RETURNING *`,
      [
        accountId,
        approvalId,
        deviceId,
        attempt_id,
        digest,
        JSON.stringify(order),
        new Date(expires),
        new Date(at),
      ],
    )
    if (made !== undefined) {
      await note(tx, { accountId, type: 'approval.asked', subject: approvalId, agentId: null, data: {}, at })
      return made
    }
    const [known] = await tx.query<Row>(
      'SELECT * FROM approval WHERE account_id = $1 AND device_id = $2 AND digest = $3',
      [accountId, deviceId, digest],
    )
    return known
  })
  if (row === undefined) throw new Error('the approval was not written')
  context.wake('events')
  return answer(row, at)
}

/** As soon as it is decided, at the latest after `waitS`. */
export async function waitForApproval(
  context: Context,
  device: Device,
  approvalId: string,
  waitS: number,
  gone: AbortSignal,
): Promise<ApprovalAnswer> {
  return waiting(context, device.accountId, waitS, gone, async () => {
    const [row] = await context.db.query<Row>(
      'SELECT * FROM approval WHERE account_id = $1 AND approval_id = $2 AND device_id = $3',
      [device.accountId, approvalId, device.deviceId],
    )
    if (row === undefined) throw new ProblemError('not_found')
    const found = answer(row, context.now())
    return { value: found, done: found.state !== 'pending' }
  })
}

export interface Waiting {
  approval_id: string
  digest: string
  order: WireOrder
  expires_at: string
  /** Digits after the point of the order's currency (ISO 4217). */
  exponent: number
}

/** What waits for an answer, oldest first; with `waitS`, as soon as it is not what the caller knows already. */
export async function pendingApprovals(
  context: Context,
  who: ApproverPrincipal,
  known: string,
  waitS: number,
  gone: AbortSignal,
): Promise<{ approvals: Waiting[]; credential_id: string; rp_id: string; required: boolean }> {
  const credential = await credentialOf(context.db, who)
  const approvals = await waiting(context, who.accountId, waitS, gone, async () => {
    const rows = await context.db.query<Row>(
      `SELECT * FROM approval WHERE account_id = $1 AND state = 'pending' AND expires_at > $2
        ORDER BY created_at LIMIT 50`,
      [who.accountId, new Date(context.now())],
    )
    return { value: rows, done: rows.map((row) => row.approval_id).join() !== known }
  })
  return {
    approvals: approvals.map(({ approval_id, digest, order, expires_at }) => ({
      approval_id,
      digest,
      order,
      expires_at: expires_at.toISOString(),
      exponent: exponentOf(order.currency ?? '') ?? 2,
    })),
    credential_id: credential.credential_id,
    rp_id: credential.rp_id,
    required: await isApproverRequired(context.db, who.accountId),
  }
}

/** `assertion` null rejects, which needs no passkey. The first answer counts. */
export async function decideApproval(
  context: Context,
  who: ApproverPrincipal,
  approvalId: string,
  assertion: AuthenticationResponseJSON | null,
): Promise<{ state: ApprovalState }> {
  const { accountId, approverId } = who
  const at = context.now()
  const state = assertion === null ? 'rejected' : 'approved'
  await context.db.transaction(async (tx) => {
    const [row] = await tx.query<Row>(
      'SELECT * FROM approval WHERE account_id = $1 AND approval_id = $2 FOR UPDATE',
      [accountId, approvalId],
    )
    if (row === undefined) throw new ProblemError('not_found')
    if (answer(row, at).state !== 'pending')
      throw new ProblemError('order_state', 'it is answered or too late')
    if (assertion !== null) await checkAssertion(tx, who, assertion, row.digest)
    const claims: ApprovalClaims = {
      vct: APPROVAL_VCT,
      iss: context.origins()[0] ?? '',
      iat: Math.floor(at / 1000),
      approval_id: approvalId,
      approver_id: approverId,
      device_id: row.device_id,
      reference: row.digest,
    }
    await tx.query(
      `UPDATE approval SET state = $3, approver_id = $4, assertion = $5, statement = $6, decided_at = $7
        WHERE account_id = $1 AND approval_id = $2`,
      [
        accountId,
        approvalId,
        state,
        approverId,
        assertion === null ? null : JSON.stringify(assertion),
        assertion === null ? null : context.receipts.signClaims(claims),
        new Date(at),
      ],
    )
    await note(tx, {
      accountId,
      type: `approval.${state}`,
      subject: approvalId,
      agentId: null,
      data: { approver: approverId, digest: row.digest },
      at,
    })
  })
  context.wake('events')
  return { state }
}

/** Uses the approval up, in the transaction that records the payment. */
export async function useApproval(tx: Sql, device: Device, { claims }: VerifiedMandate): Promise<void> {
  const rows = await tx.query(
    `UPDATE approval SET state = 'used' WHERE account_id = $1 AND approval_id = $2 AND device_id = $3 AND digest = $4
        AND state = 'approved' RETURNING 1`,
    [device.accountId, claims.approval, device.deviceId, claims.transaction_id],
  )
  if (rows.length === 0) throw new ProblemError('approval_missing')
}

interface Credential {
  credential_id: string
  credential_key: Buffer
  rp_id: string
  rp_origin: string
  sign_count: bigint
}

async function credentialOf(sql: Sql, { accountId, approverId }: ApproverPrincipal): Promise<Credential> {
  const [row] = await sql.query<Credential>(
    `SELECT credential_id, credential_key, rp_id, rp_origin, sign_count FROM approver
      WHERE account_id = $1 AND approver_id = $2 AND revoked_at IS NULL`,
    [accountId, approverId],
  )
  if (row === undefined) throw new ProblemError('key_unknown')
  return row
}

async function checkAssertion(
  tx: Sql,
  who: ApproverPrincipal,
  assertion: AuthenticationResponseJSON,
  digest: string,
): Promise<void> {
  const credential = await credentialOf(tx, who)
  const { verifyAuthenticationResponse } = await webauthn()
  const result = await verifyAuthenticationResponse({
    response: assertion,
    expectedChallenge: digest,
    expectedOrigin: credential.rp_origin,
    expectedRPID: credential.rp_id,
    credential: {
      id: credential.credential_id,
      publicKey: new Uint8Array(credential.credential_key),
      counter: Number(credential.sign_count),
    },
    requireUserVerification: true,
  }).catch(() => null)
  if (!result?.verified || !result.authenticationInfo.userVerified) throw new ProblemError('factor_missing')
  await tx.query('UPDATE approver SET sign_count = $3 WHERE account_id = $1 AND approver_id = $2', [
    who.accountId,
    who.approverId,
    result.authenticationInfo.newCounter,
  ])
}

/** Listens before it looks, so that news in between is not missed. */
async function waiting<T>(
  context: Context,
  accountId: string,
  waitS: number,
  gone: AbortSignal,
  look: () => Promise<{ value: T; done: boolean }>,
): Promise<T> {
  let news = deferred()
  const stop = context.hub.listen(accountId, () => news.resolve())
  const end = AbortSignal.any([gone, AbortSignal.timeout(Math.max(1, waitS * 1000))])
  const ended = new Promise<void>((resolve) => end.addEventListener('abort', () => resolve(), { once: true }))
  try {
    for (;;) {
      const { value, done } = await look()
      if (done || waitS <= 0 || end.aborted) return value
      await Promise.race([news.promise, ended])
      news = deferred()
    }
  } finally {
    stop()
  }
}

function answer(row: Row, at: number): ApprovalAnswer {
  const state = row.state === 'pending' && row.expires_at.getTime() <= at ? 'expired' : row.state
  return { approval_id: row.approval_id, state, statement: row.statement }
}
