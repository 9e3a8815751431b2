/** Finding and taking out what happened, in the real dashboard. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tokenRows } from '../../utils/ledger/tokens.ts'
import { anAttempt } from '../component/attempts.ts'
import { type Opened, open } from './ui/open.ts'
import { seedHistory } from './ui/seed.ts'
import { activate, PIN } from './ui/surfaces.ts'

describe('the history', () => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
    await activate(opened)
    await seedHistory(opened)
    const found = anAttempt({
      id: 'attempt-find',
      state: 'settled',
      createdAt: Date.now() - 40 * 86_400_000,
      order: { ...anAttempt().order, merchant: 'Kettle & Co', items: [] },
    })
    await opened.put('attempts', [found])
    await opened.put('tokens', tokenRows(found))
    await opened.show('dashboard.html#history', 1_100, 900)
  })
  afterAll(() => opened.close())

  const rows = () => opened.page.getByTestId('history-row')

  test('shows the newest first', async () => {
    await expect.poll(() => rows().count()).toBe(9)
    const times = await rows()
      .locator('time')
      .evaluateAll((list) => list.map((time) => time.getAttribute('datetime')))
    expect(times).toEqual([...times].sort().reverse())
  })

  test('finds by the beginning of a word', async () => {
    await opened.page.getByLabel('Search').fill('kett')
    await expect.poll(() => rows().count()).toBe(1)
    await opened.page.getByText('Kettle & Co').waitFor()
    await opened.page.getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(() => rows().count()).toBe(9)
  })

  test('filters by state, site and dates at once, and saves just that as CSV', async () => {
    await opened.page.getByLabel('Status').selectOption('settled')
    await opened.page.getByLabel('Site', { exact: true }).selectOption('teahouse.example')
    await expect.poll(() => rows().count()).toBe(2)
    const lastWeek = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10)
    await opened.page.getByLabel('From').fill(lastWeek)
    await expect.poll(() => rows().count()).toBe(1)
    const download = opened.page.waitForEvent('download')
    await opened.page.getByRole('button', { name: 'Export CSV' }).click()
    const lines = (await readFile(await (await download).path(), 'utf8')).trimEnd().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('teahouse.example,Teahouse,78.70,EUR')
    await opened.page.getByRole('button', { name: 'Clear filters' }).click()
  })

  test('filters by amount and currency', async () => {
    await opened.page.getByLabel('At least').fill('34,99')
    await opened.page.getByLabel('At most').fill('78.70')
    await expect.poll(() => rows().count()).toBe(4)
    await opened.page.getByLabel('Currency').fill('usd')
    await expect.poll(() => rows().count()).toBe(0)
    await opened.page.getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(() => rows().count()).toBe(9)
  })

  test('a period sets the dates; dates that are no period are said to be own ones', async () => {
    await opened.page.getByLabel('Period').selectOption('7')
    await expect.poll(() => rows().count()).toBe(5)
    const from = await opened.page.getByLabel('From').inputValue()
    await opened.page
      .getByLabel('From')
      .fill(new Date(Date.parse(from) - 86_400_000).toISOString().slice(0, 10))
    await expect.poll(() => opened.page.getByLabel('Period').inputValue()).toBe('own')
    await opened.page.getByLabel('Period').selectOption('')
    await expect.poll(() => rows().count()).toBe(9)
  })

  test('chosen payments are deleted with the PIN, those that are not over cannot be chosen', async () => {
    const { page } = opened
    await opened.put('attempts', [
      anAttempt({
        id: 'attempt-gone',
        state: 'rejected',
        reason: 'rejected_by_person',
        createdAt: Date.now(),
      }),
    ])
    await opened.announce('attempts')
    await expect.poll(() => rows().count()).toBe(10)
    await page.getByRole('button', { name: 'Choose to delete' }).click()
    const unclear = page.locator('[data-testid=history-row][data-state=unknown]').getByRole('checkbox')
    expect(await unclear.isDisabled()).toBe(true)
    await rows().first().getByRole('checkbox').check()
    await page.getByTestId('choosing').getByText('1 chosen').waitFor()
    await page.getByRole('button', { name: 'Delete chosen' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('PIN').fill('not the pin')
    await dialog.getByLabel('PIN').press('Enter')
    await dialog.getByTestId('pin-error').waitFor()
    await expect.poll(() => rows().count()).toBe(10)
    await dialog.getByLabel('PIN').fill(PIN)
    await dialog.getByLabel('PIN').press('Enter')
    await page.getByText('1 payment deleted.').waitFor()
    await expect.poll(() => rows().count()).toBe(9)
    expect((await opened.rows<{ id: string }>('attempts')).map(({ id }) => id)).not.toContain('attempt-gone')
  })

  test('details tell the steps, the consent, the mandate and the receipt', async () => {
    await opened.page
      .getByRole('button', { name: /^Details: Teahouse/ })
      .first()
      .click()
    const details = opened.page.getByTestId('details')
    await details.getByText('Approved; written to disk before anything was sent').waitFor()
    expect(await details.getByTestId('timeline-row').count()).toBe(6)
    await details.getByText('with your passkey').waitFor()
    await details.getByText('authorised as payment pay_8Zk2').waitFor()
    await details.getByText('Signed by the backend').waitFor()

    // Printed, it is a receipt: the order and its proof, and nothing of the dashboard around it.
    await opened.page.evaluate(() => {
      window.print = () => document.body.setAttribute('data-printed', 'yes')
    })
    await details.getByRole('button', { name: 'Print' }).click()
    await opened.page.locator('body[data-printed=yes]').waitFor()
    await opened.page.emulateMedia({ media: 'print' })
    for (const [shown, name] of [
      [true, details.locator('.details-total')],
      [true, details.getByText('Order digest')],
      [false, details.getByRole('button', { name: 'Print' })],
      [false, opened.page.getByRole('navigation')],
      [false, opened.page.getByLabel('Search')],
    ] as const) {
      expect(await name.isVisible()).toBe(shown)
    }
    await opened.page.emulateMedia({ media: 'screen' })
    await opened.page.keyboard.press('Escape')
    await details.waitFor({ state: 'detached' })
  })

  test('a log that was changed is said to be broken, and where', async () => {
    const log = await opened.rows<{ seq: number; event: string }>('log')
    const third = log.find((row) => row.seq === 3)
    await opened.put('log', [{ ...third, at: 1 }])
    await opened.show('dashboard.html#activity', 1_100, 900)
    await opened.page.getByTestId('verification').getByText('Broken at entry 3').waitFor()
  })
})
