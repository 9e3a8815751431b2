/** Tells whoever holds a payment to let it go, after the gate has made way for what it causes. */
import type { StatusWords } from '../../utils/messages/relay.ts'
import { statusWords } from '../../utils/words/speak.ts'
import { gate } from './gate/index.ts'
import { type Hold, send } from './relays.ts'

export async function letGo(
  attemptId: string,
  hold: Hold,
  words: StatusWords = statusWords({ kind: 'released' }),
): Promise<void> {
  const { nonce, request, frame } = hold
  await gate.admit(attemptId, { tabId: frame.tabId, nonce, request })
  send(hold.port, {
    type: 'release',
    holdId: hold.holdId,
    attemptId,
    words,
  })
}
