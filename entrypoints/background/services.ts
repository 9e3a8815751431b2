/** What every step of the path needs, made once when the background starts. */
import browser from 'webextension-polyfill'
import { type Backend, connectBackend } from '../../utils/forward/backend.ts'
import { readIdentity } from '../../utils/identity/identity.ts'
import { LEDGER_NAME, type Ledger, openLedger } from '../../utils/ledger/db.ts'
import { fromVersion1 } from '../../utils/ledger/migrate.ts'
import { readSettings } from '../../utils/settings/settings.ts'

export const db: Ledger = openLedger(LEDGER_NAME, fromVersion1)

export function now(): number {
  return Date.now()
}

/** The paired backend, or null where none is paired: then the shop rail works on this device alone. */
export async function backend(): Promise<Backend | null> {
  const [settings, identity] = await Promise.all([readSettings(db), readIdentity(db)])
  if (settings.backend === null || identity === null) return null
  return connectBackend(settings.backend, identity.deviceKey.privateKey, {
    fetch: (input, init) => fetch(input, init),
    now,
  })
}

/** Runs `work` alone among everything of this name, in this and any later worker. */
export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(`consent-guard:${name}`, work)
}

/** Small facts that outlive a worker but not the browser: storage.session is empty after a browser restart. */
export async function readSession<T>(key: string): Promise<T | null> {
  const found = await browser.storage.session.get(key)
  return (found[key] as T | undefined) ?? null
}

export async function writeSession(key: string, value: unknown): Promise<void> {
  await browser.storage.session.set({ [key]: value })
}
