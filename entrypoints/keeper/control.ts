/** Whether a pressed control is the one that pays, from what stands around it. */
import { mayPay, type PressScore, type PressSnapshot, scorePress } from '../../utils/detect/press.ts'
import { hasAmount, namesAddingToCart } from '../../utils/detect/words.ts'
import { CHOICE, closedRootOf, INTERACTIVE, namesOf } from '../relay/pressed.ts'
import { formOf } from './reenact.ts'
import { isWithdrawal } from './status.ts'

export interface PayControl {
  element: Element
  name: string
  score: PressScore
}

const CARD_FIELDS =
  'input[autocomplete~=cc-number],input[autocomplete~=cc-csc],input[name*=cardnumber i],input[name*=card_number i],' +
  'input[id*=cardnumber i],input[name*=cvc i],input[name*=cvv i],iframe[src*="stripe.com"],iframe[src*="adyen.com"],' +
  'iframe[src*="paypal.com"],iframe[src*="braintree"],iframe[src*="squareup.com"],iframe[src*="checkout.com"],' +
  'iframe[src*="klarna.com"],iframe[src*="mollie.com"],iframe[name*=card i],iframe[title*=payment i]'
const TEXT =
  'h1,h2,h3,h4,h5,h6,label,legend,p,li,dt,dd,td,th,caption,strong,em,b,small,main,section,header,footer,nav,article'
const STEP = '[aria-current=step],[aria-current=true]'
const PARTS = 'html,body,main,section,article,aside,footer,header,nav,dialog,[role=dialog]'
const PATH_DEPTH = 12
const NEARBY_LENGTH = 2_000
const PAGE_LENGTH = 40_000
const BARE_LENGTH = 120
const MAX_CONTROLS = 200

/** Verdicts of the last moment, so that all events of one press get the same one. */
const recent = new WeakMap<Element, { at: number; control: PayControl | null }>()
const RECENT_MS = 1_000

export function payControlOf(event: Event, path: readonly EventTarget[]): PayControl | null {
  const element = pressedElement(path, event)
  // Headings, labels and cells say "Checkout" and "Payment" on every checkout; only a pointer makes them controls.
  if (element === null || (element.matches(TEXT) && !element.matches(INTERACTIVE) && !isPointed(element)))
    return null
  return judge(element)
}

function isPointed(element: Element): boolean {
  return getComputedStyle(element).cursor === 'pointer'
}

/** The control itself, judged anew at most once a second. */
export function judge(element: Element): PayControl | null {
  const known = recent.get(element)
  if (known !== undefined && performance.now() - known.at < RECENT_MS) return known.control
  const control = score(element)
  recent.set(element, { at: performance.now(), control })
  return control
}

/** Resolved upward through the composed path. */
function pressedElement(path: readonly EventTarget[], event: Event): Element | null {
  const elements = path.slice(0, PATH_DEPTH).filter((node) => node instanceof Element)
  const first = elements[0]
  if (first === undefined || first.matches(CHOICE) || isWithdrawal(first)) return null
  return (
    insideClosedRoot(first, event) ??
    elements.find((element) => element.matches(INTERACTIVE)) ??
    bareControl(first)
  )
}

/**
 * A `div` or `span` that only a script makes a control. A container that holds controls of its own, or a page's worth of
 * text, is the space between them: its text would hold every word of the checkout.
 */
function bareControl(element: Element): Element | null {
  if (element.matches('html,body') || (element.textContent ?? '').length > BARE_LENGTH) return null
  // A label chooses what it labels ("Pay with card" beside a radio button).
  if (element.closest('label') !== null) return null
  return element.querySelector(`${INTERACTIVE},${CHOICE}`) === null ? element : null
}

/** What is pressed inside a closed shadow root, as far as the place of the press or the names there tell. */
function insideClosedRoot(host: Element, event: Event): Element | null {
  const root = closedRootOf(host)
  if (!root) return null
  const at =
    event instanceof MouseEvent && event.isTrusted
      ? root.elementFromPoint(event.clientX, event.clientY)
      : null
  const hit = at?.closest(INTERACTIVE) ?? at
  if (hit && hit !== host) return hit
  return [...root.querySelectorAll(INTERACTIVE)].find((inner) => score(inner) !== null) ?? null
}

function score(element: Element): PayControl | null {
  if (element.matches(CHOICE) || leadsHome(element)) return null
  let best: PayControl | null = null
  for (const name of namesOf(element)) {
    if (!mayPay(name)) continue
    const result = scorePress(snapshotOf(element, name))
    if (result.payment && (best === null || result.score > best.score.score))
      best = { element, name, score: result }
  }
  return best
}

function snapshotOf(element: Element, name: string): PressSnapshot {
  const form = formOf(element)
  const dialog = element.closest('[role=dialog],[aria-modal=true],dialog')
  const step = dialog?.querySelector('h1,h2,h3,h4,[role=heading]') ?? document.querySelector(STEP)
  return {
    name,
    link: element instanceof HTMLAnchorElement && leadsAway(element),
    disabled: element.matches(':disabled'),
    identifiers: ['id', 'name', 'class', 'data-testid', 'data-test', 'value']
      .map((attribute) => element.getAttribute(attribute) ?? '')
      .join(' '),
    nearby: nearbyText(element, form),
    cardFields: document.querySelector(CARD_FIELDS) !== null,
    url: location.href.split('#')[0] ?? '',
    title: document.querySelector('title')?.textContent ?? '',
    formAction: form === null ? null : (form.getAttribute('action') ?? ''),
    emailOnly: form !== null && asksEmailOnly(form),
    amountOnPage: hasAmount(spacedText(document.body, PAGE_LENGTH)),
    heading: (document.querySelector('h1')?.textContent ?? '').trim().slice(0, 200),
    addsToCart: addsToCart(),
    repeated: isRepeated(element, name),
    foldsOut: element.hasAttribute('aria-expanded'),
    step: (step?.textContent ?? '').trim().slice(0, 200),
  }
}

/** The name of a wallet's own site, in its header. */
function leadsHome(element: Element): boolean {
  return element instanceof HTMLAnchorElement && element.getAttribute('href') === '/'
}

function addsToCart(): boolean {
  return firstControls().some((control) => namesAddingToCart(writtenOn(control)))
}

function isRepeated(element: Element, name: string): boolean {
  return firstControls().some(
    (control) =>
      writtenOn(control).trim() === name &&
      !control.contains(element) &&
      !element.contains(control) &&
      control.checkVisibility(),
  )
}

function firstControls(): Element[] {
  return [...document.querySelectorAll('button,input[type=submit],[role=button]')].slice(0, MAX_CONTROLS)
}

function writtenOn(control: Element): string {
  return control instanceof HTMLInputElement ? control.value : (control.textContent ?? '')
}

/** `href="#"` names the page itself: what such a link does, a script does. */
function leadsAway(link: HTMLAnchorElement): boolean {
  return /^https?:/.test(link.href) && link.href.split('#')[0] !== location.href.split('#')[0]
}

function asksEmailOnly(form: HTMLFormElement): boolean {
  // A card form of a processor stands in a frame; beside it an address is not all that is asked.
  if (form.querySelector('iframe') !== null) return false
  const fields = [...form.querySelectorAll('input,select,textarea')].filter(
    (field) => !field.matches('[type=hidden],[type=submit],[type=button],[type=checkbox],[type=image]'),
  )
  return (
    fields.length === 1 && fields[0]?.matches('[type=email],[name*=mail i],[placeholder*=mail i]') === true
  )
}

function nearbyText(element: Element, form: HTMLFormElement | null): string {
  const own = (element.textContent ?? '').length
  let container: Element | null = element.parentElement
  for (let i = 0; i < 6 && container !== null && container !== form && container !== document.body; i++) {
    const text = container.textContent ?? ''
    if (text.length > own + 20 || text.length > NEARBY_LENGTH) break
    container = container.parentElement
  }
  const near = `${spacedText(container)} ${spacedText(form)}`
  return hasAmount(near) ? near : `${near} ${aroundText(container)}`
}

/** Terms may stand between the control and the amounts: a few steps further, within the same part of the page. */
function aroundText(from: Element | null): string {
  let around = from
  for (let i = 0; i < 3 && around !== null && !around.matches(PARTS); i++) {
    around = around.parentElement
    if (around === null || around.matches('body') || (around.textContent ?? '').length > NEARBY_LENGTH)
      return ''
    const text = spacedText(around)
    if (hasAmount(text)) return text
  }
  return ''
}

/** Text with a space between elements: "Total" and "CHF 5" in two cells are no "TotalCHF 5". */
function spacedText(element: Element | null, limit = NEARBY_LENGTH): string {
  if (element === null) return ''
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  let text = ''
  while (text.length < limit && texts.nextNode() !== null) {
    if (texts.currentNode.parentElement?.matches('script,style') === true) continue
    text += ` ${(texts.currentNode.nodeValue ?? '').trim().slice(0, NEARBY_LENGTH)}`
  }
  return text
}

/** How to find a control again after the page has drawn it anew. */
export function findAgain(control: PayControl): Element | null {
  const { element, name } = control
  if (element.isConnected) return element
  const id = element.id === '' ? null : document.getElementById(element.id)
  if (id !== null && namesOf(id).includes(name)) return id
  return (
    [...document.querySelectorAll(`${INTERACTIVE},${element.localName}`)].find(
      (other) => other.localName === element.localName && namesOf(other).includes(name),
    ) ?? null
  )
}
