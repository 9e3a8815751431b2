/** Ledgers as earlier versions of the schema wrote them. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import canonicalize from 'canonicalize'
import { GENESIS } from '../../utils/contract/chain.ts'
import { attemptRow } from './rows.ts'

export const AT = Date.UTC(2026, 10, 23, 12)

export const VERSION_1: Record<string, string> = {
  attempts: 'id, state, createdAt, [site.key+createdAt], dedupeKey, [state+createdAt]',
  consents: 'id, attemptId, at',
  mandates: 'id, attemptId, pendingOutcome',
  receipts: 'id, attemptId',
  reservations: 'attemptId, state',
  buckets: 'key',
  caps: 'id',
  log: 'seq, attemptId',
  settings: 'key',
}

export const VERSION_2: Record<string, string> = {
  ...VERSION_1,
  attempts: 'id, state, createdAt, [site.key+createdAt], [state+createdAt], [site.key+state+createdAt]',
  reservations: 'attemptId, at, [site+at]',
  log: 'seq, attemptId, data.id',
  tokens: '[token+age+id]',
  checkpoints: 'seq',
}

/** Ten bucket rows a purchase, a chain without salt. `change` may spoil the log. */
export function version1Rows(change: (log: Record<string, unknown>[]) => void = () => {}): {
  ids: string[]
  rows: Record<string, Record<string, unknown>[]>
} {
  const windows = ['day|2026-11-23', 'week|2026-11-23', 'month|2026-11-01', 'year|2026-01-01', 'total|total']
  const keys = ['all', 'site:shop.example'].flatMap((scope) =>
    windows.map((window) => `${scope}|EUR|${window}`),
  )
  const ends = ['settled', 'reserved', 'released'] as const
  const states = { settled: 'settled', reserved: 'released', released: 'failed' } as const
  const attempts = ends.map((end, index) => attemptRow({ createdAt: AT + index, state: states[end] }))
  const ids = attempts.map(({ id }) => id)
  const reservations = ends.map((state, index) => ({
    attemptId: ids[index],
    site: 'shop.example',
    currency: 'EUR',
    amount: 1_000n * BigInt(index + 1),
    buckets: keys,
    state,
    at: AT + index,
  }))
  const log: Record<string, unknown>[] = []
  let previous = GENESIS
  for (let seq = 1; seq <= 5; seq++) {
    const row = { seq, at: AT + seq, event: 'attempt.held', attemptId: ids[0], data: { n: seq }, previous }
    previous = bytesToHex(sha256(utf8ToBytes(canonicalize(row) ?? '')))
    log.push({ ...row, hash: previous })
  }
  change(log)
  return {
    ids,
    rows: {
      settings: [{ key: 'settings', value: { on: true, zone: 'Europe/Berlin' } }],
      attempts: attempts.map((row) => ({ ...row })),
      reservations,
      buckets: keys.map((key) => ({ key, settled: 1_000n, reserved: 2_000n, count: 2 })),
      log,
    },
  }
}
