/** Setting and removing caps. Tightening is free; anything that loosens needs the factor. */

import type { Cap } from '../../utils/caps/cap.ts'
import { parseLimit, scopeKey } from '../../utils/caps/cap.ts'
import { actionDigest } from '../../utils/contract/action.ts'
import { Refusal } from '../../utils/errors/errors.ts'
import { checkProof } from '../../utils/identity/identity.ts'
import { deleteCap, writeCap } from '../../utils/ledger/caps.ts'
import type { CapInput, Proof } from '../../utils/messages/page.ts'
import { alone, db, now } from './services.ts'

export function setCap(input: CapInput, proof: Proof | null): Promise<{ id: string }> {
  return alone('caps', async () => {
    const limit = parseLimit(input.limit)
    if (!limit) throw new Refusal('malformed')
    const before = await findCap(input)
    if (input.id !== null && !before) throw new Refusal('malformed')
    if (before && loosens(before, input, limit.amount)) {
      await checkProof(db, proof, await actionDigest({ command: 'set-cap', cap: input }), now())
    }
    const at = now()
    const cap: Cap = {
      id: before?.id ?? crypto.randomUUID(),
      scope: input.scope,
      window: input.window,
      ...(input.hours === undefined ? {} : { hours: input.hours }),
      limit,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    }
    await writeCap(db, cap, at)
    return { id: cap.id }
  })
}

export function removeCap(id: string, proof: Proof | null): Promise<void> {
  return alone('caps', async () => {
    const cap = await db.caps.get(id)
    if (!cap) throw new Refusal('malformed')
    await checkProof(db, proof, await actionDigest({ command: 'remove-cap', id }), now())
    await deleteCap(db, cap, now())
  })
}

/** A second cap of the same scope, window and currency is a change of the first: two would let the looser look valid. */
export async function findCap(input: CapInput): Promise<Cap | undefined> {
  if (input.id !== null) return db.caps.get(input.id)
  const scope = scopeKey(input.scope)
  return db.caps
    .filter(
      (cap) =>
        scopeKey(cap.scope) === scope &&
        cap.window === input.window &&
        cap.hours === input.hours &&
        cap.limit.currency === input.limit.currency,
    )
    .first()
}

/** Another scope, window or currency is a different promise, so it counts as loosening the old one. */
function loosens(before: Cap, input: CapInput, amount: bigint): boolean {
  if (scopeKey(before.scope) !== scopeKey(input.scope) || before.window !== input.window) return true
  if (before.hours !== input.hours) return true
  if (before.limit.currency !== input.limit.currency) return true
  return amount > before.limit.amount
}
