/**
 * Stripe by its official SDK: a PaymentIntent with manual capture, off session, on a payment method that the operator has
 * on file. Our call's key is Stripe's idempotency key as well, so a repeated call has one effect there.
 */
import Stripe from 'stripe'
import type { Money } from '../../utils/money/money.ts'
import { ProblemError } from '../http/problems.ts'
import type { LookupResult, Processor, ProcessorCall, ProcessorResult } from './processor.ts'

export interface StripeOptions {
  secretKey: string
  webhookSecret: string
  customer: string
  paymentMethod: string
  /** Another address, for tests. */
  server?: { host: string; port: number; protocol: 'http' | 'https' }
}

/** Currencies that Stripe counts in whole units though ISO 4217 has minor ones, or the other way round. */
const WHOLE_AT_STRIPE = new Set(['MGA'])
const HUNDREDTHS_AT_STRIPE = new Set(['ISK', 'UGX'])
const THREE_DECIMALS = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])

/** Amount as Stripe counts it (docs.stripe.com/currencies), or null where it cannot be expressed there. */
export function stripeAmount({ amount, currency }: Money): number | null {
  if (HUNDREDTHS_AT_STRIPE.has(currency)) return Number(amount * 100n)
  if (WHOLE_AT_STRIPE.has(currency)) return amount % 100n === 0n ? Number(amount / 100n) : null
  if (THREE_DECIMALS.has(currency) && amount % 10n !== 0n) return null
  return Number(amount)
}

export function stripeProcessor(options: StripeOptions): Processor {
  const stripe = new Stripe(options.secretKey, {
    telemetry: false,
    // We repeat by ourselves, after asking what became of the first try.
    maxNetworkRetries: 0,
    timeout: 20_000,
    ...(options.server === undefined ? {} : options.server),
  })

  async function perform(call: ProcessorCall): Promise<ProcessorResult> {
    const amount = stripeAmount(call.amount)
    if (amount === null) return { outcome: 'declined', code: 'amount_not_supported' }
    const once = { idempotencyKey: call.key }
    const reference = call.reference ?? ''
    switch (call.operation) {
      case 'authorise':
        return resultOf(
          await stripe.paymentIntents.create(
            {
              amount,
              currency: call.amount.currency.toLowerCase(),
              customer: options.customer,
              payment_method: options.paymentMethod,
              capture_method: 'manual',
              confirm: true,
              off_session: true,
              description: call.description,
              metadata: { consent_guard_key: call.key, order_id: call.orderId, payee: call.payee.website },
            },
            once,
          ),
        )
      case 'capture':
        return resultOf(await stripe.paymentIntents.capture(reference, { amount_to_capture: amount }, once))
      case 'void':
        return resultOf(await stripe.paymentIntents.cancel(reference, {}, once))
      case 'refund': {
        const metadata = { consent_guard_key: call.key }
        return refundResult(
          await stripe.refunds.create({ payment_intent: reference, amount, metadata }, once),
        )
      }
    }
  }

  async function lookup(call: ProcessorCall): Promise<LookupResult> {
    const { operation, reference } = call
    if (operation === 'authorise') {
      const query = `metadata['consent_guard_key']:'${call.key}'`
      const [found] = (await stripe.paymentIntents.search({ query, limit: 1 })).data
      // The search lags by a minute; sent again under the same idempotency key, Stripe gives its first answer.
      return found === undefined ? { outcome: 'absent' } : resultOf(found)
    }
    if (operation === 'refund') {
      const refunds = await stripe.refunds.list({ payment_intent: reference ?? '', limit: 100 })
      const mine = refunds.data.find((refund) => refund.metadata?.consent_guard_key === call.key)
      return mine === undefined ? { outcome: 'absent' } : refundResult(mine)
    }
    const intent = await stripe.paymentIntents.retrieve(reference ?? '')
    const done = operation === 'capture' ? 'succeeded' : 'canceled'
    return intent.status === done ? { outcome: 'succeeded', reference: intent.id } : { outcome: 'absent' }
  }

  return {
    name: 'stripe',
    execute: (call) => perform(call).catch(declinedOrThrow),
    lookup: (call) => lookup(call).catch(declinedOrThrow),
    /** A webhook only says "look": what counts is what Stripe answers when asked. */
    async heard({ body, headers }) {
      try {
        const event = await stripe.webhooks.constructEventAsync(
          Buffer.from(body),
          headers['stripe-signature'] ?? '',
          options.webhookSecret,
        )
        const object: { metadata?: Record<string, string> | null } = event.data.object as object
        const key = object.metadata?.consent_guard_key
        return { keys: key === undefined ? [] : [key], answer: 'ok' }
      } catch {
        throw new ProblemError('signature_invalid', 'the webhook is not signed by Stripe')
      }
    },
  }
}

function resultOf(intent: Stripe.PaymentIntent): ProcessorResult {
  switch (intent.status) {
    case 'requires_capture':
    case 'succeeded':
    case 'canceled':
      return { outcome: 'succeeded', reference: intent.id }
    case 'processing':
      return { outcome: 'pending' }
    case 'requires_action':
    case 'requires_confirmation':
    case 'requires_payment_method':
      return {
        outcome: 'declined',
        code: intent.last_payment_error?.decline_code ?? 'authentication_required',
      }
  }
  return { outcome: 'pending' }
}

function refundResult(refund: Stripe.Refund): ProcessorResult {
  if (refund.status === 'succeeded') return { outcome: 'succeeded', reference: refund.id }
  if (refund.status === 'pending' || refund.status === 'requires_action') return { outcome: 'pending' }
  return { outcome: 'declined', code: refund.failure_reason ?? 'refund_failed' }
}

/** A card error or an invalid request is an answer. Everything else (network, 5xx, 409, 429, our key) is none. */
function declinedOrThrow(error: unknown): ProcessorResult {
  if (error instanceof Stripe.errors.StripeCardError) {
    return { outcome: 'declined', code: error.decline_code ?? error.code ?? 'card_declined' }
  }
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409) {
    return { outcome: 'declined', code: error.code ?? 'invalid_request' }
  }
  throw error
}
