/**
 * Which tool calls pay, by what they are called and by what they call. A list of words and not a proof: it catches the
 * payment tools that people really install; what it misses is still held in the guarded browser, and refused by merchants
 * that ask for consent. Written in the Claude Code package; `npm run copy:hooks` copies it.
 */
const OURS = /^mcp__(plugin_consent-guard_)?consent[-_]guard__|^consent-guard__/
const SHELLS = /^(bash|powershell|monitor|terminal|exec|shell)$/i

/** Words that pay whatever stands beside them, and words that pay unless the tool only looks. */
const PAYS =
  /(^| )(pay|pays|buy|buys|purchase|donate|send money|(bank|wire|create|make|send|initiate) transfer|transfer (money|funds)|(place|submit|create|complete) order|(create|complete|confirm|submit) checkout|(send|give) tip|create subscription)( |$)/
const NAMES_PAYMENT =
  /(^| )(payments?|checkout sessions?|charges?|payouts?|payment ?(intents?|links?)|purchases?|x402)( |$)/
/** Words that pay where an amount goes with them. */
const WITH_AMOUNT =
  /(^| )(transfer|send|order|checkout|subscribe|tip|book|reserve|top ?up|withdraw|wire|remit|bid|settle|invoice)( |$)/
const LOOK =
  /^(get|gets|list|search|read|retrieve|find|status|describe|query|fetch|show|view|check|count|cancel|refund|void|history)$/
/** "search_and_buy" does more than its first word. */
const MORE = /(^| )(and|then|with)( |$)/

/** First words of what does something; the last word then no longer says that it only looks. */
const ACT =
  /^(create|place|submit|complete|confirm|send|make|execute|initiate|capture|authori[sz]e|process|transfer|charge|start|book)$/

const AMOUNT_KEY = /amount|total|price|cents/i
const CALLED_KEY = /^(tool|tool_?name|tool_?slug|function|function_?name|operation_?id)$/i
/** Beside one of these, "name" and "method" name a tool as well. */
const GIVEN_KEY = /^(arguments|args|params|parameters|input|tool_?args)$/i
const ADDRESS_KEY = /^(url|uri|href|endpoint|path|command|cmd|script|args|argv|arguments)$/i
const ADDRESS =
  /(api\.stripe\.com\/v1\/(payment_intents|charges|checkout|payment_links|subscriptions|transfers|payouts|invoices\/[^\s]+\/pay)|api(-m)?(\.sandbox)?\.paypal\.com\/v[12]\/(checkout|payments|billing)|openapi(-sandbox)?(\.dl)?\.alipay(dev)?\.com|alipay-bot\s+\S*(pay|wallet-apply)|stripe\s+(payment_intents|charges|transfers|payouts)\s+create|x402\S*\s+pay|\.consent-guard\/used-orders)/i
const ADDRESS_PATH =
  /^\/?v\d\/(payment_intents|charges|checkout\/(sessions|orders)|payment_links|transfers|payouts|payments)(\/|$|\?)/i

/** @param {string} tool  @param {unknown} input */
export function pays(tool, input) {
  if (OURS.test(tool)) return false
  if (SHELLS.test(tool)) return ADDRESS.test(JSON.stringify(input ?? null))
  const [, server = '', verb = tool] = /^(?:mcp__)?(.+?)__(.+)$/.exec(tool) ?? []
  return isPayment(verb, server, input) || callsPayment(input, 0)
}

function isPayment(name, server, input) {
  const words = wordsOf(name)
  const text = words.join(' ')
  return (
    !onlyLooks(words, wordsOf(server).join(''), text) &&
    (PAYS.test(text) || NAMES_PAYMENT.test(text) || (WITH_AMOUNT.test(text) && hasAmount(input, 0)))
  )
}

function onlyLooks(words, server, text) {
  const [first = ''] = words[0] === server ? words.slice(1) : words
  if (MORE.test(text) || PAYS.test(words[0] ?? '')) return false
  return LOOK.test(first) || (LOOK.test(words.at(-1) ?? '') && !ACT.test(first) && !PAYS.test(first))
}

/** createPaymentIntent, create-payment-intent, CREATE_PAYMENT_INTENT: the same words. */
export function wordsOf(name) {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

function hasAmount(value, depth) {
  return entriesOf(value, depth).some(
    ([key, item]) =>
      (AMOUNT_KEY.test(key) && (typeof item === 'number' || typeof item === 'string')) ||
      hasAmount(item, depth + 1),
  )
}

/** Gateways name the tool in their input; general HTTP tools name the address. */
function callsPayment(value, depth) {
  const entries = entriesOf(value, depth)
  const given = entries.some(([key]) => GIVEN_KEY.test(key))
  return entries.some(([key, item]) => {
    if (typeof item !== 'string') return callsPayment(item, depth + 1)
    const called = CALLED_KEY.test(key) || (given && /^(name|method|action)$/i.test(key))
    if (called) return !OURS.test(item) && isPayment(item.split('__').at(-1) ?? '', '', value)
    return ADDRESS_KEY.test(key) && (ADDRESS.test(item) || ADDRESS_PATH.test(item))
  })
}

function entriesOf(value, depth) {
  return typeof value === 'object' && value !== null && depth < 8 ? Object.entries(value) : []
}
