/**
 * News from the backend as it happens: one stream of server-sent events while the worker lives. Each heartbeat of the
 * backend (15 s) is answered by a call of the browser's own interface, which keeps Chromium from ending the worker after
 * 30 idle seconds; where it ends anyway, the alarm starts a new one within half a minute. Nothing is decided from an
 * event: it only says "look again".
 */
import browser from 'webextension-polyfill'
import { deviceAuthorization } from '../../../utils/forward/device-auth.ts'
import { readIdentity } from '../../../utils/identity/identity.ts'
import { readSettings } from '../../../utils/settings/settings.ts'
import { armWallet, disarmWallet } from '../alarms.ts'
import { db, now, readSession, writeSession } from '../services.ts'
import { syncWallet } from './sync.ts'

/** Of the newest event that was looked at; a new session of the browser starts from what the backend has now. */
const CURSOR = 'wallet-cursor'
const LONGEST_PAUSE_MS = 30_000
/** Three heartbeats that did not come. */
const SILENT_MS = 45_000

let running = false

/** Called at every start, at the alarm and after pairing: looks, then listens unless it already does. */
export async function watchWallet(): Promise<void> {
  const { backend } = await readSettings(db)
  if (backend === null) return disarmWallet()
  armWallet()
  if (!running) {
    running = true
    void listen().finally(() => {
      running = false
    })
  }
  await look()
}

async function look(): Promise<boolean> {
  try {
    return await syncWallet()
  } catch (error) {
    console.error('consent-guard: orders of agents could not be looked at', error)
    return false
  }
}

async function listen(): Promise<void> {
  for (let pause = 1_000; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const started = now()
    try {
      const stream = await open()
      if (stream === null) return
      await look()
      await read(stream)
    } catch {
      // Down, or gone: the next try says.
    }
    if (now() - started > LONGEST_PAUSE_MS) pause = 1_000
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

/** null: no backend is paired. */
async function open(): Promise<ReadableStream<Uint8Array> | null> {
  const [{ backend }, identity] = await Promise.all([readSettings(db), readIdentity(db)])
  if (backend === null || identity === null) return null
  const path = '/v1/events'
  const cursor = await readSession<string>(CURSOR)
  const answer = await fetch(backend.url + path + (cursor === null ? '?after=latest' : ''), {
    headers: {
      accept: 'text/event-stream',
      ...(cursor === null ? {} : { 'last-event-id': cursor }),
      authorization: await deviceAuthorization({
        deviceId: backend.deviceId,
        deviceKey: identity.deviceKey.privateKey,
        audience: backend.url,
        method: 'GET',
        path,
        body: '',
        now: now(),
      }),
    },
    credentials: 'omit',
    redirect: 'error',
    cache: 'no-store',
  })
  if (!answer.ok || answer.body === null) throw new Error(`events: ${answer.status}`)
  return answer.body
}

async function read(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await within(reader.read(), SILENT_MS)
    if (done) return
    text += decoder.decode(value, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    if (blocks.length === 0) continue
    await browser.runtime.getPlatformInfo()
    if (blocks.some((block) => /^event: order\./m.test(block))) await look()
    const last = blocks.flatMap((block) => /^id: (\d+)$/m.exec(block)?.[1] ?? []).at(-1)
    if (last !== undefined) await writeSession(CURSOR, last)
  }
}

function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('silent')), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
