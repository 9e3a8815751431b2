import { digestOf } from './order-wire.ts'

/** What a proof for anything but an order is bound to: the digest of the command and everything in it. */
export function actionDigest(action: { command: string } & Record<string, unknown>): Promise<string> {
  return digestOf({ action })
}
