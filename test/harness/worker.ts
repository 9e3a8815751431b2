/**
 * Stops the extension's service worker: dead, as the browser does after 30 idle seconds, or frozen at one named point
 * of the path, so that a test can kill the browser exactly there.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Point } from '../../entrypoints/background/mark.ts'
import type { GuardedBrowser } from './browser.ts'
import { connectCdp } from './cdp.ts'

/** Kills the worker and waits until it is gone. The next event wakes a new one. */
export async function killWorker(guarded: GuardedBrowser): Promise<void> {
  const base = `chrome-extension://${guarded.extensionId}`
  const running = guarded.context.serviceWorkers().find((worker) => worker.url().startsWith(base))
  const gone = running
    ? new Promise<void>((resolve) => running.once('close', () => resolve()))
    : Promise.resolve()
  const session = await guarded.context.newCDPSession(guarded.office)
  await session.send('ServiceWorker.enable')
  await session.send('ServiceWorker.stopAllWorkers')
  await gone
  await session.detach()
}

export interface Pause {
  /** Resolves when the background stands at the point. */
  reached: Promise<void>
  /** Lets it run on, if it is paused, and takes the breakpoint away. */
  resume(): Promise<void>
}

/**
 * Freezes the background at the line of the built script that holds `mark("NAME")`, in the running worker and in any
 * that starts later. Needs a browser with a debugging port.
 */
export async function pauseAt(guarded: GuardedBrowser, point: Point): Promise<Pause> {
  if (guarded.cdpEndpoint === null) throw new Error('pauseAt needs launchGuarded({ cdpPort })')
  const base = `chrome-extension://${guarded.extensionId}`
  const script = backgroundScript(guarded.extensionDir)
  const lines = linesOf(join(guarded.extensionDir, script), point)
  const cdp = await connectCdp(guarded.cdpEndpoint)
  let paused: string | null = null
  let arrive: () => void = () => {}
  const reached = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const armed: Promise<void>[] = []
  let isArmed: () => void = () => {}
  const firstArmed = new Promise<void>((resolve) => {
    isArmed = resolve
  })

  async function arm(sessionId: string): Promise<void> {
    await cdp.send('Debugger.enable', {}, sessionId)
    for (const lineNumber of lines) {
      await cdp.send('Debugger.setBreakpointByUrl', { lineNumber, url: `${base}/${script}` }, sessionId)
    }
    await cdp.send('Runtime.runIfWaitingForDebugger', {}, sessionId)
    isArmed()
  }

  cdp.onEvent(({ method, params, sessionId }) => {
    if (method === 'Target.attachedToTarget') {
      const target = params.targetInfo as { url: string }
      const session = String(params.sessionId)
      if (target.url.startsWith(base)) armed.push(arm(session).catch(() => {}))
      else void cdp.send('Runtime.runIfWaitingForDebugger', {}, session).catch(() => {})
    }
    if (method === 'Debugger.paused' && sessionId !== null) {
      paused = sessionId
      arrive()
    }
  })
  await cdp.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: [{ type: 'service_worker' }],
  })
  // A sleeping worker arms when it starts; a running one must be armed before this returns.
  if (guarded.context.serviceWorkers().some((worker) => worker.url().startsWith(base))) await firstArmed
  await Promise.all(armed)

  return {
    reached,
    async resume() {
      if (paused !== null) await cdp.send('Debugger.disable', {}, paused).catch(() => {})
      cdp.close()
    },
  }
}

function backgroundScript(extensionDir: string): string {
  const manifest = JSON.parse(readFileSync(join(extensionDir, 'manifest.json'), 'utf8')) as {
    background: { service_worker: string }
  }
  return manifest.background.service_worker
}

function linesOf(path: string, point: Point): number[] {
  const call = new RegExp(`\\bmark\\(["'\`]${point}["'\`]\\)`)
  const found = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, number) => (call.test(line) ? [number] : []))
  if (found.length === 0) throw new Error(`The built background never reaches "${point}".`)
  return found
}
