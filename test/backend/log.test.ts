import { createHash, createPublicKey, verify } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  consistencyProof,
  extend,
  frontierRoot,
  type Hash,
  includes,
  inclusionProof,
  isConsistent,
  leafHash,
  rootOf,
} from '../../backend/log/merkle.ts'
import { leafText } from '../../backend/log/sequence.ts'
import type { BackendEvent } from '../../utils/contract/orders.ts'
import { activate, anOrder, type TestDevice } from './device.ts'
import { runBackend, type TestBackend } from './running.ts'

describe('Merkle trees of RFC 6962', () => {
  // Test vectors of the certificate-transparency project's reference implementation (merkletree tests).
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ]
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  const leaves = inputs.map((hex) => leafHash(Buffer.from(hex, 'hex')))

  it('have the published roots', () => {
    expect(rootOf([]).toString('hex')).toBe(createHash('sha256').digest('hex'))
    for (const [n, root] of roots.entries()) expect(rootOf(leaves.slice(0, n + 1)).toString('hex')).toBe(root)
  })

  const tree = fc
    .array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 })
    .map((data) => data.map((bytes) => leafHash(bytes)))

  it('prove that every leaf is in, and no other', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (all, n) => {
        const index = n % all.length
        const proof = inclusionProof(index, all)
        const leaf = all[index] ?? Buffer.alloc(0)
        expect(includes(leaf, index, all.length, proof, rootOf(all))).toBe(true)
        expect(includes(leafHash('other'), index, all.length, proof, rootOf(all))).toBe(false)
        expect(includes(leaf, index, all.length + 1, proof, leafHash('another root'))).toBe(false)
      }),
    )
  })

  it('prove that they only grew, and cannot prove it after a change', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat(), (all, a, b) => {
        const from = a % (all.length + 1)
        const old = rootOf(all.slice(0, from))
        const proof = consistencyProof(from, all)
        expect(isConsistent(from, all.length, old, rootOf(all), proof)).toBe(true)
        if (from === 0) return
        const changed: Hash[] = all.map((leaf, n) => (n === b % from ? leafHash('changed') : leaf))
        const forged = consistencyProof(from, changed)
        expect(isConsistent(from, all.length, old, rootOf(changed), forged)).toBe(false)
      }),
    )
  })

  it('grow leaf by leaf to the same root', () => {
    fc.assert(
      fc.property(tree, (all) => {
        let frontier: Hash[] = []
        for (const [size, leaf] of all.entries()) frontier = extend(frontier, size, leaf)
        expect(frontierRoot(frontier).equals(rootOf(all))).toBe(true)
      }),
    )
  })
})

interface Signed {
  size: number
  root: string
  note: string
  verifier: string
}

describe("an account's log", () => {
  let backend: TestBackend
  let device: TestDevice
  beforeAll(async () => {
    backend = await runBackend()
    device = await activate(backend.url, await backend.issueActivationCode())
  })
  afterAll(() => backend.close())

  async function grownTo(size: number): Promise<Signed> {
    for (;;) {
      const { body } = await device.request<Signed>('GET', '/v1/log/checkpoint')
      if (body.size >= size) return body
    }
  }

  it('is signed, and proves that it only grew', async () => {
    for (let n = 0; n < 3; n++) await device.pay(anOrder())
    const first = await grownTo(3)
    expect(noteHolds(first)).toBe(true)
    expect(noteHolds({ ...first, note: first.note.replace('\n3\n', '\n2\n') })).toBe(false)
    for (let n = 0; n < 4; n++) await device.pay(anOrder())
    const second = await grownTo(7)
    const path = `/v1/log/consistency?from=${first.size}&to=${second.size}`
    const { body } = await device.request<{ proof: string[] }>('GET', path)
    const proof = body.proof.map(hash)
    expect(isConsistent(first.size, second.size, hash(first.root), hash(second.root), proof)).toBe(true)
  })

  it('proves that a payment is in it', async () => {
    const paid = await device.pay(anOrder())
    let seq = 0
    while (seq === 0) {
      const { events } = (await device.request<{ events: BackendEvent[] }>('GET', '/v1/events')).body
      seq = events.find((one) => one.subject === paid.body.payment_id)?.seq ?? 0
    }
    const head = await grownTo(seq)
    const path = `/v1/log/inclusion?seq=${seq}&size=${head.size}`
    const { body } = await device.request<{ leaf: string; index: number; proof: string[] }>('GET', path)
    expect(includes(hash(body.leaf), body.index, head.size, body.proof.map(hash), hash(head.root))).toBe(true)
  })

  it('has leaves that anyone can recompute from the events, each naming the one before', async () => {
    for (let n = 0; n < 3; n++) await device.pay(anOrder())
    await grownTo(3)
    const db = await backend.database()
    try {
      type Row = Parameters<typeof leafText>[0] & { seq: bigint; leaf: Buffer }
      const rows = await db.query<Row>(
        'SELECT * FROM event WHERE account_id = $1 AND seq IS NOT NULL ORDER BY seq',
        [device.account],
      )
      let previous: Buffer = Buffer.alloc(32)
      for (const [index, row] of rows.entries()) {
        expect(row.seq).toBe(BigInt(index + 1))
        expect(leafHash(leafText(row, row.seq, previous)).equals(row.leaf)).toBe(true)
        previous = row.leaf
      }
      expect(rows.length).toBeGreaterThanOrEqual(3)
    } finally {
      await db.end()
    }
  })

  it('refuses what is outside it', async () => {
    expect((await device.request('GET', '/v1/log/inclusion?seq=1&size=9999999')).status).toBe(404)
    expect((await device.request('GET', '/v1/log/consistency?from=5&to=2')).status).toBe(400)
  })
})

function hash(text: string): Hash {
  return Buffer.from(text, 'base64')
}

/** Checks a C2SP signed note with nothing but its verifier key. */
function noteHolds({ note, verifier }: Signed): boolean {
  // name+hint+key: the key is base64 and may hold a plus itself.
  const key = verifier.split('+').slice(2).join('+')
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const signature = Buffer.from(note.slice(end).trim().split(' ')[2] ?? '', 'base64').subarray(4)
  const x = Buffer.from(key, 'base64').subarray(1).toString('base64url')
  return verify(
    null,
    Buffer.from(text),
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    signature,
  )
}
