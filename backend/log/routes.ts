import { Type } from 'typebox'
import { MAX_ANCHOR_LINKS } from '../../utils/contract/checkpoint.ts'
import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import {
  AnchoredAnswer,
  CheckpointAnswer,
  ConsistencyAnswer,
  EventList,
  InclusionAnswer,
} from '../http/answers.ts'
import type { Leaving } from '../http/leaving.ts'
import { Jws, Strict } from '../http/schemas.ts'
import { type App, header } from '../http/server.ts'
import type { Asker } from '../orders/create.ts'
import { askerOf } from '../orders/routes.ts'
import { anchor } from './anchors.ts'
import { checkpoint, proveConsistency, proveInclusion } from './checkpoint.ts'
import { eventsAfter, latestEvent, streamEvents } from './stream.ts'

const Size = Type.String({ pattern: '^[0-9]{1,7}$' })
const Inclusion = Strict({ seq: Size, size: Size })
const Consistency = Strict({ from: Size, to: Size })
const Link = Strict({ at: Type.Integer({ minimum: 0 }), content: Type.String({ pattern: '^[0-9a-f]{64}$' }) })
const Anchor = Strict({ checkpoint: Jws, links: Type.Array(Link, { maxItems: MAX_ANCHOR_LINKS }) })
const After = Strict({ after: Type.Optional(Type.String({ pattern: '^([0-9]{1,15}|latest)$' })) })

export function addEventRoutes(app: App, context: Context, leaving: Leaving): void {
  app.get(
    '/v1/events',
    {
      schema: {
        summary: 'What happened after a number, or from now on; as server-sent events where accepted',
        response: { 200: EventList },
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
        // Its connection is of no more use when it ends, and would hold up a server that stops.
        connection: 'close',
      })
      await streamEvents(context, who, after, reply.raw, leaving(reply))
      return reply
    },
  )

  const device = { access: { device: true } } as const

  app.get(
    '/v1/log/checkpoint',
    {
      schema: { summary: 'Signed checkpoint of the account’s log', response: { 200: CheckpointAnswer } },
      config: device,
    },
    (request) => checkpoint(context, context.logKeys.current, principalOf(request, 'device').accountId),
  )

  app.get(
    '/v1/log/inclusion',
    {
      schema: {
        summary: 'Proof that an event is in the log',
        response: { 200: InclusionAnswer },
        querystring: Inclusion,
      },
      config: device,
    },
    (request) => {
      const { seq, size } = request.query
      return proveInclusion(context, principalOf(request, 'device').accountId, Number(seq), Number(size))
    },
  )

  app.get(
    '/v1/log/consistency',
    {
      schema: {
        summary: 'Proof that the log only grew',
        response: { 200: ConsistencyAnswer },
        querystring: Consistency,
      },
      config: device,
    },
    (request) => {
      const { from, to } = request.query
      return proveConsistency(context, principalOf(request, 'device').accountId, Number(from), Number(to))
    },
  )

  app.post(
    '/v1/checkpoints',
    {
      schema: {
        summary: 'Countersign a checkpoint of the device’s own log',
        response: { 200: AnchoredAnswer },
        body: Anchor,
      },
      config: device,
    },
    (request) => anchor(context, principalOf(request, 'device'), request.body),
  )
}

async function afterOf(context: Context, who: Asker, last: string): Promise<bigint> {
  if (last === 'latest') return latestEvent(context, who)
  return /^\d{1,15}$/.test(last) ? BigInt(last) : 0n
}
