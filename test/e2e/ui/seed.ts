/** Ledgers to look at: a busy month, and payments that wait in every odd way. */
import 'temporal-polyfill/global'
import type { AttemptState } from '../../../utils/attempt/states.ts'
import { change, roll } from '../../../utils/caps/bucket.ts'
import type { AttemptRow, Reason } from '../../../utils/ledger/db.ts'
import { NO_ROWS, nextRow } from '../../../utils/ledger/log.ts'
import { anAttempt, eur, note } from '../../component/attempts.ts'
import type { Opened } from './open.ts'

const STORES = [
  'allowances',
  'attempts',
  'consents',
  'mandates',
  'receipts',
  'reservations',
  'buckets',
  'caps',
  'log',
]
const DAY = 86_400_000

export function clearLedger(opened: Opened): Promise<void> {
  return opened.clear(STORES)
}

export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Caps with some of this month spent. */
export async function seedCaps(opened: Opened): Promise<void> {
  const now = Date.now()
  const stamp = { createdAt: now, updatedAt: now }
  await opened.put('caps', [
    { id: 'cap-1', scope: { kind: 'all' }, window: 'month', limit: eur(50_000), ...stamp },
    {
      id: 'cap-2',
      scope: { kind: 'site', site: 'teahouse.example' },
      window: 'order',
      limit: eur(10_000),
      ...stamp,
    },
    {
      id: 'cap-3',
      scope: { kind: 'site', site: 'paper.example' },
      window: 'week',
      limit: eur(2_500),
      ...stamp,
    },
  ])
  const calendar = { zone: zoneHere() }
  const spent = (key: string, cents: bigint) =>
    change(roll(undefined, key, now, calendar), {
      currency: 'EUR',
      bookedAt: now,
      settled: cents,
      reserved: 0n,
      orders: 1,
    })
  await opened.put('buckets', [spent('all', 21_234n), spent('site:paper.example', 2_480n)])
}

/** Waiting payments; the first is what the consent window shows. */
export function seedWaiting(opened: Opened, ...changes: Partial<AttemptRow>[]): Promise<void> {
  const now = Date.now()
  return opened.put(
    'attempts',
    changes.map((change, index) =>
      anAttempt({
        id: `attempt-000${index + 1}`,
        createdAt: now - 60_000 + index,
        updatedAt: now,
        expiresAt: now + 581_000,
        ...change,
      }),
    ),
  )
}

const ENDS: [AttemptState, Reason, string, number, number][] = [
  ['settled', 'shop_confirmed', 'Teahouse', 7_870, 1],
  ['rejected', 'rejected_by_person', 'Gadget Barn', 129_900, 2],
  ['settled', 'shop_confirmed', 'Paper & Ink', 2_480, 3],
  ['failed', 'shop_failed', 'Paper & Ink', 2_480, 3.2],
  ['unknown', 'no_answer', 'Teahouse', 4_900, 5],
  ['cancelled', 'withdrawn', 'Gadget Barn', 3_499, 8],
  ['expired', 'expired', 'Teahouse', 1_250, 11],
  ['refused', 'not_activated', 'Gadget Barn', 89_900, 20],
]
const SITES: Record<string, string> = {
  Teahouse: 'teahouse.example',
  'Paper & Ink': 'paper.example',
  'Gadget Barn': 'gadgets.example',
}

export async function seedHistory(opened: Opened): Promise<void> {
  const now = Date.now()
  const rows = ENDS.map(([state, reason, merchant, cents, days], index) => {
    const key = SITES[merchant] ?? 'shop.example'
    const origin = `https://${key}`
    const base = anAttempt()
    return anAttempt({
      id: `attempt-h00${index}`,
      state,
      reason,
      site: { key, origin, host: key, secure: true },
      page: `${origin}/checkout`,
      createdAt: now - days * DAY,
      updatedAt: now - days * DAY + 9_000,
      notes: index === 0 ? [note('first_time', 'info', false, { site: key })] : [],
      order: {
        ...base.order,
        merchant,
        site: { key, origin },
        total: eur(cents),
        ...(merchant === 'Teahouse'
          ? {}
          : { items: [{ name: 'One thing', quantity: 1, amount: eur(cents) }], totals: [] }),
      },
    })
  })
  await opened.put('attempts', rows)
  const first = rows[0]
  if (first === undefined) return
  const steps = [
    'attempt.held',
    'attempt.asked',
    'attempt.approved',
    'attempt.forwarding',
    'attempt.released',
    'attempt.settled',
  ]
  let head = NO_ROWS
  const log = steps.map((event, index) => {
    head = nextRow(head, first.createdAt + index * 900, { event, attemptId: first.id, data: {} })
    return head
  })
  await opened.put('log', log)
  const common = { attemptId: first.id }
  await opened.put('consents', [
    {
      id: 'consent-1',
      ...common,
      digest: first.digest,
      decision: 'approved',
      factor: 'passkey',
      at: first.createdAt + 1_800,
    },
  ])
  await opened.put('mandates', [
    { id: '5f0c1d52-77aa', ...common, jws: '', assertion: null, paymentId: 'pay_8Zk2', pendingOutcome: null },
  ])
  await opened.put('receipts', [
    { id: 'receipt-1', ...common, state: 'settled', jws: 'signed', at: first.createdAt + 4_500 },
  ])
}

/** What a person may have agreed to beside caps: an allowance, kinds of shops, a blocked site. */
export async function seedAgreements(opened: Opened): Promise<void> {
  const now = Date.now()
  await opened.put('allowances', [
    {
      id: 'allowance-1',
      site: 'teahouse.example',
      terms: {
        payee: 'https://teahouse.example',
        agent_id: null,
        limit: { amount: '20000', currency: 'EUR' },
        per_order: '8000',
        orders: 5,
        expires_at: new Date(now + 6 * DAY).toISOString(),
      },
      merchant: 'Teahouse',
      processor: null,
      shipTo: null,
      used: 7_870n,
      uses: 1,
      createdAt: now - DAY,
      revokedAt: null,
      factor: 'passkey',
      mandateId: 'agreed-1',
      mandate: 'x',
      assertion: null,
      deviceId: 'local',
      remoteId: 'alw_1',
    },
  ])
  const [settings] = (await opened.rows<{ key: string; value: object }>('settings')).filter(
    ({ key }) => key === 'settings',
  )
  await opened.put('settings', [
    {
      key: 'settings',
      value: {
        ...settings?.value,
        blocked: ['gadgets.example'],
        categories: { 'paper.example': 'Books and paper' },
      },
    },
  ])
}
