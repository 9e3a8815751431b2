import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import { issueActivationCode } from '../devices/activation.ts'
import { revokeDevice } from '../devices/manage.ts'
import { CodeAnswer, DeviceAnswer, MerchantKeyAnswer, RevokedAnswer } from '../http/answers.ts'
import { accountOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { AccountId, ById, Id, Nothing, Nullable, Origin, Strict, Text } from '../http/schemas.ts'
import type { App } from '../http/server.ts'
import { registerMerchant, revokeMerchant, rotateMerchantKey } from '../merchants/orders.ts'

export function addOperatorRoutes(app: App, context: Context): void {
  const operator = { access: { operator: true } } as const

  app.post(
    '/v1/operator/activation-codes',
    {
      schema: {
        summary: 'A one-time code for a new account, or for another device of an account',
        response: { 201: CodeAnswer },
        body: Strict({ label: Text, account_id: Nullable(AccountId) }),
      },
      config: operator,
    },
    async (request, reply) => {
      const { label, account_id } = request.body
      const account = account_id === null ? { label } : { accountId: account_id }
      const issued = await issueActivationCode(context.db, context.now(), account)
      return reply.code(201).send({
        code: issued.code,
        account_id: issued.accountId,
        expires_at: new Date(issued.expiresAt).toISOString(),
      })
    },
  )

  app.post(
    '/v1/operator/merchants',
    {
      schema: {
        summary: 'Register a merchant',
        response: { 201: MerchantKeyAnswer },
        body: Strict({ name: Text, origin: Origin }),
      },
      config: operator,
    },
    async (request, reply) =>
      reply.code(201).send(await registerMerchant(context.db, context.now(), request.body)),
  )

  app.post(
    '/v1/operator/merchants/:id/rotate',
    {
      schema: {
        summary: 'A new key for a merchant',
        response: { 200: MerchantKeyAnswer },
        params: ById,
        body: Nothing,
      },
      config: operator,
    },
    (request) => rotateMerchantKey(context.db, request.params.id, null),
  )

  app.post(
    '/v1/operator/merchants/:id/revoke',
    {
      schema: {
        summary: 'Revoke a merchant’s key',
        response: { 200: RevokedAnswer },
        params: ById,
        body: Nothing,
      },
      config: operator,
    },
    async (request) => {
      await revokeMerchant(context.db, context.now(), request.params.id)
      return { id: request.params.id, revoked: true }
    },
  )

  app.post(
    '/v1/operator/devices/:id/revoke',
    {
      schema: {
        summary: 'Revoke a lost device',
        response: { 200: DeviceAnswer },
        params: Strict({ id: Id }),
        body: Nothing,
      },
      config: operator,
    },
    async (request) => {
      principalOf(request, 'operator')
      const account = accountOf(request.params.id, 'dev')
      if (account === null) throw new ProblemError('not_found')
      return revokeDevice(context, account, request.params.id)
    },
  )
}
