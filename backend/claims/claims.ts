/**
 * Compensation: a person says that a payment was not theirs or went wrong. A rule decides what it can: no valid consent
 * proof, or more taken than was consented to, is compensated from the reserve at once. The rest an operator decides;
 * a refusal can be appealed. Every step is in the log, and the evidence can be read by anyone who has it.
 *
 * Nobody gets the same money back twice: a claim is for what was taken and not refunded, asked again when it is decided,
 * and what was compensated cannot be refunded any more (orders/refunds.ts).
 */
import type { WireOrder } from '../../utils/contract/order-wire.ts'
import type {
  ClaimAnswer,
  ClaimReason,
  ClaimRequest,
  ClaimState,
} from '../../utils/contract/subscriptions.ts'
import { toWire } from '../../utils/money/money.ts'
import { type PublicPoint, verifyEs256 } from '../auth/es256.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { accountOf, newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { post } from '../ledger/post.ts'
import { note } from '../log/events.ts'

interface Row {
  account_id: string
  claim_id: string
  payment_id: string
  state: ClaimState
  reason: ClaimReason
  statement: string
  amount: bigint
  currency: string
  decision: string
}

/** @public */
export interface FormerKey {
  key_id: string
  key: PublicPoint
  retired_at: string
}

export interface Proof {
  payment_id: string
  mandate_id: string
  amount: bigint
  currency: string
  receipt: string
  jws: string | null
  assertion: unknown
  order: WireOrder | null
  consent_key: PublicPoint | null
  device_key: PublicPoint | null
  /** Keys that the device signed with before. */
  former_keys: FormerKey[]
  factor: 'pin' | 'passkey' | null
  /** The person's consent to the allowance, where the device signed the mandate under one. */
  standing_jws: string | null
  standing_assertion: unknown
  /** The passkey's assertion on another device, which was verified when it came; null where none was asked. */
  approval_assertion: unknown
}

/** A payment with the consent that it stands on; the consent's parts are null where there is none. */
export async function proofOf(sql: Sql, accountId: string, paymentId: string): Promise<Proof> {
  const [row] = await sql.query<Proof>(
    `SELECT p.payment_id, p.mandate_id, p.amount, p.currency, p.receipt,
            coalesce(m.jws, a.jws) AS jws, coalesce(m.assertion, a.assertion) AS assertion, m."order",
            d.consent_key, d.device_key, d.factor, w.jws AS standing_jws, w.assertion AS standing_assertion,
            v.assertion AS approval_assertion,
            (SELECT coalesce(json_agg(json_build_object('key_id', f.key_id, 'key', f.public_jwk, 'retired_at',
                 to_char(f.retired_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY f.retired_at), '[]')
               FROM former_device_key f WHERE f.account_id = p.account_id AND f.device_id = p.device_id) AS former_keys
       FROM payment p
       LEFT JOIN mandate m ON m.account_id = p.account_id AND m.mandate_id = split_part(p.mandate_id, ':', 1)
       LEFT JOIN action_mandate a ON a.account_id = p.account_id AND a.mandate_id = split_part(p.mandate_id, ':', 1)
       LEFT JOIN allowance l ON l.account_id = p.account_id AND l.allowance_id = p.allowance_id
            AND m.mandate_id IS NOT NULL
       LEFT JOIN action_mandate w ON w.account_id = p.account_id AND w.mandate_id = l.mandate_id
       LEFT JOIN approval v ON v.account_id = p.account_id AND v.device_id = p.device_id AND v.digest = p.digest
            AND v.state = 'used'
       LEFT JOIN device d ON d.account_id = p.account_id AND d.device_id = p.device_id
      WHERE p.account_id = $1 AND p.payment_id = $2`,
    [accountId, paymentId],
  )
  if (row === undefined) throw new ProblemError('not_found', 'no such payment')
  return row
}

/** A key that was rotated away since signed what it signed: what was accepted then stays proven. */
function signedByDevice(jws: string, proof: Proof): boolean {
  const keys = [proof.device_key, ...proof.former_keys.map(({ key }) => key)]
  return keys.some((key) => key !== null && verifyEs256(jws, key) !== null)
}

function signedByPerson(jws: string, proof: Proof): boolean {
  if (proof.factor !== 'pin') return signedByDevice(jws, proof)
  return proof.consent_key !== null && verifyEs256(jws, proof.consent_key) !== null
}

export function consentHolds(proof: Proof): boolean {
  if (proof.jws === null) return false
  if (proof.approval_assertion !== null) return signedByDevice(proof.jws, proof)
  if (proof.standing_jws !== null) {
    if (proof.factor === 'passkey' && proof.standing_assertion === null) return false
    return signedByDevice(proof.jws, proof) && signedByPerson(proof.standing_jws, proof)
  }
  if (proof.factor === 'passkey' && proof.assertion === null) return false
  return signedByPerson(proof.jws, proof)
}

/** What of a payment is with the payee. `sure`: the backend took it itself, or heard from the device that it went. */
interface Taken {
  amount: bigint
  sure: boolean
}

/** Locks the order, so that a refund and a compensation follow one another. */
async function takenOf(tx: Sql, accountId: string, paymentId: string): Promise<Taken> {
  const [order] = await tx.query<{ captured: bigint; refunded: bigint }>(
    'SELECT captured, refunded FROM wallet_order WHERE account_id = $1 AND payment_id = $2 FOR UPDATE',
    [accountId, paymentId],
  )
  if (order !== undefined) return { amount: order.captured - order.refunded, sure: true }
  const [payment] = await tx.query<{ rail: string; state: string; amount: bigint }>(
    'SELECT rail, state, amount FROM payment WHERE account_id = $1 AND payment_id = $2',
    [accountId, paymentId],
  )
  // On the shop rail others take the money. A failure is what the page said: the bank may say otherwise.
  if (payment?.rail !== 'shop') return { amount: 0n, sure: true }
  return { amount: payment.amount, sure: payment.state === 'authorised' || payment.state === 'settled' }
}

/** What was compensated for a payment; a refund may give back only what is left. */
export async function compensatedFor(sql: Sql, accountId: string, paymentId: string | null): Promise<bigint> {
  const [claim] = await sql.query<{ amount: bigint }>(
    `SELECT amount FROM claim WHERE account_id = $1 AND payment_id = $2 AND state = 'compensated'`,
    [accountId, paymentId],
  )
  return claim?.amount ?? 0n
}

/** What the person agreed to pay each time: renewals have a price of their own in the order. */
function consentedAmount({ order, mandate_id }: Proof): bigint | null {
  if (order === null) return null
  const each = mandate_id.includes(':renewal-') ? order.recurrence?.amount : null
  const amount = each ?? order.total?.amount
  return amount === undefined ? null : BigInt(amount)
}

/** What the rules say: an amount to give back at once, or null where a person must look. */
function ruled(
  reason: ClaimReason,
  proof: Proof,
  { amount, sure }: Taken,
): { amount: bigint; why: string } | null {
  if (!sure) return null
  if (!consentHolds(proof)) return { amount, why: 'there is no valid proof of consent' }
  const consented = consentedAmount(proof)
  const above = consented === null ? 0n : amount - consented
  if (reason === 'wrong_amount' && above > 0n)
    return { amount: above, why: 'more was taken than consented to' }
  return null
}

export async function openClaim(
  context: Context,
  tx: Sql,
  accountId: string,
  request: ClaimRequest,
): Promise<ClaimAnswer> {
  const proof = await proofOf(tx, accountId, request.payment_id)
  const taken = await takenOf(tx, accountId, request.payment_id)
  if (taken.amount <= 0n) throw new ProblemError('order_state', 'nothing was taken that was not given back')
  const at = context.now()
  const [row] = await tx.query<Row>(
    `INSERT INTO claim (account_id, claim_id, payment_id, state, reason, statement, amount, currency, created_at, updated_at)
       VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING RETURNING *`,
    [
      accountId,
      newIdOf(accountId, 'clm'),
      request.payment_id,
      request.reason,
      request.statement,
      taken.amount,
      proof.currency,
      new Date(at),
    ],
  )
  if (row === undefined) throw new ProblemError('order_state', 'there is a claim for this payment already')
  await noteClaim(context, tx, row, 'claim.opened', request.reason)
  const rule = ruled(request.reason, proof, taken)
  if (rule === null) return answer(row)
  return answer(await decide(context, tx, { ...row, amount: rule.amount }, 'compensated', rule.why))
}

export async function appealClaim(
  context: Context,
  tx: Sql,
  accountId: string,
  id: string,
  statement: string,
): Promise<ClaimAnswer> {
  const row = await lock(tx, accountId, id)
  if (row.state !== 'declined') throw new ProblemError('order_state', `it is ${row.state}`)
  return answer(await decide(context, tx, row, 'appealed', statement))
}

/** The operator's decision about an open or appealed claim. */
export async function decideClaim(
  context: Context,
  id: string,
  compensate: boolean,
  why: string,
): Promise<ClaimAnswer> {
  const accountId = accountOf(id, 'clm')
  if (accountId === null) throw new ProblemError('not_found')
  return context.db.transaction(async (tx) => {
    const row = await lock(tx, accountId, id)
    if (row.state !== 'open' && row.state !== 'appealed')
      throw new ProblemError('order_state', `it is ${row.state}`)
    if (!compensate) return answer(await decide(context, tx, row, 'declined', why))
    const { amount: left } = await takenOf(tx, accountId, row.payment_id)
    if (left <= 0n) throw new ProblemError('order_state', 'it has been refunded since')
    const amount = left < row.amount ? left : row.amount
    return answer(await decide(context, tx, { ...row, amount }, 'compensated', why))
  })
}

async function decide(context: Context, tx: Sql, row: Row, state: ClaimState, why: string): Promise<Row> {
  const at = context.now()
  const [moved] = await tx.query<Row>(
    `UPDATE claim SET state = $3, decision = $4, amount = $5, updated_at = $6
      WHERE account_id = $1 AND claim_id = $2 RETURNING *`,
    [row.account_id, row.claim_id, state, why, row.amount, new Date(at)],
  )
  if (moved === undefined) throw new Error('the claim has gone')
  // From the reserve to the payer: the payee keeps what it has until the operator settles with it.
  if (state === 'compensated') await post(tx, moved, moved.claim_id, 'reserve', -moved.amount, at)
  await noteClaim(context, tx, moved, `claim.${state}`, why)
  return moved
}

export async function listClaims(context: Context, accountId: string | null): Promise<ClaimAnswer[]> {
  const rows = await context.db.query<Row>(
    `SELECT * FROM claim WHERE ($1::text IS NULL AND state IN ('open', 'appealed')) OR account_id = $1
      ORDER BY created_at LIMIT 500`,
    [accountId],
  )
  return rows.map(answer)
}

/** For the operator: a claim, and whose it is. */
export async function findClaim(
  context: Context,
  id: string,
): Promise<{ accountId: string; claim: ClaimAnswer; statement: string }> {
  const accountId = accountOf(id, 'clm')
  if (accountId === null) throw new ProblemError('not_found')
  const [row] = await context.db.query<Row>('SELECT * FROM claim WHERE account_id = $1 AND claim_id = $2', [
    accountId,
    id,
  ])
  if (row === undefined) throw new ProblemError('not_found')
  return { accountId, claim: answer(row), statement: row.statement }
}

async function lock(tx: Sql, accountId: string, id: string): Promise<Row> {
  const [row] = await tx.query<Row>(
    'SELECT * FROM claim WHERE account_id = $1 AND claim_id = $2 FOR UPDATE',
    [accountId, id],
  )
  if (row === undefined) throw new ProblemError('not_found')
  return row
}

function noteClaim(context: Context, tx: Sql, row: Row, type: string, why: string): Promise<void> {
  const data = { payment: row.payment_id, amount: row.amount.toString(), currency: row.currency, why }
  return note(tx, {
    accountId: row.account_id,
    type,
    subject: row.claim_id,
    agentId: null,
    data,
    at: context.now(),
  })
}

function answer(row: Row): ClaimAnswer {
  return {
    claim_id: row.claim_id,
    payment_id: row.payment_id,
    state: row.state,
    reason: row.reason,
    amount: toWire({ amount: row.amount, currency: row.currency }),
    decision: row.decision,
  }
}
