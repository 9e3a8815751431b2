/** Attempts, consents, mandates and receipts of a bundle, each against the others and against the log. */

import { actionDigest } from '../contract/action.ts'
import { APPROVAL_VCT } from '../contract/approvals.ts'
import { ACTION_VCT } from '../contract/caps.ts'
import { statementBy, type TrustedKey } from '../contract/handovers.ts'
import { MANDATE_VCT } from '../contract/mandate.ts'
import { orderDigest } from '../contract/order-wire.ts'
import { checkPasskey } from '../identity/passkey.ts'
import { equal, parseMoney } from '../money/money.ts'
import type {
  EvidenceAttempt,
  EvidenceBundle,
  EvidenceConsent,
  EvidenceLogRow,
  EvidenceMandate,
  EvidenceReceipt,
  StandingConsent,
} from './bundle.ts'
import { publicKey, receiptKeys, signedClaims } from './keys.ts'
import type { Checked, Verdict } from './verify.ts'

/** Everything about one payment that a record can be compared with. */
interface Setting {
  bundle: EvidenceBundle
  attempts: Map<string, EvidenceAttempt>
  /** Digests made anew from the orders in the bundle. */
  digests: Map<string, string>
  events: Map<string, EvidenceLogRow[]>
  keys: { device: CryptoKey | null; consent: CryptoKey | null; receipt: TrustedKey[] | null }
}

/** A decision and its log row are made in one step. */
const DECIDED_MS = 5_000

type Finding = readonly [Verdict, string]
const HOLDS: Finding = ['VERIFIED', '']

export async function verifyRecords(bundle: EvidenceBundle): Promise<Checked[]> {
  const setting = await settingOf(bundle)
  const checked: Checked[] = []
  const add = (kind: Checked['kind'], id: string, [verdict, detail]: Finding) =>
    checked.push({ kind, id, verdict, detail })
  // Of two records of one id only one is compared with the others; the other could say anything.
  for (const [kind, records] of [
    ['attempt', bundle.attempts],
    ['consent', bundle.consents],
    ['mandate', bundle.mandates],
    ['receipt', bundle.receipts],
  ] as const) {
    for (const id of repeated(records)) add(kind, id, ['PAYLOAD_HASH_MISMATCH', 'It is in the bundle twice.'])
  }
  for (const attempt of bundle.attempts) add('attempt', attempt.id, attemptFinding(setting, attempt))
  for (const consent of bundle.consents) add('consent', consent.id, consentFinding(setting, consent))
  for (const mandate of bundle.mandates)
    add('mandate', mandate.id, await mandateFindingByAny(setting, mandate))
  for (const receipt of bundle.receipts) add('receipt', receipt.id, await receiptFinding(setting, receipt))
  return checked
}

function repeated(records: readonly { id: string }[]): Set<string> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const { id } of records) {
    if (seen.has(id)) twice.add(id)
    seen.add(id)
  }
  return twice
}

async function settingOf(bundle: EvidenceBundle): Promise<Setting> {
  const digests = new Map<string, string>()
  for (const { id, order } of bundle.attempts) digests.set(id, await orderDigest(id, order).catch(() => ''))
  const events = new Map<string, EvidenceLogRow[]>()
  for (const row of bundle.log) {
    if (row.attemptId === null || row.salt === null) continue
    events.set(row.attemptId, [...(events.get(row.attemptId) ?? []), row])
  }
  const { device, consent } = bundle.keys
  return {
    bundle,
    attempts: new Map(bundle.attempts.map((attempt) => [attempt.id, attempt])),
    digests,
    events,
    keys: {
      device: await publicKey(device),
      consent: consent.kind === 'pin' ? await publicKey(consent.key) : null,
      receipt: await receiptKeys(bundle.keys),
    },
  }
}

const WAS_APPROVED = ['approved', 'forwarding', 'released', 'settled', 'unknown']

function attemptFinding({ bundle, digests, events }: Setting, attempt: EvidenceAttempt): Finding {
  const { id, digest, state } = attempt
  if (digests.get(id) !== digest)
    return ['PAYLOAD_HASH_MISMATCH', 'The order is not the one that the digest names.']
  const moves = (events.get(id) ?? []).filter(({ event }) => event.startsWith('attempt.'))
  const last = moves.filter(({ event }) => event !== 'attempt.changed').at(-1)
  if (last === undefined) return ['RECORD_MISSING', 'The log says nothing about this payment.']
  if (last.event !== `attempt.${state}`) {
    return ['PAYLOAD_HASH_MISMATCH', `The log says ${last.event}, the record says ${state}.`]
  }
  const held = moves.find(({ event }) => event === 'attempt.held')
  if (held !== undefined && held.at !== attempt.createdAt) {
    return ['PAYLOAD_HASH_MISMATCH', 'The log has another time of the attempt.']
  }
  if ((last.data.reason ?? null) !== attempt.reason) {
    return ['PAYLOAD_HASH_MISMATCH', 'The log has another reason.']
  }
  // Each move says where it came from, so none between two others can be taken for another payment's.
  const steps = moves.filter(({ data }) => typeof data.from === 'string')
  const gap = steps.find(({ data }, n) => n > 0 && steps[n - 1]?.event !== `attempt.${String(data.from)}`)
  if (gap !== undefined) return ['RECORD_MISSING', `The move before ${gap.event} is not in the log.`]
  const named = moves.filter(({ data }) => typeof data.digest === 'string').at(-1)
  if (named !== undefined && named.data.digest !== digest) {
    return ['PAYLOAD_HASH_MISMATCH', 'The log names another order.']
  }
  const approved = bundle.consents.some((one) => one.attemptId === id && one.decision === 'approved')
  if (WAS_APPROVED.includes(state) && !approved) return ['RECORD_MISSING', 'It went on without a consent.']
  if (WAS_APPROVED.includes(state) && !bundle.mandates.some((one) => one.attemptId === id)) {
    return ['RECORD_MISSING', 'It went on without a mandate.']
  }
  return HOLDS
}

function consentFinding({ digests, events }: Setting, consent: EvidenceConsent): Finding {
  const digest = digests.get(consent.attemptId)
  if (digest === undefined) return ['RECORD_MISSING', 'The payment that it is about is not in the bundle.']
  if (consent.digest !== digest) return ['PAYLOAD_HASH_MISMATCH', 'It is a consent to another order.']
  const entry = (events.get(consent.attemptId) ?? []).find(
    ({ event }) => event === `attempt.${consent.decision}`,
  )
  if (entry === undefined) return ['RECORD_MISSING', 'The log has no such decision.']
  const { digest: logged, factor } = entry.data
  if (consent.decision === 'approved' && (logged !== consent.digest || factor !== consent.factor)) {
    return ['PAYLOAD_HASH_MISMATCH', 'The log has another decision.']
  }
  if (Math.abs(entry.at - consent.at) > DECIDED_MS) {
    return ['PAYLOAD_HASH_MISMATCH', 'The log has another time of the decision.']
  }
  return HOLDS
}

/** By the key that the person has now, else by one that they had before. */
async function mandateFindingByAny(setting: Setting, mandate: EvidenceMandate): Promise<Finding> {
  const found = await mandateFinding(setting, mandate)
  if (found[0] === 'VERIFIED') return found
  const { bundle, keys } = setting
  for (const consent of bundle.keys.former ?? []) {
    const earlier = await mandateFinding(
      {
        ...setting,
        bundle: { ...bundle, keys: { ...bundle.keys, consent } },
        keys: { ...keys, consent: consent.kind === 'pin' ? await publicKey(consent.key) : null },
      },
      mandate,
    )
    if (earlier[0] === 'VERIFIED') return earlier
  }
  return found
}

async function mandateFinding(setting: Setting, mandate: EvidenceMandate): Promise<Finding> {
  const { bundle, attempts, digests, keys } = setting
  const attempt = attempts.get(mandate.attemptId)
  const digest = digests.get(mandate.attemptId)
  if (attempt === undefined || digest === undefined) {
    return ['RECORD_MISSING', 'The payment that it is about is not in the bundle.']
  }
  const { consent } = bundle.keys
  const standing = mandate.standing === undefined ? null : parseStanding(mandate.standing)
  if (mandate.standing !== undefined && standing === null)
    return ['SIGNATURE_INVALID', 'The consent to the allowance cannot be read.']
  const elsewhere = mandate.approval ?? null
  const pressed = standing === null && elsewhere === null && isPress(bundle, attempt.id)
  const byDevice = consent.kind === 'passkey' || standing !== null || pressed || elsewhere !== null
  const key = byDevice ? keys.device : keys.consent
  if (key === null) return ['PUBLIC_KEY_UNAVAILABLE', 'The key that signs mandates is not in the bundle.']
  const claims = await signedClaims(mandate.jws, key)
  if (claims === null) return ['SIGNATURE_INVALID', 'The person’s key did not sign this mandate.']
  const { payee } = claims
  const site = typeof payee === 'object' && payee !== null && 'id' in payee ? payee.id : null
  function signedFactor(): string {
    if (standing !== null) return 'allowance'
    if (elsewhere !== null) return 'approver'
    return pressed ? 'press' : consent.kind
  }
  const binds =
    claims.vct === MANDATE_VCT &&
    claims.jti === mandate.id &&
    claims.attempt_id === attempt.id &&
    claims.transaction_id === digest &&
    claims.factor === signedFactor() &&
    (standing === null || claims.allowance === standing.mandateId) &&
    site === attempt.order.site.key &&
    attempt.order.total !== null &&
    equal(parseMoney(claims.payment_amount), parseMoney(attempt.order.total))
  if (!binds) return ['PAYLOAD_HASH_MISMATCH', 'It was signed for another order, payee or amount.']
  if (elsewhere !== null) return elsewhereFinding(setting, elsewhere, String(claims.approval), digest)
  if (pressed) return ['VERIFIED', 'Agreed to by a press alone, without the factor.']
  if (standing !== null) return standingFinding(setting, standing, attempt)
  if (consent.kind === 'pin') return HOLDS
  return passkeyFinding(consent, mandate.assertion, digest)
}

/** Approved on another device: the backend, which checked its passkey, says so about this order. */
async function elsewhereFinding(
  { keys }: Setting,
  statement: string,
  approvalId: string,
  digest: string,
): Promise<Finding> {
  if (keys.receipt === null) return ['PUBLIC_KEY_UNAVAILABLE', 'The backend’s key is not in the bundle.']
  const claims = await statementBy(statement, keys.receipt)
  if (claims === null) return ['SIGNATURE_INVALID', 'The backend did not sign this approval.']
  const holds =
    claims.vct === APPROVAL_VCT && claims.reference === digest && claims.approval_id === approvalId
  return holds ? HOLDS : ['PAYLOAD_HASH_MISMATCH', 'It is an approval of another order.']
}

/** The person had wanted no factor for so small an amount, and the log says so too. */
function isPress({ consents }: EvidenceBundle, attemptId: string): boolean {
  const found = consents.find((one) => one.attemptId === attemptId && one.decision === 'approved')
  return found !== undefined && found.factor === null
}

/** Nobody was asked: the person must have signed an allowance that this order fits. */
async function standingFinding(
  { bundle, keys }: Setting,
  { allowance, mandate, mandateId, assertion }: StandingConsent,
  { order, createdAt }: EvidenceAttempt,
): Promise<Finding> {
  const { consent } = bundle.keys
  const key = consent.kind === 'pin' ? keys.consent : keys.device
  if (key === null) return ['PUBLIC_KEY_UNAVAILABLE', 'The key that signs consents is not in the bundle.']
  const claims = await signedClaims(mandate, key)
  if (claims === null) return ['SIGNATURE_INVALID', 'The person’s key did not sign the allowance.']
  const digest = await actionDigest({ command: 'allow', allowance })
  const { total, site } = order
  const within =
    claims.vct === ACTION_VCT &&
    claims.jti === mandateId &&
    claims.transaction_id === digest &&
    allowance.payee === site.origin &&
    total !== null &&
    total.currency === allowance.limit.currency &&
    BigInt(total.amount) <= BigInt(allowance.per_order) &&
    createdAt < Date.parse(allowance.expires_at)
  if (!within) return ['PAYLOAD_HASH_MISMATCH', 'The allowance does not cover this order.']
  return consent.kind === 'pin' ? HOLDS : passkeyFinding(consent, assertion, digest)
}

function parseStanding(text: string): StandingConsent | null {
  try {
    const value: StandingConsent = JSON.parse(text)
    const { allowance, mandate, mandateId } = value
    const readable =
      typeof mandate === 'string' &&
      typeof mandateId === 'string' &&
      /^\d{1,15}$/.test(allowance.per_order) &&
      typeof allowance.limit.currency === 'string'
    return readable ? value : null
  } catch {
    return null
  }
}

async function passkeyFinding(
  key: Extract<EvidenceBundle['keys']['consent'], { kind: 'passkey' }>,
  assertion: string | null,
  digest: string,
): Promise<Finding> {
  if (assertion === null) return ['RECORD_MISSING', 'The passkey’s assertion is missing.']
  let parsed: Parameters<typeof checkPasskey>[1]
  try {
    parsed = JSON.parse(assertion)
  } catch {
    return ['SIGNATURE_INVALID', 'The passkey’s assertion cannot be read.']
  }
  // The counter of that time is not known any more; zero accepts every one.
  const counter = await checkPasskey({ ...key, counter: 0 }, parsed, digest)
  return counter === null ? ['SIGNATURE_INVALID', 'The passkey did not agree to this order.'] : HOLDS
}

async function receiptFinding(setting: Setting, receipt: EvidenceReceipt): Promise<Finding> {
  const { attempts, digests, events, keys } = setting
  const attempt = attempts.get(receipt.attemptId)
  const digest = digests.get(receipt.attemptId)
  if (attempt === undefined || digest === undefined) {
    return ['RECORD_MISSING', 'The payment that it is about is not in the bundle.']
  }
  if (receipt.jws === null) {
    // Nobody signed it: it is what this device saw, and the log must say the same.
    const event = receipt.state === 'authorised' ? 'attempt.released' : `attempt.${receipt.state}`
    const said = (events.get(receipt.attemptId) ?? []).some((row) => row.event === event)
    return said
      ? ['VERIFIED', 'Unsigned: this device’s own observation.']
      : ['RECORD_MISSING', 'The log has no such outcome.']
  }
  if (keys.receipt === null) return ['PUBLIC_KEY_UNAVAILABLE', 'The backend’s key is not in the bundle.']
  const claims = await statementBy(receipt.jws, keys.receipt)
  if (claims === null) return ['SIGNATURE_INVALID', 'The backend did not sign this receipt.']
  const holds =
    claims.reference === digest &&
    claims.mandate_id === receipt.id &&
    claims.state === receipt.state &&
    attempt.order.total !== null &&
    equal(parseMoney(claims.amount), parseMoney(attempt.order.total))
  return holds ? HOLDS : ['PAYLOAD_HASH_MISMATCH', 'It is a receipt for something else.']
}
