/** Spend by local day and by site, from settled payments of one currency. */
import type { AttemptRow } from '../../utils/ledger/db.ts'

export interface DaySpend {
  /** `YYYY-MM-DD` */
  date: string
  amount: bigint
}

export interface SiteSpend {
  site: string
  amount: bigint
  count: number
}

export interface Spend {
  currency: string
  days: DaySpend[]
  sites: SiteSpend[]
  total: bigint
}

/** One entry a currency, most used first. `today` and `count` name the days shown, empty ones included. */
export function spendOf(rows: readonly AttemptRow[], zone: string, today: Date, count: number): Spend[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone })
  const dates = Array.from({ length: count }, (_, back) =>
    format.format(today.getTime() - (count - 1 - back) * 86_400_000),
  )
  const byCurrency = new Map<string, AttemptRow[]>()
  for (const row of rows) {
    const currency = row.order.total?.currency
    if (currency === undefined) continue
    byCurrency.set(currency, [...(byCurrency.get(currency) ?? []), row])
  }
  return [...byCurrency]
    .map(([currency, paid]) => {
      const days = new Map(dates.map((date) => [date, 0n]))
      const sites = new Map<string, { amount: bigint; count: number }>()
      let total = 0n
      for (const row of paid) {
        const amount = row.order.total?.amount ?? 0n
        const date = format.format(row.createdAt)
        const before = days.get(date)
        if (before === undefined) continue
        days.set(date, before + amount)
        const site = sites.get(row.site.key) ?? { amount: 0n, count: 0 }
        sites.set(row.site.key, { amount: site.amount + amount, count: site.count + 1 })
        total += amount
      }
      return {
        currency,
        total,
        days: [...days].map(([date, amount]) => ({ date, amount })),
        sites: [...sites]
          .map(([site, spend]) => ({ site, ...spend }))
          .sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0)),
      }
    })
    .filter((spend) => spend.sites.length > 0)
    .sort((a, b) => sum(b.sites) - sum(a.sites))
}

function sum(sites: readonly SiteSpend[]): number {
  return sites.reduce((count, site) => count + site.count, 0)
}
