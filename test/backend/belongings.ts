/** Something of every kind that has an id, of one account and one merchant: for tests of who may reach what. */
import { randomUUID } from 'node:crypto'
import type { RunningBackend } from '../../backend/backend.ts'
import { type ApprovalAnswer, invitationChallenge } from '../../utils/contract/approvals.ts'
import type { OrderAnswer, RefundAnswer } from '../../utils/contract/orders.ts'
import type { AllowanceAnswer, ClaimAnswer, SubscriptionAnswer } from '../../utils/contract/subscriptions.ts'
import { agentOf, anOrderRequest } from './agent.ts'
import { anOrder, post, type TestDevice } from './device.ts'
import { phoneOf } from './phone.ts'

export interface Paired {
  id: string
  key: string
}

/** A phone that may approve for the device's account. */
export async function pairPhone(backend: RunningBackend, of: TestDevice): Promise<Paired> {
  const nonce = randomUUID()
  const consent = await of.consent({ command: 'invite-approver', nonce })
  const { body } = await of.request<{ token: string }>('POST', '/v1/approvers/invitations', {
    nonce,
    consent,
  })
  const registration = phoneOf(backend.url).register(await invitationChallenge(body.token))
  const made = await post<{ approver_id: string; key: string }>(`${backend.url}/v1/approvers`, {
    token: body.token,
    label: 'Phone',
    registration,
  })
  return { id: made.body.approver_id, key: made.body.key }
}

/** Ids, the device's own first. The backend must settle at once (`coolingOffMs: 0`). */
export async function belongings(
  backend: RunningBackend,
  owner: TestDevice,
  operatorKey: string,
): Promise<string[]> {
  const agent = await agentOf(backend.url, owner)
  const key = () => ({ 'idempotency-key': randomUUID() })
  const ask = async (changes = {}) =>
    (await agent.post<OrderAnswer>('/v1/orders', anOrderRequest(changes))).body
  const settled = async (order: OrderAnswer) => {
    await owner.pay(order.order, { claims: { rail: 'wallet' } })
    let now = order
    while (now.state !== 'settled') {
      const path = `/v1/orders/${order.order_id}?wait_s=25&version=${now.version}`
      now = (await agent.get<OrderAnswer>(path)).body
    }
    return now
  }
  const open = await ask()
  const bought = await settled(await ask())
  await settled(await ask({ recurrence: { every: 1, unit: 'month', amount: '4999', trialDays: 0 } }))
  const { subscriptions } = (await agent.get<{ subscriptions: SubscriptionAnswer[] }>('/v1/subscriptions'))
    .body
  const refund = await post<RefundAnswer>(
    `${backend.url}/v1/orders/${bought.order_id}/refunds`,
    { amount: { amount: '1', currency: 'EUR' }, reason: 'x' },
    { ...key(), authorization: `Bearer ${operatorKey}` },
  )
  const paid = await owner.pay(anOrder())
  const claim = await owner.request<ClaimAnswer>(
    'POST',
    '/v1/claims',
    { payment_id: paid.body.payment_id, reason: 'other', statement: 'x' },
    { headers: key() },
  )
  const allowance = {
    payee: 'https://shop.example',
    agent_id: agent.id,
    limit: { amount: '100', currency: 'EUR' },
    per_order: '50',
    expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  }
  const consent = await owner.consent({ command: 'allow', allowance })
  const allowed = await owner.request<AllowanceAnswer>('POST', '/v1/allowances', { allowance, consent })
  const approval = await owner.request<ApprovalAnswer>('POST', '/v1/approvals', {
    attempt_id: randomUUID(),
    order: anOrder(),
    expires_at: new Date(Date.now() + 60_000).toISOString(),
  })
  const shop = await backend.registerMerchant({ name: 'Shop', origin: 'https://shop.example' })
  const sold = await post<{ order_id: string }>(
    `${backend.url}/v1/merchant/orders`,
    {
      reference: 'r',
      amount: { amount: '4999', currency: 'EUR' },
      description: '',
      origin: 'https://shop.example',
    },
    { ...key(), authorization: `Bearer ${shop.key}` },
  )
  const ids = [
    owner.id,
    agent.id,
    (await pairPhone(backend, owner)).id,
    open.order_id,
    bought.order_id,
    subscriptions[0]?.subscription_id,
    refund.body.refund_id,
    paid.body.payment_id,
    claim.body.claim_id,
    allowed.body.allowance_id,
    approval.body.approval_id,
    sold.body.order_id,
  ]
  return ids.map((id) => id ?? 'missing')
}
