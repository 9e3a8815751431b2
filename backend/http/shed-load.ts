/**
 * Says "too busy" early, while that is still cheap. Beyond this many requests at once each would only wait longer, and
 * clients that give up and retry would make it worse. Requests that wait on purpose are not counted.
 */
import { ProblemError } from './problems.ts'
import type { App } from './server.ts'

const AT_ONCE = 256

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The request waits for news; it costs nothing while it does. */
    waits?: true
  }
  interface FastifyRequest {
    counted: boolean
  }
}

export function shedLoad(app: App): void {
  let running = 0
  app.decorateRequest('counted', false)
  app.addHook('onRequest', async (request, reply) => {
    const { config, url } = request.routeOptions
    if (config.waits === true || url === '/healthz') return
    if (running >= AT_ONCE) {
      reply.header('retry-after', '1')
      throw new ProblemError('overloaded')
    }
    running++
    request.counted = true
  })
  app.addHook('onResponse', async (request) => {
    if (request.counted) running--
  })
  // A client that left: its answer is never sent, so onResponse does not come.
  app.addHook('onRequestAbort', async (request) => {
    if (!request.counted) return
    request.counted = false
    running--
  })
}
