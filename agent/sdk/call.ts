/** One request to the backend: the agent's token, an idempotency key that all tries share, patience for a busy server. */
import type { Problem } from '../../utils/contract/api.ts'
import { BackendUnreachable, PaymentRefused } from './errors.ts'

export interface CallOptions {
  backend: string
  /** Agent token that the person made in Consent Guard. It can ask, change and cancel; it can never approve. */
  token: string
  fetch?: typeof globalThis.fetch
  /** Milliseconds for one try. A long poll adds its own wait. */
  timeoutMs?: number
}

export interface Request {
  method: 'GET' | 'POST' | 'PUT'
  path: string
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Milliseconds that the backend is asked to wait before it answers. */
  waitMs?: number
}

const TRIES = 3
const RETRY_MS = 250
const TIMEOUT_MS = 10_000
/** Statuses that say "the same again, later". */
const BUSY = new Set([409, 429, 502, 503, 504])
const FINAL_409 = new Set(['version_conflict', 'consent_consumed'])

export type Call = <T>(request: Request) => Promise<T>

export function caller(options: CallOptions): Call {
  const base = options.backend.replace(/\/+$/, '')
  const send = options.fetch ?? globalThis.fetch
  return async function call<T>(request: Request): Promise<T> {
    for (let tries = 1; ; tries++) {
      const last = tries === TRIES
      const answer = await attempt(request).catch((error: unknown) => {
        if (request.signal?.aborted || last) throw error
        return null
      })
      if (answer?.ok) return (await answer.json()) as T
      if (answer !== null) {
        const problem = await problemOf(answer)
        const replayed = answer.headers.get('idempotent-replayed') === 'true'
        if (last || !BUSY.has(answer.status) || FINAL_409.has(problem.code)) {
          throw new PaymentRefused(problem, replayed)
        }
      }
      await pause(RETRY_MS * 2 ** (tries - 1), request.signal)
    }
  }

  async function attempt({ method, path, body, headers, signal, waitMs }: Request): Promise<Response> {
    const timeout = AbortSignal.timeout((options.timeoutMs ?? TIMEOUT_MS) + (waitMs ?? 0))
    try {
      return await send(base + path, {
        method,
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        headers: {
          authorization: `Bearer ${options.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      throw new BackendUnreachable(`The payments backend at ${base} does not answer.`, { cause: error })
    }
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const fallback = {
    type: 'about:blank',
    title: `The backend answered ${answer.status}.`,
    status: answer.status,
  }
  try {
    const body: unknown = await answer.json()
    if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string') {
      return { ...fallback, ...body, code: body.code }
    }
  } catch {
    // Not a problem document.
  }
  return { ...fallback, code: 'unintelligible' }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
