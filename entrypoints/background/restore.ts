/** Taking decisions back from a backup, and deleting old history. Both need the factor: they loosen or destroy. */
import browser from 'webextension-polyfill'
import type { Backup } from '../../utils/backup/backup.ts'
import { type Cap, parseLimit } from '../../utils/caps/cap.ts'
import { actionDigest } from '../../utils/contract/action.ts'
import { Refusal } from '../../utils/errors/errors.ts'
import { checkProof } from '../../utils/identity/identity.ts'
import { writeCap } from '../../utils/ledger/caps.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import { eraseEverything, forgetBefore, forgetChosen } from '../../utils/ledger/retention.ts'
import type { CapInput, Proof } from '../../utils/messages/page.ts'
import { readSettings, type Settings } from '../../utils/settings/settings.ts'
import { armKeeping, RECONCILE } from './alarms.ts'
import { findCap } from './caps.ts'
import { forgetCarts } from './cart.ts'
import { endAttempt } from './end.ts'
import { WITNESS } from './keep.ts'
import { forgetEndpoints } from './learning.ts'
import { registerPageApi } from './page-api/sites.ts'
import { alone, db, now } from './services.ts'

/** One transaction: a cap that cannot be written leaves every cap as it was. */
export function restore({ backup, proof }: { backup: Backup; proof: Proof | null }): Promise<void> {
  return alone('caps', async () => {
    await checkProof(db, proof, await actionDigest({ command: 'restore', backup }), now())
    // No id from a file: an id names a row of this ledger.
    const inputs = backup.caps.map((cap) => ({ ...cap, id: null }))
    await db.transaction('rw', [db.caps, db.log, db.buckets, db.reservations, db.settings], async () => {
      for (const input of inputs) await writeCap(db, await capOf(input), now())
      const { holdSeconds, zone } = backup
      const settings: Settings = { ...(await readSettings(db)), holdSeconds, zone }
      await db.settings.put({ key: 'settings', value: settings })
    })
  })
}

async function capOf(input: CapInput): Promise<Cap> {
  const limit = parseLimit(input.limit)
  if (!limit) throw new Refusal('malformed')
  const before = await findCap(input)
  const { scope, window, hours } = input
  const at = now()
  return {
    id: before?.id ?? crypto.randomUUID(),
    scope,
    window,
    ...(hours === undefined ? {} : { hours }),
    limit,
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
  }
}

/** From now on by itself. Keeping for ever destroys nothing and needs no proof. */
export function setRetention({ days, proof }: { days: number | null; proof: Proof | null }): Promise<void> {
  return alone('settings', async () => {
    if (days !== null) {
      await checkProof(db, proof, await actionDigest({ command: 'set-retention', days }), now())
    }
    await db.transaction('rw', db.settings, db.log, async () => {
      const value: Settings = { ...(await readSettings(db)), keepDays: days }
      await db.settings.put({ key: 'settings', value })
      await appendLog(db, now(), { event: 'retention.set', attemptId: null, data: { days } })
    })
    armKeeping()
  })
}

/** Everything, as after a first installation. The witness goes first: what is erased on purpose was not lost. */
export function erase({ proof }: { proof: Proof | null }): Promise<void> {
  return alone('keep', async () => {
    await checkProof(db, proof, await actionDigest({ command: 'erase' }), now())
    for (const row of await db.attempts.where('state').anyOf('held', 'asked').toArray()) {
      await endAttempt({ attemptId: row.id, from: ['held', 'asked'], to: 'cancelled', reason: 'withdrawn' })
    }
    await browser.storage.local.remove(WITNESS)
    if (!(await eraseEverything(db))) throw new Refusal('payment_under_way')
    await browser.alarms.clear(RECONCILE)
    // What is not in the ledger and names shops all the same.
    await Promise.all([forgetEndpoints(), forgetCarts(), registerPageApi()])
  })
}

/** What the person ticked in the history. */
export function forgetThese({
  ids,
  proof,
}: {
  ids: string[]
  proof: Proof | null
}): Promise<{ gone: number }> {
  return alone('forget', async () => {
    await checkProof(db, proof, await actionDigest({ command: 'forget-these', ids }), now())
    return { gone: (await forgetChosen(db, ids, now())).attempts }
  })
}

export function forget({ before, proof }: { before: number; proof: Proof | null }): Promise<void> {
  return alone('forget', async () => {
    await checkProof(db, proof, await actionDigest({ command: 'forget', before }), now())
    const { zone } = await readSettings(db)
    await forgetBefore(db, { before, at: now(), calendar: { zone } })
  })
}
