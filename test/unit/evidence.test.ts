import 'fake-indexeddb/auto'
import 'temporal-polyfill/global'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyCommand } from '../../agent/cli/verify.ts'
import { contentHash, linkHash } from '../../utils/contract/chain.ts'
import { ANCHOR_VCT, type AnchorRequest, followLinks } from '../../utils/contract/checkpoint.ts'
import { type EvidenceBundle, parseBundle } from '../../utils/evidence/bundle.ts'
import { collectEvidence } from '../../utils/evidence/collect.ts'
import { signedClaims } from '../../utils/evidence/keys.ts'
import { type Verdict, verifyBundle } from '../../utils/evidence/verify.ts'
import { connectBackend } from '../../utils/forward/backend.ts'
import { anchorCheckpoints, makeCheckpoint, type SendAnchor } from '../../utils/ledger/checkpoints.ts'
import { type Ledger, openLedger } from '../../utils/ledger/db.ts'
import { forgetBefore } from '../../utils/ledger/retention.ts'
import { type Office, openOffice, purchase } from './evidence.ts'

const AT = Date.UTC(2026, 10, 23, 12)
let db: Ledger
let office: Office
let bundle: EvidenceBundle
let folder: string

beforeAll(async () => {
  db = openLedger('evidence')
  office = await openOffice(db)
  for (let i = 0; i < 3; i++) await purchase(db, office, AT + i)
  bundle = await collectEvidence(db, { attemptIds: 'all', at: AT + 9 })
  folder = await mkdtemp(join(tmpdir(), 'consent-guard-evidence-'))
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A copy to tamper with, as it comes out of a file. */
const copy = (): EvidenceBundle => {
  const parsed = parseBundle(JSON.parse(JSON.stringify(bundle)))
  if (!parsed) throw new Error('a bundle expected')
  return parsed
}

function at<T>(list: readonly T[], index: number): T {
  const found = list.at(index)
  if (found === undefined) throw new Error(`nothing at ${index}`)
  return found
}

describe('an honest bundle', () => {
  it('is verified record by record', async () => {
    const { checked, failed } = await verifyBundle(copy())
    expect(failed).toEqual([])
    const kinds = new Map<string, number>()
    for (const { kind } of checked) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    expect(Object.fromEntries(kinds)).toEqual({
      log: 18,
      checkpoint: 1,
      attempt: 3,
      consent: 3,
      mandate: 3,
      receipt: 3,
    })
  })

  it('of one payment says nothing about the others', async () => {
    const [, second] = bundle.attempts
    if (!second) throw new Error('three attempts expected')
    const one = await collectEvidence(db, { attemptIds: [second.id], at: AT + 10 })
    expect((await verifyBundle(one)).failed).toEqual([])
    const text = JSON.stringify(one)
    for (const { id, digest } of bundle.attempts.filter(({ id: other }) => other !== second.id)) {
      expect(text).not.toContain(id)
      expect(text).not.toContain(digest)
    }
  })

  it('can be held against keys that are known from elsewhere', async () => {
    const { thumbprints } = await verifyBundle(bundle)
    const trusted = { deviceKey: thumbprints.device, receiptKey: thumbprints.receipt ?? '' }
    expect((await verifyBundle(bundle, trusted)).failed).toEqual([])
    const { failed } = await verifyBundle(bundle, { deviceKey: 'another' })
    expect(failed).toMatchObject([{ kind: 'key', id: 'device', verdict: 'PUBLIC_KEY_UNAVAILABLE' }])
  })

  it('still verifies after retention has deleted what is old', async () => {
    const other = openLedger('evidence-forgotten')
    const its = await openOffice(other)
    await purchase(other, its, AT - 900 * 86_400_000)
    await makeCheckpoint(other, {
      deviceKey: its.identity.deviceKey.privateKey,
      deviceId: 'device-1',
      at: AT,
    })
    await purchase(other, its, AT)
    await forgetBefore(other, { before: AT - 86_400_000, at: AT, calendar: { zone: 'UTC' } })
    const rest = await collectEvidence(other, { attemptIds: 'all', at: AT })
    expect(rest.attempts).toHaveLength(1)
    expect(rest.checkpoints).toHaveLength(2)
    expect((await verifyBundle(rest)).failed).toEqual([])
  })
})

/** Every way of tampering, and the record and verdict that it must be found by. */
const TAMPERED: [string, (it: EvidenceBundle) => void, string, Verdict][] = [
  [
    'a second, cheaper copy of an order',
    (it) => {
      const cheaper = structuredClone(at(it.attempts, 0))
      cheaper.order.total = { amount: '1', currency: 'EUR' }
      it.attempts.unshift(cheaper)
    },
    'attempt',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a mandate twice',
    (it) => {
      it.mandates.push(structuredClone(at(it.mandates, 0)))
    },
    'mandate',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'another day of the attempt',
    (it) => {
      at(it.attempts, 0).createdAt -= 86_400_000
    },
    'attempt',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'another reason',
    (it) => {
      at(it.attempts, 0).reason = 'person_paid'
    },
    'attempt',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'another time of the consent',
    (it) => {
      at(it.consents, 0).at += 3_600_000
    },
    'consent',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a move between two others hidden as another payment’s',
    (it) => {
      const row = it.log.find(({ event }) => event === 'attempt.forwarding')
      if (!row) throw new Error('a move expected')
      Object.assign(row, { event: 'redacted', attemptId: null, data: {}, salt: null })
    },
    'attempt',
    'RECORD_MISSING',
  ],
  [
    'log, checkpoint and rows in another order',
    (it) => {
      it.log.reverse()
    },
    'log',
    'CHAIN_HASH_MISMATCH',
  ],
  [
    'another price in the order',
    (it) => {
      at(it.attempts, 0).order.total = { amount: '1', currency: 'EUR' }
    },
    'attempt',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'another item in the order',
    (it) => {
      at(at(it.attempts, 0).order.items, 0).name = 'Piano'
    },
    'attempt',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'an order that needs no consent any more',
    (it) => {
      it.consents.shift()
    },
    'attempt',
    'RECORD_MISSING',
  ],
  [
    'a mandate taken out',
    (it) => {
      it.mandates.shift()
    },
    'attempt',
    'RECORD_MISSING',
  ],
  [
    'another end of a payment',
    (it) => {
      at(it.attempts, 0).state = 'failed'
    },
    'attempt',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a payment that was never logged',
    (it) => {
      it.attempts.push({ ...at(it.attempts, 0), id: 'never' })
    },
    'attempt',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a consent to another order',
    (it) => {
      at(it.consents, 0).digest = at(it.consents, 1).digest
    },
    'consent',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a consent by another factor',
    (it) => {
      at(it.consents, 0).factor = 'passkey'
    },
    'consent',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a consent turned into a rejection',
    (it) => {
      at(it.consents, 0).decision = 'rejected'
    },
    'consent',
    'RECORD_MISSING',
  ],
  [
    'a consent about nothing',
    (it) => {
      at(it.consents, 0).attemptId = 'nobody'
    },
    'consent',
    'RECORD_MISSING',
  ],
  [
    'a mandate of another payment',
    (it) => {
      at(it.mandates, 0).jws = at(it.mandates, 1).jws
    },
    'mandate',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a mandate with another signature',
    (it) => {
      at(it.mandates, 0).jws = forged(at(it.mandates, 0).jws)
    },
    'mandate',
    'SIGNATURE_INVALID',
  ],
  [
    'a mandate with other claims',
    (it) => {
      at(it.mandates, 0).jws = reclaimed(at(it.mandates, 0).jws, 'payment_amount', {
        amount: '1',
        currency: 'EUR',
      })
    },
    'mandate',
    'SIGNATURE_INVALID',
  ],
  [
    'a mandate with algorithm none',
    (it) => {
      at(it.mandates, 0).jws = unsigned(at(it.mandates, 0).jws)
    },
    'mandate',
    'SIGNATURE_INVALID',
  ],
  [
    'a receipt of another payment',
    (it) => {
      at(it.receipts, 0).jws = at(it.receipts, 1).jws
    },
    'receipt',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a receipt with another state',
    (it) => {
      at(it.receipts, 0).state = 'voided'
    },
    'receipt',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a forged receipt',
    (it) => {
      at(it.receipts, 0).jws = forged(at(it.receipts, 0).jws ?? '')
    },
    'receipt',
    'SIGNATURE_INVALID',
  ],
  [
    'no key for receipts',
    (it) => {
      it.keys.receipt = null
    },
    'receipt',
    'PUBLIC_KEY_UNAVAILABLE',
  ],
  [
    'no key for mandates',
    (it) => {
      it.keys.consent = { kind: 'pin', key: {} }
    },
    'mandate',
    'PUBLIC_KEY_UNAVAILABLE',
  ],
  [
    'an unsigned receipt of an outcome that never was',
    (it) => {
      Object.assign(at(it.receipts, 0), { jws: null, state: 'voided' })
    },
    'receipt',
    'RECORD_MISSING',
  ],
  [
    'another device key',
    (it) => {
      const { receipt } = it.keys
      if (receipt) it.keys.device = receipt
    },
    'checkpoint',
    'SIGNATURE_INVALID',
  ],
  [
    'no device key',
    (it) => {
      it.keys.device = {}
    },
    'checkpoint',
    'PUBLIC_KEY_UNAVAILABLE',
  ],
  [
    'a log row with other content',
    (it) => {
      at(it.log, 4).data.reason = 'other'
    },
    'log',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a log row with another time',
    (it) => {
      at(it.log, 4).at += 1
    },
    'log',
    'CHAIN_HASH_MISMATCH',
  ],
  [
    'a log row removed',
    (it) => {
      it.log.splice(4, 1)
    },
    'log',
    'CHAIN_HASH_MISMATCH',
  ],
  [
    'two log rows swapped',
    (it) => {
      it.log.splice(4, 2, at(it.log, 5), at(it.log, 4))
    },
    'log',
    'CHAIN_HASH_MISMATCH',
  ],
  [
    'a log row twice',
    (it) => {
      it.log.splice(4, 0, at(it.log, 4))
    },
    'log',
    'CHAIN_HASH_MISMATCH',
  ],
  [
    'the end of the log cut off',
    (it) => {
      it.log.splice(-2)
    },
    'checkpoint',
    'CHAIN_HASH_MISMATCH',
  ],
  [
    'the beginning of the log cut off',
    (it) => {
      it.log.splice(0, 1)
    },
    'log',
    'CHAIN_HASH_MISMATCH',
  ],
  [
    'a row that is bare and still speaks',
    (it) => {
      at(it.log, 4).salt = null
    },
    'log',
    'PAYLOAD_HASH_MISMATCH',
  ],
  ['a log made anew from the middle on', remade, 'checkpoint', 'CHAIN_HASH_MISMATCH'],
  [
    'rows added behind the checkpoint',
    (it) => {
      it.log.push(follower(it))
    },
    'log',
    'ANCHOR_NOT_FOUND',
  ],
  [
    'no checkpoint at all',
    (it) => {
      it.checkpoints = []
    },
    'log',
    'ANCHOR_NOT_FOUND',
  ],
  [
    'a checkpoint of another ledger',
    (it) => {
      it.ledger = 'another'
    },
    'checkpoint',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'a forged checkpoint',
    (it) => {
      at(it.checkpoints, 0).jws = forged(at(it.checkpoints, 0).jws)
    },
    'checkpoint',
    'SIGNATURE_INVALID',
  ],
  [
    'a checkpoint for another size',
    (it) => {
      at(it.checkpoints, 0).seq -= 1
    },
    'checkpoint',
    'PAYLOAD_HASH_MISMATCH',
  ],
  [
    'an anchor that the backend never signed',
    (it) => {
      at(it.checkpoints, 0).anchor = at(it.checkpoints, 0).jws
    },
    'anchor',
    'SIGNATURE_INVALID',
  ],
]

describe('a tampered bundle', () => {
  it.each(TAMPERED)('with %s is found out', async (_, tamper, kind, verdict) => {
    const tampered = copy()
    tamper(tampered)
    const { failed } = await verifyBundle(tampered)
    expect(failed.filter((record) => record.kind === kind).map((record) => record.verdict)).toContain(verdict)
  })
})

function forged(jws: string): string {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
  return `${header}.${payload}.${flipped}`
}

function reclaimed(jws: string, claim: string, value: unknown): string {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), [claim]: value }
  return `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`
}

function unsigned(jws: string): string {
  const [, payload = ''] = jws.split('.')
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
}

/** Whoever holds the file can make the sums fit again; only the signature cannot be made. */
function remade(it: EvidenceBundle): void {
  let previous = at(it.log, 3).hash
  at(it.log, 4).data.reason = 'other'
  for (const row of it.log.slice(4)) {
    row.previous = previous
    if (row.salt !== null) row.content = contentHash({ ...row, salt: row.salt })
    row.hash = linkHash(row)
    previous = row.hash
  }
}

function follower(it: EvidenceBundle): EvidenceBundle['log'][number] {
  const last = at(it.log, -1)
  const content = { event: 'attempt.settled', attemptId: null, data: {}, salt: 'AAAA' }
  const link = { seq: last.seq + 1, at: last.at, content: contentHash(content), previous: last.hash }
  return { ...link, hash: linkHash(link), ...content }
}

describe('consent-guard verify', () => {
  async function run(json: unknown, ...args: string[]): Promise<{ code: number; lines: string[] }> {
    const file = join(folder, `${crypto.randomUUID()}.json`)
    await writeFile(file, typeof json === 'string' ? json : JSON.stringify(json))
    const lines: string[] = []
    const code = await verifyCommand([file, ...args], (line) => lines.push(line))
    return { code, lines }
  }

  it('ends with 0 for an honest bundle', async () => {
    const { code, lines } = await run(bundle)
    expect(code).toBe(0)
    expect(lines.at(-1)).toBe('31 of 31 records verified, 0 not')
    expect((await run(bundle, '--all')).lines).toHaveLength(lines.length + 31)
  })

  it('ends with 1 for every kind of tampering, and names it', async () => {
    for (const [, tamper, kind, verdict] of TAMPERED) {
      const tampered = copy()
      tamper(tampered)
      const { code, lines } = await run(tampered)
      expect(code).toBe(1)
      expect(lines.some((line) => line.startsWith(verdict) && line.includes(kind))).toBe(true)
    }
  })

  it('finds keys that were put in the place of the real ones, where the real ones are named', async () => {
    const { thumbprints } = await verifyBundle(bundle)
    const named = ['--device-key', thumbprints.device, '--consent-key', thumbprints.consent]
    expect((await run(bundle, ...named)).code).toBe(0)
    // A thumbprint may begin like an option.
    expect((await run(bundle, '--device-key', '-another')).code).toBe(1)
    // A thief with the unlocked device makes a key of their own, signs mandates with it, and has the log signed.
    const thief = openLedger('evidence-thief')
    const forged = await openOffice(thief)
    await purchase(thief, { ...forged, identity: forged.identity }, AT)
    const stolen = await collectEvidence(thief, { attemptIds: 'all', at: AT })
    expect((await run(stolen)).code).toBe(0)
    expect((await run(stolen, '--device-key', thumbprints.device)).code).toBe(1)
    const mixed = { ...stolen, keys: { ...stolen.keys, device: bundle.keys.device } }
    expect((await run(mixed, '--device-key', thumbprints.device)).code).toBe(1)
    expect((await run(stolen, '--consent-key', thumbprints.consent)).code).toBe(1)
  })

  it('ends with 2 for anything that is no bundle', async () => {
    for (const json of ['', 'null', '{}', { ...bundle, log: [{}] }, { ...bundle, keys: null }]) {
      expect((await run(json)).code).toBe(2)
    }
    expect(await verifyCommand(['/nowhere.json'], () => {})).toBe(2)
    expect(await verifyCommand([], () => {})).toBe(2)
  })
})

describe('checkpoints', () => {
  const signer = () => ({ deviceKey: office.identity.deviceKey.privateKey, deviceId: 'device-1', at: AT })

  it('never sign a log that was tampered with', async () => {
    const other = openLedger('evidence-broken')
    await purchase(other, office, AT)
    expect((await makeCheckpoint(other, signer())).kind).toBe('made')
    await purchase(other, office, AT + 1)
    const row = await other.log.get(9)
    if (!row) throw new Error('a ninth row expected')
    await other.log.put({ ...row, data: { from: 'elsewhere' } })
    expect(await makeCheckpoint(other, signer())).toEqual({ kind: 'broken', seq: 9 })
    await expect(collectEvidence(other, { attemptIds: 'all', at: AT })).rejects.toThrow()
    await other.log.where(':id').aboveOrEqual(6).delete()
    expect(await makeCheckpoint(other, signer())).toEqual({ kind: 'broken', seq: 6 })
  })

  /** The backend's part, by the contract: follow the links from what was anchored, or refuse. */
  function anchorage(key: CryptoKeyPair): { send: SendAnchor; sizes: number[] } {
    const anchored = { size: 0, hash: '0'.repeat(64) }
    const sizes: number[] = []
    const send: SendAnchor = async ({ checkpoint, links }: AnchorRequest) => {
      const [, payload = ''] = checkpoint.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const head = followLinks(anchored, links)
      if (claims.size !== head.size || claims.hash !== head.hash) {
        return { kind: 'refused', code: 'checkpoint_conflict', detail: 'the log does not follow' }
      }
      Object.assign(anchored, head)
      sizes.push(head.size)
      const { ledger, size, hash } = claims
      const anchor = await new SignJWT({ vct: ANCHOR_VCT, device_id: 'device-1', ledger, size, hash })
        .setProtectedHeader({ alg: 'ES256' })
        .sign(key.privateKey)
      return { kind: 'ok', value: { anchor } }
    }
    return { send, sizes }
  }

  /** What a device makes of the backend's statements. */
  const by = (key: CryptoKeyPair) => (jws: string) => signedClaims(jws, key.publicKey)

  it('are anchored in steps, once, and the bundle carries the countersignature', async () => {
    const other = openLedger('evidence-anchored')
    const its = await openOffice(other)
    const signs = { ...signer(), deviceKey: its.identity.deviceKey.privateKey }
    const { send, sizes } = anchorage(its.receiptKey)
    const deps = { signer: signs, send, statement: by(its.receiptKey) }
    await purchase(other, its, AT)
    expect(await anchorCheckpoints(other, deps)).toEqual({ kind: 'anchored', size: 6 })
    expect(await anchorCheckpoints(other, deps)).toEqual({ kind: 'nothing' })
    await purchase(other, its, AT + 1)
    expect(await anchorCheckpoints(other, deps)).toEqual({ kind: 'anchored', size: 12 })
    expect(sizes).toEqual([6, 12])
    const anchored = await collectEvidence(other, { attemptIds: 'all', at: AT })
    const { checked, failed } = await verifyBundle(anchored)
    expect(failed).toEqual([])
    expect(checked.filter(({ kind }) => kind === 'anchor')).toHaveLength(2)
  })

  it('find no anchor for a past that was rewritten, even with the device key', async () => {
    const other = openLedger('evidence-rewritten')
    const its = await openOffice(other)
    const signs = { ...signer(), deviceKey: its.identity.deviceKey.privateKey }
    const deps = { signer: signs, send: anchorage(its.receiptKey).send, statement: by(its.receiptKey) }
    await purchase(other, its, AT)
    await anchorCheckpoints(other, deps)
    // The thief empties log and checkpoints, keeps the ledger's id, and writes a past of their own.
    await Promise.all([other.log.clear(), other.checkpoints.clear()])
    await purchase(other, its, AT)
    expect(await anchorCheckpoints(other, deps)).toMatchObject({ kind: 'conflict' })
  })

  it('hear a conflict from the backend as it says it', async () => {
    const other = openLedger('evidence-conflict')
    const its = await openOffice(other)
    await purchase(other, its, AT)
    const pairing = { url: 'http://127.0.0.1:1', deviceId: 'device-1', accountId: 'a', receiptKey: {} }
    const answers = (status: number, code: string) => {
      const client = connectBackend(pairing, its.identity.deviceKey.privateKey, {
        fetch: async () => Response.json({ code, title: code }, { status }),
        now: () => AT,
      })
      const signs = { ...signer(), deviceKey: its.identity.deviceKey.privateKey }
      return anchorCheckpoints(other, {
        signer: signs,
        send: client.anchor,
        statement: by(its.receiptKey),
      })
    }
    expect(await answers(422, 'checkpoint_conflict')).toMatchObject({ kind: 'conflict' })
    expect(await answers(404, 'not_found')).toMatchObject({ kind: 'unreachable' })
    expect(await answers(503, 'busy')).toMatchObject({ kind: 'unreachable' })
  })

  it('wait where the backend does not answer or signs with another key', async () => {
    const other = openLedger('evidence-offline')
    const its = await openOffice(other)
    const signs = { ...signer(), deviceKey: its.identity.deviceKey.privateKey }
    await purchase(other, its, AT)
    const down: SendAnchor = async () => ({ kind: 'unreachable', detail: 'down' })
    const statement = by(its.receiptKey)
    expect(await anchorCheckpoints(other, { signer: signs, send: down, statement })).toMatchObject({
      kind: 'unreachable',
    })
    const without: SendAnchor = async () => ({ kind: 'refused', code: 'http_404', detail: 'no such route' })
    expect(await anchorCheckpoints(other, { signer: signs, send: without, statement })).toMatchObject({
      kind: 'unreachable',
    })
    const { send } = anchorage(its.identity.deviceKey)
    expect(await anchorCheckpoints(other, { signer: signs, send, statement })).toMatchObject({
      kind: 'unreachable',
    })
    expect((await other.checkpoints.toArray()).every((row) => row.anchor === null)).toBe(true)
  })
})
