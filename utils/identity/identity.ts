/**
 * Who the person is: one factor (passkey or PIN), asked for every approval, and a device key for talking to the
 * backend. Kept in the ledger's settings; pages see only `identity-view`.
 */
import { Refusal } from '../errors/errors.ts'
import type { Ledger } from '../ledger/db.ts'
import { appendLog } from '../ledger/log.ts'
import type { NewFactor, OwnerProof, Proof } from '../messages/page.ts'
import type { IdentityView } from '../settings/settings.ts'
import { checkPasskey, makePasskeyLock, type Party, type PasskeyLock } from './passkey.ts'
import { isWeakPin, makePinLock, openPinLock, type PinLock } from './pin.ts'
import { type StoredCode, withoutCode } from './recovery.ts'

export interface Identity {
  lock: PinLock | PasskeyLock
  /** ECDSA P-256, private half not exportable. */
  deviceKey: CryptoKeyPair
  failures: number
  lockedUntil: number
  /** Hashes of unused recovery codes; absent where none were made. */
  recovery?: StoredCode[]
  /** Public halves of earlier locks, newest first: old mandates are verified by them. */
  former?: FormerLock[]
}

/** What is kept of a lock that was replaced. */
export type FormerLock = Pick<PinLock, 'kind' | 'publicKey'> | PasskeyLock

/** What a right proof opens: the key that signs the mandate, and the assertion to send along. */
export interface Proven {
  factor: 'pin' | 'passkey'
  signingKey: CryptoKey
  assertion: string | null
}

/** Wrong tries allowed in a row; after that each further try must wait, twice as long each time. */
export const TRIES = 3
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 3_600_000

export async function readIdentity(db: Ledger): Promise<Identity | null> {
  const row = await db.settings.get('identity')
  return (row?.value as Identity | undefined) ?? null
}

/** Makes the identity of a first activation; the caller writes it. Throws Refusal. */
export async function makeIdentity(
  factor: NewFactor,
  challenge: string | null,
  party: Party,
): Promise<Identity> {
  let lock: PinLock | PasskeyLock | null
  if (factor.kind === 'pin') {
    if (isWeakPin(factor.pin)) throw new Refusal('weak_pin')
    lock = await makePinLock(factor.pin)
  } else {
    lock = challenge === null ? null : await makePasskeyLock(factor.registration, challenge, party)
  }
  if (lock === null) throw new Refusal('factor_wrong')
  const deviceKey = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  return { lock, deviceKey, failures: 0, lockedUntil: 0 }
}

export async function writeIdentity(db: Ledger, identity: Identity): Promise<void> {
  const passkey = identity.lock.kind === 'passkey' ? identity.lock : null
  const view: IdentityView = {
    kind: identity.lock.kind,
    credentialId: passkey?.credentialId ?? null,
    rpId: passkey === null || passkey.rpId.includes('://') ? null : passkey.rpId,
    failures: identity.failures,
    lockedUntil: identity.lockedUntil,
    recoveryLeft: identity.recovery?.length ?? 0,
  }
  await db.settings.bulkPut([
    { key: 'identity', value: identity },
    { key: 'identity-view', value: view },
  ])
}

/**
 * Checks a proof over a digest. The try is counted on disk before it is checked, so that neither parallel guesses nor
 * a killed worker get a free one. Throws Refusal: factor_missing, factor_wrong (with tries left), factor_locked.
 */
export async function checkProof(
  db: Ledger,
  proof: Proof | null,
  digest: string,
  now: number,
): Promise<Proven> {
  const identity = await countTry(db, proof, now)
  if (proof?.kind === 'pin' && identity.lock.kind === 'pin') {
    const signingKey = await openPinLock(identity.lock, proof.pin)
    if (signingKey) {
      await forgive(db, identity.lock)
      return { factor: 'pin', signingKey, assertion: null }
    }
  } else if (proof?.kind === 'passkey' && identity.lock.kind === 'passkey') {
    const counter = await checkPasskey(identity.lock, proof.assertion, digest)
    if (counter !== null) {
      await forgive(db, { ...identity.lock, counter })
      return {
        factor: 'passkey',
        signingKey: identity.deviceKey.privateKey,
        assertion: JSON.stringify(proof.assertion),
      }
    }
  }
  throw new Refusal('factor_wrong', '', Math.max(0, TRIES - identity.failures))
}

/** For setting another factor or none: the factor, or a recovery code, which is then used up. Tries count alike. */
export async function checkOwner(
  db: Ledger,
  proof: OwnerProof | null,
  digest: string,
  now: number,
): Promise<'factor' | 'recovery'> {
  if (proof?.kind !== 'recovery') {
    await checkProof(db, proof, digest, now)
    return 'factor'
  }
  const identity = await countTry(db, proof, now)
  const left = await withoutCode(identity.recovery ?? [], proof.code)
  if (left === null) throw new Refusal('factor_wrong', '', Math.max(0, TRIES - identity.failures))
  await db.transaction('rw', db.settings, async () => {
    const current = await readIdentity(db)
    // Used up by another at the same time: a code is good once.
    if (current?.recovery?.length !== left.length + 1) throw new Refusal('factor_wrong')
    await writeIdentity(db, { ...current, recovery: left, failures: 0, lockedUntil: 0 })
  })
  return 'recovery'
}

/** The public halves to keep when this identity's lock is replaced. */
export function formerOf({ lock, former = [] }: Identity): FormerLock[] {
  const kept: FormerLock = lock.kind === 'pin' ? { kind: 'pin', publicKey: lock.publicKey } : lock
  return [kept, ...former]
}

async function countTry(db: Ledger, proof: OwnerProof | null, now: number): Promise<Identity> {
  const counted = await db.transaction('rw', db.settings, db.log, async () => {
    const identity = await readIdentity(db)
    if (!identity) throw new Refusal('not_activated')
    if (proof === null) throw new Refusal('factor_missing')
    if (identity.lockedUntil > now) {
      // A clock that was set back must not lock the person out for as long as it was set back.
      const latest = now + LONGEST_WAIT_MS
      if (identity.lockedUntil > latest) await writeIdentity(db, { ...identity, lockedUntil: latest })
      return null
    }
    const failures = identity.failures + 1
    const wait = failures < TRIES ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failures - TRIES), LONGEST_WAIT_MS)
    const tried = { ...identity, failures, lockedUntil: wait === 0 ? 0 : now + wait }
    await writeIdentity(db, tried)
    if (wait > 0)
      await appendLog(db, now, { event: 'identity.last-try', attemptId: null, data: { failures } })
    return tried
  })
  if (counted === null) throw new Refusal('factor_locked', '', 0)
  return counted
}

async function forgive(db: Ledger, lock: PinLock | PasskeyLock): Promise<void> {
  await db.transaction('rw', db.settings, async () => {
    const identity = await readIdentity(db)
    if (identity) await writeIdentity(db, { ...identity, lock, failures: 0, lockedUntil: 0 })
  })
}
