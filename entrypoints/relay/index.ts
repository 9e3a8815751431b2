/**
 * In every frame, isolated world, document_start: stops whatever might pay before the page acts, and calls the keeper,
 * which decides. Small, because it is everywhere; all it must do is never let a payment slip while the keeper is on its
 * way. Where a page or a hovered control speaks of payment the keeper is called before anything is pressed.
 */

import { browser } from 'wxt/browser'
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { mayPay } from '../../utils/detect/glance.ts'
import { mayNamePayment } from '../../utils/detect/glance-name.ts'
import { HANDSHAKE } from '../../utils/messages/hook.ts'
import { KEEPER_CALL } from '../../utils/messages/relay.ts'
import { submitterOf, targetOf } from './form.ts'
import { CHOICE, closedRootOf, INTERACTIVE } from './pressed.ts'
import type { Watch } from './watch.ts'

const PRESSES =
  'pointerdown mousedown touchstart pointerup mouseup touchend click auxclick keydown keyup submit'
/** Preventing touchstart would stop scrolling, pointerdown the focus. */
const PREVENTED = /^[kmsn]|click/
const MOST_MOVES = 50
/** Between two calls for the keeper, and for how long a verdict is good. */
const MOMENT_MS = 1_000
const PATH_DEPTH = 12
const BARE_LENGTH = 120

const watch: Watch = { stopped: [], said: [], hook: null, moves: [], keeper: null }
let called = false
let last: { element: Element; at: number; verdict: boolean } | null = null

export default defineUnlistedScript(() => {
  globalThis.consentGuard = watch
  // Run order is manifest order: this listener is there before the hook dispatches, and no page script has run yet;
  // afterwards nobody else can hand over a port.
  addEventListener(HANDSHAKE, onHandshake, { once: true, capture: true })
  listen()
  // `document.open()` takes every listener off the window, and leaves this.
  new MutationObserver(listen).observe(document, { childList: true })
  globalThis.navigation?.addEventListener('navigate', onEvent)
  addEventListener('DOMContentLoaded', () => {
    // An agent that submits a form as a tool is answered while the event is on its way.
    if (document.querySelector('form[toolname]') !== null) call()
    else callIf(`${location.pathname} ${document.title}`)
  })
})

function listen(): void {
  for (const type of PRESSES.split(' ')) addEventListener(type, onEvent, true)
  addEventListener('pointermove', onMove, true)
  addEventListener('pointerover', onApproach, true)
  addEventListener('focusin', onApproach, true)
}

function onHandshake(event: Event): void {
  event.stopImmediatePropagation()
  const port = (event as MessageEvent).ports?.[0]
  if (!port) return
  watch.hook = port
  port.onmessage = ({ data }) => {
    if (watch.keeper !== null) watch.keeper.hear(data)
    else {
      watch.said.push(data)
      call()
    }
  }
}

function onEvent(event: Event): void {
  const path = event.composedPath()
  if (watch.keeper !== null) watch.keeper.handle(event, path)
  else if (mayBePayment(event, path)) {
    watch.stopped.push({ event, path })
    event.stopImmediatePropagation()
    if (PREVENTED.test(event.type)) event.preventDefault()
    call()
  }
}

function mayBePayment(event: Event, path: EventTarget[]): boolean {
  if (event instanceof SubmitEvent) {
    const form = event.target
    if (!(form instanceof HTMLFormElement)) return false
    const button = submitterOf(form, event.submitter)
    const { method, url } = targetOf(form, event.submitter)
    return (
      (button !== null && isNamed([button])) ||
      mayPay(method, url, digitsIn(Element.prototype.querySelectorAll.call(form, 'input')))
    )
  }
  if (event.type === 'navigate') {
    const { cancelable, hashChange, downloadRequest, formData, destination } = event as NavigateEvent
    if (!cancelable || hashChange || downloadRequest !== null) return false
    // Firefox does not say whose data it is, so it could not be sent again; there the gate holds the navigation itself.
    if (import.meta.env.FIREFOX && formData !== null) return false
    return mayPay(
      formData === null ? 'GET' : 'POST',
      destination.url,
      `${formData === null ? '' : [...formData]}`,
    )
  }
  if (event instanceof KeyboardEvent && event.key !== 'Enter' && event.key !== ' ') return false
  if (event instanceof MouseEvent && event.button > 1) return false
  return isNamed(path)
}

/** What fields hold, unnamed: only a card number is looked for in it. */
function digitsIn(fields: NodeListOf<Element>): string {
  return `${[...fields].map((field) => (field as HTMLInputElement).value)}`
}

/** Whether what is pressed here is called like something that pays. One verdict for all events of one press. */
function isNamed(path: EventTarget[]): boolean {
  const elements = path.slice(0, PATH_DEPTH).filter((node) => node instanceof Element)
  const first = elements[0]
  if (!first || first.matches(CHOICE)) return false
  const control = elements.find((one) => one.matches(INTERACTIVE))
  const element = control ?? first
  if (last?.element !== element || performance.now() - last.at > MOMENT_MS) {
    // Whoever presses the space between the controls of a page presses none.
    const own = control || `${first.textContent}`.length <= BARE_LENGTH ? textsOf(element) : ''
    const names = `${closedRootOf(first)?.textContent ?? ''} ${own}`
    last = { element, at: performance.now(), verdict: mayNamePayment(names) }
  }
  return last.verdict
}

/** All texts that may be a part of its names (`namesOf`), in any order. */
function textsOf(element: Element): string {
  const labels = `${element.getAttribute('aria-labelledby')}`.split(' ')
  return [
    element,
    ...element.querySelectorAll('img,slot'),
    ...labels.map((id) => document.getElementById(id.trim())),
  ]
    .map(textOfPart)
    .join(' ')
}

function textOfPart(part: Element | null): string {
  const { value, alt, ariaLabel, title, textContent } = (part ?? {}) as Partial<HTMLInputElement>
  const slotted = part instanceof HTMLSlotElement ? part.assignedNodes({ flatten: true }) : []
  return [value, alt, ariaLabel, title, textContent, ...slotted.map((node) => node.textContent)].join(' ')
}

function onMove(event: Event): void {
  if (event.isTrusted && watch.moves.push(event.timeStamp) > MOST_MOVES) watch.moves.shift()
}

function onApproach({ target }: Event): void {
  const control = called || !(target instanceof Element) ? null : target.closest(INTERACTIVE)
  if (control) callIf(`${control.textContent}`)
}

function callIf(text: string): void {
  if (!called && mayNamePayment(text)) call()
}

/** Has the background put the keeper into this frame. What has been stopped stays so, however long that takes. */
function call(): void {
  if (called) return
  called = true
  watch.hook?.postMessage({ type: 'hello' })
  // The id goes away with the extension; nobody will ever come.
  if (browser.runtime?.id) browser.runtime.sendMessage(KEEPER_CALL).then(whenCalled, whenCalled)
  else showSevered()
}

function whenCalled(): void {
  called = watch.keeper !== null
  if (!called && (watch.stopped[0] || watch.said[0])) setTimeout(call, MOMENT_MS)
}

/** The keeper with its words is out of reach; two signs that need no language: held, reload. */
function showSevered(): void {
  const heading = document.createElement('h2')
  heading.textContent = '⏸ Consent Guard ⟳'
  document.body?.prepend(heading)
}
