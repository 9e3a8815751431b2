/**
 * Which tool calls pay, by what they are called and, for a shell, by what they call. A list of words and not a proof: it
 * catches the payment tools that people really install; what it misses is still held in the guarded browser, and refused
 * by merchants that ask for consent. Written in the Claude Code package; `npm run copy:hooks` copies it.
 */
const OURS = /^mcp__(plugin_consent-guard_)?consent-guard__|^consent-guard__/
const VERB =
  /(^|[_.-])(pay|pays|payments?|purchase|buy|(create|complete|confirm|submit)_checkout|checkout_session|charges?|payouts?|send_money|((bank|wire|create)_transfer)|transfer_(money|funds)|(place|submit|create)_order|create_subscription|payment_intents?|donate|(send|give)_tip)([_.-]|$)/i
const LOOKS =
  /(^|[_.-])(get|list|search|read|retrieve|find|status|describe|query|fetch|cancel|refund)([_.-])/i
const SHELL =
  /(api\.stripe\.com\/v1\/(payment_intents|charges|checkout|payment_links|subscriptions|invoices\/[^\s]+\/pay)|api(-m)?(\.sandbox)?\.paypal\.com\/v[12]\/(checkout|payments|billing)|openapi(-sandbox)?(\.dl)?\.alipay(dev)?\.com|alipay-bot\s+\S*(pay|wallet-apply)|x402\S*\s+pay)/i

/** @param {string} tool  @param {unknown} input */
export function pays(tool, input) {
  if (OURS.test(tool)) return false
  if (tool === 'Bash' || tool === 'terminal' || tool === 'exec') {
    const command = typeof input === 'object' && input !== null ? JSON.stringify(input) : ''
    return SHELL.test(command)
  }
  const verb = tool.replace(/^mcp__[^_]+(?:_[^_]+)*?__/, '')
  return VERB.test(verb) && !LOOKS.test(`_${verb}`)
}
