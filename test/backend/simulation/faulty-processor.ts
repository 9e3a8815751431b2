/**
 * A processor with books of its own that loses requests, loses answers, answers late, repeats itself, forgets for a
 * while, and declines. It keeps one promise, that real ones make too: a key has one effect.
 */
import type {
  LookupResult,
  Processor,
  ProcessorCall,
  ProcessorResult,
} from '../../../backend/processors/processor.ts'
import type { Random } from './random.ts'

export interface Booked {
  key: string
  operation: ProcessorCall['operation']
  orderId: string
  amount: bigint
  reference: string
  declined: boolean
  /** Times the effect happened; anything but 1 would be a broken promise of the simulation itself. */
  effects: number
}

export class NoAnswer extends Error {
  override name = 'NoAnswer'
}

export interface FaultyProcessor extends Processor {
  books: Map<string, Booked>
  calm: boolean
}

export function faultyProcessor(random: Random): FaultyProcessor {
  const books = new Map<string, Booked>()
  let references = 0

  function take(call: ProcessorCall): Booked {
    const known = books.get(call.key)
    if (known !== undefined) {
      if (known.amount !== call.amount.amount) throw new Error(`the amount of ${call.key} changed`)
      return known
    }
    const fresh: Booked = {
      key: call.key,
      operation: call.operation,
      orderId: call.orderId,
      amount: call.amount.amount,
      reference: call.reference ?? `ref-${++references}`,
      declined: !processor.calm && call.operation !== 'void' && random.chance(0.1),
      effects: 1,
    }
    books.set(call.key, fresh)
    return fresh
  }

  function answer(booked: Booked): ProcessorResult {
    return booked.declined
      ? { outcome: 'declined', code: 'card_declined' }
      : { outcome: 'succeeded', reference: booked.reference }
  }

  const processor: FaultyProcessor = {
    name: 'sandbox',
    books,
    calm: false,
    async execute(call) {
      if (!processor.calm && random.chance(0.1)) throw new NoAnswer('lost on the way there')
      const booked = take(call)
      if (!processor.calm && random.chance(0.15)) throw new NoAnswer('lost on the way back')
      if (!processor.calm && random.chance(0.1)) return { outcome: 'pending' }
      return answer(booked)
    },
    async lookup(call): Promise<LookupResult> {
      if (!processor.calm && random.chance(0.2)) throw new NoAnswer('not even this')
      const booked = books.get(call.key)
      if (booked === undefined) return { outcome: 'absent' }
      if (!processor.calm && random.chance(0.1)) return { outcome: 'pending' }
      return answer(booked)
    },
  }
  return processor
}
