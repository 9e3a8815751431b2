/** What the ledger knows that a risk rule wants: earlier orders of a site, repeats, bursts. */
import type { AttemptRow } from '../../utils/ledger/db.ts'
import type { History } from '../../utils/risk/rule.ts'
import { db } from './services.ts'

const REPEAT_MS = 24 * 3_600_000
const BURST_MS = 10 * 60_000
const SENT = ['released', 'settled', 'unknown']

export async function readHistory(
  row: Pick<AttemptRow, 'id' | 'site' | 'dedupeKey'>,
  at: number,
): Promise<History> {
  const recent = await db.attempts
    .where('[site.key+createdAt]')
    .between([row.site.key, at - REPEAT_MS], [row.site.key, at], true, true)
    .toArray()
  const others = recent.filter((other) => other.id !== row.id)
  const same = others.filter((other) => other.dedupeKey === row.dedupeKey && SENT.includes(other.state))
  const settledHere = await db.attempts
    .where('[site.key+createdAt]')
    .between([row.site.key, 0], [row.site.key, at], true, true)
    .filter((other) => other.state === 'settled')
    .limit(1)
    .count()
  return {
    settledHere,
    sameOrderAt: same.length === 0 ? null : Math.max(...same.map((other) => other.updatedAt)),
    recentAttempts: others.filter((other) => other.createdAt >= at - BURST_MS).length,
  }
}
