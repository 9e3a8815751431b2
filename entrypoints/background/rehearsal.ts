/** The try-out purchase: see `utils/rehearsal/rehearsal`. Nothing here may import a step of the path after consent. */
import { Refusal } from '../../utils/errors/errors.ts'
import { checkProof, readIdentity } from '../../utils/identity/identity.ts'
import type { Proof } from '../../utils/messages/page.ts'
import {
  REHEARSAL,
  type Rehearsal,
  readRehearsal,
  rehearsalDigest,
  stateAt,
} from '../../utils/rehearsal/rehearsal.ts'
import { alone, db, now } from './services.ts'
import { showRehearsal } from './surface.ts'

export async function rehearse(): Promise<void> {
  await alone('rehearsal', async () => {
    if ((await readIdentity(db)) === null) throw new Refusal('not_activated')
    await write({ id: crypto.randomUUID(), at: now(), state: 'asked' })
  })
  await showRehearsal()
}

/** By the same check as a payment, over a digest that agrees to nothing. The last wrong try ends it, as it ends a payment. */
export function approveRehearsal({ id, proof }: { id: string; proof: Proof | null }): Promise<void> {
  return alone('rehearsal', async () => {
    const rehearsal = await waiting(id)
    try {
      await checkProof(db, proof, await rehearsalDigest(id), now())
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'factor_wrong' || error.triesLeft !== 0) throw error
      await write({ ...rehearsal, state: 'rejected' })
      throw new Refusal('attempt_rejected_after_tries', '', 0)
    }
    await write({ ...rehearsal, state: 'approved' })
  })
}

export function rejectRehearsal(id: string): Promise<void> {
  return alone('rehearsal', async () => write({ ...(await waiting(id)), state: 'rejected' }))
}

/** Its window was closed: no answer is no. */
export function endRehearsal(): Promise<void> {
  return alone('rehearsal', async () => {
    const rehearsal = await readRehearsal(db)
    if (rehearsal?.state === 'asked') await write({ ...rehearsal, state: 'rejected' })
  })
}

async function waiting(id: string): Promise<Rehearsal> {
  const rehearsal = await readRehearsal(db)
  if (rehearsal?.id !== id || stateAt(rehearsal, now()) !== 'asked') throw new Refusal('not_waiting')
  return rehearsal
}

async function write(value: Rehearsal): Promise<void> {
  await db.settings.put({ key: REHEARSAL, value })
}
