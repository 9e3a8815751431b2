/** Starts a backend: database, schema, keys, HTTP. Used by the command line, the demonstration and the tests. */
import type { AddressInfo } from 'node:net'
import { issueOperatorKey } from './auth/operator-key.ts'
import type { RouteAccess } from './auth/principals.ts'
import { type Background, startBackground } from './background.ts'
import type { Context } from './context.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { issueActivationCode } from './devices/activation.ts'
import { createServer } from './http/server.ts'
import { openLogKeys } from './log/checkpoint.ts'
import { newHub } from './log/hub.ts'
import { listenForNews } from './log/listen.ts'
import { registerMerchant } from './merchants/orders.ts'
import { defaultDataFolder } from './postgres/data-folder.ts'
import { type EmbeddedPostgres, startPostgres } from './postgres/server.ts'
import { type Processor, processorsOf } from './processors/processor.ts'
import { sandbox } from './processors/sandbox.ts'
import { openReceipts } from './receipts/receipts.ts'
import { KEYS_NEWS } from './receipts/signing-keys.ts'
import { addRoutes } from './routes.ts'

const COOLING_OFF_MS = 60_000
const TOGETHER = 64

export interface BackendOptions {
  /** 0: any free port. */
  port?: number
  host?: string
  /** Folder of the embedded database; not used with `databaseUrl`. */
  dataFolder?: string
  /** Another PostgreSQL (15 or newer) instead of the embedded one. */
  databaseUrl?: string
  /** Address under which the world reaches this backend, where that is not `http://host:port`. */
  publicOrigin?: string
  logLevel?: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  connections?: number
  /** How long an authorised wallet order can still be changed or cancelled; default one minute. */
  coolingOffMs?: number
  /** The database spreads accounts over several servers: no statement may touch two of them. */
  sharded?: boolean
  /** Processors beside the sandbox; the first charges new orders. */
  processors?: Processor[]
  /** Seals the signing keys in the database; once they are sealed it must be given. */
  keySecret?: string
  /** Epoch ms. */
  now?: () => number
  /** The database has died: nothing can be promised any more. */
  onFatal?: (reason: string) => void
}

export interface RunningBackend {
  url: string
  /** Process id of the embedded PostgreSQL, null with another server. */
  databasePid: number | null
  issueActivationCode(accountLabel?: string): Promise<string>
  registerMerchant(merchant: { name: string; origin: string }): Promise<{ id: string; key: string }>
  issueOperatorKey(label?: string): Promise<string>
  /** Every route and who may use it. */
  routeTable: readonly RouteAccess[]
  close(): Promise<void>
}

export async function startBackend(options: BackendOptions = {}): Promise<RunningBackend> {
  const now = options.now ?? Date.now
  const app = createServer({ logLevel: options.logLevel ?? 'warn' })
  const embedded =
    options.databaseUrl === undefined
      ? await startPostgres(options.dataFolder ?? defaultDataFolder(), (line) => app.log.debug(line))
      : null
  const db = openDatabase({
    connection: embedded?.connection ?? options.databaseUrl ?? '',
    max: options.connections ?? 16,
    onError(error) {
      if (closing === null) app.log.error({ err: error }, 'database connection lost')
    },
  })
  let closing: Promise<void> | null = null
  const stops: (() => Promise<void>)[] = []
  async function end(): Promise<void> {
    await app.close()
    for (const stop of stops) await stop()
    await db.end()
    await embedded?.stop()
  }
  const close = () => {
    closing ??= end()
    return closing
  }
  watchDatabase(
    embedded,
    () => closing !== null,
    (reason) => {
      app.log.fatal(reason)
      options.onFatal?.(reason)
    },
  )
  try {
    await migrate(db)
    let origins: readonly string[] = []
    const secret = options.keySecret ?? null
    if (secret === null) app.log.warn('signing keys lie open in the database: set CONSENT_GUARD_KEY_SECRET')
    const receipts = await openReceipts(db, () => origins[0] ?? '', now, secret)
    const logKeys = await openLogKeys(db, now, secret)
    const hub = newHub()
    const onError = (error: unknown) => app.log.error({ err: error }, 'background work failed')
    hub.listen(KEYS_NEWS, () => Promise.all([receipts.reload(), logKeys.reload()]).catch(onError))
    stops.push(listenForNews(db, hub, onError))
    let background: Background | null = null
    const context: Context = {
      db,
      receipts,
      processors: processorsOf([...(options.processors ?? []), sandbox(db, now)]),
      hub,
      logKeys,
      wake: (work) => background?.wake(work),
      now,
      origins: () => origins,
      coolingOffMs: options.coolingOffMs ?? COOLING_OFF_MS,
      together: options.sharded === true ? 1 : TOGETHER,
    }
    const routeTable = await addRoutes(app, context)
    const host = options.host ?? '127.0.0.1'
    await app.listen({ port: options.port ?? 4870, host })
    const { port } = app.server.address() as AddressInfo
    origins = originsOf(host, port, options.publicOrigin)
    const working = startBackground(context, onError)
    background = working
    stops.push(() => working.stop())
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
      databasePid: embedded?.pid ?? null,
      issueActivationCode: async (label = 'Account') =>
        (await issueActivationCode(db, now(), { label })).code,
      registerMerchant: (merchant) => registerMerchant(db, now(), merchant),
      issueOperatorKey: async (label = 'Operator') => (await issueOperatorKey(db, now(), label)).key,
      routeTable,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** On loopback a client may have been told either name of this machine. */
function originsOf(host: string, port: number, publicOrigin: string | undefined): string[] {
  if (publicOrigin !== undefined) return [new URL(publicOrigin).origin]
  const own = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  return [...new Set([own, `http://127.0.0.1:${port}`, `http://localhost:${port}`])]
}

function watchDatabase(
  embedded: EmbeddedPostgres | null,
  isClosing: () => boolean,
  fatal: (reason: string) => void,
): void {
  embedded?.ended.then(() => {
    if (!isClosing())
      fatal('The database has ended. Nothing is lost that was acknowledged; start the backend again.')
  })
}
