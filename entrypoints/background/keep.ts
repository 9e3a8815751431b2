/**
 * Keeps the ledger: is it still the one we wrote, do its sums match, is its log signed and countersigned, is there room,
 * may old purchases go. After a browser start, soon after something ended, and hourly; never in the way of a payment.
 */
import browser from 'webextension-polyfill'
import { readIdentity } from '../../utils/identity/identity.ts'
import { anchorCheckpoints, makeCheckpoint } from '../../utils/ledger/checkpoints.ts'
import { type LedgerHealth, noteHealth, readHealth, troublesOf } from '../../utils/ledger/health.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import { forgetBefore } from '../../utils/ledger/retention.ts'
import {
  compareWitness,
  keepStorage,
  readWitness,
  storageState,
  type Witness,
} from '../../utils/ledger/storage.ts'
import { mendSums } from '../../utils/ledger/sums.ts'
import { readSettings } from '../../utils/settings/settings.ts'
import '../../utils/words/pages.ts'
import { t } from '../../utils/words/words.ts'
import { alone, backend, db, now, readSession, writeSession } from './services.ts'

/** In storage.local: outside IndexedDB, so that it outlives an eviction of the ledger. */
export const WITNESS = 'ledger-witness'
const DAY = 86_400_000

export function keepLedger(): Promise<void> {
  return alone('keep', async () => {
    const before = troublesOf(await readHealth(db))
    await lookBack()
    await checkSums()
    await forgetOld()
    await signLog()
    await lookAtStorage()
    await browser.storage.local.set({ [WITNESS]: await readWitness(db) })
    const health = await readHealth(db)
    for (const trouble of troublesOf(health))
      if (!before.includes(trouble)) await tell(t(`health_${trouble}`))
  })
}

/** Whether the ledger is the one that the witness saw. What it says goes into the log as well. */
async function lookBack(): Promise<void> {
  const found = await browser.storage.local.get(WITNESS)
  const past = await compareWitness(db, (found[WITNESS] as Witness | undefined) ?? null)
  if (past === 'new' || past === 'same') return
  const at = now()
  await noteHealth(db, { past: { kind: past, at } })
  await db.transaction('rw', db.log, () =>
    appendLog(db, at, { event: `ledger.${past}`, attemptId: null, data: {} }),
  )
}

const CHECKED = 'sums-checked'

/** Once after a browser start: while it was closed anyone with the disk could have made room under a cap. */
async function checkSums(): Promise<void> {
  if ((await readSession(CHECKED)) === true) return
  const { zone } = await readSettings(db)
  const at = now()
  if ((await mendSums(db, at, { zone })).length > 0) await noteHealth(db, { unbalanced: { at } })
  await writeSession(CHECKED, true)
}

async function forgetOld(): Promise<void> {
  const { keepDays, zone } = await readSettings(db)
  if (keepDays === null) return
  await forgetBefore(db, { before: now() - keepDays * DAY, at: now(), calendar: { zone } })
}

/** Signs the log's head on this device; where a backend is paired it countersigns, after following the log itself. */
async function signLog(): Promise<void> {
  const [identity, settings] = await Promise.all([readIdentity(db), readSettings(db)])
  if (identity === null) return
  const at = now()
  const signer = {
    deviceKey: identity.deviceKey.privateKey,
    deviceId: settings.backend?.deviceId ?? 'local',
    at,
  }
  const made = await makeCheckpoint(db, signer)
  if (made.kind === 'broken') {
    await noteHealth(db, { broken: { seq: made.seq, at } })
    return
  }
  await noteHealth(db, { signed: made.row && { size: made.row.seq, at: made.row.at } })
  if (settings.backend !== null) await countersign(signer)
}

async function countersign(signer: Parameters<typeof makeCheckpoint>[1]): Promise<void> {
  const service = await backend()
  if (service === null) return
  const answer = await anchorCheckpoints(db, { signer, send: service.anchor, statement: service.statement })
  const { anchor: known } = await readHealth(db)
  // A conflict is not healed by a later answer: the backend has another past on record.
  if (known?.kind === 'conflict') return
  const size = answer.kind === 'anchored' ? answer.size : (known?.size ?? 0)
  const anchor: LedgerHealth['anchor'] =
    answer.kind === 'nothing'
      ? { kind: 'anchored', size, at: signer.at }
      : { kind: answer.kind, size, at: signer.at }
  await noteHealth(db, { anchor })
}

async function lookAtStorage(): Promise<void> {
  await keepStorage(navigator.storage)
  await noteHealth(db, { storage: await storageState(navigator.storage) })
}

async function tell(message: string): Promise<void> {
  try {
    await browser.notifications.create({
      type: 'basic',
      iconUrl: browser.runtime.getURL('/icons/128.png'),
      title: t('app_name'),
      message,
    })
  } catch {
    // The activity log says it too.
  }
}
