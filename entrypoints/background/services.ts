/** What every step of the path needs, made once when the background starts. */
import browser from 'webextension-polyfill'
import { type Backend, type BackendDeps, connectBackend, signedCall } from '../../utils/forward/backend.ts'
import { connectWallet, type Wallet } from '../../utils/forward/wallet.ts'
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
  const paired = await pairing()
  return paired && connectBackend(paired.backend, paired.deviceKey, DEPS)
}

/** Orders of agents at the paired backend, or null. */
export async function wallet(): Promise<Wallet | null> {
  const paired = await pairing()
  return paired && connectWallet(signedCall(paired.backend, paired.deviceKey, DEPS))
}

const DEPS: BackendDeps = { fetch: (input, init) => fetch(input, init), now, followed: keepHandovers }

async function keepHandovers(handovers: string[]): Promise<void> {
  await db.transaction('rw', db.settings, async () => {
    const settings = await readSettings(db)
    if (settings.backend === null) return
    const value = { ...settings, backend: { ...settings.backend, handovers } }
    await db.settings.put({ key: 'settings', value })
  })
}

async function pairing() {
  const [settings, identity] = await Promise.all([readSettings(db), readIdentity(db)])
  if (settings.backend === null || identity === null) return null
  return { backend: settings.backend, deviceKey: identity.deviceKey.privateKey }
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
