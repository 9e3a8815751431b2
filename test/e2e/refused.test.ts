/** Nobody to ask, nobody to forward to, and input that is meant to break things: nothing passes, nothing is lost. */
import { afterEach, describe, expect, it } from 'vitest'
import { payControl } from '../harness/checkout.ts'
import { readLedger, waitForLedger } from '../harness/ledger.ts'
import { waitForConsent } from '../harness/person.ts'
import { openWorld, press, type World } from '../harness/world.ts'

let world: World
afterEach(() => world?.close())

it('before activation every attempt is refused, with the way to activate', async () => {
  world = await openWorld({ activated: false, backend: false })
  const page = await world.atCheckout('fetch-json')
  await press(page, 'fetch-json')
  await page
    .getByText(/not switched on yet/i)
    .first()
    .waitFor()
  await page
    .getByText(/choose a passkey or a PIN/i)
    .first()
    .waitFor()
  await page.evaluate(() =>
    fetch('/api/orders', { method: 'POST', body: '{}' }).then(
      (answer) => answer.status,
      () => 0,
    ),
  )
  expect(await world.shop.orders()).toEqual([])
  const opened = () =>
    world.guarded.context.pages().some((known) => known.url().startsWith(world.guarded.urlOf('welcome')))
  expect(opened()).toBe(true)
  const log = await readLedger(world.guarded, 'log')
  expect(log.filter((entry) => entry.event === 'attempt.refused').length).toBeGreaterThanOrEqual(1)
  expect(await readLedger(world.guarded, 'attempts')).toEqual([])
})

describe('the backend is down', () => {
  it('an approved payment does not pass, its reservation goes back, what the backend must hear is kept', async () => {
    world = await openWorld()
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    const consent = await waitForConsent(world.guarded)
    await world.backend?.close()
    await world.person.approve(consent)
    await page
      .getByText(/backend could not be reached/i)
      .first()
      .waitFor({ timeout: 30_000 })
    const [row] = await waitForLedger(world.guarded, 'attempts', (rows) =>
      rows.some((known) => known.state === 'failed'),
    )
    expect(row).toMatchObject({ state: 'failed', reason: 'backend_unreachable' })
    expect((await readLedger(world.guarded, 'reservations')).map((known) => known.state)).toEqual([
      'released',
    ])
    // What was not acknowledged is kept until it is.
    expect((await readLedger(world.guarded, 'mandates')).map((known) => known.pendingOutcome)).toEqual([
      'voided',
    ])
    expect(await payControl(page, 'fetch-json').isEnabled()).toBe(true)
    expect(await world.shop.orders()).toEqual([])
  })
})

describe('bad input', () => {
  it('a page that sends ten megabytes, names without end and forged messages gets nothing through', async () => {
    world = await openWorld({ backend: false })
    const page = await world.atCheckout('fetch-json')
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))

    // A page that pretends to be the guard, on every channel that it can reach.
    await page.evaluate(() => {
      const lies = [
        { type: 'release', holdId: 'x'.repeat(36), attemptId: 'y'.repeat(36) },
        { type: 'held', words: { heading: 'Approved', text: '', cancel: null, title: '' } },
        { command: 'approve', attemptId: 'x', digest: 'y', proof: null },
      ]
      for (const lie of lies) {
        window.postMessage(lie, '*')
        const channel = new MessageChannel()
        for (const name of ['message', 'relay', '__hs', 'consent-guard']) {
          window.dispatchEvent(new MessageEvent(name, { data: lie, ports: [channel.port2] }))
          window.dispatchEvent(new CustomEvent(name, { detail: lie }))
          document.dispatchEvent(new CustomEvent(name, { detail: lie }))
        }
        channel.port1.postMessage(lie)
      }
      const name = `Mug <script>alert(1)</script> \u202e0.01 EUR ${'x'.repeat(100_000)}`
      const heading = document.querySelector('h1')
      if (heading) heading.textContent = name
      document.title = name
    })

    // Ten megabytes to the shop's own placing call, by script, with no press.
    const sent = page.evaluate(() =>
      fetch('/api/orders', { method: 'POST', body: JSON.stringify({ note: 'x'.repeat(10_000_000) }) }).then(
        (answer) => answer.status,
        () => 0,
      ),
    )
    const consent = await waitForConsent(world.guarded)
    expect(await world.shop.orders()).toEqual([])
    await world.person.reject(consent)
    expect(await sent).toBe(403)
    expect(await world.shop.orders()).toEqual([])
    expect(errors).toEqual([])
    const rows = await readLedger(world.guarded, 'attempts')
    expect(rows.map((row) => row.state)).toEqual(['rejected'])
    // No raw body is kept anywhere.
    expect(
      JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)).length,
    ).toBeLessThan(50_000)
  })

  it('a total that vanishes is unknown, never zero, and cannot be approved', async () => {
    world = await openWorld({ backend: false })
    const page = await world.atCheckout('fetch-json')
    await page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        node.textContent = (node.textContent ?? '').replace(/[€$£¥]?\s?\d+[.,]\d\d\s?[€$£¥]?/g, '')
      }
    })
    await press(page, 'fetch-json')
    const consent = await waitForConsent(world.guarded)
    expect(await consent.getByTestId('consent-total').first().textContent()).not.toMatch(/0/)
    const [row] = await waitForLedger(world.guarded, 'attempts', (rows) =>
      rows.some((known) => known.state === 'asked'),
    )
    expect(row?.order.total).toBeNull()
    await world.person.reject(consent)
    expect(await world.shop.orders()).toEqual([])
  })

  it('a total that rises after the question is asked about again, with what changed', async () => {
    world = await openWorld({ backend: false })
    const page = await world.atCheckout('fetch-json')
    await press(page, 'fetch-json')
    const consent = await waitForConsent(world.guarded)
    await page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        node.textContent = (node.textContent ?? '').replace('41.90', '71.90')
      }
    })
    expect(await world.person.approve(consent)).toHaveProperty('failure')
    const rows = await waitForLedger(world.guarded, 'attempts', (all) =>
      all.some((row) => row.changed.length > 0),
    )
    expect(rows[0]).toMatchObject({ state: 'asked' })
    expect(rows[0]?.order.total?.amount).toBe(7190n)
    expect(await world.shop.orders()).toEqual([])
  })
})
