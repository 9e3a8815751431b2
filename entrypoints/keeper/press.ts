/**
 * Stops the press of a pay control before the page sees it. Listeners sit on the window in the capture phase since
 * document_start, so they are first. One press is one hold: pointer, mouse, touch and click events of it belong
 * together, and another press of the same control joins while the hold is open. Returns at once, never alerts: a driven
 * click must not hang.
 */
import { findAgain, type PayControl, payControlOf } from './control.ts'
import { isGranted, replay } from './grant.ts'
import { type Hold, openHold } from './holds.ts'
import { nonceHere } from './hook.ts'
import { pressWatched } from './ignored-press.ts'
import { send } from './link.ts'
import { notePressure, signalsOf } from './signals.ts'

/** Events that complete a press. A page may act on any of them, so may a script that dispatches only one. */
const COMPLETING = new Set(['pointerup', 'mouseup', 'click', 'auxclick'])
let near = false
/** The released press that its page has ignored. */
let second: PayControl | null = null
let open: { control: PayControl; hold: Hold }[] = []
/** Where the pointer went down: a press that starts elsewhere and ends on the control is none, but is kept from the page. */
let down: Element | null = null

/** Once a document: readies the reader, while the person or the agent is still on the way to the control. */
export function onNear(event: Event): void {
  if (near || !event.isTrusted || payControlOf(event, event.composedPath()) === null) return
  near = true
  send({ type: 'near' })
}

/** True where the event is stopped. */
export function onPointer(event: Event, path: EventTarget[]): boolean {
  notePressure(event)
  if (event instanceof MouseEvent && event.button > 1) return false
  const control = payControlOf(event, path)
  if (event.type.endsWith('down')) down = control?.element ?? null
  if (control === null || isSecond(control, event)) return false
  event.stopImmediatePropagation()
  // Only where the event itself would act: preventing touchstart would stop scrolling, pointerdown the focus.
  if (event.type.endsWith('click') || event.type.startsWith('mouse')) event.preventDefault()
  const completes = COMPLETING.has(event.type) || (event.type === 'touchend' && !event.isTrusted)
  const draggedIn = event.isTrusted && event.type.endsWith('up') && down !== control.element
  if (completes && !draggedIn) hold(control, event)
  return true
}

/** True where the event is stopped. */
export function onKey(event: KeyboardEvent, path: EventTarget[]): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false
  const control = payControlOf(event, path)
  if (control === null || isSecond(control, event)) return false
  event.stopImmediatePropagation()
  event.preventDefault()
  const completes = event.type === (event.key === 'Enter' ? 'keydown' : 'keyup')
  if (completes && !event.repeat) hold(control, event)
  return true
}

function hold(control: PayControl, event: Event): void {
  open = open.filter((one) => one.hold.status === 'held')
  // The same control, or one of the same name: pages repeat their pay button, and draw it anew.
  if (open.some((one) => one.control.element === control.element || one.control.name === control.name)) return
  const opened: Hold = openHold({
    channel: 'press',
    control: control.name,
    request: null,
    signals: signalsOf(event),
    nonce: nonceHere(),
    go: () => pressAgain(control, opened),
    deny: () => undefined,
    again: () => {
      second = control
    },
  })
  open.push({ control, hold: opened })
}

function pressAgain(control: PayControl, hold: Hold): boolean {
  const element = findAgain(control)
  if (element === null) return false
  const press = () =>
    replay('press', () => {
      if (element instanceof HTMLElement) HTMLElement.prototype.click.call(element)
      else element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, composed: true }))
    })
  second = null
  pressWatched(press, () => {
    if (hold.attemptId !== null && !hold.ended && isGranted())
      send({ type: 'ignored', attemptId: hold.attemptId })
  })
  return true
}

/** The one trusted press that a page has left open by ignoring ours: all its events pass, with the click it is used up. */
function isSecond(control: PayControl, event: Event): boolean {
  if (second === null || !event.isTrusted || !isGranted()) return false
  if (second.element !== control.element && second.name !== control.name) return false
  if (event.type === 'click') second = null
  return true
}
