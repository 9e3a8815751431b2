/** What an agent does with the SDK, written once and run in Node, in a worker thread, in a web worker and in a page. */
import { consentGuard } from '../../agent/sdk/consent-guard.ts'
import type { PaymentRequest } from '../../agent/sdk/payment-request.ts'

const BREAD: PaymentRequest = {
  payee: 'https://bakery.example',
  items: [{ name: 'Bread', quantity: 2, amount: '9.00' }],
  total: '9.00',
  currency: 'EUR',
  reason: 'Breakfast',
}

export interface Told {
  again: boolean
  lowered: string | undefined
  paid: string
  changes: string[]
  tip: string
  ended: string
  caps: number
  aborted: string
  afterAbort: string
  malformed: string
  refused: { code: unknown; next: unknown }
}

/** `name` makes the purchases of this run its own. */
export async function scenario(backend: string, token: string, name: string): Promise<Told> {
  const guard = consentGuard({ backend, token })
  const left = await guard.requestPayment({ ...BREAD, reason: 'leave' }, { intent: `${name} left` })
  const again = await guard.requestPayment({ ...BREAD, reason: 'leave' }, { intent: `${name} left` })
  const less = {
    ...BREAD,
    reason: 'leave',
    items: [{ name: 'Bread', quantity: 1, amount: '4.50' }],
    total: '4.50',
  }
  const lowered = await guard.modifyOrder(left, less)

  const aborted = await guard.waitFor(left.order_id, { signal: AbortSignal.timeout(200) }).then(
    () => 'nothing',
    (error: unknown) => (error instanceof DOMException ? error.name : String(error)),
  )
  const afterAbort = (await guard.status(left.order_id)).state
  await guard.cancelOrder(left.order_id, 'not hungry')

  const asked = await guard.requestPayment(BREAD, { intent: `${name} bread` })
  const changes: string[] = []
  const paid = await guard.waitFor(asked.order_id, { onChange: (order) => changes.push(order.state) })
  const tip = await guard.tip(paid, '1.00', 'Friendly', { intent: `${name} tip` })

  const box = await guard.subscribe(
    { ...BREAD, renewal: { amount: '9.00', every: 1, unit: 'month', trialDays: 0 } },
    { intent: `${name} box` },
  )
  await guard.waitFor(box.order_id)
  const begun = (await guard.subscriptions()).find((known) => known.order_id === box.order_id)
  const ended = await guard.cancelSubscription(begun?.subscription_id ?? 'none')

  return {
    again: again.order_id === left.order_id,
    lowered: lowered.order.total?.amount,
    paid: paid.state,
    changes,
    tip: (await guard.waitFor(tip.order_id)).state,
    ended: ended.state,
    caps: (await guard.caps()).length,
    aborted,
    afterAbort,
    malformed: await guard.requestPayment({ ...BREAD, total: '€9' }).then(
      () => '',
      (error: Error) => error.name,
    ),
    refused: await guard.status('wor_unknown').then(
      () => ({ code: null, next: null }),
      (error: { code: unknown; next: unknown }) => ({ code: error.code, next: error.next }),
    ),
  }
}
