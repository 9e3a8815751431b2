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
        notes: [note('first_time', 'info'), note('recurring', 'warn'), note('insecure', 'danger')],
      }),
    })
    const texts = screen.getAllByTestId(/^note-/).map((item) => item.dataset.testid)
    expect(texts).toEqual(['note-insecure', 'note-recurring', 'note-first_time'])
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
    approve()
    expect(given.onApprove).not.toHaveBeenCalled()
    again({ readings: [{ ...reading, cap: { ...reading.cap, limit: eur(9_000) }, excess: eur(0) }] })
    fireEvent.click(await screen.findByRole('checkbox'))
    await pass(ARMING_MS + 10)
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
