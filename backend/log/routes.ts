import { Type } from 'typebox'
import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import type { Leaving } from '../http/leaving.ts'
import { Strict } from '../http/schemas.ts'
import { type App, header } from '../http/server.ts'
import type { Asker } from '../orders/create.ts'
import { askerOf } from '../orders/routes.ts'
import { checkpoint, proveConsistency, proveInclusion } from './checkpoint.ts'
import { note } from './events.ts'
import { eventsAfter, latestEvent, streamEvents } from './stream.ts'

const Size = Type.String({ pattern: '^[0-9]{1,7}$' })
const Inclusion = Strict({ seq: Size, size: Size })
const Consistency = Strict({ from: Size, to: Size })
const Anchor = Strict({ checkpoint: Type.String({ minLength: 1, maxLength: 2000 }) })
const After = Strict({ after: Type.Optional(Type.String({ pattern: '^([0-9]{1,15}|latest)$' })) })

export function addEventRoutes(app: App, context: Context, leaving: Leaving): void {
  app.get(
    '/v1/events',
    {
      schema: {
        summary: 'What happened after a number, or from now on; as server-sent events where accepted',
        querystring: After,
      },
      config: { access: { agent: 'orders:read', device: true }, waits: true },
    },
    async (request, reply) => {
      const who = askerOf(request)
      const last = header(request, 'last-event-id') ?? request.query.after ?? '0'
      const after = await afterOf(context, who, last)
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

  const device = { access: { device: true } } as const

  app.get(
    '/v1/log/checkpoint',
    { schema: { summary: 'Signed checkpoint of the account’s log' }, config: device },
    (request) => checkpoint(context, context.logKey, principalOf(request, 'device').accountId),
  )

  app.get(
    '/v1/log/inclusion',
    { schema: { summary: 'Proof that an event is in the log', querystring: Inclusion }, config: device },
    (request) => {
      const { seq, size } = request.query
      return proveInclusion(context, principalOf(request, 'device').accountId, Number(seq), Number(size))
    },
  )

  app.get(
    '/v1/log/consistency',
    { schema: { summary: 'Proof that the log only grew', querystring: Consistency }, config: device },
    (request) => {
      const { from, to } = request.query
      return proveConsistency(context, principalOf(request, 'device').accountId, Number(from), Number(to))
    },
  )

  app.post(
    '/v1/log/anchors',
    { schema: { summary: 'Anchor a device’s own checkpoint here', body: Anchor }, config: device },
    async (request, reply) => {
      const { accountId, deviceId } = principalOf(request, 'device')
      const at = context.now()
      const data = { checkpoint: request.body.checkpoint }
      await note(context.db, {
        accountId,
        type: 'device.checkpoint',
        subject: deviceId,
        agentId: null,
        data,
        at,
      })
      context.wake('events')
      return reply.code(201).send({ anchored: true, at: new Date(at).toISOString() })
    },
  )
}

async function afterOf(context: Context, who: Asker, last: string): Promise<bigint> {
  if (last === 'latest') return latestEvent(context, who)
  return /^\d{1,15}$/.test(last) ? BigInt(last) : 0n
}
