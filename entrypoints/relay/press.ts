/**
 * Stops the press of a pay control before the page sees it. Listeners sit on the window in the capture phase since
 * document_start, so they are first. One press is one hold: pointer, mouse, touch and click events of it belong
 * together, and another press of the same control joins while the hold is open. Returns at once, never alerts: a driven
 * click must not hang.
 */
import { findAgain, type PayControl, payControlOf } from './control.ts'
import { isReplay, replay } from './grant.ts'
import { type Hold, openHold } from './holds.ts'
import { send } from './link.ts'
import { notePressure, signalsOf } from './signals.ts'

/** Events that complete a press. A page may act on any of them, so may a script that dispatches only one. */
const COMPLETING = new Set(['pointerup', 'mouseup', 'click', 'auxclick'])
const POINTER = [
  'pointerdown',
  'mousedown',
  'touchstart',
  'pointerup',
  'mouseup',
  'touchend',
  'click',
  'auxclick',
]

let near = false
let open: { control: PayControl; hold: Hold }[] = []
/** Where the pointer went down: a press that starts elsewhere and ends on the control is none, but is kept from the page. */
let down: Element | null = null

export function watchPresses(): void {
  for (const type of POINTER) addEventListener(type, onPointer, { capture: true, passive: false })
  addEventListener('keydown', onKey, true)
  addEventListener('keyup', onKey, true)
  for (const type of ['pointerover', 'focusin'])
    addEventListener(type, onNear, { capture: true, passive: true })
}

/** Once a document: wakes the worker and readies the reader, while the person or the agent is still on the way. */
function onNear(event: Event): void {
  if (near || !event.isTrusted || payControlOf(event) === null) return
  near = true
  send({ type: 'near' })
}

function onPointer(event: Event): void {
  if (isReplay()) return
  notePressure(event)
  if (event instanceof MouseEvent && event.button > 1) return
  const control = payControlOf(event)
  if (event.type.endsWith('down')) down = control?.element ?? null
  if (control === null) return
  event.stopImmediatePropagation()
  // Only where the event itself would act: preventing touchstart would stop scrolling, pointerdown the focus.
  if (event.type.endsWith('click') || event.type.startsWith('mouse')) event.preventDefault()
  const completes = COMPLETING.has(event.type) || (event.type === 'touchend' && !event.isTrusted)
  const draggedIn = event.isTrusted && event.type.endsWith('up') && down !== control.element
  if (completes && !draggedIn) hold(control, event)
}

function onKey(event: KeyboardEvent): void {
  if (isReplay() || (event.key !== 'Enter' && event.key !== ' ')) return
  const control = payControlOf(event)
  if (control === null) return
  event.stopImmediatePropagation()
  event.preventDefault()
  const completes = event.type === (event.key === 'Enter' ? 'keydown' : 'keyup')
  if (completes && !event.repeat) hold(control, event)
}

function hold(control: PayControl, event: Event): void {
  open = open.filter((one) => one.hold.status === 'held')
  // The same control, or one of the same name: pages repeat their pay button, and draw it anew.
  if (open.some((one) => one.control.element === control.element || one.control.name === control.name)) return
  open.push({
    control,
    hold: openHold({
      channel: 'press',
      control: control.name,
      request: null,
      signals: signalsOf(event),
      carries: true,
      go: () => pressAgain(control),
      deny: () => undefined,
    }),
  })
}

function pressAgain(control: PayControl): boolean {
  const element = findAgain(control)
  if (element === null) return false
  replay(() => {
    if (element instanceof HTMLElement) HTMLElement.prototype.click.call(element)
    else element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, composed: true }))
  })
  return true
}
