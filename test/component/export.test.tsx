import { describe, expect, test } from 'vitest'
import { toCsv, toJson } from '../../components/history/export.ts'
import { spendOf } from '../../components/spend/days.ts'
import { money } from '../../utils/money/money.ts'
import { anAttempt, eur } from './attempts.ts'

function named(merchant: string) {
  return anAttempt({ order: { ...anAttempt().order, merchant } })
}

describe('history as a file', () => {
  test('a name that a spreadsheet would run is text', () => {
    const csv = toCsv([named('=HYPERLINK("https://evil.example","Refund")')])
    expect(csv).toContain(`"'=HYPERLINK(""https://evil.example"",""Refund"")"`)
    expect(csv.split('\r\n')[1]).not.toMatch(/,=|,"=/)
  })

  test('commas, quotes and line breaks stay in their cell', () => {
    const csv = toCsv([named('Tea, "good"\nhouse')])
    expect(csv).toContain('"Tea, ""good""\nhouse"')
  })

  test('an unknown total is empty, not zero; a refund keeps its sign', () => {
    const { order } = anAttempt()
    const cells = (row: ReturnType<typeof anAttempt>) => toCsv([row]).split('\r\n')[1]?.split(',')
    expect(cells(anAttempt({ order: { ...order, total: null, currency: null } }))?.[6]).toBe('')
    expect(cells(anAttempt({ order: { ...order, total: eur(-500) } }))?.[6]).toBe('-5.00')
  })

  test('JSON carries the order as it crosses borders', () => {
    const [row] = JSON.parse(toJson([anAttempt()]))
    expect(row.order.total).toEqual({ amount: '7870', currency: 'EUR' })
  })
})

describe('spend', () => {
  const today = new Date('2026-11-23T12:00:00Z')
  const paid = (at: string, amount: bigint, currency = 'EUR', key = 'a.example') =>
    anAttempt({
      createdAt: Date.parse(at),
      site: { key, origin: `https://${key}`, host: key, secure: true },
      order: { ...anAttempt().order, total: money(amount, currency), currency },
    })

  test('is summed by the day of the person’s zone, each currency on its own', () => {
    const spends = spendOf(
      [
        paid('2026-11-22T23:30:00Z', 100n),
        paid('2026-11-23T01:00:00Z', 50n, 'EUR', 'b.example'),
        paid('2026-11-23T01:00:00Z', 7n, 'JPY'),
      ],
      'Europe/Berlin',
      today,
      3,
    )
    expect(spends.map(({ currency, total }) => [currency, total])).toEqual([
      ['EUR', 150n],
      ['JPY', 7n],
    ])
    expect(spends[0]?.days).toEqual([
      { date: '2026-11-21', amount: 0n },
      { date: '2026-11-22', amount: 0n },
      { date: '2026-11-23', amount: 150n },
    ])
    expect(spends[0]?.sites.map(({ site, amount }) => [site, amount])).toEqual([
      ['a.example', 100n],
      ['b.example', 50n],
    ])
  })

  test('of days that are not shown is left out', () => {
    expect(spendOf([paid('2026-11-01T12:00:00Z', 100n)], 'UTC', today, 3)).toEqual([])
  })
})
