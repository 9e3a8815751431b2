/**
 * Signed checkpoints of an account's log, as C2SP tlog-checkpoint text in a C2SP signed note (Ed25519), and the proofs
 * between them. Whoever keeps the last checkpoint it saw can demand a consistency proof: a log that was cut or
 * rewritten cannot give one.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { HANDOVER_VCT } from '../../utils/contract/keys.ts'
import type { Context } from '../context.ts'
import type { Database, Sql } from '../db/database.ts'
import { ProblemError } from '../http/problems.ts'
import { signingKey, succeedKey } from '../receipts/signing-keys.ts'
import { consistencyProof, type Hash, inclusionProof, rootOf } from './merkle.ts'

const ED25519 = 1

export interface LogKey {
  name: string
  key: KeyObject
  /** First four bytes of the key's hash, as the note format wants. */
  hint: Buffer
  /** `name+hint+key`: what a verifier needs (C2SP signed-note "vkey"). */
  verifier: string
}

export interface LogKeys {
  /** The key that signs now. */
  readonly current: LogKey
  reload(): Promise<void>
  /** A new key; the old one signs the new verifier (`LOG_HANDOVER`) and nothing more after that. */
  rotate(): Promise<void>
}

/** What the old key signs before the new one: `key.handover.1`, then the new key's verifier, each on a line. */
export const LOG_HANDOVER = `${HANDOVER_VCT}\n`

export async function openLogKeys(db: Database, now: () => number, secret: string | null): Promise<LogKeys> {
  let current = await read()

  async function read() {
    const { privateJwk, keyId } = await signingKey(db, 'log', freshPair(), now(), secret)
    return { ...logKeyOf(createPrivateKey({ key: privateJwk, format: 'jwk' })), keyId }
  }

  return {
    get current() {
      return current
    },
    async reload() {
      current = await read()
    },
    async rotate() {
      const pair = freshPair()
      const { verifier } = logKeyOf(createPrivateKey({ key: pair.privateJwk, format: 'jwk' }))
      const handover = sign(null, Buffer.from(`${LOG_HANDOVER}${verifier}\n`), current.key).toString('base64')
      const done = await succeedKey(db, 'log', current.keyId, { ...pair, handover }, now(), secret)
      current = await read()
      if (!done) throw new ProblemError('version_conflict')
    },
  }
}

function freshPair() {
  const pair = generateKeyPairSync('ed25519')
  return {
    privateJwk: pair.privateKey.export({ format: 'jwk' }),
    publicJwk: pair.publicKey.export({ format: 'jwk' }),
  }
}

function logKeyOf(key: KeyObject): LogKey {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  const material = Buffer.concat([Buffer.of(ED25519), Buffer.from(x, 'base64url')])
  const name = 'consent-guard-backend'
  const hint = createHash('sha256').update(`${name}\n`).update(material).digest().subarray(0, 4)
  return { name, key, hint, verifier: `${name}+${hint.toString('hex')}+${material.toString('base64')}` }
}

export interface Checkpoint {
  size: number
  /** Base64. */
  root: string
  /** The signed note. */
  note: string
  verifier: string
}

export async function checkpoint(context: Context, logKey: LogKey, accountId: string): Promise<Checkpoint> {
  const [head] = await context.db.query<{ size: bigint; root: Buffer }>(
    'SELECT size, root FROM log_head WHERE account_id = $1',
    [accountId],
  )
  const size = Number(head?.size ?? 0n)
  const root = (head?.root ?? rootOf([])).toString('base64')
  const text = `${logKey.name}/${accountId}\n${size}\n${root}\n`
  const signature = Buffer.concat([logKey.hint, sign(null, Buffer.from(text), logKey.key)])
  const note = `${text}\n\u2014 ${logKey.name} ${signature.toString('base64')}\n`
  return { size, root, note, verifier: logKey.verifier }
}

async function leaves(sql: Sql, accountId: string, size: number): Promise<Hash[]> {
  const rows = await sql.query<{ leaf: Buffer }>(
    'SELECT leaf FROM event WHERE account_id = $1 AND seq BETWEEN 1 AND $2 ORDER BY seq',
    [accountId, size],
  )
  if (rows.length !== size) throw new ProblemError('not_found', 'the log is not that long')
  return rows.map((row) => row.leaf)
}

/** That event number `seq` (from 1) is in the tree of the first `size` events. */
export async function proveInclusion(context: Context, accountId: string, seq: number, size: number) {
  if (seq < 1 || seq > size) throw new ProblemError('not_found', 'the number is outside the tree')
  const all = await leaves(context.db, accountId, size)
  const proof = inclusionProof(seq - 1, all).map((hash) => hash.toString('base64'))
  return { index: seq - 1, size, leaf: all[seq - 1]?.toString('base64') ?? '', proof }
}

/** That the first `from` events are the same in the tree of `to` events. */
export async function proveConsistency(context: Context, accountId: string, from: number, to: number) {
  if (from > to) throw new ProblemError('malformed', 'from is above to')
  const proof = consistencyProof(from, await leaves(context.db, accountId, to))
  return { from, to, proof: proof.map((hash) => hash.toString('base64')) }
}
