/** Bodies reach handlers as text: each checkout reads its own format, whatever the content type says. */
import type { FastifyInstance, FastifyRequest } from 'fastify'

export function acceptEveryBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 20_000_000 }, (_request, body, done) => {
    done(null, body)
  })
}

export function formOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(typeof request.body === 'string' ? request.body : '')
}

/** A JSON object body; empty for anything else. */
export function jsonOf(request: FastifyRequest): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(typeof request.body === 'string' ? request.body : '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
