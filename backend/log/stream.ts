/** Server-sent events of an account: everything after `Last-Event-ID`, then what comes, until either side leaves. */
import type { ServerResponse } from 'node:http'
import type { BackendEvent } from '../../utils/contract/orders.ts'
import type { Context } from '../context.ts'
import { deferred } from '../deferred.ts'
import type { Asker } from '../orders/create.ts'
import type { EventData } from './events.ts'

const PAGE = 200
/** Proxies close silent connections after a minute; a comment line keeps them open. */
const HEARTBEAT_MS = 15_000

interface Row {
  seq: bigint
  type: string
  subject: string
  data: EventData
  at: Date
}

/** An agent sees what is about its own orders. */
export async function eventsAfter(context: Context, who: Asker, seq: bigint): Promise<BackendEvent[]> {
  const rows = await context.db.query<Row>(
    `SELECT seq, type, subject, data, at FROM event
      WHERE account_id = $1 AND seq > $2 AND ($3::text IS NULL OR agent_id = $3) ORDER BY seq LIMIT ${PAGE}`,
    [who.accountId, seq, who.agentId],
    'events_after',
  )
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() }))
}

/** Number of the newest event of the account. */
export async function latestEvent(context: Context, who: Asker): Promise<bigint> {
  const [row] = await context.db.query<{ seq: bigint | null }>(
    'SELECT max(seq) AS seq FROM event WHERE account_id = $1',
    [who.accountId],
  )
  return row?.seq ?? 0n
}

export async function streamEvents(
  context: Context,
  who: Asker,
  after: bigint,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  let cursor = after
  let news = deferred()
  const stop = context.hub.listen(who.accountId, () => news.resolve())
  const leave = new Promise<void>((resolve) =>
    gone.addEventListener('abort', () => resolve(), { once: true }),
  )
  try {
    response.write('retry: 2000\n\n')
    while (!gone.aborted) {
      const events = await eventsAfter(context, who, cursor)
      for (const event of events) {
        response.write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
        cursor = BigInt(event.seq)
      }
      if (events.length === PAGE) continue
      let timer: NodeJS.Timeout | undefined
      const heartbeat = new Promise<'quiet'>((resolve) => {
        timer = setTimeout(() => resolve('quiet'), HEARTBEAT_MS)
      })
      const woke = await Promise.race([news.promise, leave, heartbeat])
      clearTimeout(timer)
      news = deferred()
      if (woke === 'quiet') response.write(': still here\n\n')
    }
  } finally {
    stop()
    response.end()
  }
}
