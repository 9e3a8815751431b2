/** Signs receipts. The key is made once and lives in the database, so that every process signs with the same one. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import type { PaymentState, ReceiptClaims } from '../../utils/contract/api.ts'
import { type Money, toWire } from '../../utils/money/money.ts'
import { signEs256 } from '../auth/es256.ts'
import type { Database } from '../db/database.ts'
import { signingKey } from './signing-keys.ts'

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

export async function openReceipts(
  db: Database,
  issuer: () => string,
  now: () => number,
  secret: string | null,
): Promise<Receipts> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const fresh = {
    privateJwk: pair.privateKey.export({ format: 'jwk' }),
    publicJwk: pair.publicKey.export({ format: 'jwk' }),
  }
  const { privateJwk, keyId } = await signingKey(db, 'receipt', fresh, now(), secret)
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' })
  return {
    publicKey: createPublicKey(key).export({ format: 'jwk' }),
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
