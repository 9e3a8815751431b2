import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ORDER_STATES } from '../../utils/contract/orders.ts'
import { nameOf, principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../db/database.ts'
import { OrderAnswer, OrderListAnswer, RefundAnswer, SubscriptionAnswer } from '../http/answers.ts'
import { once } from '../http/idempotency.ts'
import { accountOf } from '../http/identifiers.ts'
import type { Leaving } from '../http/leaving.ts'
import { ProblemError } from '../http/problems.ts'
import {
  ById,
  Id,
  LineItem,
  Money,
  Nullable,
  Origin,
  Recurrence,
  Strict,
  Text,
  TotalLine,
} from '../http/schemas.ts'
import { type App, header, sendOnce } from '../http/server.ts'
import { payFromAllowance } from '../subscriptions/allowances.ts'
import { changePrice } from '../subscriptions/price.ts'
import { cancelOrder, modifyOrder, rejectOrder } from './change.ts'
import { type Asker, createOrder } from './create.ts'
import { findOrder, orderAnswer } from './order-row.ts'
import { listOrders, waitForOrder } from './read.ts'
import { getRefund, refundOrder } from './refunds.ts'
import { tipOrder } from './tips.ts'

const Request = Strict({
  payee: Strict({ website: Origin, name: Nullable(Text) }),
  items: Type.Array(LineItem, { maxItems: 500 }),
  totals: Type.Array(TotalLine, { maxItems: 50 }),
  total: Money,
  ship_to: Nullable(Text),
  reason: Text,
  merchant_order: Nullable(Id),
  recurrence: Nullable(Recurrence),
  expires_in: Type.Optional(Type.Integer({ minimum: 60, maximum: 86_400 })),
})

const List = Strict({
  state: Type.Optional(Type.Enum([...ORDER_STATES])),
  limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-9][0-9]|100)$' })),
  before: Type.Optional(Id),
})

const Wait = Strict({
  wait_s: Type.Optional(Type.String({ pattern: '^([0-9]|1[0-9]|2[0-5])$' })),
  version: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
})

const Tip = Strict({ amount: Money, reason: Text })
const Cancel = Strict({ reason: Text })
const Reject = Type.Optional(
  Nullable(
    Strict({
      say: Type.Optional(Nullable(Strict({ kind: Type.Enum(['reason', 'change']), text: Text }))),
    }),
  ),
)
const Price = Strict({ price: Money })
const Refund = Strict({ amount: Nullable(Money), reason: Text })

/** An agent asks for itself, a device for the person. */
export function askerOf(request: FastifyRequest): Asker {
  const who = principalOf(request, 'agent', 'device')
  return { accountId: who.accountId, agentId: who.kind === 'agent' ? who.agentId : null }
}

export function addOrderRoutes(app: App, context: Context, leaving: Leaving): void {
  /** A command of an account that may be repeated under its key. */
  async function command(
    request: FastifyRequest,
    accountId: string,
    work: (tx: Sql) => Promise<{ status: number; body: unknown }>,
  ) {
    const { principal } = request
    if (principal === null) throw new ProblemError('unauthenticated')
    const result = await once(
      context,
      {
        accountId,
        principal: nameOf(principal),
        route: `${request.method} ${request.url.split('?', 1)[0]}`,
        key: header(request, 'idempotency-key'),
        body: request.body,
      },
      work,
    )
    context.wake('calls')
    return result
  }

  app.post(
    '/v1/orders',
    {
      schema: { summary: 'Ask for a payment', response: { 201: OrderAnswer }, body: Request },
      config: { access: { agent: 'orders:create', device: true } },
    },
    async (request, reply) => {
      const who = askerOf(request)
      const result = await command(request, who.accountId, async (tx) => ({
        status: 201,
        body: orderAnswer(
          await payFromAllowance(context, tx, await createOrder(context, tx, who, request.body)),
        ),
      }))
      return sendOnce(reply, result)
    },
  )

  app.get(
    '/v1/orders',
    {
      schema: { summary: 'Orders, newest first', response: { 200: OrderListAnswer }, querystring: List },
      config: { access: { agent: 'orders:read', device: true } },
    },
    (request) => {
      const { state, limit, before } = request.query
      return listOrders(context, askerOf(request), {
        state: state ?? null,
        limit: Number(limit ?? '50'),
        before: before ?? null,
      })
    },
  )

  app.get(
    '/v1/orders/:id',
    {
      schema: {
        summary: 'An order; with wait_s, as soon as it changes',
        response: { 200: OrderAnswer },
        params: ById,
        querystring: Wait,
      },
      config: { access: { agent: 'orders:read', device: true }, waits: true },
    },
    async (request, reply) => {
      const { wait_s, version } = request.query
      const known = version === undefined ? null : Number(version)
      const wait = Number(wait_s ?? '0')
      return orderAnswer(
        await waitForOrder(context, askerOf(request), request.params.id, known, wait, leaving(reply)),
      )
    },
  )

  app.put(
    '/v1/orders/:id',
    {
      schema: {
        summary: 'Modify an order; looser needs a new consent',
        response: { 200: OrderAnswer },
        params: ById,
        body: Request,
      },
      config: { access: { agent: 'orders:modify', device: true } },
    },
    async (request, reply) => {
      const who = askerOf(request)
      const version = /^"(\d{1,9})"$/.exec(header(request, 'if-match') ?? '')?.[1]
      if (version === undefined) throw new ProblemError('version_required')
      const order = await context.db.transaction((tx) =>
        modifyOrder(context, tx, who, request.params.id, Number(version), request.body),
      )
      context.wake('calls')
      return reply.send(orderAnswer(order))
    },
  )

  app.post(
    '/v1/orders/:id/cancel',
    {
      schema: {
        summary: 'Cancel an order, until it is settled',
        response: { 200: OrderAnswer },
        params: ById,
        body: Cancel,
      },
      config: { access: { agent: 'orders:cancel', device: true } },
    },
    async (request) => {
      const who = askerOf(request)
      const order = await context.db.transaction((tx) =>
        cancelOrder(context, tx, who, request.params.id, request.body.reason),
      )
      context.wake('calls')
      return orderAnswer(order)
    },
  )

  app.post(
    '/v1/orders/:id/reject',
    {
      schema: { summary: 'The person says no', response: { 200: OrderAnswer }, params: ById, body: Reject },
      config: { access: { device: true } },
    },
    async (request) => {
      const { accountId } = principalOf(request, 'device')
      const order = await context.db.transaction((tx) =>
        rejectOrder(context, tx, accountId, request.params.id, request.body?.say ?? null),
      )
      context.wake('calls')
      return orderAnswer(order)
    },
  )

  app.post(
    '/v1/orders/:id/tips',
    {
      schema: {
        summary: 'Ask for a tip to a paid order',
        response: { 201: OrderAnswer },
        params: ById,
        body: Tip,
      },
      config: { access: { agent: 'orders:create', device: true } },
    },
    async (request, reply) => {
      const who = askerOf(request)
      const result = await command(request, who.accountId, async (tx) => ({
        status: 201,
        body: orderAnswer(await tipOrder(context, tx, who, request.params.id, request.body)),
      }))
      return sendOnce(reply, result)
    },
  )

  app.post(
    '/v1/orders/:id/refunds',
    {
      schema: {
        summary: 'Refund a settled order, whole or in part',
        response: { 201: RefundAnswer },
        params: ById,
        body: Refund,
      },
      config: { access: { merchant: true, operator: true } },
    },
    async (request, reply) => {
      const { id } = request.params
      const accountId = await saleOf(request, id)
      const by = request.principal?.kind ?? ''
      const result = await command(request, accountId, async (tx) => ({
        status: 201,
        body: await refundOrder(context, tx, accountId, id, request.body, by),
      }))
      return sendOnce(reply, result)
    },
  )

  app.post(
    '/v1/orders/:id/price',
    {
      schema: {
        summary: 'A new price of a subscription; above what the person agreed to, they are asked first',
        response: { 200: SubscriptionAnswer },
        params: ById,
        body: Price,
      },
      config: { access: { merchant: true, operator: true } },
    },
    async (request, reply) => {
      const { id } = request.params
      const accountId = await saleOf(request, id)
      const result = await command(request, accountId, async (tx) => ({
        status: 200,
        body: await changePrice(context, tx, await findOrder(tx, accountId, id), request.body.price),
      }))
      return sendOnce(reply, result)
    },
  )

  app.get(
    '/v1/refunds/:id',
    {
      schema: { summary: 'A refund', response: { 200: RefundAnswer }, params: ById },
      config: { access: { device: true } },
    },
    (request) => getRefund(context.db, principalOf(request, 'device').accountId, request.params.id),
  )

  /** Account of an order that this principal has sold: the merchant's own, or any for operators. A payer claims. */
  async function saleOf(request: FastifyRequest, orderId: string): Promise<string> {
    const who = principalOf(request, 'merchant', 'operator')
    const account = accountOf(orderId, 'wor')
    if (account === null) throw new ProblemError('not_found')
    const order = await findOrder(context.db, account, orderId)
    if (who.kind === 'merchant' && order.order.site.origin !== who.origin) throw new ProblemError('not_found')
    return account
  }
}
