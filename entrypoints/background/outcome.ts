/**
 * receipt: what came of a released payment. Evidence is collected in the log; a confirmation settles, a clear refusal
 * fails, and anything in between stays `unknown` with its reservation kept (a time-out is not a failure).
 */
import type { AttemptState } from '../../utils/attempt/states.ts'
import { IllegalMove } from '../../utils/errors/errors.ts'
import { type Evidence, judge } from '../../utils/forward/judge.ts'
import type { AttemptRow, Reason } from '../../utils/ledger/db.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import { move } from '../../utils/ledger/moves.ts'
import type { OutcomeMessage } from '../../utils/messages/relay.ts'
import { statusWords } from '../../utils/words/speak.ts'
import { armKeeping, armReconcile, disarm } from './alarms.ts'
import { gate } from './gate/index.ts'
import { keepArrivals } from './keeper.ts'
import { learnFrom } from './learning.ts'
import { mark } from './mark.ts'
import { isQuiet } from './quiet.ts'
import { reconcile } from './reconcile.ts'
import { type Frame, tellTab } from './relays.ts'
import { alone, db, now } from './services.ts'
import { isAgentRequest } from './wallet/row.ts'

const OPEN = ['released', 'unknown'] as const

export async function onOutcome(message: OutcomeMessage, frame: Pick<Frame, 'tabId'>): Promise<void> {
  const row = await rowOf(message.attemptId, frame.tabId)
  if (!row) return
  await file(row.id, message.evidence)
  await decideOutcome(row.id, false)
}

/** Into the log, once: a relay says its reports again when the worker died, it cannot know which were heard. */
async function file(attemptId: string, evidence: OutcomeMessage['evidence']): Promise<void> {
  const event = `evidence.${evidence.kind}`
  const data =
    evidence.kind === 'response'
      ? { status: evidence.status, path: evidence.path.slice(0, 200), call: evidence.call }
      : { reads: evidence.reads, text: evidence.text.slice(0, 200) }
  await db.transaction('rw', db.log, async () => {
    const known = await db.log.where('attemptId').equals(attemptId).toArray()
    const said = JSON.stringify(data)
    if (known.some((entry) => entry.event === event && JSON.stringify(entry.data) === said)) return
    await appendLog(db, now(), { event, attemptId, data })
  })
}

/** The alarm: nothing more is coming, judge by what there is. */
export async function onOutcomeTime(attemptId: string): Promise<void> {
  await decideOutcome(attemptId, true)
}

/** The relay has let it go. From now on only the shop knows more. */
export async function onReleased(attemptId: string): Promise<void> {
  const [row, known] = await Promise.all([
    db.attempts.get(attemptId),
    db.log.where('attemptId').equals(attemptId).toArray(),
  ])
  // No such attempt: the person is buying by themselves, or a frame that lies.
  if (!row || known.some((entry) => entry.event === 'release.done')) return
  await db.transaction('rw', db.log, () =>
    appendLog(db, now(), { event: 'release.done', attemptId, data: {} }),
  )
}

/** A page that wants a trusted press has done nothing with ours: it is asked for in the page, and passes under the same consent. */
export async function onIgnored(attemptId: string, frame: Pick<Frame, 'tabId'>): Promise<void> {
  // No row: the person is buying by themselves, and their own press was let go.
  const row = await db.attempts.get(attemptId)
  if ((row && row.state !== 'released') || !isQuiet(attemptId, frame.tabId)) return
  await db.transaction('rw', db.log, () =>
    appendLog(db, now(), { event: 'press.ignored', attemptId: row?.id ?? null, data: {} }),
  )
  tellTab(frame.tabId, attemptId, 'press-again', statusWords({ kind: 'press-again' }))
}

async function rowOf(attemptId: string | null, tabId: number): Promise<AttemptRow | null> {
  if (attemptId !== null) {
    const row = await db.attempts.get(attemptId)
    return row && row.tabId === tabId && isOpen(row) ? row : null
  }
  const rows = await db.attempts
    .where('state')
    .anyOf([...OPEN])
    .filter((row) => row.tabId === tabId)
    .sortBy('updatedAt')
  return rows.at(-1) ?? null
}

function isOpen(row: AttemptRow): boolean {
  return OPEN.some((state) => state === row.state)
}

function decideOutcome(attemptId: string, final: boolean): Promise<void> {
  return alone(`outcome:${attemptId}`, async () => {
    const row = await db.attempts.get(attemptId)
    // Of an agent's order only the backend knows what became of it (wallet/follow.ts).
    if (!row || !isOpen(row) || isAgentRequest(row)) return
    const verdict = judge(await evidenceOf(attemptId), final)
    if (verdict === 'wait' || verdict === row.state) return
    const reason =
      verdict === 'settled' ? 'shop_confirmed' : verdict === 'failed' ? 'shop_failed' : 'no_answer'
    if (!(await conclude(attemptId, OPEN, verdict, reason))) return
    if (verdict === 'settled') {
      mark('settled')
      await learnFrom(await db.log.where('attemptId').equals(attemptId).toArray())
    }
    const words =
      verdict === 'settled' ? statusWords({ kind: 'settled' }) : statusWords({ kind: verdict, reason })
    tellTab(row.tabId, attemptId, verdict === 'settled' ? 'settled' : 'refused', words)
    await Promise.all([gate.close(attemptId), keepArrivals()])
    await disarm(attemptId)
    armReconcile()
    await reconcile()
  })
}

/**
 * Writes down what came of it; the backend hears it until it acknowledges. false where somebody else was first.
 * `known`: the backend has said so itself, with its receipt where it signed one.
 */
export async function conclude(
  attemptId: string,
  from: readonly AttemptState[],
  to: 'settled' | 'failed' | 'unknown',
  reason: Reason,
  known: { receipt: string | null } | null = null,
): Promise<boolean> {
  const at = now()
  const mandate = await db.mandates.where('attemptId').equals(attemptId).first()
  try {
    await move(db, {
      attemptId,
      from,
      to,
      reason,
      at,
      ...(to === 'unknown' || !mandate
        ? {}
        : {
            pendingOutcome: known === null || known.receipt === null ? to : null,
            receipt: { id: mandate.id, attemptId, state: to, jws: known?.receipt ?? null, at },
          }),
    })
  } catch (error) {
    if (error instanceof IllegalMove) return false
    throw error
  }
  armKeeping()
  return true
}

async function evidenceOf(attemptId: string): Promise<Evidence[]> {
  const log = await db.log.where('attemptId').equals(attemptId).toArray()
  return log.flatMap((entry): Evidence[] => {
    const { status, reads, text } = entry.data
    if (entry.event === 'evidence.response' && typeof status === 'number')
      return [{ kind: 'response', status }]
    if (entry.event === 'evidence.page' && (reads === 'confirmed' || reads === 'failed')) {
      return [{ kind: 'page', reads, controlGone: text === 'control_gone' }]
    }
    return []
  })
}
