/** The try-out purchase in a real browser: the real window and factor, with a backend that cannot even be reached. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLedger, type TableName, waitForLedger } from '../harness/ledger.ts'
import { openWorld, press, type World } from '../harness/world.ts'

const TABLES: TableName[] = [
  'attempts',
  'consents',
  'mandates',
  'receipts',
  'reservations',
  'buckets',
  'caps',
  'allowances',
  'log',
]

describe('the practice shop', () => {
  let world: World
  let shop: Page
  beforeAll(async () => {
    world = await openWorld({ factor: 'passkey' })
    await world.stopBackend()
    shop = await world.guarded.context.newPage()
    await shop.goto(world.guarded.urlOf('welcome'))
    await shop.getByTestId('practise').click()
  })
  afterAll(() => world?.close())

  async function buy(): Promise<Page> {
    const opening = world.guarded.context.waitForEvent('page', (page) => page.url().includes('consent.html'))
    await shop.getByTestId('practice-pay').click()
    const window = await opening
    await window.getByTestId('approve').waitFor()
    return window
  }
  const said = (state: string) => shop.locator(`[data-testid=practice-state][data-state=${state}]`).waitFor()
  const money = async () => {
    const rows = await Promise.all(TABLES.map((table) => readLedger(world.guarded, table)))
    return Object.fromEntries(TABLES.map((table, index) => [table, rows[index]]))
  }
  const close = (window: Page) =>
    Promise.all([
      window.waitForEvent('close'),
      window
        .getByTestId('done')
        .click()
        .catch(() => {}),
    ])

  test('asks in the real window with the real factor, says throughout that it is practice, and leaves no trace', async () => {
    const before = await money()
    const window = await buy()
    await said('asked')
    await window.getByTestId('practice-mark').getByText('nothing is bought').waitFor()
    expect(await window.getByTestId('consent-total').textContent()).toBe('€28.80')
    expect(await window.getByTestId('consent-site').textContent()).toBe('practice-shop.example')
    // Asleep at first, like any approval.
    expect(await window.getByTestId('approve').getAttribute('aria-disabled')).toBe('true')
    expect(await world.person.approve(window)).toEqual({ state: 'approved' })
    await said('approved')
    await close(window)

    const second = await buy()
    expect(await world.person.reject(second)).toEqual({ state: 'rejected' })
    await said('rejected')
    await close(second)
    expect(await money()).toEqual(before)
  })

  test('no answer is no: closing its window ends it', async () => {
    const window = await buy()
    await said('asked')
    await window.close()
    await said('rejected')
  })

  test('neither its id nor a passkey’s agreement to it can pay for anything', async () => {
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    await waitForLedger(world.guarded, 'attempts', (all) => all.some((row) => row.state === 'asked'))
    const [asked] = await readLedger(world.guarded, 'attempts')
    if (asked === undefined) throw new Error('nothing is asked')

    // The agreement is taken on its way to the background, as script in our own page could.
    const window = await buy()
    await window.evaluate(() => {
      const take = async (message: unknown) => {
        Object.assign(globalThis, { taken: message })
        return { ok: false, code: 'factor_missing' }
      }
      Object.defineProperty(chrome.runtime, 'sendMessage', { value: take })
    })
    expect(await world.person.approve(window)).toHaveProperty('failure')
    const taken: { id: string; proof: object } = await window.evaluate('globalThis.taken')
    expect(taken).toMatchObject({ command: 'approve-rehearsal', proof: { kind: 'passkey' } })

    const send = (message: object) => shop.evaluate((sent) => chrome.runtime.sendMessage(sent), message)
    const { proof, id } = taken
    const { digest } = asked
    expect(await send({ command: 'approve', attemptId: id, digest, proof })).toMatchObject({
      code: 'unknown_attempt',
    })
    expect(await send({ command: 'approve', attemptId: asked.id, digest, proof })).toMatchObject({
      code: 'factor_wrong',
    })
    expect(await send({ command: 'approve-rehearsal', id: asked.id, proof })).toMatchObject({
      code: 'not_waiting',
    })
    // For what it is about it is good, and changes nothing but that.
    expect(await send({ command: 'approve-rehearsal', id, proof })).toMatchObject({ ok: true })
    expect(await send({ command: 'approve-rehearsal', id, proof })).toMatchObject({ code: 'not_waiting' })
    expect((await readLedger(world.guarded, 'attempts')).map(({ state }) => state)).toEqual(['asked'])
    expect(await readLedger(world.guarded, 'mandates')).toEqual([])
    expect(await world.shop.orders()).toEqual([])
  })
})
