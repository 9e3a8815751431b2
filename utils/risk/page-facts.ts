/** What the reader saw beside the order, parsed, and what the request itself says. */
import { scrub } from '../ledger/scrub.ts'
import { exponentOf } from '../money/currencies.ts'
import { fromDecimal, type Money, parseMoney } from '../money/money.ts'
import { neutralise } from '../order/neutralise.ts'
import type { PageFacts } from './rule.ts'

/** null where it is no set of facts: then the rules about them say nothing, and the total is unknown as well. */
export function parsePageFacts(value: unknown): PageFacts | null {
  if (typeof value !== 'object' || value === null) return null
  const { text, covering, preticked, recurringText } = value as Record<string, unknown>
  if (typeof text !== 'string' || !Array.isArray(preticked)) return null
  return {
    text: kept(text),
    covering: shortOrNull(covering),
    recurringText: shortOrNull(recurringText),
    preticked: preticked
      .slice(0, 10)
      .flatMap((label) => (typeof label === 'string' ? [{ label: kept(label), amount: null }] : [])),
  }
}

/** Page text as notes and the ledger may have it. */
function kept(text: string): string {
  return scrub(neutralise(text))
}

function shortOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? kept(value) : null
}

const AMOUNT = /^(?:amount|total|order_?total|grand_?total|total_?amount|amt|sum)$/i
const CURRENCY = /^(?:currency|currency_?code|cur)$/i

/**
 * The amount that an address carries, where it names amount and currency. A whole number may be major or minor units:
 * where one of them is what the page shows, that one is meant.
 */
export function requestTotalOf(address: string | null, shown: Money | null): Money | null {
  if (address === null || !URL.canParse(address)) return null
  const all = [...new URL(address).searchParams].slice(0, 100)
  const currency = all.find(([name]) => CURRENCY.test(name))?.[1].toUpperCase()
  const written = all.find(([name]) => AMOUNT.test(name))?.[1]
  if (currency === undefined || written === undefined || exponentOf(currency) === null) return null
  const major = fromDecimal(written, currency)
  const minor = /^\d{1,15}$/.test(written)
    ? parseMoney({ amount: BigInt(written).toString(), currency })
    : null
  const same = [major, minor].find(
    (one) => one !== null && shown?.currency === one.currency && shown.amount === one.amount,
  )
  return same ?? minor ?? major
}
