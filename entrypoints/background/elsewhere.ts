/**
 * Approval on another device. The backend asks there; its signed statement about exactly this order is what counts, and
 * is checked against the key that was pinned at pairing. Whoever drives this browser can neither make nor change it.
 */
import { actionDigest } from '../../utils/contract/action.ts'
import { APPROVAL_VCT, type ApprovalAnswer, type ApproverAnswer } from '../../utils/contract/approvals.ts'
import { Refusal } from '../../utils/errors/errors.ts'
import type { Backend, BackendAnswer } from '../../utils/forward/backend.ts'
import { signAction } from '../../utils/forward/mandate.ts'
import { checkProof, readIdentity } from '../../utils/identity/identity.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import type { Proof } from '../../utils/messages/page.ts'
import { toWireOrder } from '../../utils/order/order.ts'
import { type BackendPairing, readSettings } from '../../utils/settings/settings.ts'
import { approveWith } from './decide.ts'
import { endAttempt } from './end.ts'
import { backend, db, now } from './services.ts'

/** The backend takes no question that waits longer than an hour. */
const LONGEST_MS = 3_590_000
/** One stretch of waiting, seconds; shorter than the client's own time limit. */
const WAIT_S = 8

export type ElsewhereState = ApprovalAnswer['state'] | 'unreachable' | 'off'

/** Asks, or goes on waiting, and carries out what was answered. The consent window calls it again and again. */
export async function askElsewhere(attemptId: string): Promise<{ state: ElsewhereState }> {
  const [row, settings, service] = await Promise.all([
    db.attempts.get(attemptId),
    readSettings(db),
    backend(),
  ])
  const wanted = settings.elsewhere === 'offer' || settings.elsewhere === 'only'
  if (!wanted || service === null || settings.backend === null) return { state: 'off' }
  if (row?.state !== 'asked' || row.order.total === null) return { state: 'off' }
  const asked = await service.askApproval({
    attempt_id: row.id,
    order: toWireOrder(row.order),
    expires_at: new Date(Math.min(row.expiresAt, now() + LONGEST_MS)).toISOString(),
  })
  if (asked.kind !== 'ok') return { state: 'unreachable' }
  const answer =
    asked.value.state === 'pending' ? await service.approval(asked.value.approval_id, WAIT_S) : asked
  if (answer.kind !== 'ok') return { state: 'unreachable' }
  await carryOut(row, answer.value, service, settings.backend)
  return { state: answer.value.state }
}

async function carryOut(
  row: AttemptRow,
  answer: ApprovalAnswer,
  service: Backend,
  pairing: BackendPairing,
): Promise<void> {
  if (answer.state === 'rejected') {
    const { id, digest } = row
    await endAttempt({
      attemptId: id,
      from: ['asked'],
      to: 'rejected',
      reason: 'rejected_by_person',
      consent: {
        id: crypto.randomUUID(),
        attemptId: id,
        digest,
        decision: 'rejected',
        factor: null,
        at: now(),
        approvalId: answer.approval_id,
      },
    })
    return
  }
  if (answer.state !== 'approved') return
  const { approval_id: approval, statement } = answer
  await approveWith({ attemptId: row.id, digest: row.digest }, async (current) => {
    const identity = await readIdentity(db)
    if (identity === null) throw new Refusal('not_activated')
    const genuine =
      statement !== null && (await isGenuine(statement, approval, current, service, pairing.deviceId))
    if (!genuine) throw new Refusal('factor_missing', 'the approval does not verify')
    return {
      factor: 'approver',
      signingKey: identity.deviceKey.privateKey,
      assertion: null,
      approval: { id: approval, statement },
    }
  })
}

/** By the backend, about this order, this device and this approval. */
async function isGenuine(
  statement: string,
  approvalId: string,
  row: AttemptRow,
  service: Backend,
  deviceId: string,
): Promise<boolean> {
  const said = await service.statement(statement)
  return (
    said?.vct === APPROVAL_VCT &&
    said.approval_id === approvalId &&
    said.device_id === deviceId &&
    said.reference === row.digest
  )
}

/** Address of the page on the other device, with the token after the #. Shown as a QR code, and to nobody else. */
export async function inviteApprover(input: {
  nonce: string
  proof: Proof | null
}): Promise<{ url: string }> {
  const { service, pairing } = await paired()
  const digest = await actionDigest({ command: 'invite-approver', nonce: input.nonce })
  const { factor, signingKey, assertion } = await checkProof(db, input.proof, digest, now())
  const { deviceId, url: audience } = pairing
  const mandate = await signAction(
    { id: crypto.randomUUID(), digest, factor, deviceId, audience, now: now() },
    signingKey,
  )
  const consent = { mandate, assertion: assertion === null ? null : JSON.parse(assertion) }
  const { token } = accepted(await service.inviteApprover({ nonce: input.nonce, consent }))
  const page = new URL('/approve', pairing.url)
  // Passkeys are bound to a name; an address of this machine has one too.
  if (page.hostname === '127.0.0.1' || page.hostname === '[::1]') page.hostname = 'localhost'
  return { url: `${page.href}#${token}` }
}

export async function approvers(): Promise<{ approvers: ApproverAnswer[] }> {
  const { service } = await paired()
  return accepted(await service.approvers())
}

export async function disconnectApprover(id: string): Promise<void> {
  const { service } = await paired()
  accepted(await service.revokeApprover(id))
}

async function paired(): Promise<{ service: Backend; pairing: BackendPairing }> {
  const [service, { backend: pairing }] = await Promise.all([backend(), readSettings(db)])
  if (service === null || pairing === null) throw new Refusal('backend_unreachable')
  return { service, pairing }
}

function accepted<T>(answer: BackendAnswer<T>): T {
  if (answer.kind === 'unreachable') throw new Refusal('backend_unreachable', answer.detail)
  if (answer.kind === 'refused') throw new Refusal('backend_refused', answer.detail)
  return answer.value
}
