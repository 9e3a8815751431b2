import { Type } from 'typebox'
import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import { ConsumeAnswer, MerchantKeyAnswer, MerchantOrderAnswer } from '../http/answers.ts'
import { ById, Money, Nothing, Origin, Strict } from '../http/schemas.ts'
import { type App, header } from '../http/server.ts'
import { consumeOrder, createOrder, getOrder, rotateMerchantKey } from './orders.ts'

const MerchantOrder = Strict({
  reference: Type.String({ minLength: 1, maxLength: 200 }),
  amount: Money,
  description: Type.String({ maxLength: 1000 }),
  origin: Origin,
})

export function addMerchantRoutes(app: App, context: Context): void {
  const merchant = { access: { merchant: true } } as const

  app.post(
    '/v1/merchant/orders',
    {
      schema: {
        summary: 'Open an order',
        response: { 200: MerchantOrderAnswer, 201: MerchantOrderAnswer },
        body: MerchantOrder,
      },
      config: merchant,
    },
    async (request, reply) => {
      const who = principalOf(request, 'merchant')
      const { answer, created } = await createOrder(context, who, request.body)
      return reply.code(created ? 201 : 200).send(answer)
    },
  )

  app.get(
    '/v1/merchant/orders/:id',
    {
      schema: { summary: 'An order of the merchant', response: { 200: MerchantOrderAnswer }, params: ById },
      config: merchant,
    },
    (request) => getOrder(context, principalOf(request, 'merchant'), request.params.id),
  )

  app.post(
    '/v1/merchant/orders/:id/consume',
    {
      schema: {
        summary: 'Use the payer’s consent up, once for ever',
        response: { 200: ConsumeAnswer },
        params: ById,
        body: Nothing,
      },
      config: merchant,
    },
    async (request, reply) => {
      const who = principalOf(request, 'merchant')
      const key = header(request, 'idempotency-key') ?? null
      const { answer, replayed } = await consumeOrder(context, who, request.params.id, key)
      if (replayed) reply.header('idempotent-replayed', 'true')
      return answer
    },
  )

  app.post(
    '/v1/merchant/key/rotate',
    {
      schema: {
        summary: 'A new key; the old one is dead at once',
        response: { 200: MerchantKeyAnswer },
        body: Nothing,
      },
      config: merchant,
    },
    (request) => {
      const { accountId, keyHash } = principalOf(request, 'merchant')
      return rotateMerchantKey(context.db, accountId, keyHash)
    },
  )
}
