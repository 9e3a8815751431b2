/** Signs receipts. The key lives in the database, so that every process signs with the same one; it can be handed over. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import type { PaymentState, ReceiptClaims } from '../../utils/contract/api.ts'
import { HANDOVER_VCT, type HandoverClaims } from '../../utils/contract/keys.ts'
import { type Money, toWire } from '../../utils/money/money.ts'
import { signatureOf, signEs256 } from '../auth/es256.ts'
import type { Database } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import { nextKeyId, signingKey, succeedKey } from './signing-keys.ts'

export interface Receipts {
  /** The key that signs now. */
  readonly publicKey: JsonWebKey
  sign(facts: ReceiptFacts): string
  /** Another statement of the backend's by the same key; `vct` inside says which kind it is. */
  signClaims(claims: { vct: string } & object): string
  /** For formats that build their own tokens: the key's name, and its signature over a signing input. */
  signer(): { keyId: string; sign: (input: string) => string }
  /** Looks which key signs now: another process may have handed it over. */
  reload(): Promise<void>
  /** A new key, vouched for by the old one, which from now on signs nothing more. */
  rotate(): Promise<void>
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
  let current = await read()

  async function read() {
    const { privateJwk, keyId } = await signingKey(db, 'receipt', freshPair(), now(), secret)
    const key = createPrivateKey({ key: privateJwk, format: 'jwk' })
    return { key, keyId, publicKey: createPublicKey(key).export({ format: 'jwk' }) }
  }

  return {
    get publicKey() {
      return current.publicKey
    },
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
      return signEs256(claims, current.key, current.keyId)
    },
    signClaims: (claims) => signEs256(claims, current.key, current.keyId),
    signer() {
      const { key, keyId } = current
      return { keyId, sign: (input) => signatureOf(input, key) }
    },
    async reload() {
      current = await read()
    },
    async rotate() {
      const at = now()
      const { key, keyId } = current
      const pair = freshPair()
      const claims: HandoverClaims = {
        vct: HANDOVER_VCT,
        iss: issuer(),
        iat: Math.floor(at / 1000),
        kid: nextKeyId(keyId),
        key: pair.publicJwk,
      }
      const next = { ...pair, handover: signEs256(claims, key, keyId) }
      const done = await succeedKey(db, 'receipt', keyId, next, at, secret)
      current = await read()
      if (!done) throw new ProblemError('version_conflict')
    },
  }
}

function freshPair() {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    privateJwk: pair.privateKey.export({ format: 'jwk' }),
    publicJwk: pair.publicKey.export({ format: 'jwk' }),
  }
}
