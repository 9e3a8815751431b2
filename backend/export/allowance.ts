/**
 * An allowance in the words of those who would take it: ACP's `allowance` for one checkout session, ACT's intent rule (ISR)
 * and, from it, an intent authorisation credential (IAC) as a JWT signed by the receipt key. Only what still holds is
 * given out; whoever takes one asks this backend when it is drawn from, so nothing here can pay by itself.
 */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Context } from '../context.ts'
import { ProblemError } from '../http/problems.ts'
import { listAllowances } from '../subscriptions/allowances.ts'
import { acpAllowance, actIntentRule } from './protocols.ts'

const IAC_VCT = 'act.iac.1'

async function holding(context: Context, accountId: string, id: string) {
  const found = (await listAllowances(context, accountId)).find((one) => one.allowance_id === id)
  if (found === undefined) throw new ProblemError('not_found')
  const left = BigInt(found.limit.amount) - BigInt(found.used.amount)
  const spent = left <= 0n || (found.orders !== undefined && found.uses >= found.orders)
  if (found.revoked_at !== null || Date.parse(found.expires_at) <= context.now() || spent) {
    throw new ProblemError('allowance_missing', 'it is revoked, expired or used up')
  }
  return found
}

export async function allowanceForAcp(
  context: Context,
  accountId: string,
  id: string,
  session: { id: string; merchantId: string },
) {
  return acpAllowance(await holding(context, accountId, id), session)
}

export async function allowanceForAct(context: Context, accountId: string, id: string) {
  const allowance = await holding(context, accountId, id)
  if (allowance.agent_id === null) throw new ProblemError('not_found', 'it is of a device and names no agent')
  const [consent] = await context.db.query<{ factor: 'pin' | 'passkey'; used_at: Date }>(
    `SELECT d.factor, m.used_at FROM allowance l
       JOIN action_mandate m ON m.account_id = l.account_id AND m.mandate_id = l.mandate_id
       JOIN device d ON d.account_id = l.account_id AND d.device_id = l.device_id
      WHERE l.account_id = $1 AND l.allowance_id = $2`,
    [accountId, id],
  )
  if (consent === undefined) throw new Error('an allowance without a consent')
  const at = consent.used_at.toISOString()
  const rule = actIntentRule(allowance, { factor: consent.factor, at, start: at })
  const seconds = (time: string) => Math.floor(Date.parse(time) / 1000)
  const claims = {
    vct: IAC_VCT,
    iss: context.origins()[0],
    sub: allowance.agent_id,
    jti: allowance.allowance_id,
    nbf: seconds(at),
    exp: seconds(allowance.expires_at),
    vc: {
      type: ['VerifiableCredential', 'IntentAuthorizationCredential'],
      credentialSubject: {
        ...rule,
        delegation_id: allowance.allowance_id,
        delegator_identity: accountId,
        source_isr_digest: createHash('sha256')
          .update(canonicalize(rule) ?? '')
          .digest('base64url'),
      },
    },
  }
  return { intent_rule: rule, credential: context.receipts.signClaims(claims) }
}
