/** Hears from every process that an account has news, and tells those who wait here. Reconnects for ever. */
import type { Database } from '../db/database.ts'
import { KEYS_NEWS } from '../receipts/signing-keys.ts'
import type { Hub } from './hub.ts'

const AGAIN_MS = 1_000

export function listenForNews(
  db: Database,
  hub: Hub,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let ended = false
  let client: ReturnType<Database['client']> | null = null
  let timer: NodeJS.Timeout | undefined

  function again(error: unknown): void {
    if (ended) return
    onError(error)
    client?.removeAllListeners()
    client?.on('error', () => {})
    client?.end().catch(() => {})
    timer = setTimeout(connect, AGAIN_MS)
  }

  function connect(): void {
    const own = db.client()
    client = own
    own.on('error', again)
    own.on('notification', ({ payload }) => {
      for (const account of (payload ?? '').split(' ')) hub.tell(account)
    })
    own
      .connect()
      .then(() => own.query('LISTEN consent_guard'))
      // What was told while nobody listened here.
      .then(() => hub.tell(KEYS_NEWS))
      .catch(again)
  }

  connect()
  return async () => {
    ended = true
    clearTimeout(timer)
    client?.removeAllListeners('error')
    client?.on('error', () => {})
    await client?.end().catch(() => {})
  }
}
