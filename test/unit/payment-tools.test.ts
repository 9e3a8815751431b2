/** Which tool calls pay, by the names and inputs that real tools have and those that slip past a list of words. */
import { expect, it } from 'vitest'

// Plain JavaScript, as its hosts run it: they install nothing.
const RULES = new URL('../../agent/packages/claude-code/hooks/payment-tools.mjs', import.meta.url).href
const { pays } = (await import(RULES)) as { pays: (tool: string, input: unknown) => boolean }

it.each([
  ['mcp__stripe__create_payment_intent', {}],
  ['mcp__stripe__createPaymentIntent', {}],
  ['mcp__x__CREATE-PAYMENT-INTENT', {}],
  ['mcp__paypal__create_order', {}],
  ['mcp__claude_ai_PayPal__pay_order', {}],
  ['mcp__shop__placeOrder', {}],
  ['mcp__shop__buy_and_get_receipt', {}],
  ['mcp__shop__search_and_buy', {}],
  ['mcp__pay__pay', {}],
  ['mcp__buy__buy_now', {}],
  ['mcp__bank__transfer_money', {}],
  ['mcp__bank__transfer', { amount: '5' }],
  ['mcp__x402__fetch_with_payment', {}],
  ['mcp__gateway__call_tool', { tool: 'create_payment_intent', arguments: {} }],
  ['mcp__gateway__invoke', { name: 'stripe__createCharge', arguments: {} }],
  ['mcp__fetch__http_request', { url: 'https://api.stripe.com/v1/payment_intents', method: 'POST' }],
  ['mcp__stripe__api_execute', { path: '/v1/payment_intents' }],
  ['mcp__evil__pay_consent_guard', {}],
  ['mcp__consent-guard-x__pay', {}],
  ['stripe__create_payment_intent', {}],
  ['Bash', { command: 'rm ~/.consent-guard/used-orders/x' }],
  ['PowerShell', { command: 'curl https://api.stripe.com/v1/charges' }],
  ['Monitor', { command: 'curl https://api.stripe.com/v1/charges' }],
])('%s pays', (tool, input) => {
  expect(pays(tool, input)).toBe(true)
})

it.each([
  ['mcp__playwright__browser_click', { element: 'Pay' }],
  ['mcp__plugin_consent-guard_consent-guard__request_payment', {}],
  ['mcp__consent_guard__request_payment', {}],
  ['consent-guard__request_payment', {}],
  ['mcp__stripe__list_payment_intents', {}],
  ['mcp__stripe__stripe_list_payment_intents', {}],
  ['mcp__stripe__cancel_payment_intent', {}],
  ['mcp__paypal__paypal_get_order', {}],
  ['mcp__a__payment_status', {}],
  ['mcp__git__git_checkout', { branch: 'main' }],
  ['mcp__github__create_branch', { name: 'fix/payment-retries' }],
  ['mcp__github__create_issue', { title: 'payments broken', body: 'api.stripe.com/v1/charges' }],
  ['mcp__slack__send_message', { text: 'hi' }],
  ['mcp__shop__search_products_and_prices', { max_price: 3 }],
  ['Bash', { command: 'npm test' }],
])('%s does not', (tool, input) => {
  expect(pays(tool, input)).toBe(false)
})
