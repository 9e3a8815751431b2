/**
 * What the backend answers, for serialisation and OpenAPI: what is not listed here does not leave. `exactly` holds each
 * schema to the wire type of the same answer, field by field, so that none is forgotten in either.
 *
 * Looser than requests: the values are ours, and a rule that a stored one broke would be a 500 for who reads it.
 */
import { type Static, Type } from 'typebox'
import type * as Api from '../../utils/contract/api.ts'
import type * as Approvals from '../../utils/contract/approvals.ts'
import type * as Caps from '../../utils/contract/caps.ts'
import type { AnchorAnswer } from '../../utils/contract/checkpoint.ts'
import type { KeySetAnswer, PublishedKey } from '../../utils/contract/keys.ts'
import type * as Wire from '../../utils/contract/order-wire.ts'
import { RECURRENCE_UNITS, TOTAL_TYPES } from '../../utils/contract/order-wire.ts'
import type * as Orders from '../../utils/contract/orders.ts'
import { AGENT_SCOPES, ORDER_KINDS, ORDER_STATES, REFUND_STATES } from '../../utils/contract/orders.ts'
import type * as Later from '../../utils/contract/subscriptions.ts'
import { CLAIM_REASONS, CLAIM_STATES, SUBSCRIPTION_STATES } from '../../utils/contract/subscriptions.ts'
import type { WireMoney } from '../../utils/money/money.ts'
import type { Waiting } from '../approvals/approvals.ts'
import type { evidenceFor } from '../claims/evidence.ts'
import type { DeviceAnswer as DeviceView } from '../devices/manage.ts'
import type { Ap2Mandates } from '../export/ap2.ts'
import type { Checkpoint } from '../log/checkpoint.ts'
import type { EventData } from '../log/events.ts'

type Evidence = Awaited<ReturnType<typeof evidenceFor>>

/** The wire type fits the schema, and neither has a field that the other lacks. */
type SameFields<A, B> = [B, keyof A] extends [A, keyof B] ? unknown : never

/** The schema, if its values are exactly the wire type's. */
function exactly<T>() {
  return <S extends Type.TSchema>(schema: S & SameFields<Static<S>, T>): S => schema
}

const Text = Type.String()
/** RFC 3339. */
const Time = Type.String()
const Count = Type.Integer()

function OrNull<S extends Type.TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}

function List<S extends Type.TSchema>(schema: S) {
  return Type.Array(schema)
}

/** A public key as JWK. */
const Key = Type.Unsafe<object>(Type.Object({ kty: Text, crv: Text, x: Text, y: Type.Optional(Text) }))
/** Anything that is JSON: kept as it came. */
const Whatever = Type.Unsafe<unknown>(Type.Any())
const Data = Type.Unsafe<EventData>(
  Type.Object({}, { additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } }),
)

export const MoneyAnswer = exactly<WireMoney>()(Type.Object({ amount: Text, currency: Text }))

export const OrderView = exactly<Wire.WireOrder>()(
  Type.Object({
    site: Type.Object({ key: Text, origin: Text }),
    merchant: OrNull(Text),
    processor: OrNull(Text),
    merchantOrder: OrNull(Text),
    currency: OrNull(Text),
    items: List(Type.Object({ name: Text, quantity: Type.Number(), amount: OrNull(Text) })),
    totals: List(Type.Object({ type: Type.Enum([...TOTAL_TYPES]), label: Text, amount: Text })),
    total: OrNull(MoneyAnswer),
    certain: Type.Boolean(),
    shipTo: OrNull(Text),
    paymentMethod: OrNull(Text),
    recurrence: OrNull(
      Type.Object({
        every: Type.Number(),
        unit: Type.Enum([...RECURRENCE_UNITS]),
        amount: OrNull(Text),
        trialDays: Type.Number(),
      }),
    ),
  }),
)

export const ActivationAnswer = exactly<Api.ActivationAnswer>()(
  Type.Object({ device_id: Text, account_id: Text, receipt_key: Key }),
)

const DeviceFields = {
  device_id: Text,
  label: Text,
  factor: Type.Enum(['pin', 'passkey']),
  created_at: Time,
  revoked_at: OrNull(Time),
}
export const DeviceAnswer = exactly<DeviceView>()(Type.Object(DeviceFields))
export const DeviceList = Type.Object({ devices: List(DeviceAnswer) })

const PaymentStateName = Type.Enum(['authorised', 'settled', 'failed', 'voided'])
export const PaymentAnswer = exactly<Api.PaymentAnswer>()(
  Type.Object({
    payment_id: Text,
    mandate_id: Text,
    state: PaymentStateName,
    amount: MoneyAnswer,
    receipt: Text,
    merchant_used: Type.Optional(Type.Boolean()),
  }),
)

export const OrderAnswer = exactly<Orders.OrderAnswer>()(
  Type.Object({
    order_id: Text,
    kind: Type.Enum([...ORDER_KINDS]),
    state: Type.Enum([...ORDER_STATES]),
    version: Count,
    order: OrderView,
    reason: Text,
    parent: OrNull(Text),
    payment_id: OrNull(Text),
    agent_id: OrNull(Text),
    refunded: MoneyAnswer,
    failure: OrNull(Text),
    answer: OrNull(Text),
    settles_at: OrNull(Time),
    expires_at: Time,
    created_at: Time,
    updated_at: Time,
    next: Text,
  }),
)
export const OrderListAnswer = exactly<Orders.OrderList>()(
  Type.Object({ orders: List(OrderAnswer), next: OrNull(Text) }),
)

export const RefundAnswer = exactly<Orders.RefundAnswer>()(
  Type.Object({
    refund_id: Text,
    order_id: Text,
    state: Type.Enum([...REFUND_STATES]),
    amount: MoneyAnswer,
    reason: Text,
  }),
)

const AgentFields = {
  agent_id: Text,
  label: Text,
  scopes: List(Type.Enum([...AGENT_SCOPES])),
  created_at: Time,
  revoked_at: OrNull(Time),
}
export const AgentAnswer = exactly<Orders.AgentAnswer>()(Type.Object(AgentFields))
export const AgentTokenAnswer = exactly<Orders.AgentTokenAnswer>()(
  Type.Object({ ...AgentFields, token: Text }),
)
export const AgentList = Type.Object({ agents: List(AgentAnswer) })

const Cap = exactly<Caps.CapAnswer>()(
  Type.Object({
    scope: Type.Unsafe<Caps.WireCapScope>(
      Type.Object({ kind: Type.Enum(['all', 'site', 'tip']), site: Type.Optional(Text) }),
    ),
    window: Type.Enum(['order', 'day', 'week', 'month', 'year', 'total']),
    limit: MoneyAnswer,
    cap_id: Text,
    version: Count,
    used: MoneyAnswer,
    left: MoneyAnswer,
    resets_at: OrNull(Time),
  }),
)
export const CapList = Type.Object({ caps: List(Cap) })

export const AccountAnswer = exactly<Caps.AccountAnswer>()(
  Type.Object({ account_id: Text, zone: Text, version: Count }),
)

export const SubscriptionAnswer = exactly<Later.SubscriptionAnswer>()(
  Type.Object({
    subscription_id: Text,
    order_id: Text,
    state: Type.Enum([...SUBSCRIPTION_STATES]),
    payee: Text,
    price: MoneyAnswer,
    proposed: OrNull(MoneyAnswer),
    every: Count,
    unit: Type.Enum([...RECURRENCE_UNITS]),
    next_at: OrNull(Time),
    renewals: Count,
    failures: Count,
  }),
)
export const SubscriptionList = Type.Object({ subscriptions: List(SubscriptionAnswer) })

export const AllowanceAnswer = exactly<Later.AllowanceAnswer>()(
  Type.Object({
    payee: Text,
    agent_id: OrNull(Text),
    limit: MoneyAnswer,
    per_order: Text,
    orders: Type.Optional(Count),
    expires_at: Time,
    allowance_id: Text,
    used: MoneyAnswer,
    uses: Count,
    revoked_at: OrNull(Time),
  }),
)
export const AllowanceList = Type.Object({ allowances: List(AllowanceAnswer) })
export const AcpAllowance = Type.Object({
  reason: Type.Literal('one_time'),
  max_amount: Count,
  currency: Text,
  checkout_session_id: Text,
  merchant_id: Text,
  expires_at: Time,
})
export const ActAnswer = Type.Object({ intent_rule: Whatever, credential: Text })

export const ClaimAnswer = exactly<Later.ClaimAnswer>()(
  Type.Object({
    claim_id: Text,
    payment_id: Text,
    state: Type.Enum([...CLAIM_STATES]),
    reason: Type.Enum([...CLAIM_REASONS]),
    amount: MoneyAnswer,
    decision: Text,
  }),
)
export const ClaimList = Type.Object({ claims: List(ClaimAnswer) })

export const InvitationAnswer = exactly<Approvals.InvitationAnswer>()(
  Type.Object({ token: Text, expires_at: Time }),
)
export const AdmittedAnswer = Type.Object({ approver_id: Text, key: Text })
export const ApproverAnswer = exactly<Approvals.ApproverAnswer>()(
  Type.Object({ approver_id: Text, label: Text, created_at: Time, revoked_at: OrNull(Time) }),
)
export const ApproverList = Type.Object({ approvers: List(ApproverAnswer) })
export const RequiredAnswer = Type.Object({ required: Type.Boolean() })
const ApprovalStateName = Type.Enum(['pending', 'approved', 'rejected', 'expired', 'used'])
export const ApprovalAnswer = exactly<Approvals.ApprovalAnswer>()(
  Type.Object({ approval_id: Text, state: ApprovalStateName, statement: OrNull(Text) }),
)
export const DecisionAnswer = Type.Object({ state: ApprovalStateName })
export const WaitingApprovals = Type.Object({
  approvals: List(
    exactly<Waiting>()(
      Type.Object({ approval_id: Text, digest: Text, order: OrderView, expires_at: Time, exponent: Count }),
    ),
  ),
  credential_id: Text,
  rp_id: Text,
  required: Type.Boolean(),
})

export const EventList = Type.Object({
  events: List(
    exactly<Orders.BackendEvent>()(
      Type.Object({ seq: Count, type: Text, subject: Text, data: Data, at: Time }),
    ),
  ),
})

export const CheckpointAnswer = exactly<Checkpoint>()(
  Type.Object({ size: Count, root: Text, note: Text, verifier: Text }),
)
export const InclusionAnswer = Type.Object({ index: Count, size: Count, leaf: Text, proof: List(Text) })
export const ConsistencyAnswer = Type.Object({ from: Count, to: Count, proof: List(Text) })
export const AnchoredAnswer = exactly<AnchorAnswer>()(Type.Object({ anchor: Text }))

const Published = exactly<PublishedKey>()(
  Type.Object({
    kty: Text,
    crv: Text,
    x: Text,
    y: Type.Optional(Text),
    kid: Text,
    alg: Type.Enum(['ES256', 'EdDSA']),
    use: Type.Literal('sig'),
    purpose: Type.Enum(['receipt', 'log']),
    created_at: Time,
    retired_at: OrNull(Time),
    handover: OrNull(Text),
  }),
)
export const KeySet = exactly<KeySetAnswer>()(Type.Object({ keys: List(Published) }))

export const EvidenceAnswer = exactly<Evidence>()(
  Type.Object({
    payment_id: Text,
    consent_holds: Type.Boolean(),
    payment_mandate: OrNull(Text),
    ap2: Whatever,
    assertion: Whatever,
    allowance_mandate: OrNull(Text),
    allowance_assertion: Whatever,
    approval_assertion: Whatever,
    order: OrNull(OrderView),
    factor: Type.Union([Type.Literal('pin'), Type.Literal('passkey'), Type.Null()]),
    consent_key: Type.Unsafe<object | null>(Type.Any()),
    device_key: Type.Unsafe<object | null>(Type.Any()),
    former_device_keys: List(Type.Object({ key_id: Text, key: Key, retired_at: Time })),
    receipt: Text,
    receipt_key: Key,
    receipt_keys: List(Published),
    events: List(Type.Object({ seq: Count, type: Text, data: Data, at: Time, leaf: Text })),
    checkpoint: CheckpointAnswer,
  }),
)

export const Ap2Answer = exactly<Ap2Mandates>()(
  Type.Object({ checkout_mandate: Text, payment_mandate: Text }),
)

export const ClaimDetails = Type.Object({ claim: ClaimAnswer, statement: Text, evidence: EvidenceAnswer })

export const MerchantOrderAnswer = exactly<Api.MerchantOrderAnswer>()(
  Type.Object({
    order_id: Text,
    state: Type.Enum(['requested', 'authorised', 'consumed']),
    amount: MoneyAnswer,
  }),
)
export const ConsumeAnswer = exactly<Api.ConsumeAnswer>()(
  Type.Object({ order_id: Text, payment_id: Text, receipt: Text }),
)
export const MerchantKeyAnswer = Type.Object({ id: Text, key: Text })
export const RevokedAnswer = Type.Object({ id: Text, revoked: Type.Boolean() })
export const CodeAnswer = Type.Object({ code: Text, account_id: Text, expires_at: Time })
export const StatusAnswer = Type.Object({ status: Text })

/** For answers that are no JSON. */
export function plain(type: string) {
  return { description: 'Text', content: { [type]: { schema: Text } } }
}
