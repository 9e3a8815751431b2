import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wireOrderOf } from '../../backend/orders/wire.ts'
import { parseAgentOrder } from '../../utils/forward/wallet.ts'
import { neutralise } from '../../utils/order/neutralise.ts'
import { anOrderRequest } from '../backend/agent.ts'

const ORDER_ID = 'wor_aaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbb'

function answer(changes: Record<string, unknown> = {}) {
  return {
    order_id: ORDER_ID,
    state: 'requested',
    version: 1,
    order: wireOrderOf(anOrderRequest(), ORDER_ID),
    reason: 'The old kettle is broken',
    agent_id: 'agt_1',
    payment_id: null,
    expires_at: '2026-11-23T10:00:00.000Z',
    created_at: '2026-11-23T09:45:00.000Z',
    ...changes,
  }
}

describe('an order of an agent, as the device reads it', () => {
  it('is read as it was written, whatever text the agent put into it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const request = anOrderRequest({
          ship_to: text,
          items: [{ name: text, quantity: 1, amount: '4999' }],
        })
        const order = wireOrderOf(request, ORDER_ID)
        expect(parseAgentOrder(answer({ order }))?.wire).toEqual(order)
      }),
    )
  })

  it('is not taken in where what is shown would not be what is signed', () => {
    const { order } = answer()
    expect(parseAgentOrder(answer())).not.toBeNull()
    expect(parseAgentOrder(answer({ order: { ...order, merchant: 'A\u202eshop' } }))).toBeNull()
    expect(parseAgentOrder(answer({ order: { ...order, merchantOrder: 'wor_another' } }))).toBeNull()
    expect(
      parseAgentOrder(answer({ order: { ...order, site: { ...order.site, key: 'other.example' } } })),
    ).toBeNull()
    expect(parseAgentOrder(answer({ state: 'paid' }))).toBeNull()
    expect(parseAgentOrder(answer({ expires_at: 'soon' }))).toBeNull()
  })
})

it('text that was made safe once stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), (text) => {
      const once = neutralise(text)
      expect(neutralise(once)).toBe(once)
      expect(once.length).toBeLessThanOrEqual(300)
    }),
  )
})
