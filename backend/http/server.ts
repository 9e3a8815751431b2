/** The HTTP server: limits, redaction, and one way to say no. Routes are registered by their own folders. */
import type {} from '@fastify/swagger'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { isDatabaseTrouble } from '../db/database.ts'
import type { Replayable } from './idempotency.ts'
import { type ProblemCode, ProblemError, problemOf } from './problems.ts'
import { serialiser } from './serialise.ts'

const BODY_LIMIT = 1024 * 1024

export interface HttpOptions {
  logLevel: string
}

export function createServer(options: HttpOptions) {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 300 },
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 65_000,
    trustProxy: false,
    // A path that is too long or broken never reaches a route, nor the error handler.
    frameworkErrors: (_error, _request, reply) => {
      sendProblem(reply, 'not_found')
    },
    // Not even HTTP.
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return
      const text = JSON.stringify(problemOf('malformed'))
      const head = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application/problem+json'
      socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
    },
    logger: {
      level: options.logLevel,
      // Standard output is for what programs read (the ready line); logs go beside it.
      stream: process.stderr,
      // Keys, signatures and codes never reach a log; bodies are not logged at all.
      redact: ['req.headers', '*.authorization', '*.key', '*.password'],
      serializers: {
        // A database error drags its whole connection along, password and last statements included.
        err: (error: Error & { code?: string; constraint?: string }) => ({
          type: error.name,
          message: error.message,
          stack: error.stack ?? '',
          ...(error.code === undefined ? {} : { code: error.code }),
          ...(error.constraint === undefined ? {} : { constraint: error.constraint }),
        }),
        req: (request: FastifyRequest) => ({
          id: request.id,
          method: request.method,
          route: request.routeOptions?.url ?? 'none',
        }),
      },
    },
    logController: new LogController({ disableRequestLogging: options.logLevel !== 'debug' }),
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  app.setSerializerCompiler(({ schema }) => serialiser(schema))
  app.decorateRequest('rawBody', null)
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    request.rawBody = bytes
    const text = bytes.toString('utf8')
    // A command without words may come with an empty body.
    if (text === '') return done(null, undefined)
    if (!isStorable(text))
      return done(new ProblemError('malformed', 'the text holds NUL or broken characters'))
    parse(request, text, done)
  })

  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof ProblemError) return sendProblem(reply, error.code, error.detail)
    const trouble = isDatabaseTrouble(error)
    const code = trouble ? 'overloaded' : codeOf(error)
    if (trouble) {
      reply.header('retry-after', '1')
      request.log.warn({ err: error }, 'the database does not keep up')
    }
    if (code === 'internal_error') request.log.error({ err: error }, 'unexpected error')
    return sendProblem(reply, code, code === 'malformed' ? error.message.slice(0, 300) : undefined)
  })
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 'not_found'))
  let closing = false
  app.addHook('preClose', (next) => {
    closing = true
    next()
  })
  app.addHook('onSend', (_request, reply, _payload, next) => {
    // Only idle connections are closed when the server is told to stop; one that is kept after its last answer would hold it up.
    if (closing) reply.header('connection', 'close')
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
    next()
  })
  return app
}

/** PostgreSQL keeps no NUL, and neither it nor canonical JSON keeps half a surrogate pair. */
function isStorable(text: string): boolean {
  if (!text.includes('\\u')) return true
  let storable = true
  try {
    JSON.parse(text, (name, value: unknown) => {
      for (const part of [name, value]) {
        if (typeof part === 'string' && (part.includes('\0') || !part.isWellFormed())) storable = false
      }
      return value
    })
  } catch {
    // Not JSON at all: the parser says so.
  }
  return storable
}

export type App = ReturnType<typeof createServer>

export function sendProblem(reply: FastifyReply, code: ProblemCode, detail?: string): FastifyReply {
  const problem = problemOf(code, detail)
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

function codeOf(error: FastifyError): ProblemCode {
  if (error.validation !== undefined) return 'malformed'
  switch (error.statusCode) {
    case 413:
      return 'too_large'
    case 415:
      return 'unsupported_media_type'
    case 404:
      return 'not_found'
    case 429:
      return 'rate_limited'
    case 503:
      return 'overloaded'
  }
  const status = error.statusCode ?? 500
  return status >= 400 && status < 500 ? 'malformed' : 'internal_error'
}

/** Sends a stored or fresh answer of an idempotent command. */
export function sendOnce(reply: FastifyReply, result: Replayable): FastifyReply {
  if (result.replayed) reply.header('idempotent-replayed', 'true')
  if (result.status >= 400) reply.type('application/problem+json')
  return reply.code(result.status).send(result.status >= 400 ? JSON.stringify(result.body) : result.body)
}

export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
