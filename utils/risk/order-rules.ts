/** Rules about what would be bought and where it would go. */
import { formatMoney } from '../money/format.ts'
import { agentText } from './injection.ts'
import { note, type Rule } from './rule.ts'

export const ORDER_RULES: readonly Rule[] = [
  {
    id: 'recurrence',
    check({ order, locale }) {
      const { recurrence } = order
      if (recurrence === null) return null
      if (recurrence.trialDays > 0 && recurrence.amount !== null) {
        const amount = formatMoney(recurrence.amount, locale)
        return note('trial', 'recurrence', 'warn', false, { days: String(recurrence.trialDays), amount })
      }
      return note('recurring', 'recurrence', 'warn', false)
    },
  },
  {
    id: 'hidden-recurrence',
    check({ order, page }) {
      if (order.recurrence !== null || !page?.recurringText) return null
      return note('hidden_recurrence', 'recurrence', 'danger', true, {
        text: page.recurringText.slice(0, 120),
      })
    },
  },
  {
    id: 'preticked',
    check({ page, locale }) {
      const extras = page?.preticked ?? []
      if (extras.length === 0) return null
      const names = extras.map(({ label, amount }) =>
        amount === null ? label : `${label} (${formatMoney(amount, locale)})`,
      )
      return note('preticked', 'items', 'warn', false, { extras: names.join(', ').slice(0, 200) })
    },
  },
  {
    id: 'quantity',
    check({ order, history }, { quantity, quantityTimes }) {
      for (const item of order.items) {
        const before = history.quantities?.[item.name]
        const unusual =
          before === undefined ? item.quantity >= quantity : item.quantity > before * quantityTimes
        if (unusual)
          return note('quantity', 'items', 'warn', false, { count: String(item.quantity), item: item.name })
      }
      return null
    },
  },
  {
    id: 'cart-pieces',
    check({ order, page }) {
      const cart = page?.cartPieces
      if (!cart || order.items.length === 0) return null
      const shown = order.items.reduce((sum, { quantity }) => sum + quantity, 0)
      // The order is what is shown here; the cart is what was chosen before.
      return shown === cart
        ? null
        : note('items_disagree', 'items', 'warn', false, {
            shown: String(shown),
            where: 'cart',
            other: String(cart),
          })
    },
  },
  {
    id: 'address',
    check({ order, history }) {
      const known = history.addresses ?? []
      if (order.shipTo === null || known.length === 0) return null
      const here = plain(order.shipTo)
      if (known.some((address) => plain(address) === here)) return null
      return note('address_new', 'shipTo', 'danger', false, { address: order.shipTo.slice(0, 120) })
    },
  },
  {
    id: 'agent-text',
    check({ page, order }) {
      const texts = [page?.text ?? '', order.merchant ?? '', ...order.items.map(({ name }) => name)]
      for (const text of texts) {
        const found = agentText(text)
        if (found !== null) return note('addresses_agent', 'order', 'danger', true, { text: found })
      }
      return null
    },
  },
  {
    id: 'covered',
    check({ page }) {
      return page?.covering
        ? note('covered', 'order', 'danger', true, { what: page.covering.slice(0, 80) })
        : null
    },
  },
]

/** An address without what people write differently. */
function plain(address: string): string {
  return address
    .normalize('NFKD')
    .replace(/[\p{M}\p{P}\s]+/gu, '')
    .toLowerCase()
}
