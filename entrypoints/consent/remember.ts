/** "Approve and remember": the payment first, then the allowance, each with a proof over what it is. */
import type { RememberTerms } from '../../components/consent/Remember.tsx'
import { actionDigest } from '../../utils/contract/action.ts'
import type { AttemptRow } from '../../utils/ledger/db.ts'
import type { Answer, Proof } from '../../utils/messages/page.ts'
import { termsFor } from '../../utils/policy/allowance.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { provePasskey } from '../shared/passkey.ts'
import { send } from '../shared/send.ts'

interface Remembering {
  row: AttemptRow
  terms: RememberTerms
  proof: Proof
  identity: IdentityView
}

export interface Remembered {
  approved: Answer<unknown>
  /** null: the payment was not approved, so nothing was to be remembered. */
  remembered: Answer<unknown> | null
}

export async function approveAndRemember({ row, terms, proof, identity }: Remembering): Promise<Remembered> {
  const allowance = termsFor(row.order, terms, Date.now())
  // A passkey agrees to one thing at a time; both are asked for before anything happens.
  const second =
    proof.kind === 'pin'
      ? proof
      : await provePasskey(await actionDigest({ command: 'allow', allowance }), identity)
  if (second === null) return { approved: { ok: false, code: 'factor_missing' }, remembered: null }
  const approved = await send('approve', { attemptId: row.id, digest: row.digest, proof })
  if (!approved.ok) return { approved, remembered: null }
  return { approved, remembered: await send('allow', { attemptId: row.id, allowance, proof: second }) }
}
