import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ConsentView, type ConsentViewProps } from '../../components/consent/ConsentView.tsx'
import { ARMING_MS } from '../../components/consent/useArming.ts'
import type { CapReading } from '../../utils/caps/cap.ts'
import { AT, anAttempt, eur, note } from './attempts.ts'

/** The window's attention, as the browser reports it. */
let focused = true

beforeEach(() => {
  focused = true
  vi.useFakeTimers()
  vi.spyOn(document, 'hasFocus').mockImplementation(() => focused)
})

afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function props(changes: Partial<ConsentViewProps> = {}): ConsentViewProps {
  return {
    attempt: anAttempt(),
    readings: [],
    queue: { index: 0, count: 1 },
    now: AT,
    factor: 'passkey',
    busy: false,
    failure: null,
    onApprove: vi.fn(),
    onReject: vi.fn(),
    onRejectAll: vi.fn(),
    onPrevious: vi.fn(),
    onNext: vi.fn(),
    ...changes,
  }
}

function show(changes: Partial<ConsentViewProps> = {}) {
  const given = props(changes)
  const view = render(<ConsentView {...given} />)
  return {
    given,
    again: (more: Partial<ConsentViewProps>) => view.rerender(<ConsentView {...given} {...more} />),
  }
}

async function pass(ms: number) {
  await vi.advanceTimersByTimeAsync(ms)
}

function approve() {
  fireEvent.click(screen.getByRole('button', { name: 'Approve' }))
}

describe('Approve wakes only after a second of unbroken attention', () => {
  test('a press in the first second does nothing', async () => {
    const { given } = show()
    await pass(ARMING_MS - 50)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    await pass(100)
    approve()
    expect(given.onApprove).toHaveBeenCalledExactlyOnceWith(null)
  })

  test('a window that is not in front never wakes', async () => {
    focused = false
    const { given } = show()
    await pass(10 * ARMING_MS)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    focused = true
    fireEvent(window, new Event('focus'))
    await pass(ARMING_MS + 10)
    approve()
    expect(given.onApprove).toHaveBeenCalledOnce()
  })

  test.each(['blur', 'resize'])('%s puts it back to sleep', async (event) => {
    const { given } = show()
    await pass(ARMING_MS + 10)
    if (event === 'blur') focused = false
    fireEvent(window, new Event(event))
    await pass(10)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
  })

  test('an order that changes under the pointer puts it back to sleep', async () => {
    const { given, again } = show()
    await pass(ARMING_MS + 10)
    const before = anAttempt()
    again({ attempt: { ...before, digest: 'another', order: { ...before.order, total: eur(99_900) } } })
    await pass(10)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    expect(screen.getByTestId('consent-total').textContent).toBe('€999.00')
  })

  test('another payment joining the queue puts it back to sleep', async () => {
    const { given, again } = show()
    await pass(ARMING_MS + 10)
    again({ queue: { index: 0, count: 2 } })
    await pass(10)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
  })

  test('a clock that is set back or forward neither wakes it nor keeps it asleep', async () => {
    const { given } = show()
    await pass(ARMING_MS / 2)
    vi.setSystemTime(Date.now() + 86_400_000)
    await pass(10)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    vi.setSystemTime(Date.now() - 2 * 86_400_000)
    await pass(ARMING_MS / 2)
    approve()
    expect(given.onApprove).toHaveBeenCalledOnce()
  })

  test('attention that is taken and given back begins the second anew, however often', async () => {
    const { given } = show()
    for (let round = 0; round < 20; round++) {
      await pass(ARMING_MS - 10)
      fireEvent(window, new Event('blur'))
      approve()
      fireEvent(window, new Event('focus'))
      approve()
    }
    expect(given.onApprove).not.toHaveBeenCalled()
    expect(screen.getByTestId('approve').dataset.arming).toBe('waking')
    await pass(ARMING_MS + 10)
    approve()
    expect(given.onApprove).toHaveBeenCalledOnce()
  })

  test('rejecting needs no waiting', () => {
    const { given } = show()
    fireEvent.click(screen.getByRole('button', { name: 'Reject' }))
    expect(given.onReject).toHaveBeenCalledOnce()
  })
})

describe('Enter approves from the PIN field and nowhere else', () => {
  test('focus starts on the heading', async () => {
    show({ factor: 'pin' })
    await pass(0)
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }))
  })

  test('Enter in the PIN field sends the PIN and forgets it', async () => {
    const { given } = show({ factor: 'pin' })
    await pass(ARMING_MS + 10)
    const field = screen.getByLabelText('PIN')
    fireEvent.input(field, { target: { value: 'quiet tea' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    expect(given.onApprove).toHaveBeenCalledExactlyOnceWith('quiet tea')
    await pass(0)
    expect(screen.getByLabelText<HTMLInputElement>('PIN').value).toBe('')
  })

  test('Enter in the PIN field does nothing before the window woke, or while the key is held down', async () => {
    const { given } = show({ factor: 'pin' })
    const field = screen.getByLabelText('PIN')
    fireEvent.input(field, { target: { value: 'quiet tea' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    await pass(ARMING_MS + 10)
    fireEvent.keyDown(field, { key: 'Enter', repeat: true })
    expect(given.onApprove).not.toHaveBeenCalled()
  })

  test('Enter on the Approve button is swallowed while a PIN is asked for', async () => {
    show({ factor: 'pin' })
    await pass(ARMING_MS + 10)
    const pressed = fireEvent.keyDown(screen.getByRole('button', { name: 'Approve' }), { key: 'Enter' })
    expect(pressed, 'the browser may not turn it into a click').toBe(false)
  })

  test('Enter and Space on anything but the PIN field and the button approve nothing', async () => {
    const { given } = show({
      factor: 'pin',
      attempt: anAttempt({ notes: [note('insecure', 'danger', true)] }),
    })
    fireEvent.click(screen.getByRole('checkbox'))
    fireEvent.input(screen.getByLabelText('PIN'), { target: { value: 'quiet tea' } })
    await pass(ARMING_MS + 10)
    const targets = document.querySelectorAll('h1, summary, input:not([type=password]), button, body')
    for (const target of targets) {
      for (const key of ['Enter', ' ', 'NumpadEnter']) {
        fireEvent.keyDown(target, { key })
        fireEvent.keyUp(target, { key })
      }
    }
    expect(targets.length).toBeGreaterThan(4)
    expect(given.onApprove).not.toHaveBeenCalled()
  })

  test('an empty PIN is asked for, not sent', async () => {
    const { given } = show({ factor: 'pin' })
    await pass(ARMING_MS + 10)
    approve()
    await pass(0)
    expect(given.onApprove).not.toHaveBeenCalled()
    expect(screen.getByRole('alert').textContent).toBe('Type your PIN to approve.')
  })

  test('a wrong PIN says how many tries are left, tied to the field', async () => {
    show({ factor: 'pin', failure: { code: 'factor_wrong', triesLeft: 2 } })
    const alert = screen.getByRole('alert')
    expect(alert.textContent).toBe('That was not right. Nothing was approved. 2 tries left.')
    expect(screen.getByLabelText('PIN').getAttribute('aria-describedby')).toBe(alert.id)
  })
})

describe('what is dangerous needs an answer', () => {
  test('a blocking note keeps Approve asleep until it is ticked', async () => {
    const { given } = show({ attempt: anAttempt({ notes: [note('insecure', 'danger', true)] }) })
    await pass(ARMING_MS + 10)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    fireEvent.click(screen.getByRole('checkbox'))
    await pass(0)
    approve()
    expect(given.onApprove).toHaveBeenCalledOnce()
  })

  test('an answer given for one payment does not count for the next', async () => {
    const attempt = anAttempt({ notes: [note('insecure', 'danger', true)] })
    const { given, again } = show({ attempt })
    fireEvent.click(screen.getByRole('checkbox'))
    await pass(0)
    again({ attempt: { ...attempt, id: 'attempt-0002' } })
    await pass(ARMING_MS + 10)
    expect(screen.getByRole<HTMLInputElement>('checkbox').checked).toBe(false)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
  })

  test('notes are read danger first', () => {
    show({
      attempt: anAttempt({
        notes: [
          note('foreign_processor', 'info'),
          note('recurring', 'warn'),
          note('insecure', 'danger'),
          note('large', 'warn', true),
        ],
      }),
    })
    const texts = screen.getAllByTestId(/^note-/).map((item) => item.dataset.testid)
    expect(texts).toEqual(['note-large', 'note-insecure', 'note-recurring', 'note-foreign_processor'])
  })

  test('a note that no catalogue knows is still shown', () => {
    show({ attempt: anAttempt({ notes: [note('made_tomorrow', 'danger', true)] }) })
    expect(screen.getByTestId('note-made_tomorrow').textContent).toContain('made_tomorrow')
  })

  test('an order above a cap cannot be approved here; the cap comes first', async () => {
    const limit = eur(5_000)
    const reading: CapReading = {
      cap: { id: 'cap-1', scope: { kind: 'all' }, window: 'order', limit, createdAt: AT, updatedAt: AT },
      used: eur(0),
      after: eur(7_870),
      left: limit,
      excess: eur(2_870),
      resetsAt: null,
    }
    const { given, again } = show({
      readings: [reading],
      attempt: anAttempt({ notes: [note('cap_exceeded', 'danger', true)] }),
    })
    await pass(ARMING_MS + 10)
    expect(screen.queryByRole('checkbox')).toBeNull()
    expect(screen.getByTestId('arming').textContent).toContain('change the cap first')
    // Cap, what is left of it and by how much it is exceeded, above the items.
    const row = screen.getByTestId('cap-row')
    expect(row.textContent).toContain('€50.00')
    expect(screen.getByTestId('cap-excess').textContent).toBe('€28.70 above the cap: only €50.00 was left.')
    const items = screen.getByRole('heading', { name: 'What is bought' })
    expect(row.compareDocumentPosition(items) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    again({ readings: [{ ...reading, cap: { ...reading.cap, limit: eur(9_000) }, excess: eur(0) }] })
    // Raising it took the factor; nothing is left to answer.
    await pass(ARMING_MS + 10)
    expect(screen.queryByRole('checkbox')).toBeNull()
    approve()
    expect(given.onApprove).toHaveBeenCalledOnce()
  })

  test('an unknown total cannot be approved', async () => {
    const { given } = show({ attempt: anAttempt({ order: { ...anAttempt().order, total: null } }) })
    await pass(ARMING_MS + 10)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    expect(screen.getByTestId('arming').textContent).toContain('total is unknown')
  })

  test('an unknown total is said plainly and shows no amount', () => {
    const order = { ...anAttempt().order, total: null, totals: [], items: [], certain: false }
    show({ attempt: anAttempt({ order }) })
    expect(screen.getByTestId('consent-total').textContent).toBe('Total unknown')
    expect(document.body.textContent).not.toMatch(/[€$£]\s?\d|\b0[.,]00/)
  })
})

describe('one glance', () => {
  test('says who is paid, whether for the first time, who asks, with what, to where, and what is left', () => {
    const cap = (id: string, limit: number, used: number): CapReading => ({
      cap: { id, scope: { kind: 'all' }, window: 'month', limit: eur(limit), createdAt: AT, updatedAt: AT },
      used: eur(used),
      after: eur(used + 7_870),
      left: eur(limit - used),
      excess: eur(0),
      resetsAt: null,
    })
    show({ readings: [cap('roomy', 500_000, 0), cap('tight', 20_000, 10_000)] })
    expect(screen.getByTestId('first-time').textContent).toBe('First purchase here')
    expect(screen.getByTestId('glance-who').textContent).toBe('Who asksProbably an AI agent')
    expect(screen.getByTestId('glance-method').textContent).toContain('Visa ending in 4242')
    expect(screen.getByTestId('glance-ship-to').textContent).toContain('Lindenstr. 5')
    expect(screen.getByTestId('glance-cap').textContent).toContain('€21.30 left after this.')
  })

  test('a renewal is said in plain words, with its price and trial', () => {
    const { order } = anAttempt()
    const recurrence = { every: 1, unit: 'month', amount: eur(990), trialDays: 14 } as const
    show({ attempt: anAttempt({ order: { ...order, recurrence }, notes: [note('recurring', 'warn')] }) })
    expect(screen.getByTestId('consent-recurrence').textContent?.trim()).toBe(
      'Free for 14 days, then €9.90 every month, until you end it.',
    )
    expect(screen.queryByTestId('note-recurring')).toBeNull()
  })

  test('what changed since the last ask is said in money and words, and must be answered', async () => {
    const changed = [
      note('changed_total_up', 'danger', true, { before: '49.00 EUR', after: '78.70 EUR' }),
      note('changed_recurrence', 'danger', true, { before: '?', after: '3 month' }),
      note('changed_merchant', 'danger', true, { before: 'Tea', after: '12 months EUR' }),
    ]
    const { given } = show({ attempt: anAttempt({ changed }) })
    const said = (id: string) => screen.getByTestId(`note-${id}`).textContent
    expect(said('changed_total_up')).toContain('The total was €49.00, now it is €78.70.')
    expect(said('changed_recurrence')).toContain('It now renews: every 3 months.')
    expect(said('changed_merchant')).toContain('The merchant was Tea, now it is 12 months EUR.')
    await pass(ARMING_MS + 10)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    for (const box of screen.getAllByRole('checkbox')) fireEvent.click(box)
    await pass(0)
    approve()
    expect(given.onApprove).toHaveBeenCalledOnce()
  })
})

describe('the time left', () => {
  test('is counted down, marked in the last half minute, and never below zero', () => {
    const { again } = show()
    const clock = () => screen.getByTestId('countdown')
    expect(clock().textContent).toBe('Time left to answer 9:41')
    again({ now: AT + 9 * 60_000 + 12_000 })
    expect(clock().textContent).toContain('0:29')
    expect(clock().className).toContain('countdown-soon')
    again({ now: AT + 86_400_000 })
    expect(clock().textContent).toContain('0:00')
    // Not read out each second.
    expect(clock().getAttribute('aria-live')).toBe('off')
  })
})

describe('amounts that make no sense', () => {
  const withTotal = (amount: bigint, currency: string) =>
    show({ attempt: anAttempt({ order: { ...anAttempt().order, currency, total: { amount, currency } } }) })

  test('a total below zero is shown and cannot be approved', async () => {
    const { given } = withTotal(-5_000n, 'EUR')
    await pass(ARMING_MS + 10)
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    expect(screen.getByTestId('consent-total').textContent).toBe('-€50.00')
    expect(screen.getByTestId('arming').textContent).toContain('below zero')
  })

  test.each([
    [999_999_999_999_999n, 'EUR', '€9,999,999,999,999.99'],
    [123n, 'HUF', 'HUF\u00a01.23'],
    [5n, 'ZZQ', '0.05 ZZQ'],
  ])('%d %s is shown to the last digit', (amount, currency, shown) => {
    withTotal(amount, currency)
    expect(screen.getByTestId('consent-total').textContent).toBe(shown)
  })
})

describe('the queue', () => {
  test('shows the place and moves by its buttons', () => {
    const { given } = show({ queue: { index: 1, count: 3 } })
    expect(screen.getByTestId('queue').textContent).toBe('2 of 3')
    fireEvent.click(screen.getByRole('button', { name: 'Next payment' }))
    fireEvent.click(screen.getByRole('button', { name: 'Previous payment' }))
    fireEvent.click(screen.getByRole('button', { name: 'Reject all' }))
    expect(given.onNext).toHaveBeenCalledOnce()
    expect(given.onPrevious).toHaveBeenCalledOnce()
    expect(given.onRejectAll).toHaveBeenCalledOnce()
  })

  test('moves by Alt and the arrow keys', () => {
    const { given } = show({ queue: { index: 1, count: 3 } })
    fireEvent.keyDown(window, { key: 'ArrowRight', altKey: true })
    fireEvent.keyDown(window, { key: 'ArrowLeft', altKey: true })
    fireEvent.keyDown(window, { key: 'ArrowRight' })
    expect(given.onNext).toHaveBeenCalledOnce()
    expect(given.onPrevious).toHaveBeenCalledOnce()
  })

  test('is not there for a single payment', () => {
    show()
    expect(screen.queryByRole('button', { name: 'Reject all' })).toBeNull()
  })
})

describe('names from a hostile page', () => {
  test('markup in a name is text', () => {
    const attack = '<img src=x onerror="window.hit=1"><button>Approve</button>'
    const { order } = anAttempt()
    show({
      attempt: anAttempt({
        order: { ...order, merchant: attack, items: [{ name: attack, quantity: 1, amount: null }] },
      }),
    })
    expect(screen.getByTestId('consent-merchant').textContent).toBe(attack)
    expect(document.querySelector('img')).toBeNull()
    expect(screen.getAllByRole('button', { name: 'Approve' })).toHaveLength(1)
  })

  test('a right-to-left override stays inside its own element', () => {
    const attack = 'Tea \u202e00.1€'
    show({ attempt: anAttempt({ order: { ...anAttempt().order, merchant: attack } }) })
    expect(screen.getByText(attack).closest('bdi')).not.toBeNull()
    expect(screen.getByTestId('consent-total').querySelector('bdi')?.textContent).toBe('€78.70')
  })

  test('ten thousand characters do not take the total or the buttons away', () => {
    const attack = 'A'.repeat(10_000)
    show({ attempt: anAttempt({ order: { ...anAttempt().order, merchant: attack } }) })
    expect(screen.getByTestId('consent-merchant').classList.contains('payee-name')).toBe(true)
    expect(screen.getByTestId('consent-total').textContent).toBe('€78.70')
    expect(screen.getByRole('button', { name: 'Reject' })).toBeTruthy()
  })

  test('five hundred lines are folded, not hidden', () => {
    const items = Array.from({ length: 500 }, (_, i) => ({ name: `Line ${i}`, quantity: 1, amount: eur(1) }))
    show({ attempt: anAttempt({ order: { ...anAttempt().order, items } }) })
    expect(screen.getByText('494 more lines')).toBeTruthy()
    expect(document.querySelectorAll('li.line')).toHaveLength(500)
  })
})

describe('remembering a site', () => {
  async function openMore() {
    const more = screen.getByTestId('other-answers')
    if (!(more instanceof HTMLDetailsElement)) throw new Error('no disclosure')
    more.open = true
    fireEvent(more, new Event('toggle'))
    await vi.dynamicImportSettled()
    await pass(0)
  }

  test('is agreed to by Approve, with its terms, and waits for a second after each change', async () => {
    const onRemember = vi.fn()
    const { given } = show({ onRemember })
    await openMore()
    fireEvent.click(screen.getByRole('checkbox', { name: 'Approve and remember this site' }))
    await pass(ARMING_MS + 10)
    fireEvent.input(screen.getByLabelText('In all, at most (EUR)'), { target: { value: '200,50' } })
    await pass(10)
    const button = screen.getByTestId('approve')
    fireEvent.click(button)
    expect(onRemember).not.toHaveBeenCalled()
    await pass(ARMING_MS + 10)
    expect(button.textContent).toBe('Approve and remember')
    fireEvent.click(button)
    const perOrder = anAttempt().order.total
    expect(onRemember).toHaveBeenCalledExactlyOnceWith(null, {
      limit: eur(20_050),
      perOrder,
      orders: 5,
      days: 7,
    })
    expect(given.onApprove).not.toHaveBeenCalled()
  })

  test('terms that say nothing are never agreed to', async () => {
    const onRemember = vi.fn()
    const { given } = show({ onRemember })
    await openMore()
    fireEvent.click(screen.getByRole('checkbox', { name: 'Approve and remember this site' }))
    for (const [label, value] of [
      ['In all, at most (EUR)', '1'],
      ['In all, at most (EUR)', 'much'],
      ['How many orders', '0'],
    ] as const) {
      fireEvent.input(screen.getByLabelText(label), { target: { value } })
      await pass(ARMING_MS + 10)
      fireEvent.click(screen.getByTestId('approve'))
    }
    expect(onRemember).not.toHaveBeenCalled()
    expect(given.onApprove).not.toHaveBeenCalled()
  })

  test('is not offered for what renews or is not certain', async () => {
    const { order } = anAttempt()
    show({ onRemember: vi.fn(), attempt: anAttempt({ order: { ...order, certain: false } }) })
    await openMore()
    expect(screen.getByLabelText('Message to the agent')).toBeTruthy()
    expect(screen.queryByTestId('remember')).toBe(null)
  })
})
