/** Signs receipts. The key is made once and lives in the database, so that every process signs with the same one. */
import { createPrivateKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import type { PaymentState, ReceiptClaims } from '../../utils/contract/api.ts'
import { type Money, toWire } from '../../utils/money/money.ts'
import { signEs256 } from '../auth/es256.ts'
import type { Database } from '../db/database.ts'

export interface Receipts {
  publicKey: JsonWebKey
  sign(facts: ReceiptFacts): string
  /** Another statement of the backend's by the same key; `vct` inside says which kind it is. */
  signClaims(claims: { vct: string } & object): string
}

export interface ReceiptFacts {
  paymentId: string
  mandateId: string
  digest: string
  state: PaymentState
  amount: Money
  /** Epoch ms. */
  at: number
}

export async function openReceipts(db: Database, issuer: () => string, now: () => number): Promise<Receipts> {
  const { publicJwk, privateJwk, keyId } = await signingKey(db, 'receipt', now())
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' })
  return {
    publicKey: publicJwk,
    sign(facts) {
      const claims: ReceiptClaims = {
        iss: issuer(),
        iat: Math.floor(facts.at / 1000),
        payment_id: facts.paymentId,
        mandate_id: facts.mandateId,
        reference: facts.digest,
        state: facts.state,
        amount: toWire(facts.amount),
      }
      return signEs256(claims, key, keyId)
    },
    signClaims: (claims) => signEs256(claims, key, keyId),
  }
}

/** The backend's own ES256 key for a purpose; made at first use, the same for processes that start together. */
async function signingKey(db: Database, purpose: string, now: number) {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await db.query(
    `INSERT INTO backend_key (purpose, key_id, private_jwk, public_jwk, created_at)
       VALUES ($1, '1', $2, $3, $4) ON CONFLICT DO NOTHING`,
    [
      purpose,
      JSON.stringify(pair.privateKey.export({ format: 'jwk' })),
      JSON.stringify(pair.publicKey.export({ format: 'jwk' })),
      new Date(now),
    ],
  )
  const [row] = await db.query<{ key_id: string; private_jwk: JsonWebKey; public_jwk: JsonWebKey }>(
    'SELECT key_id, private_jwk, public_jwk FROM backend_key WHERE purpose = $1 ORDER BY created_at DESC LIMIT 1',
    [purpose],
  )
  if (row === undefined) throw new Error(`no ${purpose} key`)
  return { privateJwk: row.private_jwk, publicJwk: row.public_jwk, keyId: row.key_id }
}
