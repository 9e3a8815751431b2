/** Registers every listener, synchronously at start so that none of them misses the event that woke the worker. */
import browser from 'webextension-polyfill'
import '../../utils/words/status.ts'
import { defineBackground } from 'wxt/utils/define-background'
import { isKeeperCall, parseRelayMessage, RELAY_PORT } from '../../utils/messages/relay.ts'
import { readSettings } from '../../utils/settings/settings.ts'
import { loadWords } from '../shared/load-words.ts'
import { EXPIRE, KEEP, ORPHANS, OUTCOME, RECONCILE, WALLET } from './alarms.ts'
import { watchCarts } from './cart.ts'
import { cancel, closeConsent } from './decide.ts'
import { endAttempt } from './end.ts'
import { releaseAgain } from './forward.ts'
import { gate } from './gate/index.ts'
import { onHold } from './intake.ts'
import { keepLedger } from './keep.ts'
import { bringKeeper } from './keeper.ts'
import { onIgnored, onOutcome, onOutcomeTime, onReleased } from './outcome.ts'
import { registerPageApi } from './page-api/sites.ts'
import { prepareReader } from './reading.ts'
import { askAgain, reconcile } from './reconcile.ts'
import { endIfGone, endOrphans, endUnlessBack, recover } from './recover.ts'
import { endRehearsal } from './rehearsal.ts'
import { addPort, attemptOf, dropPort, type Frame, holdOf, removePort } from './relays.ts'
import { onPageMessage } from './router.ts'
import { db } from './services.ts'
import { showConsent, wasConsentWindow, wasRehearsalWindow } from './surface.ts'
import { watchWallet } from './wallet/stream.ts'
import { offerActivation } from './welcome.ts'

export default defineBackground({
  persistent: { firefox: true, chrome: false },
  main() {
    browser.runtime.onConnect.addListener(onConnect)
    browser.runtime.onMessage.addListener((message: unknown, sender: browser.Runtime.MessageSender) =>
      isKeeperCall(message) ? bringKeeper(sender) : onPageMessage(message, sender),
    )
    watchCarts()
    gate.watch({
      hold: (announcement) => void onHold(announcement),
      answered: (tabId, status, path) =>
        void onOutcome(
          { type: 'outcome', attemptId: null, evidence: { kind: 'response', status, path, call: null } },
          { tabId },
        ),
      gone: (line) => {
        for (const attemptId of dropPort(line)) void endIfGone(attemptId)
      },
    })
    browser.alarms.onAlarm.addListener((alarm) => void onAlarm(alarm.name))
    browser.windows.onRemoved.addListener((windowId) => void onWindowRemoved(windowId))
    browser.notifications.onClicked.addListener(() => void showConsent())
    browser.runtime.onInstalled.addListener(({ reason }) => {
      if (reason === 'install') void offerActivation()
    })
    // The event itself does nothing: listening makes the browser start us, and the start recovers.
    browser.runtime.onStartup.addListener(() => {})
    // In the person's language as soon as it is read; English until then.
    void readSettings(db).then(({ language }) => loadWords(language))
    void recover()
      .catch((error) => console.error('consent-guard: recovery failed', error))
      .then(watchWallet)
      .then(registerPageApi)
      .catch((error) => console.error('consent-guard: agents cannot ask', error))
  },
})

function onConnect(port: browser.Runtime.Port): void {
  const frame = frameOf(port)
  if (port.name !== RELAY_PORT || frame === null) {
    port.disconnect()
    return
  }
  addPort(frame.tabId, port)
  port.onMessage.addListener((raw: unknown) => void onRelayMessage(raw, port, frame))
  port.onDisconnect.addListener(() => {
    removePort(frame.tabId, port)
    for (const attemptId of dropPort(port)) endUnlessBack(attemptId)
  })
}

/** Origin, tab and frame as the browser knows them. */
function frameOf(port: browser.Runtime.Port): Frame | null {
  const { sender } = port
  const tabId = sender?.tab?.id
  // Firefox keeps the address of an empty tab to itself.
  const tabUrl = sender?.tab?.url ?? sender?.url
  if (sender?.id !== browser.runtime.id || tabId === undefined || tabUrl === undefined) return null
  // A window that a page opened empty has no address; the browser knows whose it is.
  const origin = 'origin' in sender && typeof sender.origin === 'string' ? sender.origin : ''
  const page = /^https?:/.test(tabUrl) || !/^https?:/.test(origin) ? tabUrl : `${origin}/`
  return { tabId, frameId: sender.frameId ?? 0, url: sender.url ?? '', tabUrl: page }
}

async function onRelayMessage(raw: unknown, port: browser.Runtime.Port, frame: Frame): Promise<void> {
  const message = parseRelayMessage(raw)
  // Nothing is answered to nonsense: what it may have held stays held.
  if (!message) return
  switch (message.type) {
    case 'hold':
      return onHold({ message, port, frame })
    case 'outcome':
      return onOutcome(message, frame)
    case 'released':
      return onReleased(message.attemptId)
    case 'changed': {
      const hold = holdOf(message.attemptId, message.holdId)
      if (hold?.port === port) await releaseAgain(message.attemptId, hold)
      return
    }
    case 'near':
      return prepareReader(frame)
    case 'ignored':
      return onIgnored(message.attemptId, frame)
    case 'withdraw': {
      const attemptId = attemptOf(message.holdId)
      if (attemptId !== null) await cancel(attemptId).catch(() => {})
    }
  }
}

async function onAlarm(name: string): Promise<void> {
  if (name.startsWith(EXPIRE)) {
    const attemptId = name.slice(EXPIRE.length)
    await endAttempt({ attemptId, from: ['held', 'asked'], to: 'expired', reason: 'expired' })
  } else if (name.startsWith(OUTCOME)) {
    await onOutcomeTime(name.slice(OUTCOME.length))
  } else if (name === ORPHANS) {
    await endOrphans()
  } else if (name === WALLET) {
    await watchWallet()
  } else if (name === KEEP) {
    await keepLedger()
    await askAgain()
  } else if (name === RECONCILE && (await reconcile())) {
    await browser.alarms.clear(RECONCILE)
  }
}

async function onWindowRemoved(windowId: number): Promise<void> {
  if ((await wasConsentWindow(windowId)) && (await closeConsent())) await showConsent()
  if (await wasRehearsalWindow(windowId)) await endRehearsal()
}
