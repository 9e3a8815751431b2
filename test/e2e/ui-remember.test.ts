/** "Approve and remember": later orders of a site pass without a question, as far as was agreed and no further. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closePage } from '../harness/close.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, PIN, press, type World } from '../harness/world.ts'

describe('a site that is remembered', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world?.close())

  const settled = (count: number) =>
    waitForLedger(
      world.guarded,
      'attempts',
      (all) => all.filter((row) => row.state === 'settled').length === count,
    )

  test('is approved without asking within amount, number and payee; the backend has agreed to each', async () => {
    const first = await world.atCheckout('fetch-json')
    await press(first, 'fetch-json')
    const consent = await waitForConsent(world.guarded)
    await consent.getByText('Other answers').click()
    await consent.getByRole('checkbox', { name: 'Approve and remember this site' }).check()
    await consent.getByLabel('How many orders').fill('1')
    for (const box of await consent.getByTestId('acknowledge').all()) await box.check()
    await consent.locator('[data-testid=approve][aria-disabled=false]').waitFor()
    await consent.getByLabel('PIN').fill(PIN)
    await consent.getByTestId('approve').click()
    await waitForLedger(world.guarded, 'allowances', (all) => all.length === 1)
    await settled(1)
    await first.close()
    const [made] = await readLedger(world.guarded, 'allowances')
    expect(made).toMatchObject({ uses: 0, factor: 'pin', remoteId: expect.stringMatching(/./) })

    // The same once more is odd, and asked whatever was agreed to.
    const again = await world.atCheckout('fetch-json')
    await press(again, 'fetch-json')
    await world.person.reject(await waitForConsent(world.guarded))
    expect(await world.shop.orders()).toHaveLength(1)
    await again.close()

    const second = await world.atCheckout('fetch-json', 'beeswax-candles')
    await press(second, 'fetch-json')
    await settled(2)
    expect(await world.shop.orders()).toHaveLength(2)
    const consents = await readLedger(world.guarded, 'consents')
    const approved = consents.filter(({ decision }) => decision === 'approved')
    expect(approved.map(({ factor, allowanceId }) => [factor, allowanceId]).sort()).toEqual(
      [
        ['pin', undefined],
        [null, made?.id],
      ].sort(),
    )
    const mandates = await readLedger(world.guarded, 'mandates')
    expect(mandates.every(({ paymentId }) => paymentId !== null)).toBe(true)
    expect(mandates.filter(({ standing }) => standing !== undefined)).toHaveLength(1)
    await second.close()

    // One order was agreed to and is used up.
    const third = await world.atCheckout('fetch-json')
    await press(third, 'fetch-json')
    await world.person.reject(await waitForConsent(world.guarded))
    expect(await world.shop.orders()).toHaveLength(2)
    await third.close()
  })

  test('is listed under its site and ends at a press, without a factor', async () => {
    const page = await world.guarded.context.newPage()
    await page.goto(`${world.guarded.urlOf('dashboard')}#sites`)
    const row = page.getByTestId('allowance')
    await row.getByText('0 orders left').waitFor()
    await row.getByRole('button').click()
    await row.waitFor({ state: 'detached' })
    const [ended] = await readLedger(world.guarded, 'allowances')
    expect(ended?.revokedAt).not.toBe(null)
    await closePage(page)
  })
})
