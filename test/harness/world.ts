/** Everything a purchase needs, all of it real: backend with its database, shop, guarded browser, a person. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type BackendOptions, type RunningBackend, startBackend } from '../../backend/backend.ts'
import type { MechanismName } from '../shop/mechanisms.ts'
import { type RunningShop as Shop, startShop } from '../shop/shop.ts'
import { type GuardedBrowser, launchGuarded } from './browser.ts'
import { jumpToCheckout, payControl } from './checkout.ts'
import { activateWithPasskey, activateWithPin, type Person } from './person.ts'
import { startThrottle, type Throttle } from './throttle.ts'

export const PIN = '84-horse'
export const EXTENSION_DIR = join(import.meta.dirname, '..', '..', '.output', 'chrome-mv3')

export interface World {
  /** null where the guard works alone on this device. */
  backend: RunningBackend | null
  /** The line to the backend, where it was asked for. */
  line: Throttle | null
  shop: Shop
  /** Tests that kill the browser put its successor here. */
  guarded: GuardedBrowser
  person: Person
  /** Stops the backend; what comes back starts it again at the same address, with the same data. */
  stopBackend(): Promise<() => Promise<RunningBackend>>
  /** A tab at the checkout, one press away from paying. */
  atCheckout(mechanism: MechanismName, sku?: string): Promise<Page>
  close(): Promise<void>
}

export interface WorldOptions {
  factor?: 'pin' | 'passkey'
  backend?: boolean
  activated?: boolean
  cdpPort?: 'free'
  extraArgs?: string[]
  /** Beyond port and folder. */
  backendOptions?: BackendOptions
  /** The extension reaches the backend through a line that can be held up. */
  line?: true
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'consent-guard-world-'))
  const dataFolder = join(folder, 'backend')
  const line = options.line === true ? await startThrottle() : null
  const origin = line === null ? {} : { publicOrigin: line.url }
  const start = (port: number) => startBackend({ port, dataFolder, ...origin, ...options.backendOptions })
  let backend = options.backend === false ? null : await start(0)
  if (backend) line?.leadTo(Number(new URL(backend.url).port))
  const shop = await openShop(backend)
  const guarded = await launchGuarded({
    extensionDir: EXTENSION_DIR,
    ...(options.cdpPort ? { cdpPort: options.cdpPort } : {}),
    ...(options.extraArgs ? { extraArgs: options.extraArgs } : {}),
  })
  const person = options.activated === false ? nobody : await activate(guarded, options.factor ?? 'pin')
  if (backend && options.activated !== false) {
    await person.pair(line?.url ?? backend.url, await backend.issueActivationCode())
  }
  const world: World = {
    backend,
    line,
    async stopBackend() {
      if (backend === null) throw new Error('this world has no backend')
      const port = Number(new URL(backend.url).port)
      await backend.close()
      return async () => {
        backend = await start(port)
        return backend
      }
    },
    shop,
    guarded,
    person,
    async atCheckout(mechanism, sku) {
      const page = await world.guarded.context.newPage()
      await jumpToCheckout(page, shop.url, mechanism, sku)
      return page
    },
    async close() {
      await world.guarded.close().catch(() => {})
      await shop.close()
      await line?.close()
      await backend?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}

/** A shop that is registered at the backend as an integrated merchant, where there is one. */
async function openShop(backend: RunningBackend | null): Promise<Shop> {
  if (backend === null) return startShop()
  const first = await startShop()
  const port = Number(new URL(first.url).port)
  const { key } = await backend.registerMerchant({ name: 'Fernwood Goods', origin: first.url })
  await first.close()
  return startShop({ port, backend: { url: backend.url, key } })
}

function activate(guarded: GuardedBrowser, factor: 'pin' | 'passkey'): Promise<Person> {
  return factor === 'pin' ? activateWithPin(guarded, PIN) : activateWithPasskey(guarded)
}

/** Presses pay as an agent's driver does; the press is held, so this comes back at once. */
export async function press(page: Page, mechanism: MechanismName): Promise<void> {
  await payControl(page, mechanism).click()
}

const nobody: Person = {
  factor: 'pin',
  pair: () => Promise.reject(new Error('the guard is not activated')),
  approve: () => Promise.reject(new Error('the guard is not activated')),
  reject: () => Promise.reject(new Error('the guard is not activated')),
}
