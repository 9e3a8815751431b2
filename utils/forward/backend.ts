/**
 * Client of the payments backend. Every answer is parsed and every receipt's signature checked against the key that
 * was pinned at pairing; anything else counts as "no answer", and no answer never lets a payment go.
 */
import {
  type ActivationAnswer,
  type ActivationRequest,
  type OutcomeRequest,
  PAYMENT_STATES,
  type PaymentAnswer,
} from '../contract/api.ts'
import type {
  ApprovalAnswer,
  ApprovalRequest,
  ApproverAnswer,
  InvitationAnswer,
  InvitationRequest,
} from '../contract/approvals.ts'
import type { AnchorAnswer, AnchorRequest } from '../contract/checkpoint.ts'
import type { MandateSubmission } from '../contract/mandate.ts'
import type { AllowanceRequest } from '../contract/subscriptions.ts'
import { parseMoney } from '../money/money.ts'
import type { BackendPairing } from '../settings/settings.ts'
import { parseApproval, parseApprovers, parseInvitation } from './approvals.ts'
import { deviceAuthorization } from './device-auth.ts'
import { statementOf } from './receipt-keys.ts'

/** How long one answer may take. A held payment waits for it, so not long. */
const ANSWER_MS = 10_000

export type BackendAnswer<T> =
  | { kind: 'ok'; value: T }
  /** The backend said no; `code` is its problem code. */
  | { kind: 'refused'; code: string; detail: string }
  /** Nothing usable came back: down, slow, not ours, or a receipt that does not verify. */
  | { kind: 'unreachable'; detail: string }

export interface BackendDeps {
  fetch: typeof fetch
  /** Epoch ms. */
  now: () => number
  /** See `receipt-keys.ts`. */
  followed?: (handovers: string[]) => Promise<void>
}

export interface Backend {
  authorise(
    submission: MandateSubmission,
    mandateId: string,
    digest: string,
  ): Promise<BackendAnswer<PaymentAnswer>>
  /** What the backend knows of a payment now. */
  payment(paymentId: string, digest: string): Promise<BackendAnswer<PaymentAnswer>>
  outcome(paymentId: string, body: OutcomeRequest, digest: string): Promise<BackendAnswer<PaymentAnswer>>
  /** Has a checkpoint of the log countersigned. The caller checks the signature (`utils/ledger/checkpoints`). */
  anchor(body: AnchorRequest): Promise<BackendAnswer<AnchorAnswer>>
  /** Makes an allowance there too, so that its limits hold outside this browser. */
  allow(body: AllowanceRequest): Promise<BackendAnswer<{ allowance_id: string }>>
  revokeAllowance(id: string): Promise<BackendAnswer<unknown>>
  /** Approval on another device, see `utils/contract/approvals`. */
  inviteApprover(body: InvitationRequest): Promise<BackendAnswer<InvitationAnswer>>
  /** From now on the backend pays nothing else; only the other device can lift it. */
  requireApprover(): Promise<BackendAnswer<unknown>>
  approvers(): Promise<BackendAnswer<{ approvers: ApproverAnswer[] }>>
  revokeApprover(id: string): Promise<BackendAnswer<unknown>>
  askApproval(body: ApprovalRequest): Promise<BackendAnswer<ApprovalAnswer>>
  /** `waitS` below the client's own time limit. */
  approval(id: string, waitS: number): Promise<BackendAnswer<ApprovalAnswer>>
  /** What a statement signed by this backend says; null where it is not its. */
  statement(jws: string): Promise<Record<string, unknown> | null>
}

export type SignedCall = (
  method: 'GET' | 'POST',
  /** With its query, which the signature does not cover. */
  path: string,
  /** null: none is sent. */
  body: object | null,
  headers: Record<string, string>,
) => Promise<BackendAnswer<unknown>>

/** Calls that carry the device's signature. */
export function signedCall(pairing: BackendPairing, deviceKey: CryptoKey, deps: BackendDeps): SignedCall {
  return async (method, path, body, headers) => {
    const text = body === null ? '' : JSON.stringify(body)
    return request(deps, pairing.url + path, {
      method,
      ...(body === null ? {} : { body: text }),
      headers: {
        ...(body === null ? {} : { 'content-type': 'application/json' }),
        authorization: await deviceAuthorization({
          deviceId: pairing.deviceId,
          deviceKey,
          audience: pairing.url,
          method,
          path: path.split('?', 1)[0] ?? path,
          body: text,
          now: deps.now(),
        }),
        ...headers,
      },
    })
  }
}

export function connectBackend(pairing: BackendPairing, deviceKey: CryptoKey, deps: BackendDeps): Backend {
  const call = signedCall(pairing, deviceKey, deps)

  async function payment(
    answer: BackendAnswer<unknown>,
    digest: string,
  ): Promise<BackendAnswer<PaymentAnswer>> {
    if (answer.kind !== 'ok') return answer
    const value = parsePayment(answer.value)
    if (!value) return { kind: 'unreachable', detail: 'the answer was not a payment' }
    const genuine = receiptHolds(value, digest, await statementOf(value.receipt, pairing, deps))
    return genuine ? { kind: 'ok', value } : { kind: 'unreachable', detail: 'the receipt does not verify' }
  }

  return {
    statement: (jws) => statementOf(jws, pairing, deps),
    async authorise(submission, mandateId, digest) {
      return payment(await call('POST', '/v1/mandates', submission, { 'idempotency-key': mandateId }), digest)
    },
    async anchor(body) {
      const answer = await call('POST', '/v1/checkpoints', body, {})
      if (answer.kind !== 'ok') return answer
      const value = answer.value
      const anchor = typeof value === 'object' && value !== null && 'anchor' in value ? value.anchor : null
      return typeof anchor === 'string'
        ? { kind: 'ok', value: { anchor } }
        : { kind: 'unreachable', detail: 'the answer was not an anchor' }
    },
    async allow(body) {
      const answer = await call('POST', '/v1/allowances', body, {})
      if (answer.kind !== 'ok') return answer
      const { value } = answer
      const id =
        typeof value === 'object' && value !== null && 'allowance_id' in value ? value.allowance_id : null
      return typeof id === 'string'
        ? { kind: 'ok', value: { allowance_id: id } }
        : { kind: 'unreachable', detail: 'the answer was not an allowance' }
    },
    async inviteApprover(body) {
      return read(await call('POST', '/v1/approvers/invitations', body, {}), parseInvitation)
    },
    requireApprover() {
      return call('POST', '/v1/approvers/require', {}, {})
    },
    async approvers() {
      return read(await call('GET', '/v1/approvers', null, {}), parseApprovers)
    },
    revokeApprover(id) {
      return call('POST', `/v1/approvers/${encodeURIComponent(id)}/revoke`, {}, {})
    },
    async askApproval(body) {
      return read(await call('POST', '/v1/approvals', body, {}), parseApproval)
    },
    async approval(id, waitS) {
      const path = `/v1/approvals/${encodeURIComponent(id)}?wait_s=${waitS}`
      return read(await call('GET', path, null, {}), parseApproval)
    },
    revokeAllowance(id) {
      return call('POST', `/v1/allowances/${encodeURIComponent(id)}/revoke`, {}, {})
    },
    async outcome(paymentId, body, digest) {
      const path = `/v1/payments/${encodeURIComponent(paymentId)}/outcome`
      return payment(
        await call('POST', path, body, { 'idempotency-key': `${paymentId}:${body.outcome}` }),
        digest,
      )
    },
    async payment(paymentId, digest) {
      return payment(await call('GET', `/v1/payments/${encodeURIComponent(paymentId)}`, null, {}), digest)
    },
  }
}

/** Redeems a one-time code; the only call that carries no device signature. */
export async function activateDevice(
  url: string,
  body: ActivationRequest,
  deps: BackendDeps,
): Promise<BackendAnswer<ActivationAnswer>> {
  const answer = await request(deps, `${url}/v1/devices`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  if (answer.kind !== 'ok') return answer
  const value = parseActivation(answer.value)
  return value ? { kind: 'ok', value } : { kind: 'unreachable', detail: 'the answer was not an activation' }
}

async function request(deps: BackendDeps, url: string, init: RequestInit): Promise<BackendAnswer<unknown>> {
  try {
    const response = await deps.fetch(url, {
      ...init,
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const body: unknown = await response.json()
    if (response.ok) return { kind: 'ok', value: body }
    const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
    const code = typeof problem.code === 'string' ? problem.code : `http_${response.status}`
    // 408, 425, 429 and 5xx say nothing about the payment itself; the same mandate may be sent again.
    const temporary = response.status >= 500 || [408, 409, 425, 429].includes(response.status)
    const detail = typeof problem.title === 'string' ? problem.title : code
    return temporary ? { kind: 'unreachable', detail } : { kind: 'refused', code, detail }
  } catch (error) {
    return { kind: 'unreachable', detail: error instanceof Error ? error.message : 'no answer' }
  }
}

function read<T>(answer: BackendAnswer<unknown>, parse: (value: unknown) => T | null): BackendAnswer<T> {
  if (answer.kind !== 'ok') return answer
  const value = parse(answer.value)
  return value === null
    ? { kind: 'unreachable', detail: 'the answer was not what was asked for' }
    : { kind: 'ok', value }
}

function parsePayment(value: unknown): PaymentAnswer | null {
  if (typeof value !== 'object' || value === null) return null
  const { payment_id, mandate_id, state, amount, receipt, merchant_used } = value as Record<string, unknown>
  const known = PAYMENT_STATES.find((name) => name === state)
  const parsed = parseMoney(amount)
  if (typeof payment_id !== 'string' || typeof mandate_id !== 'string' || typeof receipt !== 'string')
    return null
  if (known === undefined || parsed === null) return null
  return {
    payment_id,
    mandate_id,
    state: known,
    amount: { ...parsed, amount: parsed.amount.toString() },
    receipt,
    ...(typeof merchant_used === 'boolean' ? { merchant_used } : {}),
  }
}

function parseActivation(value: unknown): ActivationAnswer | null {
  if (typeof value !== 'object' || value === null) return null
  const { device_id, account_id, receipt_key } = value as Record<string, unknown>
  if (typeof device_id !== 'string' || typeof account_id !== 'string') return null
  if (typeof receipt_key !== 'object' || receipt_key === null) return null
  return { device_id, account_id, receipt_key: receipt_key as JsonWebKey }
}

/** The receipt must be the backend's and speak of this payment, mandate, order, state and amount. */
function receiptHolds(
  answer: PaymentAnswer,
  digest: string,
  payload: Record<string, unknown> | null,
): boolean {
  if (payload === null) return false
  const amount = parseMoney(payload.amount)
  return (
    payload.payment_id === answer.payment_id &&
    payload.mandate_id === answer.mandate_id &&
    payload.reference === digest &&
    payload.state === answer.state &&
    amount !== null &&
    amount.amount.toString() === answer.amount.amount &&
    amount.currency === answer.amount.currency
  )
}
