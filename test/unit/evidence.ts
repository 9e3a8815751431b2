/** A ledger with real keys, signed mandates and receipts, for tests of evidence. */
import { SignJWT } from 'jose'
import type { ReceiptClaims } from '../../utils/contract/api.ts'
import { orderDigest } from '../../utils/contract/order-wire.ts'
import { signMandate } from '../../utils/forward/mandate.ts'
import { type Identity, makeIdentity, writeIdentity } from '../../utils/identity/identity.ts'
import { openPinLock } from '../../utils/identity/pin.ts'
import { approveAndReserve } from '../../utils/ledger/approve.ts'
import type { AttemptRow, Ledger } from '../../utils/ledger/db.ts'
import { addAttempt, move } from '../../utils/ledger/moves.ts'
import { toWire } from '../../utils/money/money.ts'
import { toWireOrder } from '../../utils/order/order.ts'
import type { Settings } from '../../utils/settings/settings.ts'
import { attemptRow } from './rows.ts'

export const PIN = '271828'
const BACKEND = 'http://127.0.0.1:1'

export interface Office {
  identity: Identity
  consentKey: CryptoKey
  /** Signs receipts, as the backend would. */
  receiptKey: CryptoKeyPair
}

export async function openOffice(db: Ledger): Promise<Office> {
  const identity = await makeIdentity({ kind: 'pin', pin: PIN }, null, { origin: 'x', rpId: 'x' })
  await writeIdentity(db, identity)
  const receiptKey = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const settings: Settings = {
    on: true,
    holdSeconds: 600,
    zone: 'UTC',
    keepDays: null,
    backend: {
      url: BACKEND,
      deviceId: 'device-1',
      accountId: 'account-1',
      receiptKey: await crypto.subtle.exportKey('jwk', receiptKey.publicKey),
    },
  }
  await db.settings.put({ key: 'settings', value: settings })
  if (identity.lock.kind !== 'pin') throw new Error('a PIN expected')
  const consentKey = await openPinLock(identity.lock, PIN)
  if (consentKey === null) throw new Error('the PIN does not open its own lock')
  return { identity, consentKey, receiptKey }
}

/** One purchase from the hold to the signed receipt. */
export async function purchase(db: Ledger, office: Office, at: number): Promise<AttemptRow> {
  const plain = attemptRow({ createdAt: at, expiresAt: at + 600_000 })
  const wire = toWireOrder(plain.order)
  const row = { ...plain, digest: await orderDigest(plain.id, wire) }
  const { id, digest, order } = row
  const total = order.total
  if (total === null) throw new Error('a total expected')
  await addAttempt(db, row)
  await move(db, { attemptId: id, from: 'held', to: 'asked', reason: null, at })
  const mandateId = crypto.randomUUID()
  const jws = await signMandate(
    {
      id: mandateId,
      attemptId: id,
      digest,
      order,
      total,
      rail: 'shop',
      factor: 'pin',
      deviceId: 'device-1',
      audience: BACKEND,
      now: at,
    },
    office.consentKey,
  )
  await approveAndReserve(db, {
    attemptId: id,
    from: 'asked',
    to: 'approved',
    reason: null,
    at,
    zone: 'UTC',
    data: { digest, factor: 'pin', amount: total.amount.toString(), currency: total.currency },
    consent: { id: crypto.randomUUID(), attemptId: id, digest, decision: 'approved', factor: 'pin', at },
    mandate: { id: mandateId, attemptId: id, jws, assertion: null, paymentId: 'p', pendingOutcome: null },
  })
  await move(db, { attemptId: id, from: 'approved', to: 'forwarding', reason: null, at })
  await move(db, { attemptId: id, from: 'forwarding', to: 'released', reason: null, at })
  const claims: ReceiptClaims = {
    iss: BACKEND,
    iat: Math.floor(at / 1000),
    payment_id: 'p',
    mandate_id: mandateId,
    reference: digest,
    state: 'settled',
    amount: toWire(total),
  }
  const receipt = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(office.receiptKey.privateKey)
  return move(db, {
    attemptId: id,
    from: 'released',
    to: 'settled',
    reason: 'shop_confirmed',
    at,
    receipt: { id: mandateId, attemptId: id, state: 'settled', jws: receipt, at },
  })
}
