/** Changing and removing the factor, and recovery codes. The old factor or a recovery code decides. */
import { actionDigest } from '../../utils/contract/action.ts'
import { base64url } from '../../utils/contract/order-wire.ts'
import { Refusal } from '../../utils/errors/errors.ts'
import {
  checkOwner,
  checkProof,
  formerOf,
  makeIdentity,
  readIdentity,
  writeIdentity,
} from '../../utils/identity/identity.ts'
import { makeRecoveryCodes } from '../../utils/identity/recovery.ts'
import { endAllAllowances } from '../../utils/ledger/allowances.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import type { NewFactor, OwnerProof, Proof } from '../../utils/messages/page.ts'
import { readSettings, type Settings } from '../../utils/settings/settings.ts'
import { CHALLENGE, partyOf } from './activation.ts'
import { alone, db, now, readSession, writeSession } from './services.ts'

/** For the passkey that shall replace the factor. */
export async function factorChallenge(): Promise<{ challenge: string }> {
  const challenge = base64url(crypto.getRandomValues(new Uint8Array(32)))
  await writeSession(CHALLENGE, challenge)
  return { challenge }
}

export function renewRecoveryCodes({ proof }: { proof: Proof | null }): Promise<{ codes: string[] }> {
  return alone('activation', async () => {
    await checkProof(db, proof, await actionDigest({ command: 'make-recovery-codes' }), now())
    const { codes, stored } = await makeRecoveryCodes()
    await db.transaction('rw', db.settings, db.log, async () => {
      const identity = await readIdentity(db)
      if (!identity) throw new Refusal('not_activated')
      await writeIdentity(db, { ...identity, recovery: stored })
      const data = { count: stored.length }
      await appendLog(db, now(), { event: 'identity.recovery-codes', attemptId: null, data })
    })
    return { codes }
  })
}

/**
 * The new factor takes over wholly: what the old one had allowed in advance ends, and the backend, which knows the old
 * key, must be paired anew. The device key stays, and the old public key is kept so that old mandates can be verified.
 */
export function changeFactor({
  factor,
  proof,
}: {
  factor: NewFactor
  proof: OwnerProof | null
}): Promise<void> {
  return alone('activation', async () => {
    const challenge = await readSession<string>(CHALLENGE)
    // Made first: a PIN that is too weak must not cost a recovery code.
    const made = await makeIdentity(factor, challenge, partyOf(factor))
    const by = await checkOwner(db, proof, await actionDigest({ command: 'change-factor', factor }), now())
    await writeSession(CHALLENGE, null)
    const at = now()
    await db.transaction('rw', db.settings, db.log, db.allowances, async () => {
      const before = await readIdentity(db)
      if (!before) throw new Refusal('not_activated')
      const { deviceKey, recovery = [] } = before
      await writeIdentity(db, { ...made, deviceKey, recovery, former: formerOf(before) })
      await db.settings.put({ key: 'settings', value: { ...(await readSettings(db)), backend: null } })
      await endAllAllowances(db, at)
      const data = { from: before.lock.kind, to: made.lock.kind, by }
      await appendLog(db, at, { event: 'identity.changed', attemptId: null, data })
    })
  })
}

/** Off: from now on every payment is refused, until the person sets the guard up again. */
export function removeFactor({ proof }: { proof: OwnerProof | null }): Promise<void> {
  return alone('activation', async () => {
    const by = await checkOwner(db, proof, await actionDigest({ command: 'remove-factor' }), now())
    const at = now()
    await db.transaction('rw', db.settings, db.log, db.allowances, async () => {
      await db.settings.bulkDelete(['identity', 'identity-view', 'myself'])
      const value: Settings = { ...(await readSettings(db)), on: false, backend: null }
      await db.settings.put({ key: 'settings', value })
      await endAllAllowances(db, at)
      await appendLog(db, at, { event: 'identity.removed', attemptId: null, data: { by } })
    })
  })
}
