/**
 * The only bridge between a page and the background. Isolated world, document_start, every frame. Stops presses of pay
 * controls and form payments itself, and carries what the hook in the page's world holds.
 */
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import type { HookMessage } from '../../utils/messages/hook.ts'
import { watchForms } from './form.ts'
import { type Hold, openHold, setUpHolds, withdraw } from './holds.ts'
import { awaitHook, tellHook } from './hook-port.ts'
import { reportAnswer, reportArrival } from './outcome.ts'
import { watchPresses } from './press.ts'
import { watchPointer } from './signals.ts'

const fromHook = new Map<number, Hold>()

export default defineUnlistedScript(() => {
  awaitHook(hearHook)
  setUpHolds()
  watchPresses()
  watchForms()
  watchPointer()
  reportArrival()
})

function hearHook(message: HookMessage): void {
  if (message.type === 'hold') {
    const { id, channel, method, url, carries, body } = message
    fromHook.set(
      id,
      openHold({
        channel,
        control: '',
        request: { method: /^[A-Z]{1,20}$/.test(method) ? method : 'OTHER', url },
        body,
        signals: null,
        carries,
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
