import { Type } from 'typebox'
import { CLAIM_REASONS } from '../../utils/contract/subscriptions.ts'
import { nameOf, principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import { ap2Mandates } from '../export/ap2.ts'
import { Ap2Answer, ClaimAnswer, ClaimDetails, ClaimList, EvidenceAnswer } from '../http/answers.ts'
import { once } from '../http/idempotency.ts'
import { ById, Id, Strict } from '../http/schemas.ts'
import { type App, header, sendOnce } from '../http/server.ts'
import { appealClaim, decideClaim, findClaim, listClaims, openClaim } from './claims.ts'
import { evidenceFor } from './evidence.ts'

const Words = Type.String({ minLength: 1, maxLength: 2000 })
const Claim = Strict({ payment_id: Id, reason: Type.Enum([...CLAIM_REASONS]), statement: Words })

export function addClaimRoutes(app: App, context: Context): void {
  const device = { access: { device: true } } as const
  const operator = { access: { operator: true } } as const

  app.post(
    '/v1/claims',
    {
      schema: { summary: 'Claim compensation for a payment', response: { 201: ClaimAnswer }, body: Claim },
      config: device,
    },
    async (request, reply) => {
      const who = principalOf(request, 'device')
      const command = {
        accountId: who.accountId,
        principal: nameOf(who),
        route: 'POST /v1/claims',
        key: header(request, 'idempotency-key'),
        body: request.body,
      }
      const result = await once(context, command, async (tx) => ({
        status: 201,
        body: await openClaim(context, tx, who.accountId, request.body),
      }))
      context.wake('events')
      return sendOnce(reply, result)
    },
  )

  app.get(
    '/v1/claims',
    { schema: { summary: 'Claims of the account', response: { 200: ClaimList } }, config: device },
    async (request) => ({
      claims: await listClaims(context, principalOf(request, 'device').accountId),
    }),
  )

  app.post(
    '/v1/claims/:id/appeal',
    {
      schema: {
        summary: 'Appeal a refusal',
        response: { 200: ClaimAnswer },
        params: ById,
        body: Strict({ statement: Words }),
      },
      config: device,
    },
    (request) => {
      const { accountId } = principalOf(request, 'device')
      return context.db.transaction((tx) =>
        appealClaim(context, tx, accountId, request.params.id, request.body.statement),
      )
    },
  )

  app.get(
    '/v1/payments/:id/evidence',
    {
      schema: {
        summary: 'Everything that shows what was consented to',
        response: { 200: EvidenceAnswer },
        params: ById,
      },
      config: device,
    },
    (request) => evidenceFor(context, principalOf(request, 'device').accountId, request.params.id),
  )

  app.get(
    '/v1/payments/:id/ap2',
    {
      schema: {
        summary: 'The payment as AP2 v0.2 checkout and payment mandates (SD-JWT)',
        response: { 200: Ap2Answer },
        params: ById,
      },
      config: device,
    },
    (request) => ap2Mandates(context, principalOf(request, 'device').accountId, request.params.id),
  )

  app.get(
    '/v1/operator/claims',
    { schema: { summary: 'Claims to decide', response: { 200: ClaimList } }, config: operator },
    async () => ({
      claims: await listClaims(context, null),
    }),
  )

  app.get(
    '/v1/operator/claims/:id',
    {
      schema: {
        summary: 'A claim with what the person says and the evidence, to decide it',
        response: { 200: ClaimDetails },
        params: ById,
      },
      config: operator,
    },
    async (request) => {
      const { accountId, claim, statement } = await findClaim(context, request.params.id)
      return { claim, statement, evidence: await evidenceFor(context, accountId, claim.payment_id) }
    },
  )

  app.post(
    '/v1/operator/claims/:id/decide',
    {
      schema: {
        summary: 'Decide a claim',
        response: { 200: ClaimAnswer },
        params: ById,
        body: Strict({ compensate: Type.Boolean(), why: Words }),
      },
      config: operator,
    },
    async (request) => {
      const { compensate, why } = request.body
      const decided = await decideClaim(context, request.params.id, compensate, why)
      context.wake('events')
      return decided
    },
  )
}
