/** Tells the backend how an agent's order ended here. What it did not hear is told again by the next look (sync.ts). */
import type { AttemptRow } from '../../../utils/ledger/db.ts'
import { db, wallet } from '../services.ts'

/** True where the backend knows now. The agent is given the person's own words, where there were some. */
export async function tellEnd(row: AttemptRow): Promise<boolean> {
  const service = await wallet()
  if (service === null) return true
  const answer =
    row.state === 'rejected'
      ? await service.reject(row.holdId, await wordsOf(row))
      : await service.cancel(row.holdId, row.reason ?? '')
  // A refusal means that it is not open any more: somebody else ended it.
  return answer.kind !== 'unreachable'
}

async function wordsOf(row: AttemptRow) {
  const log = await db.log.where('attemptId').equals(row.id).toArray()
  const said = log.find((entry) => entry.event === 'attempt.rejected')?.data.say
  if (typeof said !== 'string' || said === '') return null
  const kind = row.reason === 'change_requested' ? ('change' as const) : ('reason' as const)
  return { kind, text: said }
}
