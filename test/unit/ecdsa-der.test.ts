import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import { fromDer, toDer } from '../../backend/auth/ecdsa-der.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const dsaEncoding = 'ieee-p1363'

it('spells signatures as Node does, both ways', () => {
  for (let n = 0; n < 500; n++) {
    const data = createHash('sha256').update(String(n)).digest()
    const der = sign('sha256', data, privateKey)
    const raw = fromDer(der)
    expect(verify('sha256', data, { key: publicKey, dsaEncoding }, raw)).toBe(true)
    expect(toDer(raw)).toEqual(der)
  }
})

it('keeps short numbers, their sign, and zero', () => {
  for (const [r, s] of [
    [1, 0x80],
    [0xff, 0],
    [0x7f, 1],
  ] as const) {
    const raw = Buffer.alloc(64)
    raw[31] = r
    raw[63] = s
    const der = toDer(raw)
    expect(der && fromDer(der)).toEqual(raw)
  }
  expect(toDer(Buffer.alloc(64))?.toString('hex')).toBe('3006020100020100')
})

it('takes nothing of another length, and no forged zero', () => {
  expect(toDer(Buffer.alloc(63))).toBeNull()
  expect(toDer(Buffer.alloc(65))).toBeNull()
  const zero = toDer(Buffer.alloc(64))
  expect(zero && verify('sha256', Buffer.from('x'), publicKey, zero)).toBe(false)
})
