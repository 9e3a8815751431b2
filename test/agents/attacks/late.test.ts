/** The page changes the order after the person has agreed, while the payment is on its way. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { payControl, thanksHeading } from '../../harness/checkout.ts'
import { waitForLedger } from '../../harness/ledger.ts'
import { waitForConsent } from '../../harness/person.ts'
import { openWorld, press, type World } from '../../harness/world.ts'
import { attack, writeTable } from './table.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ line: true })
})
afterAll(async () => {
  writeTable()
  await world?.close()
})
afterEach(async () => {
  world.line?.go()
  for (const page of world.guarded.context.pages()) if (page !== world.guarded.office) await page.close()
  await world.shop.reset()
})

/** Approves while the backend cannot answer, changes the page `after` ms later, and lets it answer. */
async function approveThenChange(
  after: number,
  change: (delivery: number) => void,
  to: number,
): Promise<Page> {
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  const consent = await waitForConsent(world.guarded)
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.some((row) => row.state === 'asked'))
  world.line?.hold()
  await world.person.approve(consent)
  await waitForLedger(world.guarded, 'attempts', (rows) => rows.some((row) => row.state === 'forwarding'))
  await page.waitForTimeout(after)
  await page.evaluate(change, to)
  world.line?.go()
  return page
}

/** Runs in the page: delivery at another price (cents), and the total with it. */
function deliverFor(price: number): void {
  const cell = (row: string) =>
    document.querySelector(`.totals .${row} :is(td,dd,span + span)`) as HTMLElement
  const cents = (text: string | null) => Number((text ?? '').replace(/\D/g, ''))
  const written = (of: number) =>
    (cell('subtotal').textContent ?? '').replace(/\d+[.,]\d\d/, (of / 100).toFixed(2))
  cell('shipping').textContent = written(price)
  cell('total').textContent = written(cents(cell('subtotal').textContent) + price)
}

/** Runs in the page: cheaper with every blink. */
function flicker(): void {
  const total = document.querySelector('.totals .total :is(td,dd,span + span)') as HTMLElement
  const shipping = document.querySelector('.totals .shipping :is(td,dd,span + span)') as HTMLElement
  const lower = (element: HTMLElement) => {
    element.textContent = (element.textContent ?? '').replace(/\d+[.,]\d\d/, (now) =>
      (Number(now.replace(',', '.')) - 0.01).toFixed(2),
    )
  }
  setInterval(() => {
    lower(shipping)
    lower(total)
  }, 4)
}

async function expectStopped(page: Page): Promise<void> {
  const ended = ['failed', 'settled', 'unknown']
  const rows = await waitForLedger(world.guarded, 'attempts', (all) =>
    all.every((row) => ended.includes(row.state)),
  )
  expect(rows.sort((a, b) => a.createdAt - b.createdAt).at(-1)).toMatchObject({
    state: 'failed',
    reason: 'order_changed',
  })
  await page
    .getByText(/order changed/i)
    .first()
    .waitFor()
  expect(await world.shop.orders()).toEqual([])
  // Nobody's money stays booked, and the page can be used.
  const booked = await waitForLedger(world.guarded, 'reservations', (all) => all.length > 0)
  expect(booked.at(-1)?.state).toBe('released')
  expect(await payControl(page, 'fetch-json').isEnabled()).toBe(true)
}

attack('A18', 'the price rises after the approval, while the backend is asked', 'stopped', async () => {
  await expectStopped(await approveThenChange(0, deliverFor, 95_000))
  await world.shop.reset()
  await expectStopped(await approveThenChange(1_500, deliverFor, 95_000))
  return 'compared with what was agreed to once more in the page itself, a few milliseconds before the control is pressed'
})

attack('A19', 'the page shows another order at each look', 'stopped', async () => {
  await expectStopped(await approveThenChange(0, flicker, 0))
  return 'looked at again three times, then ended'
})

it('what the page changes for the better is paid, once', async () => {
  const page = await approveThenChange(0, deliverFor, 100)
  await thanksHeading(page, 'fetch-json').waitFor()
  expect(await world.shop.orders()).toHaveLength(1)
})
