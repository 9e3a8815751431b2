/** A payments backend that misbehaves by choice: down, answers lost after the effect, errors, wrong signatures. */
import { decodeJwt, SignJWT } from 'jose'
import type { PaymentState } from '../../utils/contract/api.ts'
import type { Random } from './random.ts'

export type Fault = 'none' | 'down' | 'lost' | 'error' | 'refused' | 'forged'

interface Payment {
  id: string
  mandateId: string
  attemptId: string
  digest: string
  amount: { amount: string; currency: string }
  state: PaymentState
}

export interface SimBackend {
  fetch: typeof fetch
  /** How often each fault comes, chosen anew by the history as it goes on. */
  mood: { fault: () => Fault }
  payments: Map<string, Payment>
  /** Things that a backend must never see. */
  wrongs: string[]
}

export function simBackend(random: Random, keys: CryptoKeyPair, forger: CryptoKeyPair): SimBackend {
  const payments = new Map<string, Payment>()
  const wrongs: string[] = []
  const mood = { fault: (): Fault => 'none' }

  async function answer(payment: Payment, key: CryptoKey): Promise<Response> {
    const { id, mandateId, digest, amount, state } = payment
    const receipt = await new SignJWT({
      payment_id: id,
      mandate_id: mandateId,
      reference: digest,
      state,
      amount,
    })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(key)
    return Response.json({ payment_id: id, mandate_id: mandateId, state, amount, receipt })
  }

  function effect(path: string, body: Record<string, unknown>): Payment | null {
    if (path === '/v1/mandates') {
      const claims = decodeJwt(String(body.mandate))
      const known = payments.get(String(claims.jti))
      if (known) return known
      const payment: Payment = {
        id: `pay-${random.uuid()}`,
        mandateId: String(claims.jti),
        attemptId: String(claims.attempt_id),
        digest: String(claims.transaction_id),
        amount: claims.payment_amount as Payment['amount'],
        state: 'authorised',
      }
      const twin = [...payments.values()].find((other) => other.attemptId === payment.attemptId)
      if (twin) wrongs.push(`a second mandate for attempt ${payment.attemptId}`)
      payments.set(payment.mandateId, payment)
      return payment
    }
    const id = decodeURIComponent(path.split('/')[3] ?? '')
    const payment = [...payments.values()].find((other) => other.id === id)
    if (!payment) return null
    const outcome = String(body.outcome) as PaymentState
    if (payment.state === 'authorised') payment.state = outcome
    else if (payment.state !== outcome)
      wrongs.push(`${payment.id} was ${payment.state} and is said to be ${outcome}`)
    return payment
  }

  return {
    mood,
    payments,
    wrongs,
    async fetch(input, init) {
      const fault = mood.fault()
      if (fault === 'down') throw new TypeError('network down')
      if (fault === 'error') return Response.json({ code: 'oops', title: 'oops' }, { status: 503 })
      const path = new URL(String(input)).pathname
      if (init?.method === 'GET') {
        const asked = [...payments.values()].find((one) => path.endsWith(encodeURIComponent(one.id)))
        if (!asked) return Response.json({ code: 'unknown', title: 'unknown' }, { status: 404 })
        return answer(asked, fault === 'forged' ? forger.privateKey : keys.privateKey)
      }
      const body = JSON.parse(String(init?.body)) as Record<string, unknown>
      // A refusal is final for a mandate that was never taken; one that was taken is answered as before.
      const taken = path !== '/v1/mandates' || payments.has(String(decodeJwt(String(body.mandate)).jti))
      if (fault === 'refused' && !taken) return Response.json({ code: 'no', title: 'no' }, { status: 402 })
      const payment = effect(path, body)
      if (!payment) return Response.json({ code: 'unknown', title: 'unknown' }, { status: 404 })
      if (fault === 'lost') throw new TypeError('connection lost')
      return answer(payment, fault === 'forged' ? forger.privateKey : keys.privateKey)
    },
  }
}
