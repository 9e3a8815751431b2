/**
 * Activation: a one-time code from the operator lets one device in. The code is short-lived, single use and kept only
 * as a hash; a wrong one costs the caller's address a try.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { ActivationAnswer, ActivationRequest } from '../../utils/contract/api.ts'
import { fromBase64url } from '../../utils/contract/order-wire.ts'
import { isVerifyKey } from '../auth/es256.ts'
import type { Context } from '../context.ts'
import type { Database } from '../db/database.ts'
import { newAccountId, newIdOf, randomText } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'

const CODE_MS = 10 * 60_000
/** 60 bits, in groups that a person can type. */
const CODE_LENGTH = 12

/** A fresh code; for a new account, or for another device of an existing one. */
export async function issueActivationCode(
  db: Database,
  now: number,
  account: { label: string } | { accountId: string },
): Promise<{ code: string; accountId: string; expiresAt: number }> {
  const accountId = 'accountId' in account ? account.accountId : newAccountId()
  const code = randomText(CODE_LENGTH)
  await db.transaction(async (tx) => {
    if ('label' in account) {
      await tx.query(
        `INSERT INTO account (account_id, kind, label, created_at) VALUES ($1, 'payer', $2, $3)`,
        [accountId, account.label, new Date(now)],
      )
    }
    if ('accountId' in account) {
      const known = await tx.query(`SELECT 1 FROM account WHERE account_id = $1 AND kind = 'payer'`, [
        accountId,
      ])
      if (known.length === 0) throw new ProblemError('not_found')
    }
    await tx.query('INSERT INTO activation_code (account_id, code_hash, expires_at) VALUES ($1, $2, $3)', [
      accountId,
      hashOf(code),
      new Date(now + CODE_MS),
    ])
  })
  return { code: code.replace(/(.{4})(?=.)/g, '$1-').toUpperCase(), accountId, expiresAt: now + CODE_MS }
}

export async function activateDevice(
  context: Context,
  request: ActivationRequest,
): Promise<ActivationAnswer> {
  await refuseBadKeys(request)
  const hash = hashOf(request.code)
  const now = context.now()
  return context.db.transaction(async (tx) => {
    const codes = await tx.query<{
      account_id: string
      code_hash: Buffer
      expires_at: Date
      used_at: Date | null
    }>(
      'SELECT account_id, code_hash, expires_at, used_at FROM activation_code WHERE code_hash = $1 FOR UPDATE',
      [hash],
    )
    const code = codes.find((row) => timingSafeEqual(row.code_hash, hash))
    if (code === undefined || code.used_at !== null || code.expires_at.getTime() <= now) {
      throw new ProblemError('code_invalid')
    }
    const accountId = code.account_id
    const deviceId = newIdOf(accountId, 'dev')
    await tx.query('UPDATE activation_code SET used_at = $3 WHERE account_id = $1 AND code_hash = $2', [
      accountId,
      hash,
      new Date(now),
    ])
    const { consent } = request
    const passkey = consent.kind === 'passkey' ? consent : null
    await tx.query(
      `INSERT INTO device (account_id, device_id, label, device_key, factor, consent_key, credential_id,
         credential_key, rp_id, rp_origin, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        accountId,
        deviceId,
        request.label,
        JSON.stringify(publicPart(request.device_key)),
        consent.kind,
        consent.kind === 'pin' ? JSON.stringify(publicPart(consent.key)) : null,
        passkey?.credential_id ?? null,
        passkey === null ? null : Buffer.from(fromBase64url(passkey.public_key)),
        passkey?.rp_id ?? null,
        passkey?.origin ?? null,
        new Date(now),
      ],
    )
    return { device_id: deviceId, account_id: accountId, receipt_key: context.receipts.publicKey }
  })
}

async function refuseBadKeys(request: ActivationRequest): Promise<void> {
  const keys = [request.device_key, ...(request.consent.kind === 'pin' ? [request.consent.key] : [])]
  for (const key of keys) {
    if (!isVerifyKey(key)) throw new ProblemError('malformed', 'a key is not a point on P-256')
  }
}

export function publicPart({ kty, crv, x, y }: JsonWebKey): JsonWebKey {
  return { kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' }
}

/** Case and separators do not count: people type codes. */
function hashOf(code: string): Buffer {
  return createHash('sha256')
    .update(code.toLowerCase().replace(/[^0-9a-z]/g, ''))
    .digest()
}
