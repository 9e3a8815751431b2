import { Type } from 'typebox'
import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import { PaymentAnswer } from '../http/answers.ts'
import { Assertion, ById, Jws, Nullable, Order, Strict } from '../http/schemas.ts'
import { type App, header } from '../http/server.ts'
import { fileOutcome, getPayment } from '../payments/payments.ts'
import { submitMandate } from './submit.ts'

const Submission = Strict({ mandate: Jws, order: Order, assertion: Nullable(Assertion) })

const Outcome = Strict({
  outcome: Type.Union([Type.Literal('settled'), Type.Literal('failed'), Type.Literal('voided')]),
  detail: Type.String({ maxLength: 1000 }),
})

export function addMandateRoutes(app: App, context: Context): void {
  const device = { access: { device: true } } as const

  app.post(
    '/v1/mandates',
    {
      schema: {
        summary: 'Authorise a payment by the person’s mandate',
        response: { 200: PaymentAnswer, 201: PaymentAnswer },
        body: Submission,
      },
      config: { ...device, hearsItself: true },
    },
    async (request, reply) => {
      const who = principalOf(request, 'device')
      const { answer, replayed } = await submitMandate(
        context,
        who,
        request.body,
        header(request, 'idempotency-key'),
      )
      if (replayed) reply.header('idempotent-replayed', 'true')
      return reply.code(replayed ? 200 : 201).send(answer)
    },
  )

  app.get(
    '/v1/payments/:id',
    { schema: { summary: 'A payment', response: { 200: PaymentAnswer }, params: ById }, config: device },
    (request) => getPayment(context, principalOf(request, 'device'), request.params.id),
  )

  app.post(
    '/v1/payments/:id/outcome',
    {
      schema: {
        summary: 'What the device saw after the release',
        response: { 200: PaymentAnswer },
        params: ById,
        body: Outcome,
      },
      config: device,
    },
    (request) => fileOutcome(context, principalOf(request, 'device'), request.params.id, request.body),
  )
}
