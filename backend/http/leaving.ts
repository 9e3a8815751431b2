/** Says when a long request is over from outside: the client has gone, or the server is closing. */
import type { FastifyInstance, FastifyReply } from 'fastify'

export type Leaving = (reply: FastifyReply) => AbortSignal

export function leavingOf(app: FastifyInstance): Leaving {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  return (reply) => {
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    return AbortSignal.any([closing.signal, gone.signal])
  }
}
