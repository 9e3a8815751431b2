/** Keys that every history shares: making them is slow and says nothing about the ledger. */
import { makePinLock } from '../../utils/identity/pin.ts'
import type { Fixture } from './history.ts'

/** Few rounds: what is simulated is not a guesser. */
const ROUNDS = 500

export async function makeFixture(): Promise<Fixture> {
  const pair = () =>
    crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const pin = '271828'
  const lock = await makePinLock(pin, ROUNDS)
  return {
    pin,
    identity: { lock, deviceKey: await pair(), failures: 0, lockedUntil: 0 },
    backendKeys: await pair(),
    forger: await pair(),
  }
}
