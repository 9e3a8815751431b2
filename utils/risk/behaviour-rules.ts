/** Rules about how it is being bought: how often, when, after what. */

import { major } from './money-rules.ts'
import { note, type RiskInput, type Rule } from './rule.ts'

export const BEHAVIOUR_RULES: readonly Rule[] = [
  {
    id: 'repeat',
    check({ history, at, locale }) {
      if (history.sameOrderAt === null) return null
      return note('repeat', 'order', 'danger', true, { when: ago(at, history.sameOrderAt, locale) })
    },
  },
  {
    // Card testing and runaway loops come in bursts; a household does not.
    id: 'velocity',
    check({ history }, { attempts10Minutes, attemptsHour, attemptsDay }) {
      const bursts: readonly [number, number][] = [
        [history.recentAttempts, attempts10Minutes],
        [history.attemptsHour ?? 0, attemptsHour],
        [history.attemptsDay ?? 0, attemptsDay],
      ]
      const burst = bursts.find(([count, limit]) => count >= limit)
      if (!burst) return null
      const [count, limit] = burst
      return note('many_attempts', 'site', count >= limit * 2 ? 'danger' : 'warn', false, {
        count: String(count),
      })
    },
  },
  {
    id: 'agent-velocity',
    check({ history }, { agentAttempts10Minutes }) {
      const count = history.agentAttempts ?? 0
      if (count < agentAttempts10Minutes) return null
      return note('agent_attempts', 'order', 'warn', false, { count: String(count) })
    },
  },
  {
    id: 'rejected-before',
    check({ history, at, locale }) {
      if (history.rejectedAt === undefined || history.rejectedAt === null) return null
      return note('rejected_before', 'site', 'warn', false, { when: ago(at, history.rejectedAt, locale) })
    },
  },
  {
    id: 'card-testing',
    check({ history }, { failedDay, testingUpTo }) {
      const small = (history.failedDay ?? []).filter(
        ({ amount, currency }) => amount <= major(testingUpTo, currency),
      )
      return small.length < failedDay
        ? null
        : note('card_testing', 'order', 'danger', false, { count: String(small.length) })
    },
  },
  {
    id: 'night',
    check(input, { nightFrom, nightTo }) {
      const hour = localHour(input)
      if (hour === null) return null
      const night =
        nightFrom <= nightTo ? hour >= nightFrom && hour < nightTo : hour >= nightFrom || hour < nightTo
      return night ? note('night', 'order', 'info', false) : null
    },
  },
  {
    id: 'self-approval',
    check({ page }) {
      const signs = page?.selfApproval ?? []
      return signs.length === 0 ? null : note('self_approval', 'order', 'danger', true)
    },
  },
  {
    // Caps and limits in time are only as right as the clock.
    id: 'clock',
    check({ history }) {
      return (history.clockBackMs ?? 0) > 5 * 60_000 ? note('clock_back', 'order', 'warn', false) : null
    },
  },
]

/** 0 to 23 on the person's clock, null where their zone is not known. */
function localHour({ at, zone }: RiskInput): number | null {
  if (zone === undefined) return null
  return Number(
    new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(at),
  )
}

function ago(at: number, then: number, locale: string): string {
  const minutes = Math.max(1, Math.round((at - then) / 60_000))
  const format = new Intl.RelativeTimeFormat(locale)
  return minutes < 120 ? format.format(-minutes, 'minute') : format.format(-Math.round(minutes / 60), 'hour')
}
