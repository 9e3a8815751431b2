/**
 * Says "too busy" early, while that is still cheap. Beyond this many requests at once each would only wait longer, and
 * clients that give up and retry would make it worse. Requests that wait on purpose are counted by themselves.
 */
import type { FastifyRequest } from 'fastify'
import { ProblemError } from './problems.ts'
import type { App } from './server.ts'

const AT_ONCE = 256
/** Waiting costs a socket and a little memory. */
const WAITING = 2_000

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The request waits for news; it costs nothing while it does. */
    waits?: true
  }
  interface FastifyRequest {
    counted: 'running' | 'waiting' | null
  }
}

export function shedLoad(app: App): void {
  const count = { running: 0, waiting: 0 }
  app.decorateRequest('counted', null)
  app.addHook('onRequest', (request, reply, next) => {
    const { config, url } = request.routeOptions
    if (url === '/healthz') return next()
    const kind = config.waits === true ? 'waiting' : 'running'
    if (count[kind] >= (kind === 'waiting' ? WAITING : AT_ONCE)) {
      reply.header('retry-after', '1')
      return next(new ProblemError('overloaded'))
    }
    count[kind]++
    request.counted = kind
    next()
  })
  function done(request: FastifyRequest): void {
    if (request.counted !== null) count[request.counted]--
    request.counted = null
  }
  app.addHook('onResponse', (request, _reply, next) => {
    done(request)
    next()
  })
  // A client that left: its answer is never sent, so onResponse may not come.
  app.addHook('onRequestAbort', async (request) => done(request))
}
