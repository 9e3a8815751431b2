/** What the events around a press say about who pressed. Evidence for the consent surface, never the gate. */
import type { PressSignals } from '../../utils/attempt/attempt.ts'

const WINDOW_MS = 2_000

let pressure = 0

export function notePressure(event: Event): void {
  if (event instanceof PointerEvent && event.type === 'pointerdown') pressure = event.pressure
}

export function signalsOf(event: Event): PressSignals {
  const since = event.timeStamp - WINDOW_MS
  const moves = globalThis.consentGuard?.moves ?? []
  return {
    trusted: event.isTrusted,
    pointerMoves: moves.filter((at) => at >= since).length,
    pressure: event.isTrusted && !(event instanceof KeyboardEvent) ? pressure : 0,
    // Read here: a page or an agent can fake it in the page's own world only.
    webdriver: navigator.webdriver === true,
    agentInvoked: 'agentInvoked' in event && event.agentInvoked === true,
    // A press by Enter or Space arrives as a click without a pointer (`detail` 0) too.
    keyboard:
      event instanceof KeyboardEvent || (event.isTrusted && event.type === 'click' && detailOf(event) === 0),
  }
}

/** Number of clicks; 0 for a click that no pointer made. */
function detailOf(event: Event): number {
  return event instanceof UIEvent ? event.detail : 0
}
