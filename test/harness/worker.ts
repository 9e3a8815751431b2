/**
 * Stops the extension's service worker: dead, as the browser does after 30 idle seconds, or frozen at one named point
 * of the path, so that a test can kill the browser exactly there.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Point } from '../../entrypoints/background/mark.ts'
import type { GuardedBrowser } from './browser.ts'
import { connectCdp } from './cdp.ts'

/** Kills the worker and waits until the browser says that it has stopped. The next event wakes a new one. */
export async function killWorker(guarded: GuardedBrowser): Promise<void> {
  const session = await guarded.context.newCDPSession(guarded.office)
  const stopped = new Promise<void>((resolve) => {
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      if (versions.some((version) => version.runningStatus === 'stopped')) resolve()
    })
  })
  await session.send('ServiceWorker.enable')
  await session.send('ServiceWorker.stopAllWorkers')
  await stopped
  await session.detach().catch(() => {})
}

export interface Pause {
  /** Resolves when the background stands at the point. */
  reached: Promise<void>
  /** Lets it run on, if it is paused, and takes the breakpoint away. */
  resume(): Promise<void>
  /**
   * Kills the worker where it stands: what it was running ends at this line, uncatchably, and then the worker itself. A
   * paused worker cannot be stopped in one go, it has to be able to answer.
   */
  kill(): Promise<void>
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

  async function arm(sessionId: string): Promise<void> {
    await cdp.send('Debugger.enable', {}, sessionId)
    for (const lineNumber of lines) {
      await cdp.send('Debugger.setBreakpointByUrl', { lineNumber, url: `${base}/${script}` }, sessionId)
    }
    await cdp.send('Runtime.runIfWaitingForDebugger', {}, sessionId)
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
  // A running worker is attached by now and must be armed before this returns; a sleeping one arms when it starts.
  await Promise.all(armed)

  async function resume(): Promise<void> {
    if (paused !== null) await cdp.send('Debugger.disable', {}, paused).catch(() => {})
    cdp.close()
  }

  return {
    reached,
    resume,
    async kill() {
      if (paused === null) throw new Error('the background does not stand at the point')
      // Neither is answered before the worker runs again, and it runs no further than this line.
      const ended = cdp.send('Runtime.terminateExecution', {}, paused)
      await Promise.all([ended, cdp.send('Debugger.resume', {}, paused)])
      cdp.close()
      await killWorker(guarded)
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
