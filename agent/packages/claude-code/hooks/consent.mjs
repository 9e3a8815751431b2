/**
 * Whether a payment call names an order that the person has agreed to: its id is somewhere in the input, the backend says
 * authorised or settled, the amount is the order's, and it was not used for another call. Anything missing is a no.
 * Written in the Claude Code package; `npm run copy:hooks` copies it to the OpenClaw plugin.
 */
import { mkdir, open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

const ORDER = /wor_[0-9a-z]{20}_[0-9a-z]{20}/
const AMOUNT = /^(amount|total|price|value|unit_amount|total_amount|totalAmount)$/i
const EXPONENT_0 = /^(JPY|KRW|VND|CLP|ISK|XAF|XOF|XPF|UGX|PYG|RWF|KMF|GNF|DJF|BIF|VUV)$/
const EXPONENT_3 = /^(BHD|IQD|JOD|KWD|LYD|OMR|TND)$/

/**
 * @param {unknown} input
 * @param {{ url: string, token: string, folder?: string, fetch?: typeof fetch }} settings
 * @returns {Promise<string | null>} null: agreed to; otherwise why not, for the agent
 */
export async function whyNot(input, settings) {
  const text = JSON.stringify(input ?? null)
  const orderId = ORDER.exec(text)?.[0]
  if (orderId === undefined) return 'no order of Consent Guard is named in it'
  if (settings.token === '') return 'CONSENT_GUARD_TOKEN is not set, so nobody can be asked'
  const order = await read(orderId, settings)
  if (typeof order === 'string') return order
  if (order.state !== 'authorised' && order.state !== 'settled') return `the order is ${order.state}`
  const amounts = amountsIn(input)
  if (amounts.length === 0) return 'it names no amount that could be compared with the order'
  if (!amounts.every((amount) => sameAmount(amount, order.total))) return 'its amount is not the order’s'
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

function amountsIn(value, name = '') {
  if (Array.isArray(value)) return value.flatMap((item) => amountsIn(item, name))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => amountsIn(item, key))
  }
  return AMOUNT.test(name) && (typeof value === 'number' || typeof value === 'string') ? [String(value)] : []
}

/** Tools take minor units or a decimal; either must be exactly the order's. */
function sameAmount(text, { amount, currency }) {
  const digits = EXPONENT_0.test(currency) ? 0 : EXPONENT_3.test(currency) ? 3 : 2
  const padded = amount.padStart(digits + 1, '0')
  const whole = padded.slice(0, padded.length - digits)
  const rest = digits === 0 ? '' : padded.slice(-digits)
  const decimal = digits === 0 ? whole : `${whole}.${rest}`
  const trimmed = decimal.replace(/\.?0+$/, '')
  return text === amount || text === decimal || (decimal.includes('.') && text === trimmed)
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
