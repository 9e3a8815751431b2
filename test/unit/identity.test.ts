import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  checkProof,
  makeIdentity,
  readIdentity,
  TRIES,
  writeIdentity,
} from '../../utils/identity/identity.ts'
import { isWeakPin, makePinLock, openPinLock } from '../../utils/identity/pin.ts'
import { type Ledger, openLedger } from '../../utils/ledger/db.ts'

const PARTY = { origin: 'chrome-extension://x', rpId: 'chrome-extension://x' }
const PIN = '84-horse'
let db: Ledger
let count = 0

beforeEach(async () => {
  db = openLedger(`identity-${count++}`)
  await writeIdentity(db, await makeIdentity({ kind: 'pin', pin: PIN }, null, PARTY))
})

const guess = (pin: string, now = 0) => checkProof(db, { kind: 'pin', pin }, 'digest', now)

describe('the PIN', () => {
  it('opens the consent key, and only the right one does', async () => {
    const lock = await makePinLock(PIN, 1_000)
    expect(await openPinLock(lock, 'another')).toBeNull()
    const key = await openPinLock(lock, PIN)
    if (!key) throw new Error('expected a key')
    const data = new TextEncoder().encode('mandate')
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, data)
    const publicKey = await crypto.subtle.importKey(
      'jwk',
      lock.publicKey,
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['verify'],
    )
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, publicKey, signature, data)).toBe(
      true,
    )
    expect(key.extractable).toBe(false)
  })

  it('must not be short, repeated or a run', () => {
    for (const weak of ['12345', '111111', '123456', '987654', 'abcdef', ''])
      expect(isWeakPin(weak)).toBe(true)
    for (const fine of ['193750', 'correct horse', '135790']) expect(isWeakPin(fine)).toBe(false)
  })

  it('locks after three wrong tries, for longer each time, and a right one in between forgives', async () => {
    await expect(guess('wrong!')).rejects.toMatchObject({ code: 'factor_wrong', triesLeft: 2 })
    await expect(guess('wrong!')).rejects.toMatchObject({ code: 'factor_wrong', triesLeft: 1 })
    await expect(guess(PIN)).resolves.toMatchObject({ factor: 'pin' })
    for (let i = 0; i < TRIES; i++)
      await expect(guess('wrong!')).rejects.toMatchObject({ code: 'factor_wrong' })
    await expect(guess(PIN, 1_000)).rejects.toMatchObject({ code: 'factor_locked' })
    await expect(guess('wrong!', 30_001)).rejects.toMatchObject({ code: 'factor_wrong', triesLeft: 0 })
    await expect(guess(PIN, 60_000)).rejects.toMatchObject({ code: 'factor_locked' })
    await expect(guess(PIN, 30_001 + 60_001)).resolves.toMatchObject({ factor: 'pin' })
  })

  it('a clock that is set back opens no lock, and locks nobody out for longer than the longest wait', async () => {
    const year = 365 * 86_400_000
    for (let i = 0; i < TRIES; i++)
      await expect(guess('wrong!', year)).rejects.toMatchObject({ code: 'factor_wrong' })
    await expect(guess(PIN, 0)).rejects.toMatchObject({ code: 'factor_locked' })
    await expect(guess(PIN, 3_599_000)).rejects.toMatchObject({ code: 'factor_locked' })
    await expect(guess(PIN, 3_600_001)).resolves.toMatchObject({ factor: 'pin' })
  })

  it('counts a try before checking it, so parallel guesses get no free ones', async () => {
    const guesses = await Promise.allSettled(Array.from({ length: 8 }, () => guess('wrong!')))
    const codes = guesses.map((result) => (result.status === 'rejected' ? result.reason.code : 'opened'))
    expect(codes.filter((code) => code === 'factor_wrong')).toHaveLength(TRIES)
    expect(codes.filter((code) => code === 'factor_locked')).toHaveLength(8 - TRIES)
  })

  it('a missing proof is no proof, and costs no try', async () => {
    await expect(checkProof(db, null, 'digest', 0)).rejects.toMatchObject({ code: 'factor_missing' })
    expect((await readIdentity(db))?.failures).toBe(0)
  })

  it('a weak PIN makes no identity', async () => {
    await expect(makeIdentity({ kind: 'pin', pin: '123456' }, null, PARTY)).rejects.toMatchObject({
      code: 'weak_pin',
    })
  })
})
