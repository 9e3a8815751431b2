import { Type } from 'typebox'
import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import { allowanceForAcp, allowanceForAct } from '../export/allowance.ts'
import {
  AcpAllowance,
  ActAnswer,
  AllowanceAnswer,
  AllowanceList,
  SubscriptionAnswer,
  SubscriptionList,
} from '../http/answers.ts'
import { Amount, ById, Consent, Id, Money, Nothing, Nullable, Origin, Strict } from '../http/schemas.ts'
import type { App } from '../http/server.ts'
import { askerOf } from '../orders/routes.ts'
import { allow, listAllowances, revokeAllowance } from './allowances.ts'
import { changeSubscription, listSubscriptions } from './subscriptions.ts'

const Allowance = Strict({
  payee: Origin,
  agent_id: Nullable(Id),
  limit: Money,
  per_order: Amount,
  orders: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  expires_at: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$' }),
})

export function addSubscriptionRoutes(app: App, context: Context): void {
  const device = { access: { device: true } } as const

  app.get(
    '/v1/subscriptions',
    {
      schema: { summary: 'Subscriptions', response: { 200: SubscriptionList } },
      config: { access: { agent: 'orders:read', device: true } },
    },
    async (request) => ({ subscriptions: await listSubscriptions(context, askerOf(request)) }),
  )
  for (const change of ['pause', 'resume'] as const) {
    app.post(
      `/v1/subscriptions/:id/${change}`,
      {
        schema: {
          summary: `The person ${change}s a subscription`,
          response: { 200: SubscriptionAnswer },
          params: ById,
          body: Nothing,
        },
        config: device,
      },
      (request) => changeSubscription(context, askerOf(request), request.params.id, change),
    )
  }
  app.post(
    '/v1/subscriptions/:id/cancel',
    {
      schema: {
        summary: 'End a subscription by one command',
        response: { 200: SubscriptionAnswer },
        params: ById,
        body: Nothing,
      },
      config: { access: { agent: 'orders:cancel', device: true } },
    },
    (request) => changeSubscription(context, askerOf(request), request.params.id, 'cancel'),
  )

  app.post(
    '/v1/allowances',
    {
      schema: {
        summary:
          'Let an agent, or this device’s shop rail, pay one payee up to an amount, with the person’s consent',
        response: { 201: AllowanceAnswer },
        body: Strict({ allowance: Allowance, consent: Consent }),
      },
      config: device,
    },
    async (request, reply) =>
      reply.code(201).send(await allow(context, principalOf(request, 'device'), request.body)),
  )
  app.get(
    '/v1/allowances',
    { schema: { summary: 'Allowances', response: { 200: AllowanceList } }, config: device },
    async (request) => ({
      allowances: await listAllowances(context, principalOf(request, 'device').accountId),
    }),
  )
  app.get(
    '/v1/allowances/:id/acp',
    {
      schema: {
        summary: 'What is left of an allowance as ACP `allowance`, for one checkout session',
        response: { 200: AcpAllowance },
        params: ById,
        querystring: Strict({
          checkout_session_id: Id,
          merchant_id: Type.String({ minLength: 1, maxLength: 256 }),
        }),
      },
      config: device,
    },
    (request) => {
      const { checkout_session_id, merchant_id } = request.query
      const { accountId } = principalOf(request, 'device')
      const session = { id: checkout_session_id, merchantId: merchant_id }
      return allowanceForAcp(context, accountId, request.params.id, session)
    },
  )
  app.get(
    '/v1/allowances/:id/act',
    {
      schema: {
        summary: 'An agent’s allowance as ACT intent rule (ISR) and signed credential (IAC)',
        response: { 200: ActAnswer },
        params: ById,
      },
      config: device,
    },
    (request) => allowanceForAct(context, principalOf(request, 'device').accountId, request.params.id),
  )
  app.post(
    '/v1/allowances/:id/revoke',
    {
      schema: {
        summary: 'Revoke an allowance',
        response: { 200: AllowanceAnswer },
        params: ById,
        body: Nothing,
      },
      config: device,
    },
    (request) => revokeAllowance(context, principalOf(request, 'device').accountId, request.params.id),
  )
}
