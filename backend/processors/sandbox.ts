/**
 * The built-in processor: moves no money, keeps books of its own, and fails on command. A scenario is asked for by
 * `sandbox:<name>` in the order's reason, as test card numbers do elsewhere; without one everything succeeds.
 *
 *   decline            the authorisation is declined
 *   decline-capture    the capture is declined
 *   decline-refund     the refund is declined
 *   decline-renewal    the renewals of a subscription are declined, its first charge is not
 *   timeout-before     the first try of each operation is lost on the way there
 *   timeout-after      the operation takes effect, the answer is lost
 *   pending            the processor decides later; asking twice gives the answer
 *   silent             nothing is answered, not even to questions, until the fourth try
 */
import type { Database } from '../db/database.ts'
import { randomText } from '../http/identifiers.ts'
import type { LookupResult, Processor, ProcessorCall, ProcessorResult } from './processor.ts'

const SCENARIO = /sandbox:([a-z-]+)/

export class SandboxTimeout extends Error {
  override name = 'SandboxTimeout'
}

interface Row {
  outcome: 'succeeded' | 'declined'
  reference: string
  failure: string | null
}

export function sandbox(db: Database, now: () => number): Processor {
  async function find(key: string): Promise<Row | null> {
    const [row] = await db.query<Row>(
      'SELECT outcome, reference, failure FROM sandbox_operation WHERE key = $1',
      [key],
    )
    return row ?? null
  }

  /** Executes once a key; `executions` counts how often it was asked. */
  async function perform(call: ProcessorCall, declined: string | null): Promise<ProcessorResult> {
    await db.query(
      `INSERT INTO sandbox_operation (key, operation, reference, amount, currency, outcome, failure, executions, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)
         ON CONFLICT (key) DO UPDATE SET executions = sandbox_operation.executions + 1`,
      [
        call.key,
        call.operation,
        call.reference ?? `sbx_${randomText(16)}`,
        call.amount.amount,
        call.amount.currency,
        declined === null ? 'succeeded' : 'declined',
        declined,
        new Date(now()),
      ],
    )
    const row = await find(call.key)
    return row === null ? { outcome: 'pending' } : resultOf(row)
  }

  return {
    name: 'sandbox',
    async execute(call) {
      const scenario = SCENARIO.exec(call.description)?.[1] ?? ''
      const declined = declines(scenario, call) ? 'card_declined' : null
      if (scenario === 'timeout-before' && call.tries === 1) throw new SandboxTimeout('lost on the way')
      if (scenario === 'silent' && call.tries < 4) throw new SandboxTimeout('no answer')
      const result = await perform(call, declined)
      if (scenario === 'timeout-after') throw new SandboxTimeout('the answer was lost')
      return scenario === 'pending' ? { outcome: 'pending' } : result
    },
    async lookup(call): Promise<LookupResult> {
      const scenario = SCENARIO.exec(call.description)?.[1] ?? ''
      if (scenario === 'silent' && call.tries < 4) throw new SandboxTimeout('no answer')
      if (scenario === 'pending' && call.tries < 3) return { outcome: 'pending' }
      const row = await find(call.key)
      return row === null ? { outcome: 'absent' } : resultOf(row)
    },
  }
}

function declines(scenario: string, call: ProcessorCall): boolean {
  return (
    (scenario === 'decline' && call.operation === 'authorise') ||
    (scenario === 'decline-capture' && call.operation === 'capture') ||
    (scenario === 'decline-refund' && call.operation === 'refund') ||
    (scenario === 'decline-renewal' && call.operation === 'authorise' && call.kind === 'renewal')
  )
}

function resultOf(row: Row): ProcessorResult {
  return row.outcome === 'succeeded'
    ? { outcome: 'succeeded', reference: row.reference }
    : { outcome: 'declined', code: row.failure ?? 'declined' }
}
