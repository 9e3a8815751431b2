import type { Actor, PressSignals } from './attempt.ts'

/**
 * Names who probably pressed, with the reasons. Facts measured on Chromium and Firefox: automation sets
 * `navigator.webdriver`, `element.click()` is untrusted, driven clicks have at most one pointer move and often
 * zero pressure, WebMCP marks its submits. A patient agent can fake all of them.
 */
export function actorOf(signals: PressSignals | null): Actor {
  if (signals === null) return { kind: 'unknown', reasons: ['no_press'] }
  const reasons: string[] = []
  if (signals.agentInvoked) reasons.push('agent_invoked')
  if (signals.webdriver) reasons.push('webdriver')
  if (!signals.trusted) reasons.push('script_press')
  if (reasons.length > 0) return { kind: 'agent', reasons }
  if (signals.keyboard) return { kind: 'unknown', reasons: ['keyboard'] }
  if (signals.pointerMoves <= 1) return { kind: 'agent', reasons: ['no_pointer_path'] }
  return { kind: 'person', reasons: ['pointer_path'] }
}
