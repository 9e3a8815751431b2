/**
 * What the backend needs of a payment processor. Four operations, each with an idempotency key of ours that was on disk
 * before the call, and a way to ask what became of a key. An exception means "nobody knows": the reconciler will ask.
 */
import type { OrderKind } from '../../utils/contract/orders.ts'
import type { Money } from '../../utils/money/money.ts'

export const OPERATIONS = ['authorise', 'capture', 'void', 'refund'] as const
export type Operation = (typeof OPERATIONS)[number]

export interface ProcessorCall {
  key: string
  operation: Operation
  orderId: string
  kind: OrderKind
  amount: Money
  /** What the processor called the authorisation; null for 'authorise' itself. */
  reference: string | null
  payee: { name: string | null; website: string }
  /** For the statement; also where the sandbox finds its scenario. */
  description: string
  /** 1 at the first execution. */
  tries: number
}

export type ProcessorResult =
  | { outcome: 'succeeded'; reference: string }
  | { outcome: 'declined'; code: string }
  /** The processor has it and has not decided. */
  | { outcome: 'pending' }

/** `absent`: the processor is sure that it never had this key, so that it may be sent again. */
export type LookupResult = ProcessorResult | { outcome: 'absent' }

export interface Processor {
  name: string
  execute(call: ProcessorCall): Promise<ProcessorResult>
  lookup(call: ProcessorCall): Promise<LookupResult>
  /** Checks a message that claims to come from the processor; throws where it does not. */
  heard?(message: ProcessorMessage): Promise<Heard>
}

export interface ProcessorMessage {
  body: Uint8Array
  headers: Record<string, string>
}

/** Calls that there is news of, and what the processor wants to read. */
export interface Heard {
  keys: string[]
  /** Keys as the processor knows them, where it cannot hold ours (`alipayNumber`). */
  hashed?: string[]
  answer: string
}

export interface Processors {
  /** New orders are charged here. */
  standard: string
  get(name: string): Processor
  find(name: string): Processor | undefined
}

export function processorsOf(list: readonly Processor[]): Processors {
  const [first] = list
  if (first === undefined) throw new Error('no processor')
  return {
    standard: first.name,
    find: (name) => list.find((processor) => processor.name === name),
    get(name) {
      const found = list.find((processor) => processor.name === name)
      if (found === undefined) throw new Error(`no processor "${name}" is set up`)
      return found
    },
  }
}
