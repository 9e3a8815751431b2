/** What lists and filters of the dashboard keep and leave out. */
import { cleanup, render, screen } from '@testing-library/preact'
import { afterEach, describe, expect, test } from 'vitest'
import '../../utils/words/pages.ts'
import { NO_FILTER, passes } from '../../components/history/filter.ts'
import { SpendChart } from '../../components/spend/SpendChart.tsx'
import { Tips } from '../../components/spend/Tips.tsx'
import { money } from '../../utils/money/money.ts'
import { AT, anAttempt, eur } from './attempts.ts'

afterEach(cleanup)

const { order } = anAttempt()
const of = (amount: bigint, currency: string) =>
  anAttempt({ order: { ...order, currency, total: money(amount, currency) } })

describe('the filter by amount', () => {
  test('counts in the payment’s own currency, both ends included, with point or comma', () => {
    const filter = { ...NO_FILTER, least: '78,70', most: '78.70' }
    expect(passes(anAttempt(), filter)).toBe(true)
    expect(passes(of(7_871n, 'EUR'), filter)).toBe(false)
    expect(passes(of(7_869n, 'EUR'), filter)).toBe(false)
    expect(passes(of(79n, 'JPY'), { ...NO_FILTER, least: '79' })).toBe(true)
  })

  test('finds nothing for what is no amount, or an amount that the currency cannot hold', () => {
    expect(passes(anAttempt(), { ...NO_FILTER, least: 'lots' })).toBe(false)
    expect(passes(anAttempt(), { ...NO_FILTER, most: 'lots' })).toBe(false)
    expect(passes(of(79n, 'JPY'), { ...NO_FILTER, least: '1.50' })).toBe(false)
  })

  test('an unknown total is neither more nor less than anything', () => {
    const unknown = anAttempt({ order: { ...order, total: null } })
    expect(passes(unknown, { ...NO_FILTER, least: '0' })).toBe(false)
    expect(passes(unknown, { ...NO_FILTER, most: '9999' })).toBe(false)
    expect(passes(unknown, NO_FILTER)).toBe(true)
  })

  test('a currency is found by its beginning, whatever its case', () => {
    expect(passes(of(79n, 'JPY'), { ...NO_FILTER, currency: ' jp' })).toBe(true)
    expect(passes(anAttempt(), { ...NO_FILTER, currency: 'usd' })).toBe(false)
  })
})

describe('tips', () => {
  test('are listed newest first, and only where there was one', () => {
    const tipped = (id: string, merchant: string, createdAt: number, cents: number) =>
      anAttempt({
        id,
        createdAt,
        order: { ...order, merchant, totals: [{ type: 'tip', label: '', amount: eur(cents) }] },
      })
    const rows = [tipped('a', 'Old Cab', AT, 200), anAttempt(), tipped('b', 'New Cab', AT + 1_000, 350)]
    render(<Tips rows={rows} />)
    const listed = screen.getAllByTestId('tip').map(({ textContent }) => textContent)
    expect(listed).toEqual([
      expect.stringMatching(/^New Cab.*€3\.50$/),
      expect.stringMatching(/^Old Cab.*€2\.00$/),
    ])
  })

  test('say so where there was none', () => {
    render(<Tips rows={[anAttempt()]} />)
    expect(screen.getByText('No payment had a tip on top.')).toBeTruthy()
  })
})

describe('the chart of what was spent', () => {
  const spend = {
    currency: 'EUR',
    total: 10_350n,
    days: [
      { date: '2026-11-22', amount: 2_480n },
      { date: '2026-11-23', amount: 7_870n },
    ],
    sites: [
      { site: 'teahouse.example', amount: 7_870n, count: 1 },
      { site: 'paper.example', amount: 2_480n, count: 2 },
    ],
  }

  test('says in tables what its bars show, by day and by site, and draws the cap of a day as a line', () => {
    render(<SpendChart spend={spend} dayCap={eur(10_000)} />)
    expect(screen.getByRole('img').getAttribute('aria-label')).toContain('€103.50')
    const rows = screen.getAllByRole('row').map((row) => row.textContent)
    for (const said of ['teahouse.example1€78.70', 'paper.example2€24.80', 'Nov 22€24.80', 'Nov 23€78.70']) {
      expect(rows).toContain(said)
    }
    expect(document.querySelector('.spend-cap')).not.toBeNull()
    expect(document.body.textContent).toContain('€100.00')
  })

  test('has no line where there is no cap', () => {
    render(<SpendChart spend={spend} dayCap={null} />)
    expect(document.querySelector('.spend-cap')).toBeNull()
  })
})
