/** consent → ledger: what the person decides in our own pages. Every refusal leaves the payment stopped. */
import { STOPPED } from '../../utils/attempt/states.ts'
import { IllegalMove, Refusal } from '../../utils/errors/errors.ts'
import { signMandate } from '../../utils/forward/mandate.ts'
import { checkProof, type Proven, readIdentity } from '../../utils/identity/identity.ts'
import { approveAndReserve } from '../../utils/ledger/approve.ts'
import type { AttemptRow, ConsentRow, MandateRow } from '../../utils/ledger/db.ts'
import { sameOrderAgreedAt } from '../../utils/ledger/history.ts'
import { reask } from '../../utils/ledger/moves.ts'
import type { Proof, Say } from '../../utils/messages/page.ts'
import type { Money } from '../../utils/money/money.ts'
import { changedSince } from '../../utils/order/changed.ts'
import { pressSuffices } from '../../utils/policy/press.ts'
import { readSettings, type Settings } from '../../utils/settings/settings.ts'
import { disarmExpiry } from './alarms.ts'
import { endAttempt } from './end.ts'
import { type Committed, forward, type Look } from './forward.ts'
import { ignoreDocument } from './ignored.ts'
import { mark } from './mark.ts'
import { assessRow } from './notes.ts'
import { readOrder } from './reading.ts'
import { waitForHold } from './relays.ts'
import { alone, backend, db, now } from './services.ts'
import { showBadge } from './surface.ts'
import { cancelOrder, requireSameOrder } from './wallet/decide.ts'
import { isAgentRequest } from './wallet/row.ts'

/** How long relays may take to reconnect to a worker that this approval has just woken. */
const RELAY_BACK_MS = 5_000

const DAY = 86_400_000

type Approver =
  | Proven
  | (Omit<Proven, 'factor'> & { factor: 'press' })
  | (Omit<Proven, 'factor'> & { factor: 'approver'; approval: { id: string; statement: string | null } })

export interface ApproveInput {
  attemptId: string
  digest: string
  proof: Proof | null
}

/** By the person's factor, here in this browser. */
export function approve(input: ApproveInput): Promise<void> {
  const approving = () =>
    approveWith(input, async (row) => {
      const { elsewhere, backend } = await readSettings(db)
      if (elsewhere === 'only' && backend !== null) throw new Refusal('elsewhere_only')
      return proveOrReject(input, row)
    })
  // Presses are counted: two at once would not see each other.
  return input.proof === null ? alone('press', approving) : approving()
}

/**
 * One approval of one attempt at a time; the first wins, a second finds it not waiting any more. `prove` says by what
 * authority, about the order as it is in the ledger now.
 */
export function approveWith(
  { attemptId, digest }: Pick<ApproveInput, 'attemptId' | 'digest'>,
  prove: (row: AttemptRow) => Promise<Approver>,
): Promise<void> {
  return alone(`decide:${attemptId}`, async () => {
    const row = await waiting(attemptId)
    if (row.digest !== digest) throw new Refusal('digest_mismatch')
    const { total } = row.order
    if (total === null) throw new Refusal('unknown_total')
    const [proven, settings, look] = await Promise.all([prove(row), readSettings(db), requireUnchanged(row)])
    mark('proven')
    const service = backend()
    // Where the commit fails nobody waits for it.
    service.catch(() => {})
    const committed = await commit(row, total, proven, settings)
    mark('committed')
    // Alarm and badge can wait: asked for now, they would take the cores that the payment waits for.
    void forward(row.id, { ...committed, service, look })
      .then(() => Promise.all([disarmExpiry(row.id), showBadge()]))
      .catch(() => {})
  })
}

async function waiting(attemptId: string): Promise<AttemptRow> {
  const row = await db.attempts.get(attemptId)
  if (!row) throw new Refusal('unknown_attempt')
  if (row.state !== 'asked') throw new Refusal('not_waiting')
  if (row.expiresAt <= now()) {
    await endAttempt({ attemptId, from: 'asked', to: 'expired', reason: 'expired' })
    throw new Refusal('expired')
  }
  return row
}

/** Below the person's own threshold a press is enough; the device signs. */
async function byPress(row: AttemptRow): Promise<Approver | null> {
  const [settings, identity] = await Promise.all([readSettings(db), readIdentity(db)])
  if (settings.freeBelow === undefined || identity === null) return null
  const presses = await db.consents
    .where('at')
    .above(now() - DAY)
    .filter((one) => isPress(one))
    .count()
  const { order } = row
  const notes = [...row.changed, ...row.notes]
  if (!pressSuffices({ settings, order, notes, presses })) return null
  return { factor: 'press', signingKey: identity.deviceKey.privateKey, assertion: null }
}

/** Neither a factor, nor an allowance, nor another device. */
function isPress({ decision, factor, allowanceId, approvalId }: ConsentRow): boolean {
  return decision === 'approved' && factor === null && allowanceId === undefined && approvalId === undefined
}

/** A person mistypes; a guesser goes on. After the last try the payment itself is rejected. */
async function proveOrReject(input: ApproveInput, row: AttemptRow): Promise<Approver> {
  if (input.proof === null) {
    const pressed = await byPress(row)
    if (pressed !== null) return pressed
  }
  try {
    return await checkProof(db, input.proof, row.digest, now())
  } catch (error) {
    if (error instanceof Refusal && error.code === 'factor_wrong' && error.triesLeft === 0) {
      await endAttempt({ attemptId: row.id, from: 'asked', to: 'rejected', reason: 'pin_locked' })
      throw new Refusal('attempt_rejected_after_tries', '', 0)
    }
    throw error
  }
}

/**
 * Reads the order once more; where it changed for the worse, or was bought in another tab meanwhile, the person is asked again,
 * about what is so now.
 */
async function requireUnchanged(row: AttemptRow): Promise<Look | null> {
  if (isAgentRequest(row)) {
    await requireSameOrder(row)
    return null
  }
  const hold = await waitForHold(row.id, row.holdId, RELAY_BACK_MS)
  if (hold === null) throw new Refusal('page_gone')
  const told = row.notes.some(({ id }) => id === 'repeat')
  const [reading, agreedAt] = await Promise.all([
    readOrder(row.id, hold.frame, row.site, hold.claim),
    // Two tabs may have asked before either was answered.
    told ? null : sameOrderAgreedAt(db, row, now()),
  ])
  const changed = changedSince(row, reading)
  if (changed.length === 0 && agreedAt === null) return { name: reading.look, at: performance.now() }
  const facts = { ...row.facts, ...reading.facts }
  const fresh = { ...row, order: reading.order, digest: reading.digest, notes: reading.notes, facts }
  await reask(db, row, {
    order: reading.order,
    digest: reading.digest,
    sources: reading.sources,
    notes: [...reading.notes, ...(await assessRow(fresh))],
    changed,
    at: now(),
  })
  throw new Refusal('order_changed')
}

async function commit(
  row: AttemptRow,
  total: Money,
  proven: Approver,
  settings: Settings,
): Promise<Pick<Committed, 'row' | 'mandate'>> {
  const at = now()
  const factor = proven.factor === 'press' || proven.factor === 'approver' ? null : proven.factor
  const approval = proven.factor === 'approver' ? proven.approval : null
  const mandateId = crypto.randomUUID()
  const jws = await signMandate(
    {
      id: mandateId,
      attemptId: row.id,
      digest: row.digest,
      order: row.order,
      total,
      rail: isAgentRequest(row) ? 'wallet' : 'shop',
      factor: proven.factor,
      ...(approval === null ? {} : { approval: approval.id }),
      deviceId: settings.backend?.deviceId ?? 'local',
      audience: settings.backend?.url ?? 'local',
      now: at,
    },
    proven.signingKey,
  )
  const mandate: MandateRow = {
    id: mandateId,
    attemptId: row.id,
    jws,
    assertion: proven.assertion,
    ...(approval?.statement ? { approval: approval.statement } : {}),
    paymentId: null,
    pendingOutcome: null,
  }
  try {
    const next = await approveAndReserve(db, {
      forward: true,
      attemptId: row.id,
      from: 'asked',
      to: 'approved',
      reason: null,
      at,
      zone: settings.zone,
      seen: row,
      data: {
        digest: row.digest,
        factor,
        ...(approval === null ? {} : { approval: approval.id }),
        amount: total.amount.toString(),
        currency: total.currency,
      },
      consent: {
        id: crypto.randomUUID(),
        attemptId: row.id,
        digest: row.digest,
        decision: 'approved',
        factor,
        at,
        ...(approval === null ? {} : { approvalId: approval.id }),
      },
      mandate,
    })
    return { row: next, mandate }
  } catch (error) {
    if (error instanceof IllegalMove) throw new Refusal('not_waiting')
    if (error instanceof Refusal) throw error
    throw new Refusal('storage_failed', error instanceof Error ? error.message : '')
  }
}

export interface RejectInput {
  attemptId: string
  say?: Say | null
  ignorePage?: boolean
}

export async function reject({ attemptId, say, ignorePage }: RejectInput): Promise<void> {
  const row = await db.attempts.get(attemptId)
  if (!row) throw new Refusal('unknown_attempt')
  const ended = await endAttempt({
    attemptId,
    from: ['asked'],
    to: 'rejected',
    reason: say?.kind === 'change' ? 'change_requested' : 'rejected_by_person',
    say: say?.text,
    consent: {
      id: crypto.randomUUID(),
      attemptId,
      digest: row.digest,
      decision: 'rejected',
      factor: null,
      at: now(),
    },
  })
  if (!ended) throw new Refusal('not_waiting')
  if (isAgentRequest(row)) return
  if (ignorePage || (say?.kind !== 'change' && (await asksAgainAndAgain(row))))
    await ignoreDocument(row.tabId)
}

/** So many rejections in one tab within so long are an answer: it asks no more until it is reloaded. */
const BRAKE_AFTER = 3
const BRAKE_MS = 5 * 60_000

async function asksAgainAndAgain({ site, tabId }: AttemptRow): Promise<boolean> {
  const rejected = await db.attempts
    .where('[site.key+state+createdAt]')
    .between([site.key, 'rejected', now() - BRAKE_MS], [site.key, 'rejected', Infinity])
    .filter((one) => one.tabId === tabId && one.reason === 'rejected_by_person')
    .count()
  return rejected >= BRAKE_AFTER
}

/** Takes an attempt back while its payment is still stopped, approved or not; an agent's order until it is settled. */
export async function cancel(attemptId: string): Promise<void> {
  const row = await db.attempts.get(attemptId)
  if (row && isAgentRequest(row) && (row.state === 'released' || row.state === 'unknown')) {
    return cancelOrder(row)
  }
  const ended = await endAttempt({ attemptId, from: STOPPED, to: 'cancelled', reason: 'withdrawn' })
  if (!ended) throw new Refusal('not_waiting')
}

/** The consent window was closed: what it had shown is rejected, what it had not shown is asked again. */
export async function closeConsent(): Promise<boolean> {
  const open = await db.attempts.where('state').equals('asked').toArray()
  for (const row of open.filter((attempt) => attempt.seen)) {
    await endAttempt({ attemptId: row.id, from: 'asked', to: 'rejected', reason: 'consent_closed' })
  }
  return open.some((attempt) => !attempt.seen)
}
