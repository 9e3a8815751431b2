/** Where processors call us. What they say is only a reason to ask them: duplicates, delays and order do no harm. */
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Context } from '../context.ts'
import { plain } from '../http/answers.ts'
import { ProblemError } from '../http/problems.ts'
import { Strict } from '../http/schemas.ts'
import type { App } from '../http/server.ts'

const Name = Strict({ name: Type.String({ pattern: '^[a-z]{1,20}$' }) })

/** Makes the calls due that a processor has news of; number or hash of our key, as it knows it. */
const DUE = `
UPDATE processor_call SET due_at = $1
 WHERE state = 'sent' AND processor = $2 AND lease_until IS NULL
   AND (key = ANY($3) OR 'cg' || left(encode(sha256(convert_to(key, 'UTF8')), 'hex'), 40) = ANY($4))`

export function addProcessorRoutes(app: App, context: Context): void {
  app.register(async (scope: FastifyInstance) => {
    // Signed as bytes, so kept as bytes: nothing is parsed before the signature holds.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 256 * 1024 }, (request, body, done) => {
      request.rawBody = typeof body === 'string' ? Buffer.from(body) : body
      done(null, undefined)
    })
    scope.post<{ Params: { name: string } }>(
      '/v1/processors/:name/webhook',
      {
        schema: {
          summary: 'A processor’s signed news',
          params: Name,
          response: { 200: plain('text/plain') },
        },
        config: { access: { public: true } },
      },
      async (request, reply) => {
        const processor = context.processors.find(request.params.name)
        if (processor?.heard === undefined) throw new ProblemError('not_found')
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        )
        const heard = await processor.heard({ body: request.rawBody ?? new Uint8Array(), headers })
        const now = new Date(context.now())
        await context.db.query(DUE, [now, processor.name, heard.keys, heard.hashed ?? []])
        context.wake('calls')
        return reply.type('text/plain').send(heard.answer)
      },
    )
  })
}
