/**
 * Makes the calls that are due. Three steps, each with its own commit, so that a crash between any two leaves a row that
 * says how far it came: marked 'sent' → called, with no transaction open → resolved. A row that was 'sent' before is
 * never simply sent again: the processor is asked first what became of the key.
 */
import type { Context } from '../context.ts'
import { findOrder } from '../orders/order-row.ts'
import { applyResult, applySilence, type CallRow } from './apply-result.ts'
import type { LookupResult, Processor, ProcessorCall } from './processor.ts'

/** Longer than any answer may take: after that another process may take the call over. */
const LEASE_MS = 60_000
const ANSWER_MS = 30_000
const LONGEST_WAIT_MS = 10 * 60_000

const TAKE = `
UPDATE processor_call SET state = 'sent', tries = tries + 1, lease_until = $2
 WHERE (account_id, key) IN (
   SELECT account_id, key FROM processor_call
    WHERE state IN ('ready', 'sent') AND due_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *`

/** Makes one call that is due; false where there was none. */
export async function runOneCall(context: Context): Promise<boolean> {
  const now = context.now()
  const [call] = await context.db.query<CallRow>(TAKE, [new Date(now), new Date(now + LEASE_MS)], 'take_call')
  if (call === undefined) return false
  const processor = context.processors.get(call.processor)
  let result: LookupResult
  try {
    result = await answered(ask(processor, await processorCall(context, call)))
  } catch {
    await postpone(context, call)
    await applySilence(context, call)
    return true
  }
  if (result.outcome === 'pending' || result.outcome === 'absent') await postpone(context, call)
  else await applyResult(context, call, result)
  return true
}

/** The first try executes. Later ones ask, and execute only what the processor is sure that it never had. */
async function ask(processor: Processor, call: ProcessorCall): Promise<LookupResult> {
  if (call.tries === 1) return processor.execute(call)
  const known = await processor.lookup(call)
  return known.outcome === 'absent' ? processor.execute(call) : known
}

async function processorCall(context: Context, call: CallRow): Promise<ProcessorCall> {
  const order = await findOrder(context.db, call.account_id, call.order_id)
  return {
    key: call.key,
    operation: call.operation,
    orderId: call.order_id,
    kind: order.kind,
    amount: { amount: call.amount, currency: call.currency },
    reference: call.processor_ref,
    payee: { name: order.order.merchant, website: order.order.site.origin },
    description: order.reason,
    tries: call.tries,
  }
}

/** Exponential, so that a processor in trouble is not asked to death. */
async function postpone(context: Context, call: CallRow): Promise<void> {
  const wait = Math.min(LONGEST_WAIT_MS, 250 * 2 ** Math.min(call.tries, 16))
  await context.db.query(
    `UPDATE processor_call SET due_at = $3, lease_until = NULL WHERE account_id = $1 AND key = $2 AND state = 'sent'`,
    [call.account_id, call.key, new Date(context.now() + wait)],
  )
}

function answered<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the processor does not answer')), ANSWER_MS)
  })
  return Promise.race([call, late]).finally(() => clearTimeout(timer))
}
