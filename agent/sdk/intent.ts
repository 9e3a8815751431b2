/**
 * Idempotency keys of an intent. Agents lose answers (time-outs, restarts, compacted memory) and ask again; keys that
 * follow from the intent and the content make that the same order. Later purchases of the same thing take later keys.
 */
import { digestOf } from '../../utils/contract/order-wire.ts'

export async function* intentKeys(intent: string | null, content: unknown): AsyncGenerator<string> {
  const digest = await digestOf({ intent, content: plain(content) })
  for (let number = 1; ; number++) yield `${digest}.${number}`
}

/** Without what canonical JSON does not know (undefined). */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
