/** Signing keys at rest: sealed with a secret that is not in the database. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importJWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBackend } from '../../backend/backend.ts'
import { openDatabase } from '../../backend/db/database.ts'
import { runningConnection } from '../../backend/postgres/server.ts'
import { activate, anOrder } from './device.ts'
import { removeFolder } from './running.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cg-keys-'))
})
afterAll(() => removeFolder(folder))

/** Starts on the one data folder; gives what lies in the database and the key that signs a receipt. */
async function look(keySecret?: string) {
  const backend = await startBackend({
    port: 0,
    dataFolder: join(folder, 'data'),
    logLevel: 'silent',
    ...(keySecret === undefined ? {} : { keySecret }),
  })
  try {
    const connection = await runningConnection(join(folder, 'data'))
    const db = openDatabase({ connection, max: 1, onError: () => {} })
    const rows = await db.query<{ key: object }>('SELECT private_jwk AS key FROM backend_key')
    await db.end()
    const device = await activate(backend.url, await backend.issueActivationCode())
    const { body } = await device.pay(anOrder())
    return { rows: rows.map(({ key }) => key), receiptKey: device.receiptKey, receipt: body.receipt }
  } finally {
    await backend.close()
  }
}

describe('signing keys', () => {
  it('are sealed as soon as there is a secret, sign as before, and open to no other secret', async () => {
    const open = await look()
    expect(open.rows).toHaveLength(2)
    for (const key of open.rows) expect(key).toHaveProperty('d')

    const sealed = await look('a secret from the safe')
    expect(sealed.rows).toHaveLength(2)
    for (const key of sealed.rows) {
      expect(key).toMatchObject({ sealed: 'A256GCM' })
      expect(key).not.toHaveProperty('d')
    }
    const pinned = await importJWK({ ...open.receiptKey, alg: 'ES256' } as Parameters<typeof importJWK>[0])
    await jwtVerify(sealed.receipt, pinned)

    await expect(look()).rejects.toThrow('is sealed: set CONSENT_GUARD_KEY_SECRET')
    await expect(look('another secret entirely')).rejects.toThrow('does not open')
    await expect(look('short')).rejects.toThrow('16 characters')
    expect((await look('a secret from the safe')).receiptKey).toEqual(sealed.receiptKey)
  })
})
