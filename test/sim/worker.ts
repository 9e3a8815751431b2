/** Starts and kills the real background. A killed worker makes no further step and its open transactions are undone. */
import type { DBCore, DBCoreTable, DBCoreTransaction } from 'dexie'
import { build } from 'vite'
import type * as Entry from './worker-entry.ts'

export type Background = typeof Entry

/** What a worker is given instead of the browser's own. */
export interface Surroundings {
  simBrowser: unknown
  fetch: typeof fetch
  /** Milliseconds now, of the simulated clock. */
  now: () => number
  later: (work: () => void, ms: number) => void
  uuid: () => string
  /** Called at every step on the database and at every marked point; true kills the worker there. */
  dies: () => boolean
  /** Hears what would stand in the browser's console. */
  say?: (...words: unknown[]) => void
}

export interface Worker {
  background: Background
  alive(): boolean
  kill(): void
}

/** Steps of all workers so far, and cryptographic work that is under way: what "nothing moves any more" is read from. */
export const motion = { steps: 0, running: 0 }

let code: string | null = null
let make: ReturnType<FunctionConstructor> | null = null

export async function loadBackground(root: string): Promise<void> {
  if (code !== null) return
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: {
        'webextension-polyfill': `${root}/test/sim/polyfill.ts`,
        '@simplewebauthn/server': `${root}/test/sim/no-passkey.ts`,
      },
    },
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry: `${root}/test/sim/worker-entry.ts`, formats: ['iife'], name: 'background' },
    },
  })
  const [bundle] = Array.isArray(result) ? result : [result]
  const chunk = bundle && 'output' in bundle ? bundle.output.find((part) => part.type === 'chunk') : undefined
  if (chunk?.type !== 'chunk') throw new Error('the background was not built')
  code = chunk.code
}

export function startWorker(around: Surroundings): Worker {
  if (code === null) throw new Error('loadBackground first')
  let dead = false
  const open = new Set<IDBTransaction>()
  const never = new Promise<never>(() => {})
  function kill(): void {
    dead = true
    for (const transaction of open) {
      try {
        transaction.abort()
      } catch {
        // It had just ended by itself.
      }
    }
    open.clear()
  }
  function step(): boolean {
    motion.steps += 1
    if (!dead && around.dies()) kill()
    return !dead
  }

  class SimDate extends Date {
    constructor(...args: [] | [number | string]) {
      if (args.length === 0) super(around.now())
      else super(args[0])
    }
    static override now(): number {
      return around.now()
    }
  }
  const locks = new Map<string, Promise<unknown>>()
  const navigator = {
    language: 'en',
    storage: {
      estimate: async () => ({ usage: 1_000_000, quota: 10_000_000_000 }),
      persisted: async () => true,
    },
    locks: {
      request<T>(name: string, work: () => Promise<T>): Promise<T> {
        const before = locks.get(name) ?? Promise.resolve()
        const run = before.then(work, work)
        locks.set(
          name,
          run.catch(() => {}),
        )
        return run
      },
    },
  }
  const performance = { now: () => globalThis.performance.now(), mark: () => void step() }
  const subtle = new Proxy(globalThis.crypto.subtle, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        if (dead) return never
        motion.running += 1
        try {
          return await method.apply(target, args)
        } finally {
          motion.running -= 1
        }
      }
    },
  })
  const crypto = {
    subtle,
    randomUUID: around.uuid,
    getRandomValues: (array: Uint8Array<ArrayBuffer>) => globalThis.crypto.getRandomValues(array),
  }
  const given = {
    simBrowser: guard(around.simBrowser, () => (dead ? never : null)),
    // What the shield lets through is the browser's work; the pages here obey the relay alone.
    chrome: { declarativeNetRequest: { updateSessionRules: () => (step() ? Promise.resolve() : never) } },
    fetch: (...args: Parameters<typeof fetch>) => (step() ? around.fetch(...args) : never),
    Date: SimDate,
    navigator,
    // Nobody listens, and every dead worker's channel would be told of every change.
    BroadcastChannel: undefined,
    performance,
    crypto,
    setTimeout: (work: () => void, ms: number) => around.later(() => !dead && work(), ms),
    console: { ...globalThis.console, error: around.say ?? (() => {}), warn: around.say ?? (() => {}) },
  }
  // Dexie hands every copy of itself the first one, and with it the first one's disk.
  Reflect.deleteProperty(globalThis, Symbol.for('Dexie'))
  // Compiled once; each call runs all modules anew.
  make ??= new Function(...Object.keys(given), `${code}\nreturn background`)
  const background: Background = make(...Object.values(given))
  background.db.use({ stack: 'dbcore', name: 'mortal', create: (core) => mortal(core, open, step, never) })
  return { background, alive: () => !dead, kill }
}

/** Dexie's own middleware: each request asks first whether the worker still lives. */
function mortal(core: DBCore, open: Set<IDBTransaction>, step: () => boolean, never: Promise<never>): DBCore {
  const ask =
    <A, R>(work: (argument: A) => Promise<R>) =>
    (argument: A) =>
      step() ? work(argument) : never
  return {
    ...core,
    transaction(stores, mode, options) {
      const transaction: DBCoreTransaction = core.transaction(stores, mode, options)
      const real = transaction as DBCoreTransaction & IDBTransaction
      open.add(real)
      const close = () => open.delete(real)
      real.addEventListener('complete', close)
      real.addEventListener('abort', close)
      return transaction
    },
    table(name): DBCoreTable {
      const table = core.table(name)
      return {
        ...table,
        mutate: ask(table.mutate),
        get: ask(table.get),
        getMany: ask(table.getMany),
        query: ask(table.query),
        openCursor: ask(table.openCursor),
        count: ask(table.count),
      }
    },
  }
}

/** The browser's functions, dead for a dead worker. */
function guard<T>(value: T, stop: () => Promise<never> | null): T {
  if (typeof value === 'function') {
    return ((...args: unknown[]) => stop() ?? value(...args)) as T
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, guard(part, stop)])) as T
}

/** Waits until nothing moves: no step on a database, no cryptography, for some turns of the event loop. */
export async function settle(): Promise<void> {
  let still = 0
  let seen = motion.steps
  while (still < 12) {
    await new Promise((resolve) => setImmediate(resolve))
    if (motion.steps === seen && motion.running === 0) still += 1
    else still = 0
    seen = motion.steps
  }
}
