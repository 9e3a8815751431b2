/** A person's other devices: invited with the person's consent, let in once by a passkey made over the invitation. */
import { randomBytes } from 'node:crypto'
import {
  type ApproverAnswer,
  type ApproverRequest,
  type InvitationAnswer,
  type InvitationRequest,
  invitationChallenge,
} from '../../utils/contract/approvals.ts'
import { newApproverKey } from '../auth/approver-key.ts'
import { secretHash } from '../auth/bearer.ts'
import type { Device } from '../auth/device-request.ts'
import { webauthn } from '../auth/webauthn.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import { consumeAction } from '../mandates/action.ts'

const INVITATION_MS = 10 * 60_000

interface Row {
  approver_id: string
  label: string
  created_at: Date
  revoked_at: Date | null
}

/** Whoever can approve can spend, so only the person can invite. */
export async function invite(
  context: Context,
  device: Device,
  { nonce, consent }: InvitationRequest,
): Promise<InvitationAnswer> {
  const at = context.now()
  const { accountId, deviceId } = device
  const token = `${accountId.slice('acc_'.length)}.${randomBytes(24).toString('base64url')}`
  const expires = new Date(at + INVITATION_MS)
  await context.db.transaction(async (tx) => {
    await consumeAction(context, tx, device, { command: 'invite-approver', nonce }, consent)
    await tx.query(
      'INSERT INTO approver_invitation (account_id, token_hash, device_id, expires_at) VALUES ($1, $2, $3, $4)',
      [accountId, secretHash(token), deviceId, expires],
    )
  })
  return { token, expires_at: expires.toISOString() }
}

/** Lets the invited device in, once. The origin is one of ours, and the passkey verified its person. */
export async function admitApprover(
  context: Context,
  { token, label, registration }: ApproverRequest,
): Promise<{ approver_id: string; key: string }> {
  const account = /^([0-9a-z]{20})\.[\w-]{32}$/.exec(token)?.[1]
  if (account === undefined) throw new ProblemError('code_invalid')
  const accountId = `acc_${account}`
  const origins = [...context.origins()]
  const { verifyRegistrationResponse } = await webauthn()
  const made = await verifyRegistrationResponse({
    response: registration,
    expectedChallenge: await invitationChallenge(token),
    expectedOrigin: origins,
    expectedRPID: origins.map((origin) => new URL(origin).hostname),
    requireUserVerification: true,
  }).catch(() => null)
  if (!made?.verified || !made.registrationInfo) throw new ProblemError('factor_missing')
  const { credential, origin, rpID } = made.registrationInfo
  const approverId = newIdOf(accountId, 'apr')
  const key = newApproverKey(approverId)
  const at = new Date(context.now())
  await context.db.transaction(async (tx) => {
    const used = await tx.query(
      `UPDATE approver_invitation SET used_at = $3
        WHERE account_id = $1 AND token_hash = $2 AND used_at IS NULL AND expires_at > $3 RETURNING 1`,
      [accountId, secretHash(token), at],
    )
    if (used.length === 0) throw new ProblemError('code_invalid')
    await tx.query(
      `INSERT INTO approver (account_id, approver_id, label, key_hash, credential_id, credential_key, rp_id, rp_origin,
           sign_count, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        accountId,
        approverId,
        label,
        key.hash,
        credential.id,
        Buffer.from(credential.publicKey),
        rpID ?? new URL(origin).hostname,
        origin,
        credential.counter,
        at,
      ],
    )
    const data = { label }
    await note(tx, {
      accountId,
      type: 'approver.added',
      subject: approverId,
      agentId: null,
      data,
      at: at.getTime(),
    })
  })
  context.wake('events')
  return { approver_id: approverId, key: key.text }
}

export async function listApprovers(context: Context, accountId: string): Promise<ApproverAnswer[]> {
  const rows = await context.db.query<Row>(
    `SELECT approver_id, label, created_at, revoked_at FROM approver WHERE account_id = $1 ORDER BY created_at`,
    [accountId],
  )
  return rows.map(answer)
}

/** Needs no consent: it only tightens. */
export async function revokeApprover(
  context: Context,
  accountId: string,
  approverId: string,
): Promise<ApproverAnswer> {
  const at = context.now()
  const row = await context.db.transaction(async (tx) => {
    const others = await tx.query(
      'SELECT 1 FROM approver WHERE account_id = $1 AND approver_id <> $2 AND revoked_at IS NULL',
      [accountId, approverId],
    )
    // Else nobody could approve or lift it; and who drives the browser must not get rid of the device.
    if (others.length === 0 && (await isApproverRequired(tx, accountId))) {
      throw new ProblemError(
        'order_state',
        'it is the last one, and payments need one: lift that on it first',
      )
    }
    const [found] = await tx.query<Row>(
      `UPDATE approver SET revoked_at = coalesce(revoked_at, $3) WHERE account_id = $1 AND approver_id = $2
        RETURNING approver_id, label, created_at, revoked_at`,
      [accountId, approverId, new Date(at)],
    )
    if (found === undefined) throw new ProblemError('not_found')
    await note(tx, { accountId, type: 'approver.revoked', subject: approverId, agentId: null, data: {}, at })
    return found
  })
  context.wake('events')
  return answer(row)
}

/**
 * Whether the account pays only what was approved on another device. The device may set it and never lift it: whoever
 * drives its browser holds all that the device holds. Only a device that approves can lift it.
 */
export async function requireApprover(
  context: Context,
  accountId: string,
  by: string,
  required: boolean,
): Promise<{ required: boolean }> {
  const at = context.now()
  await context.db.transaction(async (tx) => {
    const [one] = await tx.query('SELECT 1 FROM approver WHERE account_id = $1 AND revoked_at IS NULL', [
      accountId,
    ])
    if (required && one === undefined) throw new ProblemError('order_state', 'no other device is connected')
    await tx.query('UPDATE account SET approver_required = $2 WHERE account_id = $1', [accountId, required])
    const data = { required, by }
    await note(tx, { accountId, type: 'approver.required', subject: accountId, agentId: null, data, at })
  })
  context.wake('events')
  return { required }
}

export async function isApproverRequired(sql: Sql, accountId: string): Promise<boolean> {
  const [row] = await sql.query<{ approver_required: boolean }>(
    'SELECT approver_required FROM account WHERE account_id = $1',
    [accountId],
  )
  return row?.approver_required === true
}

function answer(row: Row): ApproverAnswer {
  return {
    approver_id: row.approver_id,
    label: row.label,
    created_at: row.created_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
  }
}
