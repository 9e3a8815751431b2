import { Type } from 'typebox'
import { AGENT_SCOPES } from '../../utils/contract/orders.ts'
import { nameOf, principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import { AgentAnswer, AgentList, AgentTokenAnswer } from '../http/answers.ts'
import { once } from '../http/idempotency.ts'
import { ById, Nothing, Strict, Text } from '../http/schemas.ts'
import { type App, header, sendOnce } from '../http/server.ts'
import { issueAgent, listAgents, revokeAgent, rotateAgent } from './agents.ts'

const NewAgent = Strict({
  label: Text,
  scopes: Type.Array(Type.Enum([...AGENT_SCOPES]), { minItems: 1, maxItems: AGENT_SCOPES.length }),
})

export function addAgentRoutes(app: App, context: Context): void {
  const device = { access: { device: true } } as const

  app.post(
    '/v1/agents',
    {
      schema: {
        summary: 'A token for an agent; shown once',
        response: { 201: AgentTokenAnswer },
        body: NewAgent,
      },
      config: device,
    },
    async (request, reply) => {
      const who = principalOf(request, 'device')
      const command = {
        accountId: who.accountId,
        principal: nameOf(who),
        route: 'POST /v1/agents',
        key: header(request, 'idempotency-key'),
        body: request.body,
      }
      // The stored answer leaves the token out: it is shown once and kept nowhere.
      let token = ''
      const result = await once(context, command, async (tx) => {
        const issued = await issueAgent(context, tx, who.accountId, request.body)
        token = issued.token
        return { status: 201, body: { ...issued, token: '' } }
      })
      context.wake('events')
      const body = typeof result.body === 'object' && token !== '' ? { ...result.body, token } : result.body
      return sendOnce(reply, { ...result, body })
    },
  )

  app.get(
    '/v1/agents',
    { schema: { summary: 'Agents of the account', response: { 200: AgentList } }, config: device },
    async (request) => ({
      agents: await listAgents(context, principalOf(request, 'device').accountId),
    }),
  )

  app.post(
    '/v1/agents/:id/rotate',
    {
      schema: {
        summary: 'A new token; the old one is dead at once',
        response: { 200: AgentTokenAnswer },
        params: ById,
        body: Nothing,
      },
      config: device,
    },
    (request) => rotateAgent(context, principalOf(request, 'device').accountId, request.params.id),
  )

  app.post(
    '/v1/agents/:id/revoke',
    {
      schema: { summary: 'Revoke an agent', response: { 200: AgentAnswer }, params: ById, body: Nothing },
      config: device,
    },
    (request) => revokeAgent(context, principalOf(request, 'device').accountId, request.params.id),
  )
}
