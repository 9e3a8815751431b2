/**
 * A shop that other people wrote, from the product to the placed order, with the real extension and an agent that drives
 * the browser through MCP. The shop's own database says what was bought.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Agent, startAgent } from '../harness/agent-mcp.ts'
import { builtExtension, type GuardedBrowser, launchGuarded } from '../harness/browser.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { activateWithPin, type Person, readConsent, waitForConsent } from '../harness/person.ts'
import { type EverShop, startEverShop } from './evershop.ts'
import { goToCheckout, placeOrder, reads } from './evershop-agent.ts'

let shop: EverShop
let guarded: GuardedBrowser
let person: Person
let agent: Agent

beforeAll(async () => {
  shop = await startEverShop()
  guarded = await launchGuarded({
    extensionDir: builtExtension(),
    cdpPort: 'free',
    extraArgs: ['--window-size=1280,1400'],
  })
  person = await activateWithPin(guarded, '84-horse')
})
afterAll(async () => {
  await guarded?.close()
  await shop?.close()
})

beforeEach(async () => {
  // A visitor with an empty cart.
  await guarded.context.clearCookies()
  if (guarded.cdpEndpoint === null) throw new Error('the agent attaches over a debugging port')
  agent = await startAgent({ cdpEndpoint: guarded.cdpEndpoint })
  await agent.call('browser_tabs', { action: 'new' })
})
afterEach(() => agent?.close())

/** The newest attempt in the ledger. */
async function lastAttempt() {
  const rows = await readLedger(guarded, 'attempts')
  const row = rows.toSorted((one, other) => one.createdAt - other.createdAt).at(-1)
  if (row === undefined) throw new Error('nothing was held')
  return row
}

it('EverShop in a narrow window: read with its summary closed; what the person rejects is never ordered', async () => {
  await agent.call('browser_resize', { width: 700, height: 900 })
  await goToCheckout(agent, shop)
  await placeOrder(agent)
  const consent = await waitForConsent(guarded)
  await person.reject(consent)
  await reads(agent, 'Nothing was paid')
  const attempt = await lastAttempt()
  expect(attempt.state).toBe('rejected')
  expect(attempt.order.total).toEqual({ amount: 2000n, currency: 'USD' })
  expect((await shop.orders()).count).toBe(0)
})

it('EverShop: no order before consent, exactly one after, its total and items read to the cent', async () => {
  await goToCheckout(agent, shop)
  await placeOrder(agent)
  const consent = await waitForConsent(guarded)
  await reads(agent, 'Payment held')
  // Pressing again is the same purchase.
  await placeOrder(agent)
  expect((await shop.orders()).count).toBe(0)

  const { order } = await lastAttempt()
  const usd = (amount: bigint) => ({ amount, currency: 'USD' })
  expect(order.total).toEqual(usd(2000n))
  expect(order.certain).toBe(true)
  expect(order.items).toEqual([
    { name: expect.stringContaining('Ceramic Coffee Cup - White'), quantity: 1, amount: usd(1500n) },
  ])
  expect(order.totals.map(({ type, amount }) => [type, amount])).toEqual(
    expect.arrayContaining([
      ['subtotal', usd(1500n)],
      ['shipping', usd(500n)],
    ]),
  )
  expect((await readConsent(consent)).total).toContain('20.00')

  await person.approve(consent)
  await reads(agent, 'Thank you')
  expect(await shop.orders()).toEqual({ count: 1, total: '20.0000' })
  const settled = await waitForLedger(guarded, 'attempts', (rows) =>
    rows.some((row) => row.state === 'settled'),
  )
  expect(settled.map((row) => row.state).sort()).toEqual(['rejected', 'settled'])
})
