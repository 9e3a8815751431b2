/**
 * Every surface in every state that a person can meet: what the accessibility tests walk through and what
 * `npm run screens` pictures. In order: the ones before `activated` are shown on a fresh profile.
 */

import type { AttemptState } from '../../../utils/attempt/states.ts'
import type { AttemptRow, Reason } from '../../../utils/ledger/db.ts'
import { neutralise } from '../../../utils/order/neutralise.ts'
import { REHEARSAL, type Rehearsal } from '../../../utils/rehearsal/rehearsal.ts'
import { anAttempt, eur, note } from '../../component/attempts.ts'
import type { Opened } from './open.ts'
import { clearLedger, seedAgreements, seedCaps, seedHistory, seedWaiting } from './seed.ts'

export interface Surface {
  name: string
  path: string
  /** Size of the window that this surface has by itself. */
  width: number
  height: number
  /** Also worth seeing at this width, in pixels. */
  narrow?: number
  seed?: (opened: Opened) => Promise<void>
  act?: (opened: Opened) => Promise<void>
}

export const PIN = '418 tea pots'

const WELCOME = { path: 'welcome.html', width: 900, height: 720, narrow: 380 }
const CONSENT = { path: 'consent.html', width: 420, height: 640 }
const POPUP = { path: 'popup.html', width: 360, height: 560 }
const DASHBOARD = { width: 1180, height: 820, narrow: 380 }

async function pressNext({ page }: Opened) {
  // By class, so that it works in every language.
  await page.locator('main .button-primary').click()
  await page.getByTestId('use-pin').waitFor()
}

export const FRESH: Surface[] = [
  { name: 'welcome-1-what-it-does', ...WELCOME },
  { name: 'welcome-2-identity', ...WELCOME, act: pressNext },
  {
    name: 'welcome-2-weak-pin',
    ...WELCOME,
    async act(opened) {
      await pressNext(opened)
      await opened.page.getByTestId('pin').fill('123456')
      await opened.page.getByTestId('use-pin').click()
      await opened.page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'welcome-3-switch-on',
    ...WELCOME,
    async act(opened) {
      await pressNext(opened)
      await opened.page.getByTestId('pin').fill(PIN)
      await opened.page.getByTestId('pin-again').fill(PIN)
      await opened.page.getByTestId('use-pin').click()
      await opened.page.getByTestId('switch-on').waitFor()
    },
  },
  { name: 'popup-off', ...POPUP },
]

/** The first run, as a person does it; every later surface stands on it. */
export async function activate(opened: Opened): Promise<void> {
  await opened.show(WELCOME.path, WELCOME.width, WELCOME.height)
  await pressNext(opened)
  await opened.page.getByTestId('pin').fill(PIN)
  await opened.page.getByTestId('pin-again').fill(PIN)
  await opened.page.getByTestId('use-pin').click()
  await opened.page.getByTestId('switch-on').click()
  await opened.page.getByTestId('guard-is-on').waitFor()
}

async function armed({ page }: Opened) {
  await page.locator('[data-testid=approve][aria-disabled=false]').waitFor()
}

async function openMore({ page }: Opened) {
  const more = page.getByTestId('other-answers')
  await more.locator('summary').click()
  await more.locator('textarea').waitFor()
}

function waiting(...changes: Partial<AttemptRow>[]) {
  return async (opened: Opened) => {
    await clearLedger(opened)
    await seedCaps(opened)
    await seedWaiting(opened, ...changes)
  }
}

function rehearsed(state: Rehearsal['state']) {
  return (opened: Opened) =>
    opened.put('settings', [{ key: REHEARSAL, value: { id: 'practice-1', at: Date.now(), state } }])
}

/** The window shows an attempt, which then ends. */
function ended(state: AttemptState, reason: Reason | null): Surface {
  return {
    name: `consent-${state}`,
    ...CONSENT,
    seed: waiting({}),
    async act(opened) {
      await opened.page.getByTestId('approve').waitFor()
      const row = anAttempt({ id: 'attempt-0001', state, reason })
      await opened.put('attempts', [row])
      await opened.announce('attempts')
      await opened.page.getByTestId('consent-result').waitFor()
    },
  }
}

const blocked = {
  notes: [note('insecure', 'danger', true), note('many_attempts', 'warn', false, { count: '6' })],
}
const base = anAttempt().order

export const ACTIVE: Surface[] = [
  { name: 'welcome-on', ...WELCOME },
  { name: 'practice-shop', ...WELCOME, path: 'welcome.html#practice' },
  {
    name: 'practice-consent',
    ...CONSENT,
    path: 'consent.html?rehearsal',
    seed: rehearsed('asked'),
    act: armed,
  },
  { name: 'practice-approved', ...CONSENT, path: 'consent.html?rehearsal', seed: rehearsed('approved') },
  { name: 'practice-rejected', ...CONSENT, path: 'consent.html?rehearsal', seed: rehearsed('rejected') },
  { name: 'consent', ...CONSENT, seed: waiting({}), act: armed },
  { name: 'consent-asleep', ...CONSENT, seed: waiting({}) },
  {
    name: 'consent-full',
    ...CONSENT,
    height: 1_900,
    seed: waiting({
      order: {
        ...base,
        processor: 'pay.example',
        recurrence: { every: 1, unit: 'month', amount: eur(990), trialDays: 14 },
      },
      changed: [note('changed_total_up', 'danger', true, { before: '49.00 EUR', after: '78.70 EUR' })],
      notes: [
        note('recurring', 'warn'),
        note('foreign_processor', 'info', false, { processor: 'pay.example', site: 'teahouse.example' }),
      ],
    }),
    async act(opened) {
      await opened.page.getByRole('checkbox').check()
      await opened.page.locator('details.sources summary').click()
      await openMore(opened)
      await armed(opened)
    },
  },
  {
    name: 'consent-remember',
    ...CONSENT,
    height: 1_700,
    seed: waiting({}),
    async act(opened) {
      await openMore(opened)
      await opened.page.getByTestId('remember').getByRole('checkbox').check()
      await armed(opened)
    },
  },
  {
    name: 'consent-remember-wrong',
    ...CONSENT,
    height: 1_700,
    seed: waiting({}),
    async act(opened) {
      await openMore(opened)
      await opened.page.getByTestId('remember').getByRole('checkbox').check()
      await opened.page.getByTestId('remember').locator('input.number').first().fill('1')
      await opened.page.getByTestId('remember').getByRole('alert').waitFor()
    },
  },
  { name: 'consent-blocking-note', ...CONSENT, seed: waiting(blocked) },
  {
    name: 'consent-over-cap',
    ...CONSENT,
    height: 1_000,
    seed: waiting({
      order: { ...base, total: eur(64_900) },
      notes: [note('cap_exceeded', 'danger', true, { excess: '€549.00', limit: '€100.00' })],
    }),
  },
  {
    name: 'consent-unknown-total',
    ...CONSENT,
    seed: waiting({
      order: { ...base, total: null, totals: [], items: [], merchant: null, certain: false },
      notes: [note('total_unknown', 'danger', true)],
      actor: { kind: 'unknown', reasons: ['keyboard'] },
    }),
  },
  {
    name: 'consent-negative',
    ...CONSENT,
    seed: waiting({
      order: { ...base, total: eur(-5_000) },
      notes: [note('negative_total', 'danger', true)],
    }),
  },
  {
    name: 'consent-subscription',
    ...CONSENT,
    seed: waiting({
      order: {
        ...base,
        items: [{ name: 'Tea club, monthly box', quantity: 1, amount: eur(0) }],
        totals: [],
        total: eur(0),
        recurrence: { every: 1, unit: 'month', amount: eur(1_990), trialDays: 14 },
      },
      notes: [note('recurring', 'warn'), note('trial', 'warn', false, { days: '14', amount: '€19.90' })],
    }),
    act: armed,
  },
  {
    name: 'consent-changed',
    ...CONSENT,
    seed: waiting({
      changed: [
        note('changed_total_up', 'danger', true, { before: '49.00 EUR', after: '78.70 EUR' }),
        note('changed_item_added', 'danger', true, { before: '?', after: 'Cast iron pot, 0.8 l' }),
      ],
      notes: [],
    }),
  },
  {
    name: 'consent-change-cap',
    ...CONSENT,
    height: 900,
    seed: waiting({ order: { ...base, total: eur(64_900) }, notes: [] }),
    async act({ page }) {
      await page.getByTestId('cap-excess').first().waitFor()
      await page.getByRole('main').locator('section.card button').first().click()
      await page.getByTestId('cap-row').last().getByRole('button').first().click()
      await page.getByTestId('cap-editor').waitFor()
    },
  },
  {
    name: 'consent-reading',
    ...CONSENT,
    path: 'consent.html#reading=teahouse.example',
    seed: clearLedger,
    async act({ page }) {
      await page.getByTestId('consent-reading').waitFor()
    },
  },
  { name: 'consent-queue', ...CONSENT, seed: waiting({}, { expiresAt: Date.now() + 24_000 }, {}) },
  {
    name: 'consent-hostile',
    ...CONSENT,
    seed: waiting({
      order: {
        ...base,
        merchant: neutralise(`Tea \u202e00.1€ <b>free</b>\u200b ${'very long name '.repeat(600)}`),
        items: [
          {
            name: neutralise(`<img src=x onerror=alert(1)> ${'x'.repeat(2_000)}`),
            quantity: 1e6,
            amount: eur(7_870),
          },
        ],
      },
    }),
  },
  {
    name: 'consent-wrong-pin',
    ...CONSENT,
    seed: waiting({}),
    async act(opened) {
      await armed(opened)
      await opened.page.getByLabel('PIN').fill('not the pin')
      await opened.page.getByLabel('PIN').press('Enter')
      await opened.page.getByTestId('pin-error').waitFor()
    },
  },
  ended('released', null),
  ended('settled', 'shop_confirmed'),
  ended('failed', 'shop_failed'),
  ended('unknown', 'no_answer'),
  ended('rejected', 'rejected_by_person'),
  ended('expired', 'expired'),
  { name: 'consent-nothing', ...CONSENT, seed: clearLedger },
  { name: 'popup-nothing', ...POPUP, seed: clearLedger },
  { name: 'popup-waiting', ...POPUP, seed: waiting({}, {}), act: armed },
  {
    name: 'popup-overview',
    ...POPUP,
    seed: waiting({}, {}),
    async act({ page }) {
      await page.locator('.popup-home button').click()
      await page.getByTestId('decide-here').waitFor()
    },
  },
  {
    name: 'dashboard-sites',
    path: 'dashboard.html#sites',
    ...DASHBOARD,
    async seed(opened) {
      await clearLedger(opened)
      await seedCaps(opened)
      await seedHistory(opened)
      await seedAgreements(opened)
    },
  },
  {
    name: 'dashboard-edit-cap',
    path: 'dashboard.html#sites',
    ...DASHBOARD,
    async act({ page }) {
      await page.getByTestId('cap-row').first().getByRole('button').first().click()
      await page.getByTestId('cap-editor').waitFor()
    },
  },
  {
    name: 'dashboard-factor',
    path: 'dashboard.html#sites',
    ...DASHBOARD,
    async act({ page }) {
      await page.getByTestId('cap-row').first().getByRole('button').nth(1).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'dashboard-history', path: 'dashboard.html#history', ...DASHBOARD },
  {
    name: 'dashboard-details',
    path: 'dashboard.html#history',
    ...DASHBOARD,
    async act({ page }) {
      await page.getByTestId('history-row').first().getByRole('button').click()
      await page.getByTestId('details').waitFor()
    },
  },
  {
    name: 'dashboard-choose',
    path: 'dashboard.html#history',
    ...DASHBOARD,
    async act({ page }) {
      await page.locator('main button[aria-pressed]').click()
      await page.locator('[data-testid=history-row] input:enabled').first().check()
    },
  },
  {
    name: 'dashboard-spend',
    path: 'dashboard.html#spend',
    ...DASHBOARD,
    async seed({ put }) {
      const at = Date.now()
      const scope = { kind: 'all' }
      await put('caps', [
        { id: 'cap-day', scope, window: 'day', limit: eur(10_000), createdAt: at, updatedAt: at },
      ])
    },
  },
  { name: 'dashboard-activity', path: 'dashboard.html#activity', ...DASHBOARD },
  { name: 'dashboard-settings', path: 'dashboard.html#settings', ...DASHBOARD, height: 1_680 },
  {
    name: 'dashboard-change-factor',
    path: 'dashboard.html#settings',
    ...DASHBOARD,
    height: 1_100,
    async act({ page }) {
      await page.locator('details.change-factor summary').first().click()
      await page.getByTestId('use-pin').waitFor()
    },
  },
  {
    name: 'dashboard-recovery-codes',
    path: 'dashboard.html#settings',
    ...DASHBOARD,
    async act({ page }) {
      await page.getByTestId('recovery').getByRole('button').click()
      await page.getByRole('dialog').getByTestId('pin').fill(PIN)
      await page.getByRole('dialog').getByTestId('pin').press('Enter')
      await page.getByTestId('recovery').locator('code').first().waitFor()
    },
  },
  { name: 'dashboard-empty', path: 'dashboard.html#history', ...DASHBOARD, seed: clearLedger },
]
