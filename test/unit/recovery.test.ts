import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import {
  checkOwner,
  checkProof,
  formerOf,
  makeIdentity,
  readIdentity,
  writeIdentity,
} from '../../utils/identity/identity.ts'
import { makeRecoveryCodes, withoutCode } from '../../utils/identity/recovery.ts'
import { type Ledger, openLedger } from '../../utils/ledger/db.ts'

const PARTY = { origin: 'chrome-extension://x', rpId: 'chrome-extension://x' }
const PIN = '84-horse'
let count = 0

async function withCodes(): Promise<{ db: Ledger; codes: string[] }> {
  const db = openLedger(`recovery-${count++}`)
  const { codes, stored } = await makeRecoveryCodes()
  await writeIdentity(db, {
    ...(await makeIdentity({ kind: 'pin', pin: PIN }, null, PARTY)),
    recovery: stored,
  })
  return { db, codes }
}
const recover = (db: Ledger, code: string, now = 0) =>
  checkOwner(db, { kind: 'recovery', code }, 'digest', now)

describe('recovery codes', () => {
  it('are eight, all different, and are not kept in the clear', async () => {
    const { codes, stored } = await makeRecoveryCodes()
    expect(new Set(codes).size).toBe(8)
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(JSON.stringify(stored)).not.toContain(codes[0])
    expect(await withoutCode(stored, 'AAAA-AAAA-AAAA-AAAA')).toBe(null)
  })

  it('are good once, also when two use one at the same time, however they are typed', async () => {
    const { db, codes } = await withCodes()
    const [first = '', second = ''] = codes
    expect(await recover(db, ` ${first.toLowerCase().replaceAll('-', ' ')} `)).toBe('recovery')
    await expect(recover(db, first)).rejects.toMatchObject({ code: 'factor_wrong' })
    const both = await Promise.allSettled([recover(db, second), recover(db, second)])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await readIdentity(db))?.recovery).toHaveLength(6)
  })

  it('never approve anything', async () => {
    const { db, codes } = await withCodes()
    const [code = ''] = codes
    const asPin = checkProof(db, { kind: 'pin', pin: code }, 'digest', 0)
    await expect(asPin).rejects.toMatchObject({ code: 'factor_wrong' })
  })

  it('are guessed at no faster than the PIN, and the lock outlives a restart', async () => {
    const { db, codes } = await withCodes()
    for (let i = 0; i < 3; i++) await recover(db, 'AAAA-AAAA-AAAA-AAAA').catch(() => {})
    const { name } = db
    db.close()
    const later = openLedger(name)
    const [code = ''] = codes
    await expect(recover(later, code, 29_000)).rejects.toMatchObject({ code: 'factor_locked' })
    const pin = checkProof(later, { kind: 'pin', pin: PIN }, 'digest', 29_000)
    await expect(pin).rejects.toMatchObject({ code: 'factor_locked' })
    expect(await recover(later, code, 30_001)).toBe('recovery')
  })

  it('the public half of a replaced lock is kept, and nothing secret of it', async () => {
    const { db } = await withCodes()
    const identity = await readIdentity(db)
    if (!identity) throw new Error('no identity')
    const [former] = formerOf(identity)
    expect(Object.keys(former ?? {}).sort()).toEqual(['kind', 'publicKey'])
  })
})
