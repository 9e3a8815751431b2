/** Rules about how much it would cost. */

import { countsOrders } from '../caps/cap.ts'
import { brokenCaps } from '../caps/check.ts'
import { exponentOf } from '../money/currencies.ts'
import { formatMoney } from '../money/format.ts'
import { equal, type Money, money, subtract, sum } from '../money/money.ts'
import { note, type Rule } from './rule.ts'

export const MONEY_RULES: readonly Rule[] = [
  {
    id: 'cap',
    check({ caps, locale }) {
      const [worst] = brokenCaps(caps)
      if (!worst) return null
      if (countsOrders(worst.cap)) {
        return note('cap_orders_exceeded', 'total', 'danger', true, {
          limit: formatMoney(worst.cap.limit, locale),
        })
      }
      return note('cap_exceeded', 'total', 'danger', true, {
        excess: formatMoney(worst.excess, locale),
        limit: formatMoney(worst.cap.limit, locale),
      })
    },
  },
  {
    id: 'negative-total',
    check({ order }) {
      return order.total !== null && order.total.amount < 0n
        ? note('negative_total', 'total', 'danger', true)
        : null
    },
  },
  {
    // Measured against the person's own orders here: above the 95th percentile, or several times the largest.
    id: 'large',
    check({ order, history, locale }, { ordersForUsual, timesLargest, largeFirst }) {
      const { total } = order
      if (total === null || total.amount <= 0n) return null
      const earlier = [...(history.totalsHere ?? [])].sort(byAmount)
      const largest = earlier.at(-1)
      if (largest !== undefined && largest > 0n && total.amount > largest * BigInt(Math.ceil(timesLargest))) {
        return note('large', 'total', 'danger', false, { usual: show(largest, total, locale) })
      }
      if (earlier.length >= ordersForUsual) {
        const usual = earlier[Math.ceil(earlier.length * 0.95) - 1] ?? 0n
        return total.amount > usual
          ? note('large', 'total', 'warn', false, { usual: show(usual, total, locale) })
          : null
      }
      const isFirst = history.settledHere === 0 && earlier.length === 0
      if (!isFirst || total.amount < major(largeFirst, total.currency)) return null
      return note('large_first', 'total', 'warn', false, { amount: formatMoney(total, locale) })
    },
  },
  {
    id: 'currency',
    check({ order, history }) {
      const { currency } = order
      if (currency === null) return null
      const here = history.currenciesHere ?? []
      const usual = here.length > 0 ? here : (history.currencies ?? [])
      if (usual.length === 0 || usual.includes(currency)) return null
      return note('currency_unusual', 'total', 'warn', false, {
        currency,
        usual: [...new Set(usual)].join(', '),
      })
    },
  },
  {
    id: 'cart-total',
    check({ order, page, locale }, { cartPercent }) {
      const [total, cart] = [order.total, page?.cartTotal]
      if (total === null || !cart || cart.currency !== total.currency) return null
      if (total.amount * 100n <= cart.amount * BigInt(100 + Math.round(cartPercent))) return null
      return note('cart_total_differs', 'total', 'warn', false, {
        cart: formatMoney(cart, locale),
        total: formatMoney(total, locale),
      })
    },
  },
  {
    id: 'request-total',
    check({ order, page, locale }) {
      const [total, sent] = [order.total, page?.requestTotal]
      if (total === null || !sent || equal(total, sent)) return null
      return note('request_disagrees', 'total', 'danger', true, {
        shown: formatMoney(total, locale),
        sent: formatMoney(sent, locale),
      })
    },
  },
  {
    id: 'price-rise',
    check({ order, page, locale }, { pricePercent }) {
      for (const seen of page?.seenPrices ?? []) {
        const item = order.items.find(({ name }) => isSameItem(name, seen.name))
        if (!item?.amount || item.amount.currency !== seen.amount.currency) continue
        const expected = seen.amount.amount * BigInt(Math.max(1, Math.round(item.quantity)))
        if (item.amount.amount * 100n <= expected * BigInt(100 + Math.round(pricePercent))) continue
        return note('price_rose', 'items', 'warn', false, {
          item: item.name,
          seen: formatMoney(seen.amount, locale),
          now: formatMoney(item.amount, locale),
        })
      }
      return null
    },
  },
  {
    id: 'fees',
    check({ order, locale }, { feePercent }) {
      const { total } = order
      if (total === null || total.amount <= 0n) return null
      const fees = sum(
        order.totals.filter(({ type }) => type === 'fee').map(({ amount }) => amount),
        total.currency,
      )
      if (fees.amount * 100n <= total.amount * BigInt(Math.round(feePercent))) return null
      return note('fees', 'totals', 'warn', false, {
        fees: formatMoney(fees, locale),
        total: formatMoney(total, locale),
      })
    },
  },
  {
    // "Structuring": parts that each pass a cap for one order and together would not.
    id: 'split',
    check({ order, caps, history, locale }) {
      const { total } = order
      const parts = history.sentHour ?? []
      const single = caps.find(({ cap }) => cap.window === 'order' && !countsOrders(cap))
      if (total === null || parts.length === 0 || !single || total.amount > single.cap.limit.amount)
        return null
      const together = money(
        parts.reduce((all, part) => all + part, total.amount),
        total.currency,
      )
      if (subtract(together, single.cap.limit).amount <= 0n) return null
      return note('split_below_cap', 'total', 'danger', false, {
        count: String(parts.length + 1),
        total: formatMoney(together, locale),
        limit: formatMoney(single.cap.limit, locale),
      })
    },
  },
]

/** A cart says the chosen option behind the name, a checkout often does not. */
function isSameItem(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  return x === y || (Math.min(x.length, y.length) >= 6 && (x.startsWith(y) || y.startsWith(x)))
}

/** Major units as an amount of a currency: 200 is 20000 in EUR and 200 in JPY. */
export function major(units: number, currency: string): bigint {
  return BigInt(Math.round(units * 10 ** (exponentOf(currency) ?? 2)))
}

function byAmount(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function show(amount: bigint, like: Money, locale: string): string {
  return formatMoney(money(amount, like.currency), locale)
}
