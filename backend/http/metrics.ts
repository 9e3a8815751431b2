/** Prometheus metrics at `/metrics`, for operators. Labels are route patterns and codes, never ids. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { plain } from './answers.ts'
import type { App } from './server.ts'

export function measure(app: App): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'consent_guard_' })
  const seconds = new Histogram({
    name: 'consent_guard_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers: [registry],
  })
  const refusals = new Counter({
    name: 'consent_guard_refusals_total',
    help: 'Requests that were refused, by status',
    labelNames: ['route', 'status'],
    registers: [registry],
  })
  const running = new Gauge({
    name: 'consent_guard_requests_running',
    help: 'Requests that have no answer yet',
    registers: [registry],
  })
  app.addHook('onRequest', (_request, _reply, next) => {
    running.inc()
    next()
  })
  app.addHook('onResponse', (request, reply, next) => {
    running.dec()
    const route = request.routeOptions.url ?? 'none'
    const status = String(reply.statusCode)
    seconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1000)
    if (reply.statusCode >= 400) refusals.inc({ route, status })
    next()
  })
  app.get(
    '/metrics',
    {
      schema: { summary: 'Prometheus metrics', response: { 200: plain('text/plain') } },
      config: { access: { operator: true } },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  )
}
