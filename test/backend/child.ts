/** A backend as a process of its own, to be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../backend/main.ts', import.meta.url))

export interface BackendProcess {
  url: string
  child: ChildProcess
  /** Sends the signal and waits for the end; answers with the exit code or signal. */
  end(signal: NodeJS.Signals): Promise<number | string>
}

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

function start(args: string[], env: NodeJS.ProcessEnv = {}, main = MAIN): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
  })
}

export async function startProcess(
  folder: string,
  env?: NodeJS.ProcessEnv,
  main?: string,
): Promise<BackendProcess> {
  const child = start(['--port', '0', '--data', folder], env, main)
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`backend ended with ${code}: ${errors}`)))
    if (child.stdout === null) return reject(new Error('no output'))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { ready, url } = JSON.parse(line) as { ready?: boolean; url?: string }
      if (ready === true && url !== undefined) resolve(url)
    })
  })
  return {
    url,
    child,
    async end(signal) {
      const ended = once(child, 'exit')
      child.kill(signal)
      const [code, by] = (await ended) as [number | null, string | null]
      return code ?? by ?? 'unknown'
    },
  }
}

/** Runs the command line to its end. */
export async function runCommand(args: string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  const child = start(args, env)
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => {
    ended.stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    ended.stderr += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { ...ended, code }
}
