/** Approval on another device: pairing, questions, answers, and the page that shows them. */
import { Type } from 'typebox'
import { principalOf } from '../auth/principals.ts'
import type { Context } from '../context.ts'
import {
  AdmittedAnswer,
  ApprovalAnswer,
  ApproverAnswer,
  ApproverList,
  DecisionAnswer,
  InvitationAnswer,
  RequiredAnswer,
  WaitingApprovals,
} from '../http/answers.ts'
import type { Leaving } from '../http/leaving.ts'
import { Assertion, ById, Consent, Id, Nothing, Order, Strict, Text } from '../http/schemas.ts'
import type { App } from '../http/server.ts'
import { askApproval, decideApproval, pendingApprovals, waitForApproval } from './approvals.ts'
import { admitApprover, invite, listApprovers, requireApprover, revokeApprover } from './approvers.ts'
import { addApprovalPage } from './page.ts'

const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$' })
const WaitS = Type.Optional(Type.String({ pattern: '^([0-9]|1[0-9]|2[0-5])$' }))

/** An open structure of WebAuthn; the verifying library judges it. */
const Registration = Type.Object({
  id: Type.String({ maxLength: 1400 }),
  rawId: Type.String({ maxLength: 1400 }),
  type: Type.Literal('public-key'),
  authenticatorAttachment: Type.Optional(Type.Enum(['platform', 'cross-platform'])),
  clientExtensionResults: Type.Object({}),
  response: Type.Object({
    clientDataJSON: Type.String({ maxLength: 4096 }),
    attestationObject: Type.String({ maxLength: 16_384 }),
  }),
})

export function addApprovalRoutes(app: App, context: Context, leaving: Leaving): void {
  const device = { access: { device: true } } as const
  const approver = { access: { approver: true } } as const

  app.post(
    '/v1/approvers/invitations',
    {
      schema: {
        summary: 'Invite one more device to approve, with the person’s consent',
        response: { 201: InvitationAnswer },
        body: Strict({ nonce: Id, consent: Consent }),
      },
      config: device,
    },
    async (request, reply) =>
      reply.code(201).send(await invite(context, principalOf(request, 'device'), request.body)),
  )
  app.post(
    '/v1/approvers',
    {
      schema: {
        summary: 'Let the invited device in, by its token and a passkey',
        response: { 201: AdmittedAnswer },
        body: Strict({ token: Text, label: Text, registration: Registration }),
      },
      config: { access: { public: true } },
    },
    async (request, reply) => reply.code(201).send(await admitApprover(context, request.body)),
  )
  app.get(
    '/v1/approvers',
    { schema: { summary: 'Devices that may approve', response: { 200: ApproverList } }, config: device },
    async (request) => ({
      approvers: await listApprovers(context, principalOf(request, 'device').accountId),
    }),
  )
  app.post(
    '/v1/approvers/:id/revoke',
    {
      schema: {
        summary: 'Revoke a device that may approve',
        response: { 200: ApproverAnswer },
        params: ById,
        body: Nothing,
      },
      config: device,
    },
    (request) => revokeApprover(context, principalOf(request, 'device').accountId, request.params.id),
  )

  app.post(
    '/v1/approvers/require',
    {
      schema: {
        summary: 'From now on pay only what is approved on another device; the device cannot lift it',
        response: { 200: RequiredAnswer },
        body: Nothing,
      },
      config: device,
    },
    (request) => {
      const { accountId, deviceId } = principalOf(request, 'device')
      return requireApprover(context, accountId, deviceId, true)
    },
  )
  app.post(
    '/v1/approvers/release',
    {
      schema: {
        summary: 'Let the browser’s device approve by itself again',
        response: { 200: RequiredAnswer },
        body: Nothing,
      },
      config: approver,
    },
    (request) => {
      const { accountId, approverId } = principalOf(request, 'approver')
      return requireApprover(context, accountId, approverId, false)
    },
  )

  app.post(
    '/v1/approvals',
    {
      schema: {
        summary: 'Ask the person on their other device',
        response: { 201: ApprovalAnswer },
        body: Strict({ attempt_id: Id, order: Order, expires_at: Time }),
      },
      config: device,
    },
    async (request, reply) =>
      reply.code(201).send(await askApproval(context, principalOf(request, 'device'), request.body)),
  )
  app.get(
    '/v1/approvals/:id',
    {
      schema: {
        summary: 'The answer; with wait_s, as soon as there is one',
        response: { 200: ApprovalAnswer },
        params: ById,
        querystring: Strict({ wait_s: WaitS }),
      },
      config: { ...device, waits: true },
    },
    (request, reply) =>
      waitForApproval(
        context,
        principalOf(request, 'device'),
        request.params.id,
        Number(request.query.wait_s ?? '0'),
        leaving(reply),
      ),
  )
  app.get(
    '/v1/approvals',
    {
      schema: {
        summary: 'What waits for the person’s answer; with wait_s, as soon as it is not `known`',
        response: { 200: WaitingApprovals },
        querystring: Strict({ wait_s: WaitS, known: Type.Optional(Type.String({ maxLength: 4000 })) }),
      },
      config: { ...approver, waits: true },
    },
    (request, reply) =>
      pendingApprovals(
        context,
        principalOf(request, 'approver'),
        request.query.known ?? '',
        Number(request.query.wait_s ?? '0'),
        leaving(reply),
      ),
  )
  app.post(
    '/v1/approvals/:id/approve',
    {
      schema: {
        summary: 'Approve, with a passkey over the order’s digest',
        response: { 200: DecisionAnswer },
        params: ById,
        body: Strict({ assertion: Assertion }),
      },
      config: approver,
    },
    (request) =>
      decideApproval(context, principalOf(request, 'approver'), request.params.id, request.body.assertion),
  )
  app.post(
    '/v1/approvals/:id/reject',
    {
      schema: { summary: 'Reject', response: { 200: DecisionAnswer }, params: ById, body: Nothing },
      config: approver,
    },
    (request) => decideApproval(context, principalOf(request, 'approver'), request.params.id, null),
  )
  addApprovalPage(app)
}
