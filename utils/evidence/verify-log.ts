/** The log of a bundle: every row's content and link, and the checkpoints that make the chain more than a sum. */

import { contentHash, linkHash } from '../contract/chain.ts'
import { ANCHOR_VCT, CHECKPOINT_VCT } from '../contract/checkpoint.ts'
import { statementBy, type TrustedKey } from '../contract/handovers.ts'
import type { EvidenceBundle, EvidenceCheckpoint } from './bundle.ts'
import { publicKey, receiptKeys, signedClaims } from './keys.ts'
import type { Checked, Verdict } from './verify.ts'

export async function verifyLog(bundle: EvidenceBundle): Promise<Checked[]> {
  const rows = chainVerdicts(bundle)
  const checkpoints = await checkpointVerdicts(bundle)
  // A chain alone can be made anew by anyone; what no checkpoint covers proves nothing.
  const covered = checkpoints
    .filter(({ kind, verdict }) => kind === 'checkpoint' && verdict === 'VERIFIED')
    .reduce((size, { id }) => Math.max(size, Number(id)), 0)
  for (const row of rows) {
    if (row.verdict !== 'VERIFIED' || Number(row.id) <= covered) continue
    row.verdict = 'ANCHOR_NOT_FOUND'
    row.detail = 'No signed checkpoint covers this row.'
  }
  return [...rows, ...checkpoints]
}

function chainVerdicts({ log, from }: EvidenceBundle): Checked[] {
  const checked: Checked[] = []
  let { seq, hash } = from
  for (const row of log) {
    seq += 1
    let verdict: Verdict = 'VERIFIED'
    let detail = ''
    if (row.salt !== null && row.content !== contentHash({ ...row, salt: row.salt })) {
      verdict = 'PAYLOAD_HASH_MISMATCH'
      detail = 'What the row says is not what was logged.'
    } else if (row.seq !== seq || row.previous !== hash || row.hash !== linkHash(row)) {
      verdict = 'CHAIN_HASH_MISMATCH'
      detail = 'The row does not follow from the one before it.'
    } else if (
      row.salt === null &&
      (row.event !== 'redacted' || row.attemptId !== null || hasData(row.data))
    ) {
      verdict = 'PAYLOAD_HASH_MISMATCH'
      detail = 'A row without salt cannot vouch for what it says.'
    }
    checked.push({ kind: 'log', id: String(row.seq), verdict, detail })
    seq = row.seq
    hash = row.hash
  }
  return checked
}

function hasData(data: object): boolean {
  for (const _ in data) return true
  return false
}

async function checkpointVerdicts(bundle: EvidenceBundle): Promise<Checked[]> {
  const [device, receipt] = await Promise.all([publicKey(bundle.keys.device), receiptKeys(bundle.keys)])
  const hashes = new Map(bundle.log.map((row) => [row.seq, row.hash]))
  hashes.set(bundle.from.seq, bundle.from.hash)
  const checked: Checked[] = []
  for (const row of bundle.checkpoints) {
    checked.push(await checkpointVerdict(bundle, row, device, hashes))
    if (row.anchor !== null) checked.push(await anchorVerdict(bundle, row, row.anchor, receipt))
  }
  return checked
}

async function checkpointVerdict(
  bundle: EvidenceBundle,
  row: EvidenceCheckpoint,
  key: CryptoKey | null,
  hashes: ReadonlyMap<number, string>,
): Promise<Checked> {
  const say = (verdict: Verdict, detail = ''): Checked => ({
    kind: 'checkpoint',
    id: String(row.seq),
    verdict,
    detail,
  })
  if (key === null) return say('PUBLIC_KEY_UNAVAILABLE', 'The device key is missing or no ES256 key.')
  const claims = await signedClaims(row.jws, key)
  if (claims === null) return say('SIGNATURE_INVALID', 'The device key did not sign this checkpoint.')
  if (
    claims.vct !== CHECKPOINT_VCT ||
    claims.ledger !== bundle.ledger ||
    claims.size !== row.seq ||
    claims.hash !== row.hash
  ) {
    return say('PAYLOAD_HASH_MISMATCH', 'The signature is over another head.')
  }
  if (hashes.get(row.seq) !== row.hash) {
    return say(
      'CHAIN_HASH_MISMATCH',
      'The log does not lead to this signed head: rows are missing or changed.',
    )
  }
  return say('VERIFIED')
}

async function anchorVerdict(
  bundle: EvidenceBundle,
  row: EvidenceCheckpoint,
  jws: string,
  keys: TrustedKey[] | null,
): Promise<Checked> {
  const say = (verdict: Verdict, detail = ''): Checked => ({
    kind: 'anchor',
    id: String(row.seq),
    verdict,
    detail,
  })
  if (keys === null) return say('PUBLIC_KEY_UNAVAILABLE', 'The backend’s key is not in the bundle.')
  const claims = await statementBy(jws, keys)
  if (claims === null) return say('SIGNATURE_INVALID', 'The backend did not sign this anchor.')
  const same =
    claims.vct === ANCHOR_VCT &&
    claims.ledger === bundle.ledger &&
    claims.size === row.seq &&
    claims.hash === row.hash
  return same ? say('VERIFIED') : say('PAYLOAD_HASH_MISMATCH', 'The anchor is for another head.')
}
