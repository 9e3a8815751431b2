import { describe, expect, test } from 'vitest'
import { type Backup, openBackup, sealBackup } from '../../utils/backup/backup.ts'

const BACKUP: Backup = {
  caps: [
    { id: null, scope: { kind: 'all' }, window: 'month', limit: { amount: '50000', currency: 'EUR' } },
    {
      id: null,
      scope: { kind: 'site', site: 'shop.example' },
      window: 'sliding',
      hours: 6,
      limit: { amount: '3', currency: 'XXX' },
    },
  ],
  holdSeconds: 300,
  zone: 'Europe/Berlin',
}
const PASSPHRASE = 'twelve green teapots'

describe('a backup', () => {
  test('opens with its passphrase and says the same', async () => {
    expect(await openBackup(await sealBackup(BACKUP, PASSPHRASE), PASSPHRASE)).toEqual({
      ok: true,
      backup: BACKUP,
    })
  })

  test('shows nothing of what is in it', async () => {
    const text = await sealBackup(BACKUP, PASSPHRASE)
    expect(text).not.toContain('shop.example')
    expect(text).not.toContain('Berlin')
  })

  test('does not open with another passphrase', async () => {
    const text = await sealBackup(BACKUP, PASSPHRASE)
    expect(await openBackup(text, 'twelve green teapot')).toEqual({ ok: false, problem: 'does_not_open' })
  })

  test('does not open when a single character of its data was changed', async () => {
    const file = JSON.parse(await sealBackup(BACKUP, PASSPHRASE))
    const flipped = file.data.startsWith('A') ? `B${file.data.slice(1)}` : `A${file.data.slice(1)}`
    const changed = JSON.stringify({ ...file, data: flipped })
    expect(await openBackup(changed, PASSPHRASE)).toEqual({ ok: false, problem: 'does_not_open' })
  })

  test('cut in half is no backup', async () => {
    const text = await sealBackup(BACKUP, PASSPHRASE)
    expect(await openBackup(text.slice(0, text.length / 2), PASSPHRASE)).toEqual({
      ok: false,
      problem: 'no_backup',
    })
  })

  test.each(['', '{}', '[]', 'null', '{"format":"consent-guard-backup","version":2}'])(
    '%j is no backup',
    async (text) => {
      expect(await openBackup(text, PASSPHRASE)).toEqual({ ok: false, problem: 'no_backup' })
    },
  )

  test('with one cap that is none is none', async () => {
    const sly = structuredClone(BACKUP)
    const [cap] = sly.caps
    if (cap) cap.limit = { amount: '-5', currency: 'EUR' }
    expect(await openBackup(await sealBackup(sly, PASSPHRASE), PASSPHRASE)).toEqual({
      ok: false,
      problem: 'no_backup',
    })
  })
})
