/** Shapes on the wire, for validation and OpenAPI. The types themselves are in utils/contract. */
import { type TProperties, Type } from 'typebox'
import { RECURRENCE_UNITS, TOTAL_TYPES } from '../../utils/contract/order-wire.ts'

/** No unknown fields: what we do not read, nobody should believe we honoured. */
export function Strict<T extends TProperties>(properties: T) {
  return Type.Object(properties, { additionalProperties: false })
}

export function Nullable<T extends Type.TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

export const Text = Type.String({ maxLength: 300 })
export const Id = Type.String({ minLength: 1, maxLength: 128, pattern: '^[\\x21-\\x7e]+$' })
export const Jws = Type.String({ maxLength: 8192, pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$' })
/** Decimal string of minor units. */
export const Amount = Type.String({ pattern: '^-?(0|[1-9][0-9]{0,14})$' })
export const Money = Strict({ amount: Amount, currency: Type.String({ pattern: '^[A-Z]{3}$' }) })
export const Origin = Type.String({ maxLength: 300, pattern: '^https?://[^/?#\\s]+$' })

/** P-256 public key. Other members (`ext`, `key_ops`) are let through and not read; a private one is refused. */
export const PublicKey = Type.Object({
  kty: Type.Literal('EC'),
  crv: Type.Literal('P-256'),
  x: Type.String({ pattern: '^[\\w-]{43}$' }),
  y: Type.String({ pattern: '^[\\w-]{43}$' }),
  d: Type.Optional(Type.Never()),
})

export const ById = Strict({ id: Id })
export const AccountId = Type.String({ pattern: '^acc_[0-9a-z]{20}$' })
/** Body of a command that needs no words: absent or an empty object. */
export const Nothing = Type.Optional(Nullable(Strict({})))

export const LineItem = Strict({
  name: Text,
  quantity: Type.Number({ exclusiveMinimum: 0 }),
  amount: Nullable(Amount),
})
export const TotalLine = Strict({ type: Type.Enum([...TOTAL_TYPES]), label: Text, amount: Amount })
export const Recurrence = Strict({
  every: Type.Integer({ minimum: 1, maximum: 1000 }),
  unit: Type.Enum([...RECURRENCE_UNITS]),
  amount: Nullable(Amount),
  trialDays: Type.Integer({ minimum: 0, maximum: 3660 }),
})

/** An open structure of WebAuthn; the verifying library judges it. */
export const Assertion = Type.Object({
  id: Type.String({ maxLength: 1400 }),
  rawId: Type.String({ maxLength: 1400 }),
  type: Type.Literal('public-key'),
  authenticatorAttachment: Type.Optional(Type.Enum(['platform', 'cross-platform'])),
  clientExtensionResults: Type.Object({}),
  response: Type.Object({
    clientDataJSON: Type.String({ maxLength: 4096 }),
    authenticatorData: Type.String({ maxLength: 4096 }),
    signature: Type.String({ maxLength: 1024 }),
    userHandle: Type.Optional(Type.String({ maxLength: 200 })),
  }),
})

export const Consent = Strict({ mandate: Jws, assertion: Nullable(Assertion) })

export const Order = Strict({
  site: Strict({ key: Text, origin: Origin }),
  merchant: Nullable(Text),
  processor: Nullable(Text),
  merchantOrder: Nullable(Text),
  currency: Nullable(Type.String({ pattern: '^[A-Z]{3}$' })),
  items: Type.Array(LineItem, { maxItems: 500 }),
  totals: Type.Array(TotalLine, { maxItems: 50 }),
  total: Nullable(Money),
  certain: Type.Boolean(),
  shipTo: Nullable(Text),
  paymentMethod: Nullable(Text),
  recurrence: Nullable(Recurrence),
})

export const ProblemAnswer = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.Optional(Type.String()),
})
