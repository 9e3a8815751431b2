/** What a person does in our pages, through the real background: nothing passes without the factor. */
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Cap } from '../../utils/caps/cap.ts'
import type { AttemptRow, LogRow } from '../../utils/ledger/db.ts'
import { anAttempt } from '../component/attempts.ts'
import { type Opened, open } from './ui/open.ts'
import { clearLedger, seedWaiting } from './ui/seed.ts'
import { activate, PIN } from './ui/surfaces.ts'

async function setCap({ page }: Opened, amount: string, how: 'add' | 'change') {
  const all = page.getByTestId('site-card').first()
  if (how === 'add') await all.getByRole('button', { name: 'Set a cap' }).click()
  else await all.getByRole('button', { name: /^Change cap/ }).click()
  await page.getByLabel('Amount').fill(amount)
  await page.getByRole('button', { name: 'Save cap' }).click()
}

async function limits(opened: Opened): Promise<bigint[]> {
  const caps = await opened.rows<Cap>('caps')
  return caps.map((cap) => cap.limit.amount)
}

describe('with a PIN', () => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
    await activate(opened)
  })
  afterAll(() => opened.close())
  beforeEach(() => clearLedger(opened))

  test('setting and lowering a cap is free, raising it needs the PIN', async () => {
    await opened.show('dashboard.html#sites', 1_000, 800)
    await setCap(opened, '50', 'add')
    await expect.poll(() => limits(opened)).toEqual([5_000n])
    await setCap(opened, '20.50', 'change')
    await expect.poll(() => limits(opened)).toEqual([2_050n])

    await setCap(opened, '900', 'change')
    const dialog = opened.page.getByRole('dialog')
    await dialog.getByLabel('PIN').fill('not the pin')
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await dialog.getByTestId('pin-error').waitFor()
    expect(await limits(opened)).toEqual([2_050n])
    await dialog.getByLabel('PIN').fill(PIN)
    await dialog.getByLabel('PIN').press('Enter')
    await expect.poll(() => limits(opened)).toEqual([90_000n])
    await dialog.waitFor({ state: 'detached' })
    await opened.page.getByText('3 changes of caps').click()
    await opened.page.getByText('from €20.50 to €900.00').waitFor()
  })

  test('what was done to a cap is undone by a press, with the PIN where that loosens', async () => {
    await opened.show('dashboard.html#sites', 1_000, 800)
    await setCap(opened, '50', 'add')
    await expect.poll(() => limits(opened)).toEqual([5_000n])
    await setCap(opened, '20', 'change')
    const undo = opened.page.getByTestId('undo')
    await undo.getByText('€50.00 is now €20.00').waitFor()
    await undo.getByRole('button').click()
    const dialog = opened.page.getByRole('dialog')
    await dialog.getByLabel('PIN').fill(PIN)
    await dialog.getByLabel('PIN').press('Enter')
    await expect.poll(() => limits(opened)).toEqual([5_000n])

    await opened.page.getByRole('button', { name: /^Remove cap/ }).click()
    await dialog.getByLabel('PIN').fill(PIN)
    await dialog.getByLabel('PIN').press('Enter')
    await expect.poll(() => limits(opened)).toEqual([])
    await undo.getByText('Removed').waitFor()
    await undo.getByRole('button').click()
    await expect.poll(() => limits(opened)).toEqual([5_000n])
  })

  test('a site is found by a part of its name and says what was bought there last', async () => {
    await opened.put('attempts', [
      anAttempt({ id: 'attempt-last', state: 'settled' }),
      anAttempt({
        id: 'attempt-else',
        state: 'settled',
        site: { key: 'paper.example', origin: 'https://paper.example', host: 'paper.example', secure: true },
      }),
    ])
    await opened.show('dashboard.html#sites', 1_000, 800)
    const cards = opened.page.getByTestId('site-card')
    await expect.poll(() => cards.count()).toBe(3)
    await opened.page.getByLabel('Find or add a site').fill('Teah')
    await expect.poll(() => cards.count()).toBe(1)
    await cards.getByTestId('last-purchase').getByText('€78.70 on Nov 23, 2026').waitFor()
    await opened.page.getByLabel('Find or add a site').fill('nowhere')
    await opened.page.getByText('No site here has that in its name').waitFor()
  })

  test('an amount that the currency cannot hold is refused, not rounded', async () => {
    await opened.show('dashboard.html#sites', 1_000, 800)
    await setCap(opened, '12.345', 'add')
    await opened.page.getByRole('alert').waitFor()
    expect(await limits(opened)).toEqual([])
  })

  test('a cap may count orders or slide', async () => {
    await opened.show('dashboard.html#sites', 1_000, 800)
    const { page } = opened
    await page.getByTestId('site-card').first().getByRole('button', { name: 'Set a cap' }).click()
    await page.getByLabel('Currency').selectOption('XXX')
    await page.getByLabel('Counted').selectOption('sliding')
    await page.getByLabel('Hours').fill('6')
    await page.getByLabel('Amount').fill('3')
    await page.getByRole('button', { name: 'Save cap' }).click()
    await page.getByText('In any 6 hours').waitFor()
    await page.getByText('3 orders', { exact: true }).waitFor()
  })

  test('a change that the person asks for is kept, and the attempt is rejected', async () => {
    await seedWaiting(opened, {})
    await opened.show('consent.html', 420, 640)
    const { page } = opened
    await page.getByText('Other answers').click()
    await page.getByRole('button', { name: 'Ask for a change' }).click()
    await page.getByText('Write what the agent should know first.').waitFor()
    await page.getByLabel('Message to the agent').fill('two packs,\u202e not three')
    await page.getByRole('button', { name: 'Ask for a change' }).click()
    await page.getByTestId('consent-result').waitFor()
    const [row] = await opened.rows<AttemptRow>('attempts')
    expect(row).toMatchObject({ state: 'rejected', reason: 'change_requested' })
    const said = (await opened.rows<LogRow>('log')).map((line) => line.data.say).filter(Boolean)
    expect(said).toEqual(['two packs, not three'])
  })

  test('twenty asks at once are one window and one press: reject all', async () => {
    await seedWaiting(opened, ...Array.from({ length: 20 }, () => ({})))
    await opened.show('consent.html', 420, 640)
    await opened.page.getByTestId('queue').getByText('1 of 20').waitFor()
    await opened.page.getByRole('button', { name: 'Reject all' }).click()
    await opened.page.getByTestId('consent-result').waitFor()
    await expect
      .poll(async () => (await opened.rows<AttemptRow>('attempts')).map((row) => row.state))
      .toEqual(Array.from({ length: 20 }, () => 'rejected'))
  })

  test('keys that an agent sends blindly approve nothing: Enter everywhere, the PIN field apart', async () => {
    await seedWaiting(opened, {})
    await opened.show('consent.html', 420, 640)
    const { page } = opened
    await page.locator('[data-testid=approve][aria-disabled=false]').waitFor()
    await page.getByLabel('PIN').fill(PIN)
    for (const place of await page.locator('h1, summary, [data-testid=approve]').all()) {
      await place.focus()
      await page.keyboard.press('Enter')
    }
    const [row] = await opened.rows<AttemptRow>('attempts')
    expect(row?.state).toBe('asked')
    expect(await opened.rows('consents')).toEqual([])
  })

  test('three wrong PINs reject the payment and nothing can be approved for a while', async () => {
    await seedWaiting(opened, {}, {})
    await opened.show('consent.html', 420, 640)
    const { page } = opened
    for (const left of ['2 tries left', '1 try left']) {
      await page.locator('[data-testid=approve][aria-disabled=false]').waitFor()
      await page.getByLabel('PIN').fill('guess')
      await page.getByLabel('PIN').press('Enter')
      await page.getByTestId('pin-error').getByText(left).waitFor()
    }
    await page.locator('[data-testid=approve][aria-disabled=false]').waitFor()
    await page.getByLabel('PIN').fill('guess')
    await page.getByLabel('PIN').press('Enter')
    await page.getByTestId('consent-result').waitFor()
    const first = (await opened.rows<AttemptRow>('attempts')).find((row) => row.id === 'attempt-0001')
    expect(first).toMatchObject({ state: 'rejected', reason: 'pin_locked' })

    await page.getByTestId('done').click()
    await page.locator('[data-testid=approve][aria-disabled=false]').waitFor()
    await page.getByLabel('PIN').fill(PIN)
    await page.getByLabel('PIN').press('Enter')
    await page.getByTestId('pin-error').getByText('Too many wrong tries').waitFor()
  })

  test('caps come back from a backup with passphrase and PIN, and not without', async () => {
    // The factor of the test before is locked; a profile of its own is quicker than the wait.
    const own = await open()
    try {
      await activate(own)
      await own.show('dashboard.html#sites', 1_000, 800)
      await setCap(own, '75', 'add')
      await expect.poll(() => limits(own)).toEqual([7_500n])
      await own.show('dashboard.html#settings', 1_000, 1_200)
      const backup = own.page.getByTestId('backup')
      await backup.getByLabel('Passphrase').fill('twelve green teapots')
      const download = own.page.waitForEvent('download')
      await backup.getByRole('button', { name: 'Save backup' }).click()
      const file = await (await download).path()
      await own.clear(['caps'])

      const whole = await readFile(file)
      await backup.getByLabel('Backup file').setInputFiles({
        name: 'cut.json',
        mimeType: 'application/json',
        buffer: whole.subarray(0, whole.length / 2),
      })
      await backup.getByLabel('Passphrase').fill('twelve green teapots')
      await backup.getByRole('button', { name: 'Restore', exact: true }).click()
      await backup.getByRole('alert').getByText('not a backup of Consent Guard').waitFor()
      expect(await limits(own)).toEqual([])

      await backup.getByLabel('Backup file').setInputFiles(file)
      await backup.getByLabel('Passphrase').fill('twelve green coffee pots')
      await backup.getByRole('button', { name: 'Restore', exact: true }).click()
      await backup.getByRole('alert').getByText('does not open').waitFor()
      expect(await limits(own)).toEqual([])

      await backup.getByLabel('Passphrase').fill('twelve green teapots')
      await backup.getByRole('button', { name: 'Restore', exact: true }).click()
      const dialog = own.page.getByRole('dialog')
      await dialog.getByLabel('PIN').waitFor()
      expect(await limits(own)).toEqual([])
      await dialog.getByLabel('PIN').fill(PIN)
      await dialog.getByLabel('PIN').press('Enter')
      await expect.poll(() => limits(own)).toEqual([7_500n])
    } finally {
      await own.close()
    }
  })

  test('old history is deleted with the PIN only, and the log still verifies', async () => {
    const own = await open()
    try {
      await activate(own)
      await own.put('attempts', [
        anAttempt({ id: 'attempt-old1', state: 'settled', createdAt: Date.now() - 400 * 86_400_000 }),
        anAttempt({ id: 'attempt-new1', state: 'settled', createdAt: Date.now() - 86_400_000 }),
      ])
      await own.show('dashboard.html#settings', 1_000, 1_200)
      await own.page.getByTestId('forget').getByRole('button', { name: 'Delete' }).click()
      const dialog = own.page.getByRole('dialog')
      await dialog.getByLabel('PIN').waitFor()
      expect(await own.rows<AttemptRow>('attempts')).toHaveLength(2)
      await dialog.getByLabel('PIN').fill(PIN)
      await dialog.getByLabel('PIN').press('Enter')
      await own.page.getByText('Deleted.').waitFor()
      expect((await own.rows<AttemptRow>('attempts')).map((row) => row.id)).toEqual(['attempt-new1'])
      await own.show('dashboard.html#activity', 1_000, 800)
      await own.page.getByTestId('verification').getByText('unbroken').waitFor()
    } finally {
      await own.close()
    }
  })

  test('no page can lay itself over the consent window: it cannot be framed', async () => {
    await seedWaiting(opened, {})
    await opened.show('dashboard.html', 800, 600)
    const drawn = await opened.page.evaluate(async () => {
      const frame = document.createElement('iframe')
      frame.src = '/consent.html'
      const loaded = new Promise((done) => frame.addEventListener('load', done))
      document.body.append(frame)
      await loaded
      try {
        return frame.contentDocument?.querySelector('#root')?.childElementCount ?? 0
      } catch {
        return 0
      }
    })
    expect(drawn).toBe(0)
  })
})

describe('with a passkey', () => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
    const session = await opened.context.newCDPSession(opened.page)
    await session.send('WebAuthn.enable')
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await opened.show('welcome.html', 900, 700)
    await opened.page.getByRole('button', { name: 'Go on' }).click()
    await opened.page.getByTestId('use-passkey').click()
    await opened.page.getByTestId('switch-on').click()
    await opened.page.getByTestId('guard-is-on').waitFor()
  })
  afterAll(() => opened.close())
  afterEach(() => clearLedger(opened))

  test('a cap is raised by its user verification', async () => {
    await opened.show('dashboard.html#sites', 1_000, 800)
    await setCap(opened, '10', 'add')
    await expect.poll(() => limits(opened)).toEqual([1_000n])
    await setCap(opened, '30', 'change')
    await opened.page.getByRole('dialog').getByRole('button', { name: 'Use passkey' }).click()
    await expect.poll(() => limits(opened)).toEqual([3_000n])
  })

  test('the consent window asks for it instead of a PIN', async () => {
    await seedWaiting(opened, {})
    await opened.show('consent.html', 420, 640)
    await opened.page.locator('[data-testid=approve][aria-disabled=false]').click()
    // Held by no page here, so the background answers after the proof that the page is gone.
    await opened.page.getByTestId('consent-failure').waitFor()
    const [row] = await opened.rows<AttemptRow>('attempts')
    expect(row?.state).toBe('asked')
  })
})
