/** Consent to a command that is no order (raising a cap, an allowance): verified like a mandate, used once for ever. */
import { actionDigest } from '../../utils/contract/action.ts'
import { ACTION_VCT, type ActionConsent } from '../../utils/contract/caps.ts'
import type { Device } from '../auth/device-request.ts'
import type { Context } from '../context.ts'
import { type Sql, uniqueViolation } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import { checkFactor, checkSigned, parseSigned, verifySignature } from './signed.ts'

export type Action = { command: string } & Record<string, unknown>

/** Checks the consent and uses it up, in the transaction that carries the command out. */
export async function consumeAction(
  context: Context,
  tx: Sql,
  device: Device,
  action: Action,
  consent: ActionConsent | null,
): Promise<void> {
  if (consent === null) throw new ProblemError('factor_missing', 'this needs the consent of the person')
  const value = await verifySignature(consent.mandate, device)
  const claims = parseSigned(value)
  if (claims === null || value.vct !== ACTION_VCT) throw new ProblemError('mandate_invalid')
  checkSigned(claims, device, context.origins(), context.now())
  if (claims.transaction_id !== (await actionDigest(action))) throw new ProblemError('digest_mismatch')
  const counter = await checkFactor(claims, consent.assertion, device)
  try {
    await tx.query(
      `INSERT INTO action_mandate (account_id, mandate_id, device_id, digest, jws, assertion, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        device.accountId,
        claims.jti,
        device.deviceId,
        claims.transaction_id,
        consent.mandate,
        consent.assertion === null ? null : JSON.stringify(consent.assertion),
        new Date(context.now()),
      ],
    )
  } catch (error) {
    if (uniqueViolation(error) !== null) throw new ProblemError('consent_used')
    throw error
  }
  if (counter !== null) {
    await tx.query(
      'UPDATE device SET sign_count = greatest(sign_count, $3) WHERE account_id = $1 AND device_id = $2',
      [device.accountId, device.deviceId, counter],
    )
  }
}
