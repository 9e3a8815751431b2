/** Checkpoints of the log: signed on this device, anchored at the backend when one is paired. */
import { decodeJwt, SignJWT } from 'jose'
import {
  type AnchorAnswer,
  type AnchorRequest,
  CHECKPOINT_VCT,
  type CheckpointClaims,
  MAX_ANCHOR_LINKS,
} from '../contract/checkpoint.ts'
import type { CheckpointRow, Ledger } from './db.ts'
import { firstBrokenRow, type LogHead, NO_ROWS } from './log.ts'
import { ledgerId } from './storage.ts'

/** Rows checked at a time. */
const BATCH = 5_000

export type Checkpointed =
  | { kind: 'made'; row: CheckpointRow }
  /** Nothing was added since the last one. */
  | { kind: 'current'; row: CheckpointRow | null }
  /** The log does not hold: it is not signed. `seq` is the first row that is wrong. */
  | { kind: 'broken'; seq: number }

export interface Signer {
  deviceKey: CryptoKey
  /** Device id at the backend, or 'local'. */
  deviceId: string
  /** Epoch ms. */
  at: number
}

/**
 * Signs the head of the log, if every row since the last checkpoint follows from it: a log that was tampered with is
 * never given a fresh signature. Signing cannot be part of a transaction (WebCrypto is slower than IndexedDB waits).
 */
export async function makeCheckpoint(db: Ledger, signer: Signer): Promise<Checkpointed> {
  const last = (await db.checkpoints.orderBy(':id').last()) ?? null
  const from: LogHead = last ?? NO_ROWS
  const checked = await checkRows(db, from)
  if (checked.broken !== null) return { kind: 'broken', seq: checked.broken }
  if (checked.head.seq === from.seq) return { kind: 'current', row: last }
  const { seq, hash } = checked.head
  const ledger = await ledgerId(db)
  const row: CheckpointRow = {
    seq,
    hash,
    at: signer.at,
    jws: await sign(checked.head, ledger, signer),
    anchor: null,
  }
  await db.checkpoints.put(row)
  return { kind: 'made', row }
}

/** Follows the log from a head to its end. */
async function checkRows(db: Ledger, from: LogHead): Promise<{ head: LogHead; broken: number | null }> {
  let head = from
  // The row that was signed must still be there, or the log was cut.
  if (from.seq > 0 && (await db.log.get(from.seq))?.hash !== from.hash) return { head, broken: from.seq }
  for (;;) {
    const rows = await db.log.where(':id').above(head.seq).limit(BATCH).toArray()
    const broken = firstBrokenRow(rows, head)
    if (broken) return { head, broken: broken.seq }
    head = rows.at(-1) ?? head
    if (rows.length < BATCH) return { head, broken: null }
  }
}

async function sign(
  { seq, hash }: LogHead,
  ledger: string,
  { deviceKey, deviceId, at }: Signer,
): Promise<string> {
  const claims: CheckpointClaims = {
    vct: CHECKPOINT_VCT,
    iss: deviceId,
    ledger,
    size: seq,
    hash,
    iat: Math.floor(at / 1000),
  }
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256' }).sign(deviceKey)
}

/** What the backend said to a checkpoint. `conflict`: it has anchored another past; tell the person. */
export type Anchoring =
  | { kind: 'anchored'; size: number }
  | { kind: 'nothing' }
  | { kind: 'conflict'; detail: string }
  | { kind: 'unreachable'; detail: string }

export type SendAnchor = (
  body: AnchorRequest,
) => Promise<
  | { kind: 'ok'; value: AnchorAnswer }
  | { kind: 'refused'; code: string; detail: string }
  | { kind: 'unreachable'; detail: string }
>

export interface AnchorDeps {
  signer: Signer
  send: SendAnchor
  /** What a statement of the backend says, null where it did not sign it. */
  statement: (jws: string) => Promise<Record<string, unknown> | null>
}

/** Brings the backend up to the newest row, in steps that it takes in one request. Repeats nothing that it has. */
export async function anchorCheckpoints(
  db: Ledger,
  { signer, send, statement }: AnchorDeps,
): Promise<Anchoring> {
  const made = await makeCheckpoint(db, signer)
  if (made.kind === 'broken') return { kind: 'conflict', detail: `the log does not hold at row ${made.seq}` }
  let done: Anchoring = { kind: 'nothing' }
  for (;;) {
    const all = await db.checkpoints.orderBy(':id').toArray()
    const newest = all.at(-1)
    const anchored = all.findLast((row) => anchoredFor(row, signer.deviceId)) ?? null
    if (!newest || newest.seq === anchored?.seq) return done
    const links = await db.log
      .where(':id')
      .between((anchored?.seq ?? 0) + 1, newest.seq, true, true)
      .limit(MAX_ANCHOR_LINKS)
      .toArray()
    const end = links.at(-1)
    if (!end) return { kind: 'conflict', detail: 'rows that were signed are gone' }
    const row = end.seq === newest.seq ? newest : await stepTo(db, end, signer)
    const answer = await send({
      checkpoint: row.jws,
      links: links.map(({ at, content }) => ({ at, content })),
    })
    if (answer.kind === 'unreachable') return answer
    if (answer.kind === 'refused') {
      // A backend without anchoring says 404; only this code speaks of the log.
      const kind = answer.code === 'checkpoint_conflict' ? 'conflict' : 'unreachable'
      return { kind, detail: answer.detail }
    }
    if (!anchors(await statement(answer.value.anchor), row, await ledgerId(db))) {
      return { kind: 'unreachable', detail: 'the anchor does not verify' }
    }
    await db.checkpoints.put({ ...row, anchor: answer.value.anchor })
    done = { kind: 'anchored', size: row.seq }
  }
}

/** Only what this pairing anchored: a backend that was paired later begins at the first row. */
function anchoredFor({ anchor }: CheckpointRow, deviceId: string): boolean {
  return anchor !== null && decodeJwt(anchor).device_id === deviceId
}

/** A checkpoint between two others, where the way is too long for one request. */
async function stepTo(db: Ledger, { seq, hash }: LogHead, signer: Signer): Promise<CheckpointRow> {
  const jws = await sign({ seq, hash }, await ledgerId(db), signer)
  return { seq, hash, at: signer.at, jws, anchor: null }
}

function anchors(payload: Record<string, unknown> | null, row: CheckpointRow, ledger: string): boolean {
  return payload?.ledger === ledger && payload.size === row.seq && payload.hash === row.hash
}
