import { Type } from 'typebox'
import type { Context } from '../context.ts'
import type { Leaving } from '../http/leaving.ts'
import { Strict } from '../http/schemas.ts'
import { type App, header } from '../http/server.ts'
import { askerOf } from '../orders/routes.ts'
import { eventsAfter, streamEvents } from './stream.ts'

const After = Strict({ after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })) })

export function addEventRoutes(app: App, context: Context, leaving: Leaving): void {
  app.get(
    '/v1/events',
    {
      schema: {
        summary: 'What happened after a number; as server-sent events where the client accepts them',
        querystring: After,
      },
      config: { access: { agent: 'orders:read', device: true } },
    },
    async (request, reply) => {
      const who = askerOf(request)
      const last = header(request, 'last-event-id') ?? request.query.after ?? '0'
      const after = /^\d{1,15}$/.test(last) ? BigInt(last) : 0n
      if (header(request, 'accept')?.includes('text/event-stream') !== true) {
        return { events: await eventsAfter(context, who, after) }
      }
      reply.hijack()
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
      })
      await streamEvents(context, who, after, reply.raw, leaving(reply))
      return reply
    },
  )
}
