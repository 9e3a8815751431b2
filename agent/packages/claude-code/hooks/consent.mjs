/**
 * Whether a payment call names an order that the person has agreed to: its id is in the input, the backend says authorised
 * or settled, currency and amount are the order's, and it was not used for another call. Anything missing is a no.
 * Written in the Claude Code package; `npm run copy:hooks` copies it to the other packages.
 */
import { mkdir, open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { wordsOf } from './payment-tools.mjs'

const ORDER = /wor_[0-9a-z]{20}_[0-9a-z]{20}/g
const AMOUNT = /^(amount|total|price|cost|cents|fee|tip|sum)$/
const QUANTITY = /^(quantity|qty|units|count)$/
const COMMAND = /^(command|cmd|script)$/i
/** One call of one program; anything else could do a second thing under the same consent. */
const CALL = /^(curl|wget|https?|stripe|alipay-bot) [^;&|`\n\r#<>$]*$/
/** `curl` repeats itself for a second address, for ranges in one, and after --next. */
const REPEATED = /https?:\/\/.*https?:\/\/|https?:\/\/\S*[[{]|\s(--next|-:|-K|--config|--variable)(\s|$)/
/** `--amount 49.99`, `amount=4999`, `"amount": 4999`. */
const ARGUMENT = /([\w.[\]-]+)["']?\s*[=:\s]\s*["']?(?=([\w.,]+))/g
/** Those that count in minor units. To any other, 4999 is four thousand nine hundred and ninety-nine. */
const MINOR = /stripe|adyen|razorpay|paystack/i
const MINOR_CALL = /^stripe |https:\/\/[\w.-]*\b(stripe|adyen|razorpay|paystack)\.(com|co)\//i
const EXPONENT_0 = /^(JPY|KRW|VND|CLP|ISK|XAF|XOF|XPF|UGX|PYG|RWF|KMF|GNF|DJF|BIF|VUV)$/
const EXPONENT_3 = /^(BHD|IQD|JOD|KWD|LYD|OMR|TND)$/

/**
 * @param {string} tool
 * @param {unknown} input
 * @param {{ url: string, token: string, folder?: string, fetch?: typeof fetch }} settings
 * @returns {Promise<string | null>} null: agreed to; otherwise why not, for the agent
 */
export async function whyNot(tool, input, settings) {
  const named = new Set((JSON.stringify(input ?? null).match(ORDER) ?? []).values())
  const [orderId] = named
  if (orderId === undefined) return 'no order of Consent Guard is named in it'
  if (named.size > 1) return 'it names more than one order'
  if (settings.token === '') return 'CONSENT_GUARD_TOKEN is not set, so nobody can be asked'
  const order = await read(orderId, settings)
  if (typeof order === 'string') return order
  if (order.state !== 'authorised' && order.state !== 'settled') return `the order is ${order.state}`
  const commands = commandsIn(input)
  const minor =
    commands.length === 0 ? MINOR.test(tool) : commands.every((command) => MINOR_CALL.test(command))
  const wrong = differs(factsOf(input), order.total, minor)
  if (wrong !== null) return wrong
  return (await useOnce(orderId, settings.folder)) ? null : 'the order was used for another call'
}

async function read(orderId, { url, token, fetch: send = fetch }) {
  try {
    const answer = await send(`${url.replace(/\/+$/, '')}/v1/orders/${orderId}`, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    })
    if (!answer.ok) return 'Consent Guard does not know the order'
    const { state, order } = await answer.json()
    return { state, total: order.total }
  } catch {
    return 'the payments backend does not answer'
  }
}

function differs({ amounts, currencies, quantities, chained, repeated }, total, minor) {
  if (chained) return 'the command does more than one thing'
  if (amounts.length === 0) return 'it names no amount that could be compared with the order'
  if (!amounts.every((amount) => sameAmount(amount, total, minor))) return 'its amount is not the order’s'
  if (currencies.length === 0) return 'it names no currency that could be compared with the order'
  if (!currencies.every((currency) => currency.toUpperCase() === total.currency)) {
    return 'its currency is not the order’s'
  }
  const once = !repeated && quantities.every((quantity) => Number(quantity) === 1)
  return once ? null : 'it asks for the amount more than once'
}

/** Every amount, currency and quantity in it, however deep; of a command, those among its arguments. */
function factsOf(input) {
  const facts = { amounts: [], currencies: [], quantities: [], chained: false, repeated: false }
  const seen = new Set()
  const say = (path, value) => {
    const words = wordsOf(path.split('.').at(-1) ?? '')
    if (words.includes('currency')) facts.currencies.push(value)
    else if (QUANTITY.test(words.at(-1) ?? '')) facts.quantities.push(value)
    else if (words.some((word) => AMOUNT.test(word)) || words.join() === 'value') {
      facts.amounts.push(value)
      // The same field of a list again: two payments of the amount.
      if (seen.has(path)) facts.repeated = true
      seen.add(path)
    }
  }
  walk(input, '', (path, value) => {
    if (!COMMAND.test(path.split('.').at(-1) ?? '')) return say(path, value)
    if (!CALL.test(value) || REPEATED.test(value)) facts.chained = true
    for (const [, name, argument] of value.matchAll(ARGUMENT)) say(name, argument.replace(/[.,]+$/, ''))
  })
  return facts
}

function commandsIn(input) {
  const commands = []
  walk(input, '', (path, value) => COMMAND.test(path.split('.').at(-1) ?? '') && commands.push(value))
  return commands
}

/** Every value with its path; the items of a list have one path. */
function walk(value, path, say) {
  if (Array.isArray(value)) for (const item of value) walk(item, path, say)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) walk(item, path === '' ? name : `${path}.${name}`, say)
  } else if (typeof value === 'number' || typeof value === 'string') say(path, String(value))
}

function sameAmount(text, { amount, currency }, minor) {
  if (minor) return text === amount
  const digits = EXPONENT_0.test(currency) ? 0 : EXPONENT_3.test(currency) ? 3 : 2
  const padded = amount.padStart(digits + 1, '0')
  const whole = padded.slice(0, padded.length - digits)
  const rest = digits === 0 ? '' : padded.slice(-digits)
  const decimal = digits === 0 ? whole : `${whole}.${rest}`
  return text === decimal || (rest !== '' && text === decimal.replace(/\.?0+$/, ''))
}

/** The file is made by whoever is first; a second call with the same order finds it. */
async function useOnce(orderId, folder = join(homedir(), '.consent-guard', 'used-orders')) {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = await open(join(folder, orderId), 'wx', 0o600)
    await file.close()
    return true
  } catch {
    return false
  }
}
