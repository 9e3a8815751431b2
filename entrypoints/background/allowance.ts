/** Allowances: making and ending them, and approving under one what would otherwise be asked. */
import { actionDigest } from '../../utils/contract/action.ts'
import type { Allowance as Terms } from '../../utils/contract/subscriptions.ts'
import { IllegalMove, Refusal } from '../../utils/errors/errors.ts'
import { signAction, signMandate } from '../../utils/forward/mandate.ts'
import { checkProof, readIdentity } from '../../utils/identity/identity.ts'
import { revokeAllowance, writeAllowance } from '../../utils/ledger/allowances.ts'
import { approveAndReserve } from '../../utils/ledger/approve.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import type { Proof } from '../../utils/messages/page.ts'
import { type Allowance, areTerms, coveringAllowance } from '../../utils/policy/allowance.ts'
import { readSettings } from '../../utils/settings/settings.ts'
import { forward } from './forward.ts'
import { mark } from './mark.ts'
import { alone, backend, db, now } from './services.ts'
import { notifyAllowed, showBadge } from './surface.ts'

/** States of an order that the person has said yes to: only from such a one can its site be remembered. */
const AGREED: readonly AttemptRow['state'][] = ['approved', 'forwarding', 'released', 'settled']

/**
 * "Remember this site": from an order that was just approved, with a proof over exactly these terms. Where a backend is
 * paired it must have taken it too, or there is none: the limits are then enforced outside this browser as well.
 */
export function allow(input: { attemptId: string; allowance: Terms; proof: Proof | null }): Promise<void> {
  return alone('allowances', async () => {
    const row = await db.attempts.get(input.attemptId)
    const at = now()
    const terms = input.allowance
    if (!row || !AGREED.includes(row.state)) throw new Refusal('not_waiting')
    const fits = terms.payee === row.order.site.origin && terms.limit.currency === row.order.currency
    if (!fits || !areTerms(terms, at)) throw new Refusal('malformed')
    const digest = await actionDigest({ command: 'allow', allowance: terms })
    const { factor, signingKey, assertion } = await checkProof(db, input.proof, digest, at)
    const { backend: pairing, elsewhere } = await readSettings(db)
    // The backend would refuse it: nothing is paid then that was not approved there.
    if (elsewhere === 'only' && pairing !== null) throw new Refusal('elsewhere_only')
    const deviceId = pairing?.deviceId ?? 'local'
    const mandateId = crypto.randomUUID()
    const audience = pairing?.url ?? 'local'
    const mandate = await signAction(
      { id: mandateId, digest, factor, deviceId, audience, now: at },
      signingKey,
    )
    const answer = await (await backend())?.allow({
      allowance: terms,
      consent: { mandate, assertion: assertion === null ? null : JSON.parse(assertion) },
    })
    if (answer?.kind === 'unreachable') throw new Refusal('backend_unreachable', answer.detail)
    if (answer?.kind === 'refused') throw new Refusal('backend_refused', answer.detail)
    await writeAllowance(db, {
      id: crypto.randomUUID(),
      site: row.order.site.key,
      terms,
      merchant: row.order.merchant,
      processor: row.order.processor,
      shipTo: row.order.shipTo,
      used: 0n,
      uses: 0,
      createdAt: at,
      revokedAt: null,
      factor,
      mandateId,
      mandate,
      assertion,
      deviceId,
      remoteId: answer?.value.allowance_id ?? null,
    })
  })
}

/** Needs no proof: it only tightens. Here at once; the backend is told, and nobody else could use it there. */
export function revoke(id: string): Promise<void> {
  return alone('allowances', async () => {
    const row = await db.allowances.get(id)
    if (!(await revokeAllowance(db, id, now()))) throw new Refusal('malformed')
    if (row?.remoteId) await (await backend())?.revokeAllowance(row.remoteId)
  })
}

/**
 * True where an allowance covers the order and it is approved now, signed by this device. `row` carries every note. False
 * in every other case, the unexpected ones too: then the person is asked.
 */
export async function approveUnderAllowance(row: AttemptRow): Promise<boolean> {
  const allowances = await db.allowances.where('site').equals(row.order.site.key).toArray()
  if (allowances.length === 0) return false
  const [settings, identity] = await Promise.all([readSettings(db), readIdentity(db)])
  const deviceId = settings.backend?.deviceId ?? 'local'
  const { order, notes, digest } = row
  const { total } = order
  const at = now()
  if (settings.elsewhere === 'only' && settings.backend !== null) return false
  const allowance = coveringAllowance(allowances, { order, notes, at, deviceId })
  if (allowance === null || identity === null || total === null) return false
  const mandateId = crypto.randomUUID()
  const jws = await signMandate(
    {
      id: mandateId,
      attemptId: row.id,
      digest,
      order,
      total,
      rail: 'shop',
      factor: 'allowance',
      allowance: allowance.mandateId,
      deviceId,
      audience: settings.backend?.url ?? 'local',
      now: at,
    },
    identity.deviceKey.privateKey,
  )
  try {
    await approveAndReserve(db, {
      forward: true,
      attemptId: row.id,
      from: 'held',
      to: 'approved',
      reason: null,
      at,
      zone: settings.zone,
      seen: row,
      allowance: { id: allowance.id, deviceId },
      change: { notes },
      data: {
        digest,
        factor: null,
        allowance: allowance.id,
        agreed: allowance.mandateId,
        amount: total.amount.toString(),
        currency: total.currency,
      },
      consent: {
        id: crypto.randomUUID(),
        attemptId: row.id,
        digest,
        decision: 'approved',
        factor: null,
        at,
        allowanceId: allowance.id,
      },
      mandate: {
        id: mandateId,
        attemptId: row.id,
        jws,
        assertion: null,
        standing: standingOf(allowance),
        paymentId: null,
        pendingOutcome: null,
      },
    })
  } catch (error) {
    if (error instanceof IllegalMove || error instanceof Refusal) return false
    throw error
  }
  mark('committed')
  void forward(row.id)
  await Promise.all([showBadge(), notifyAllowed(row)])
  return true
}

/** Kept with the mandate, so that evidence needs nothing else: see `StandingConsent` in `utils/evidence/bundle`. */
function standingOf({ terms, mandate, mandateId, factor, assertion }: Allowance): string {
  return JSON.stringify({ allowance: terms, mandate, mandateId, factor, assertion })
}
