/**
 * Comes into a frame when something there might be a payment (`scripting.executeScript`), into the isolated world of the
 * relay, and takes over from it: judges presses and forms with the whole vocabulary, has calls of the hook held or let
 * go, speaks with the background and shows the status.
 */
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { confirms } from '../../utils/detect/request.ts'
import type { HookMessage } from '../../utils/messages/hook.ts'
import { onNavigate, onSubmit } from './form.ts'
import { isAdmitted, replayed } from './grant.ts'
import { type Hold, openHold, setUpHolds, withdraw } from './holds.ts'
import { hearHook, tellHook } from './hook.ts'
import { noteStir } from './ignored-press.ts'
import { reportAnswer, reportArrival } from './outcome.ts'
import { onKey, onNear, onPointer } from './press.ts'
import { reenact } from './reenact.ts'
import { keepSeveredWords, showSevered } from './status.ts'

const fromHook = new Map<number, Hold>()

export default defineUnlistedScript(() => {
  const watch = globalThis.consentGuard
  if (watch === undefined || watch.keeper !== null) return
  keepSeveredWords()
  setUpHolds()
  watch.keeper = {
    handle: (event, path) => void judged(event, path),
    hear: (said) => hearHook(said, onCall),
  }
  // The hook first: its nonce is among what it said, and goes with every hold.
  for (const said of watch.said.splice(0)) hearHook(said, onCall)
  for (const { event, path } of watch.stopped.splice(0)) if (!judged(event, path)) reenact(event, path)
  for (const type of ['pointerover', 'focusin'])
    addEventListener(type, onNear, { capture: true, passive: true })
  reportArrival()
})

/** As `handle`; what cannot be judged does not pass, and the page says that it has to be loaded again. */
function judged(event: Event, path: EventTarget[]): boolean {
  try {
    return handle(event, path)
  } catch (error) {
    console.error('consent-guard: an event could not be judged', error)
    event.stopImmediatePropagation()
    event.preventDefault()
    showSevered()
    return true
  }
}

/** True where the event is stopped. */
function handle(event: Event, path: EventTarget[]): boolean {
  if (event instanceof SubmitEvent || event.type === 'navigate') noteStir()
  if (replayed() === 'call') return false
  if (event instanceof SubmitEvent) return onSubmit(event)
  if (replayed() === 'press') return false
  if (event.type === 'navigate') return onNavigate(event as NavigateEvent)
  if (event instanceof KeyboardEvent) return onKey(event, path)
  return onPointer(event, path)
}

function onCall(message: HookMessage): void {
  noteStir()
  if (message.type === 'hold') {
    const { id, channel, method, url, nonce, why, body } = message
    const none = why !== 'act' && !confirms(why, method, url)
    // The page has stopped the form that was let go, to check it, and sends it now.
    if (none || (channel === 'form' && isAdmitted(method, url))) {
      tellHook({ type: 'release', id })
      return
    }
    fromHook.set(
      id,
      openHold({
        channel,
        control: '',
        request: { method: /^[A-Z]{1,20}$/.test(method) ? method : 'OTHER', url },
        body,
        signals: null,
        nonce,
        go: () => {
          tellHook({ type: 'release', id })
          return true
        },
        deny: () => tellHook({ type: 'refuse', id }),
      }),
    )
  } else if (message.type === 'gone') {
    const hold = fromHook.get(message.id)
    fromHook.delete(message.id)
    if (hold !== undefined) withdraw(hold)
  } else if (message.type === 'answer') {
    reportAnswer(message.status, message.method, message.url)
  }
}
