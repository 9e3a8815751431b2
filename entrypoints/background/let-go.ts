/** Tells whoever holds a payment to let it go, after the gate has made way for what it causes. */
import type { StatusWords } from '../../utils/messages/relay.ts'
import { hostOf } from '../../utils/shield/allow.ts'
import { statusWords } from '../../utils/words/speak.ts'
import { gate } from './gate/index.ts'
import { watchQuiet } from './quiet.ts'
import { type Hold, send } from './relays.ts'

export interface Release {
  words?: StatusWords
  /** What the page must still show (`BackgroundMessage`). */
  look?: string | null
  /** Made already. */
  way?: Promise<void> | undefined
}

export async function letGo(
  attemptId: string,
  hold: Hold,
  { words = statusWords({ kind: 'released' }), look = null, way = makeWay(attemptId, hold) }: Release = {},
): Promise<void> {
  await way
  if (hold.request === null) watchQuiet(attemptId, hold.frame.tabId)
  send(hold.port, {
    type: 'release',
    holdId: hold.holdId,
    attemptId,
    look,
    words,
  })
}

/** Opens the gate for what this hold will cause, and for nothing that cannot show its nonce or be its very address. */
export function makeWay(attemptId: string, { nonce, request, frame, navigates }: Hold): Promise<void> {
  return gate.admit(attemptId, {
    tabId: navigates ?? frame.tabId,
    nonce,
    request,
    host: hostOf(frame.url) ?? hostOf(frame.tabUrl),
    navigates: navigates !== null,
  })
}
