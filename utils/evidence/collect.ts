/** Makes an evidence bundle from the ledger. */
import { Refusal } from '../errors/errors.ts'
import { type FormerLock, readIdentity } from '../identity/identity.ts'
import { makeCheckpoint } from '../ledger/checkpoints.ts'
import type { AttemptRow, Ledger, LogRow } from '../ledger/db.ts'
import { NO_ROWS } from '../ledger/log.ts'
import { ledgerId } from '../ledger/storage.ts'
import { toWireOrder } from '../order/order.ts'
import { readSettings } from '../settings/settings.ts'
import { BUNDLE_FORMAT, type ConsentKey, type EvidenceBundle, type EvidenceLogRow } from './bundle.ts'

/**
 * Evidence of some payments, or of all. Signs a checkpoint first, so that every row is covered. Throws
 * Refusal('not_activated') without an identity, Refusal('storage_failed') where the log does not hold (then there is no
 * evidence to give).
 */
export async function collectEvidence(
  db: Ledger,
  { attemptIds, at }: { attemptIds: readonly string[] | 'all'; at: number },
): Promise<EvidenceBundle> {
  const [identity, settings] = await Promise.all([readIdentity(db), readSettings(db)])
  if (!identity) throw new Refusal('not_activated')
  const deviceId = settings.backend?.deviceId ?? 'local'
  const made = await makeCheckpoint(db, { deviceKey: identity.deviceKey.privateKey, deviceId, at })
  if (made.kind === 'broken') throw new Refusal('storage_failed', `the log does not hold at row ${made.seq}`)
  const covered = made.row?.seq ?? 0
  const ledger = await ledgerId(db)
  const device = await crypto.subtle.exportKey('jwk', identity.deviceKey.publicKey)
  const { lock, former = [] } = identity

  const tables = [db.attempts, db.consents, db.mandates, db.receipts, db.log, db.checkpoints]
  return db.transaction('r', tables, async () => {
    const attempts =
      attemptIds === 'all'
        ? await db.attempts.toArray()
        : (await db.attempts.bulkGet([...attemptIds])).flatMap((row) => (row ? [row] : []))
    const ids = new Set(attempts.map((row) => row.id))
    const of = (row: { attemptId: string }) => ids.has(row.attemptId)
    const everything = attemptIds === 'all'
    const [consents, mandates, receipts] = everything
      ? await Promise.all([db.consents.toArray(), db.mandates.toArray(), db.receipts.toArray()])
      : await Promise.all([
          db.consents
            .where('attemptId')
            .anyOf([...ids])
            .toArray(),
          db.mandates
            .where('attemptId')
            .anyOf([...ids])
            .toArray(),
          db.receipts
            .where('attemptId')
            .anyOf([...ids])
            .toArray(),
        ])
    const first = everything ? 1 : await firstRowOf(db, attempts, covered)
    const log = await db.log.where(':id').between(first, covered, true, true).toArray()
    const before = first > 1 ? await db.log.get(first - 1) : undefined
    const checkpoints = await db.checkpoints.where(':id').between(first, covered, true, true).toArray()
    return {
      format: BUNDLE_FORMAT,
      exportedAt: at,
      ledger,
      keys: {
        deviceId,
        backend: settings.backend?.url ?? null,
        device,
        consent: consentKey(lock),
        ...(former.length > 0 ? { former: former.map(consentKey) } : {}),
        receipt: settings.backend?.receiptKey ?? null,
        ...(settings.backend?.handovers === undefined ? {} : { handovers: settings.backend.handovers }),
      },
      attempts: attempts.map(({ id, createdAt, state, reason, order, digest }) => ({
        id,
        createdAt,
        state,
        reason,
        order: toWireOrder(order),
        digest,
      })),
      consents: consents.filter(of),
      mandates: mandates.filter(of).map(({ id, attemptId, jws, assertion, standing, approval }) => ({
        id,
        attemptId,
        jws,
        assertion,
        ...(standing === undefined ? {} : { standing }),
        ...(approval === undefined ? {} : { approval }),
      })),
      receipts: receipts.filter(of),
      log: log.map((row) =>
        everything || (row.attemptId !== null && ids.has(row.attemptId)) ? row : bare(row),
      ),
      from: before ? { seq: before.seq, hash: before.hash } : NO_ROWS,
      checkpoints,
    }
  })
}

function consentKey(lock: FormerLock): ConsentKey {
  if (lock.kind === 'pin') return { kind: 'pin', key: lock.publicKey }
  const { kind, credentialId, publicKey, rpId, origin } = lock
  return { kind, credentialId, publicKey, rpId, origin }
}

async function firstRowOf(db: Ledger, attempts: readonly AttemptRow[], otherwise: number): Promise<number> {
  const rows = await Promise.all(attempts.map(({ id }) => db.log.where('attemptId').equals(id).primaryKeys()))
  return rows.flat().reduce((first, seq) => Math.min(first, seq), Math.max(1, otherwise))
}

/** Another payment's row: its link only. */
function bare({ seq, at, content, previous, hash }: LogRow): EvidenceLogRow {
  return { seq, at, content, previous, hash, event: 'redacted', attemptId: null, data: {}, salt: null }
}
