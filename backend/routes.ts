/** The first routes: devices, mandates, payments, merchants' orders, health. */
import { Type } from 'typebox'
import { authenticateDevice, type Device } from './auth/device-request.ts'
import { authenticateMerchant } from './auth/merchant-key.ts'
import type { Context } from './context.ts'
import { activateDevice } from './devices/activation.ts'
import { failedTries } from './http/failed-tries.ts'
import { ProblemError } from './http/problems.ts'
import { Id, Jws, Money, Nullable, Order, Origin, PublicKey, Strict, Text } from './http/schemas.ts'
import { type App, header, pathOf } from './http/server.ts'
import { submitMandate } from './mandates/submit.ts'
import { consumeOrder, createOrder, getOrder } from './merchants/orders.ts'
import { fileOutcome, getPayment } from './payments/payments.ts'

type Request = Parameters<typeof header>[0]

export function addRoutes(app: App, context: Context): void {
  const device = (request: Request): Promise<Device> =>
    authenticateDevice(context.db, {
      authorization: header(request, 'authorization'),
      method: request.method,
      path: pathOf(request),
      body: request.rawBody ?? new Uint8Array(),
      audiences: context.origins(),
      now: context.now(),
    })
  const merchant = (request: Request) => authenticateMerchant(context.db, header(request, 'authorization'))

  addDevices(app, context)

  app.post('/v1/mandates', { schema: { body: Submission } }, async (request, reply) => {
    const who = await device(request)
    const key = header(request, 'idempotency-key')
    // The assertion is an open structure of WebAuthn; the verifying library parses it.
    const { mandate, order, assertion } = request.body
    const { answer, replayed } = await submitMandate(context, who, { mandate, order, assertion }, key)
    if (replayed) reply.header('idempotent-replayed', 'true')
    return reply.code(replayed ? 200 : 201).send(answer)
  })

  app.get('/v1/payments/:id', { schema: { params: ById } }, async (request) =>
    getPayment(context, await device(request), request.params.id),
  )

  app.post('/v1/payments/:id/outcome', { schema: { params: ById, body: Outcome } }, async (request) =>
    fileOutcome(context, await device(request), request.params.id, request.body),
  )

  app.post('/v1/merchant/orders', { schema: { body: MerchantOrder } }, async (request, reply) => {
    const { answer, created } = await createOrder(context, await merchant(request), request.body)
    return reply.code(created ? 201 : 200).send(answer)
  })

  app.get('/v1/merchant/orders/:id', { schema: { params: ById } }, async (request) =>
    getOrder(context, await merchant(request), request.params.id),
  )

  app.post('/v1/merchant/orders/:id/consume', { schema: { params: ById } }, async (request, reply) => {
    const key = header(request, 'idempotency-key') ?? null
    const who = await merchant(request)
    const { answer, replayed } = await consumeOrder(context, who, request.params.id, key)
    if (replayed) reply.header('idempotent-replayed', 'true')
    return answer
  })

  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async () => {
    await context.db.query('SELECT 1').catch(() => {
      throw new ProblemError('not_ready', 'the database does not answer')
    })
    return { status: 'ready' }
  })
}

function addDevices(app: App, context: Context): void {
  const tries = failedTries(context.now)
  app.post('/v1/devices', { schema: { body: Activation } }, async (request, reply) => {
    const wait = tries.waitFor(request.ip)
    if (wait > 0) {
      reply.header('retry-after', String(wait))
      throw new ProblemError('rate_limited')
    }
    try {
      return await reply.code(201).send(await activateDevice(context, request.body))
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'code_invalid') tries.count(request.ip)
      throw error
    }
  })
}

const ById = Strict({ id: Id })

const Activation = Strict({
  code: Type.String({ minLength: 1, maxLength: 64 }),
  device_key: PublicKey,
  consent: Type.Union([
    Strict({ kind: Type.Literal('pin'), key: PublicKey }),
    Strict({
      kind: Type.Literal('passkey'),
      credential_id: Type.String({ minLength: 1, maxLength: 1400, pattern: '^[\\w-]+$' }),
      public_key: Type.String({ minLength: 1, maxLength: 2000, pattern: '^[\\w-]+$' }),
      rp_id: Type.String({ minLength: 1, maxLength: 300 }),
      origin: Type.String({ minLength: 1, maxLength: 300 }),
    }),
  ]),
  label: Text,
})

const Assertion = Type.Object({
  id: Type.String({ maxLength: 1400 }),
  rawId: Type.String({ maxLength: 1400 }),
  type: Type.Literal('public-key'),
  authenticatorAttachment: Type.Optional(
    Type.Union([Type.Literal('platform'), Type.Literal('cross-platform')]),
  ),
  clientExtensionResults: Type.Object({}),
  response: Type.Object({
    clientDataJSON: Type.String({ maxLength: 4096 }),
    authenticatorData: Type.String({ maxLength: 4096 }),
    signature: Type.String({ maxLength: 1024 }),
    userHandle: Type.Optional(Type.String({ maxLength: 200 })),
  }),
})

const Submission = Strict({ mandate: Jws, order: Order, assertion: Nullable(Assertion) })

const Outcome = Strict({
  outcome: Type.Union([Type.Literal('settled'), Type.Literal('failed'), Type.Literal('voided')]),
  detail: Type.String({ maxLength: 1000 }),
})

const MerchantOrder = Strict({
  reference: Type.String({ minLength: 1, maxLength: 200 }),
  amount: Money,
  description: Type.String({ maxLength: 1000 }),
  origin: Origin,
})
