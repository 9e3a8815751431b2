/**
 * EverShop, a shop system that other people wrote, installed from the npm registry with the project's embedded
 * PostgreSQL. Installed and built once into a cache folder (about two minutes), with a fresh database for each run.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../backend/postgres/server.ts'

const VERSION = '2.2.1'
const PRODUCT = 'ceramic-coffee-cup-white'

export interface EverShop {
  url: string
  productUrl: string
  /** Orders that the shop itself has. */
  orders(): Promise<{ count: number; total: string | null }>
  close(): Promise<void>
}

export async function startEverShop(): Promise<EverShop> {
  const folder = process.env.CG_EVERSHOP ?? join(homedir(), '.cache', 'consent-guard', `evershop-${VERSION}`)
  await install(folder)
  const data = await mkdtemp(join(tmpdir(), 'consent-guard-evershop-'))
  const postgres = await startPostgres(data, () => undefined)
  const { host, port, user, password, database } = postgres.connection
  const httpPort = await freePort()
  const url = `http://127.0.0.1:${httpPort}`
  await writeFile(
    join(folder, 'config', 'default.json'),
    JSON.stringify({ shop: { homeUrl: url, currency: 'USD', language: 'en' } }),
  )
  const env = {
    ...process.env,
    PORT: String(httpPort),
    DB_HOST: host,
    DB_PORT: String(port),
    DB_NAME: database,
    DB_USER: user,
    DB_PASSWORD: password,
    DB_SSLMODE: 'disable',
  }
  await writeFile(join(folder, '.env'), '')
  if (!existsSync(join(folder, '.evershop', 'build', '.done'))) {
    evershop(folder, ['build'], env)
    await writeFile(join(folder, '.evershop', 'build', '.done'), '')
  }
  // The first start makes the tables; the second knows how to pay and to ship.
  const first = await serve(folder, env, url)
  evershop(folder, ['seed', '--attributes', '--categories', '--collections', '--products'], env)
  const client = new pg.Client({ host, port, user, password, database })
  await client.connect()
  let product: string
  try {
    await client.query(PAY_AND_SHIP)
    product = await productPath(client)
  } finally {
    await first.stop()
  }
  const server = await serve(folder, env, url)
  return {
    url,
    productUrl: url + product,
    async orders() {
      const { rows } = await client.query('SELECT grand_total FROM "order" ORDER BY order_id DESC')
      return { count: rows.length, total: rows[0] === undefined ? null : String(rows[0].grand_total) }
    },
    async close() {
      await client.end()
      await server.stop()
      await postgres.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

/**
 * Product addresses are made in the background, from events, with the category in front only where that was there first.
 * There is no event for a reader outside, so the table is asked until it is done.
 */
async function productPath(client: pg.Client): Promise<string> {
  const end = Date.now() + 60_000
  for (;;) {
    const { rows } = await client.query(
      'SELECT request_path FROM url_rewrite WHERE request_path LIKE $1 AND NOT EXISTS (SELECT 1 FROM event)',
      [`%/${PRODUCT}`],
    )
    if (rows[0] !== undefined) return String(rows[0].request_path)
    if (Date.now() > end) throw new Error(`EverShop has no page for ${PRODUCT}`)
    await client.query('SELECT pg_sleep(0.2)')
  }
}

const PAY_AND_SHIP = `
INSERT INTO setting (name, value, is_json) VALUES ('codPaymentStatus', '1', false), ('codDisplayName', 'Cash on Delivery', false)
  ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value;
INSERT INTO shipping_zone (name) VALUES ('United States');
INSERT INTO shipping_zone_country (zone_id, country) SELECT max(shipping_zone_id), 'US' FROM shipping_zone;
INSERT INTO shipping_zone_provider (zone_id, provider_code) SELECT max(shipping_zone_id), 'core' FROM shipping_zone;
INSERT INTO core_shipping_method (name) VALUES ('Standard delivery');
INSERT INTO core_shipping_method_rate (method_id, zone_id, cost)
  SELECT m.core_shipping_method_id, z.shipping_zone_id, 5 FROM core_shipping_method m, shipping_zone z;`

async function install(folder: string): Promise<void> {
  for (const name of ['config', 'media', 'public', 'themes', 'extensions']) {
    await mkdir(join(folder, name), { recursive: true })
  }
  if (existsSync(join(folder, 'node_modules', '@evershop', 'evershop'))) return
  await writeFile(join(folder, 'package.json'), '{"name":"shop","private":true,"type":"module"}')
  // The package forgets concat-stream.
  const npm = ['install', '--no-audit', '--no-fund', `@evershop/evershop@${VERSION}`, 'concat-stream@2.0.0']
  const done = spawnSync('npm', npm, { cwd: folder, stdio: 'pipe', encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`EverShop could not be installed: ${done.stderr.slice(-2_000)}`)
}

function program(folder: string): string {
  return join(folder, 'node_modules', '@evershop', 'evershop', 'dist', 'bin', 'evershop.js')
}

function evershop(folder: string, args: string[], env: NodeJS.ProcessEnv): void {
  const done = spawnSync(process.execPath, [program(folder), ...args], { cwd: folder, env, encoding: 'utf8' })
  if (done.status !== 0)
    throw new Error(`evershop ${args[0]} failed: ${(done.stderr + done.stdout).slice(-2_000)}`)
}

async function serve(
  folder: string,
  env: NodeJS.ProcessEnv,
  url: string,
): Promise<{ stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [program(folder), 'start'], {
    cwd: folder,
    env,
    stdio: 'pipe',
    detached: true,
  })
  // It starts children of its own; they are one group. A test run that is ended must not leave them behind.
  const endGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    } catch {
      // Gone already.
    }
  }
  process.once('exit', endGroup)
  let log = ''
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-4_000)
        if (/is running|started|ready/i.test(log)) resolve()
      })
    }
  })
  await Promise.race([
    ready,
    ended.then(() => {
      throw new Error(`evershop start ended: ${log}`)
    }),
  ])
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`evershop answers ${answer.status}: ${log}`)
  return {
    async stop() {
      process.off('exit', endGroup)
      endGroup()
      await ended
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()))
    })
  })
}
