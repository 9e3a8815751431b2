/** The rules in force, in the order in which a person should read what they say. */
import { brokenCaps } from '../caps/check.ts'
import { formatMoney } from '../money/format.ts'
import type { Note } from '../order/order.ts'
import type { Rule } from './rule.ts'

/** Card testing and runaway loops come in bursts; a household does not. */
const MANY_ATTEMPTS = 5

export const RULES: readonly Rule[] = [
  {
    id: 'cap',
    check({ caps, locale }) {
      const [worst] = brokenCaps(caps)
      if (!worst) return null
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
    id: 'insecure',
    check({ site }) {
      return site.secure ? null : note('insecure', 'site', 'danger', true)
    },
  },
  {
    id: 'repeat',
    check({ history, at, locale }) {
      if (history.sameOrderAt === null) return null
      const minutes = Math.max(1, Math.round((at - history.sameOrderAt) / 60_000))
      const when = new Intl.RelativeTimeFormat(locale).format(-minutes, 'minute')
      return note('repeat', 'order', 'danger', true, { when })
    },
  },
  {
    id: 'velocity',
    check({ history }) {
      if (history.recentAttempts < MANY_ATTEMPTS) return null
      return note('many_attempts', 'site', 'warn', false, { count: String(history.recentAttempts) })
    },
  },
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
    id: 'processor',
    check({ order, site }) {
      if (order.processor === null) return null
      return note('foreign_processor', 'processor', 'info', false, {
        processor: order.processor,
        site: site.key,
      })
    },
  },
  {
    id: 'first-time',
    check({ history, site }) {
      return history.settledHere === 0 ? note('first_time', 'site', 'info', false, { site: site.key }) : null
    },
  },
]

function note(
  id: string,
  field: string,
  severity: Note['severity'],
  blocking: boolean,
  values: Record<string, string> = {},
): Note {
  return { id, field, severity, blocking, values }
}
