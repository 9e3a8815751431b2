/**
 * Lets scripts of any origin use what an agent's token may use: the token is sent by hand, a browser adds nothing of its
 * own (no cookies here), so a page without one gets nothing. Devices, merchants and operators do not call from pages.
 */
import type { App } from './server.ts'

const HEADERS = 'authorization, content-type, idempotency-key, if-match, last-event-id'
const EXPOSED = 'idempotent-replayed, retry-after'
/** What `access.agent` serves; the preflight has no route of its own that could say it. */
const AGENT_PATHS = /^\/v1\/(orders|subscriptions|caps|events)(\/|\?|$)/

export function allowPages(app: App): void {
  app.addHook('onRequest', (request, reply, next) => {
    if (request.headers.origin === undefined || !AGENT_PATHS.test(request.url)) return next()
    reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', EXPOSED)
    if (request.method !== 'OPTIONS') return next()
    reply
      .header('access-control-allow-methods', 'GET, POST, PUT')
      .header('access-control-allow-headers', HEADERS)
      .header('access-control-max-age', '600')
      .code(204)
      .send()
  })
}
