/** How an agent buys at EverShop, from the product page to the paying press; it knows only what it reads. No assertions. */
import type { Agent } from '../harness/agent-mcp.ts'
import type { EverShop } from './evershop.ts'

/** Everything up to the review: the pay control is there and ready to be pressed. */
export async function goToCheckout(agent: Agent, shop: EverShop): Promise<void> {
  await agent.navigate(shop.productUrl)
  await agent.click('button', 'White')
  await agent.click('button', 'Add to cart')
  await reads(agent, 'View Cart')
  await agent.navigate(`${shop.url}/checkout`)
  await agent.type('textbox', 'Email *', 'ada@example.com')
  await agent.type('textbox', 'Full name *', 'Ada Merriweather')
  await agent.type('textbox', 'Telephone *', '5551234567')
  await agent.type('textbox', 'Address *', '14 Heron Lane')
  await agent.type('textbox', 'City *', 'Springfield')
  await agent.click('combobox', 'Country *')
  await agent.click('option', 'United States')
  await agent.click('combobox', 'Province *')
  await agent.click('option', 'Illinois')
  await agent.type('textbox', 'Postcode *', '62701')
  await reads(agent, 'Standard delivery')
  await agent.click('radio', /^Standard delivery/)
  // The summary has the delivery in it: what is shown now is what will be charged.
  await reads(agent, '$20.00')
  await agent.click('radio', 'Cash on Delivery')
  await reads(agent, 'Place Order')
}

export async function placeOrder(agent: Agent): Promise<void> {
  await agent.click('button', 'Place Order')
}

/** Looks at the page until it says so; a hidden copy of the text does not count, as it would for `browser_wait_for`. */
export async function reads(agent: Agent, text: string, timeout = 20_000): Promise<void> {
  const end = Date.now() + timeout
  for (;;) {
    const seen = await agent.snapshot()
    if (seen.includes(text)) return
    if (Date.now() > end) throw new Error(`The agent never reads "${text}", but:\n${seen}`)
  }
}
