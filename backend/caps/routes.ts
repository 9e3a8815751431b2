import { Type } from 'typebox'
import { CAP_WINDOWS } from '../../utils/caps/cap.ts'
import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import { CapList } from '../http/answers.ts'
import { Consent, Id, Money, Nullable, Strict } from '../http/schemas.ts'
import type { App } from '../http/server.ts'
import { askerOf } from '../orders/routes.ts'
import { capAnswers } from './caps.ts'
import { removeCap, setCap } from './change.ts'

const Cap = Strict({
  scope: Type.Union([
    Strict({ kind: Type.Literal('all') }),
    Strict({
      kind: Type.Literal('site'),
      site: Type.String({ minLength: 1, maxLength: 300, pattern: '^[^#]' }),
    }),
    Strict({ kind: Type.Literal('tip') }),
  ]),
  window: Type.Enum([...CAP_WINDOWS]),
  limit: Money,
})
const Version = Type.Integer({ minimum: 0, maximum: 1_000_000_000 })

export function addCapRoutes(app: App, context: Context): void {
  app.get(
    '/v1/caps',
    {
      schema: { summary: 'Caps and what is left of them', response: { 200: CapList } },
      config: { access: { device: true, agent: 'caps:read' } },
    },
    async (request) => {
      const { accountId, agentId } = askerOf(request)
      return { caps: await capAnswers(context, accountId, agentId) }
    },
  )

  app.put(
    '/v1/caps',
    {
      schema: {
        summary: 'Set a cap; raising one needs the person’s consent',
        response: { 200: CapList },
        body: Strict({ cap: Cap, version: Version, consent: Nullable(Consent) }),
      },
      config: { access: { device: true } },
    },
    async (request) => {
      const who = principalOf(request, 'device')
      await setCap(context, who, request.body)
      return { caps: await capAnswers(context, who.accountId) }
    },
  )

  app.post(
    '/v1/caps/remove',
    {
      schema: {
        summary: 'Remove a cap, with the person’s consent',
        response: { 200: CapList },
        body: Strict({ cap_id: Id, version: Version, consent: Consent }),
      },
      config: { access: { device: true } },
    },
    async (request) => {
      const who = principalOf(request, 'device')
      await removeCap(context, who, request.body)
      return { caps: await capAnswers(context, who.accountId) }
    },
  )
}
