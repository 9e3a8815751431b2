/**
 * Says in the page what is going on, for people and for agents. Light DOM, first in the body, a heading and a real
 * button: measured to be what every agent's snapshot shows (a closed shadow root, or a child of `<html>`, is not seen
 * by all). Carries no authority: a page can imitate or remove it, and gains nothing.
 */
import { browser } from 'wxt/browser'
import type { StatusKind, StatusWords } from '../../utils/messages/relay.ts'

const HELD_COLOUR = '#8a4b00'
const COLOURS: Record<StatusKind, string> = {
  held: HELD_COLOUR,
  'press-again': HELD_COLOUR,
  released: '#0b5394',
  settled: '#1d6b2f',
  refused: '#9a1c1c',
}
/** A page that keeps removing it has made its choice. */
const MOST_RETURNS = 20

let shown: HTMLElement | null = null
let withdrawal: HTMLElement | null = null
let title = ''
let observer: MutationObserver | null = null
let returns = 0

let severedWords: StatusWords | null = null

/** Read while the extension is there: after it is gone, its messages are too. */
export function keepSeveredWords(): void {
  severedWords ??= {
    heading: browser.i18n.getMessage('status_severed_heading'),
    text: browser.i18n.getMessage('status_severed_text'),
    cancel: null,
    title: '⏸',
  }
}

export function showSevered(): void {
  if (severedWords !== null) showStatus('held', severedWords, null)
}

export function showStatus(kind: StatusKind, words: StatusWords, cancel: (() => void) | null): void {
  const box = document.createElement('section')
  box.setAttribute('aria-live', 'polite')
  box.setAttribute('data-consent-guard', kind)
  styled(
    box,
    `position:fixed;right:12px;bottom:12px;left:auto;top:auto;margin:0;width:320px;max-width:calc(100vw - 24px);
    box-sizing:border-box;padding:12px 14px;border:0;border-left:5px solid ${COLOURS[kind]};border-radius:8px;
    background:#fff;color:#1a1a1a;box-shadow:0 2px 14px rgba(0,0,0,.35);z-index:2147483647;display:block;
    font:14px/1.4 system-ui,sans-serif;text-align:start`,
  )
  const heading = document.createElement('h2')
  heading.textContent = words.heading
  styled(heading, 'display:block;margin:0 0 4px;font:600 15px/1.3 system-ui,sans-serif;color:#1a1a1a')
  const text = document.createElement('p')
  text.textContent = words.text
  styled(text, 'display:block;margin:0;font:14px/1.4 system-ui,sans-serif;color:#1a1a1a')
  box.append(heading, text)
  if (words.cancel !== null && cancel !== null) box.append(button(words.cancel, cancel))
  remove()
  shown = box
  returns = 0
  place()
  prefixTitle(words.title)
  console.warn(`[Consent Guard] ${words.heading} ${words.text}`)
}

function button(label: string, press: () => void): HTMLElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = label
  styled(
    made,
    `display:inline-block;margin:10px 0 0;padding:6px 12px;border:1px solid #767676;border-radius:6px;
    background:#f3f3f3;color:#1a1a1a;font:14px/1.3 system-ui,sans-serif;cursor:pointer`,
  )
  made.addEventListener('click', press, { once: true })
  withdrawal = made
  return made
}

/** Our own button, which takes back and never pays; the very element, because a page may put things into it. */
export function isWithdrawal(target: EventTarget | undefined): boolean {
  return target !== undefined && target === withdrawal
}

/** One declaration at a time through the object model: a page's CSP may forbid style attributes. */
function styled(element: HTMLElement, css: string): void {
  element.style.setProperty('all', 'initial', 'important')
  for (const declaration of css.split(';')) {
    const [property, value] = declaration.split(/:(.*)/s)
    if (property !== undefined && value !== undefined) {
      element.style.setProperty(property.trim(), value.trim(), 'important')
    }
  }
}

function place(): void {
  const body = getBody()
  if (shown === null || body === null) {
    if (shown !== null) addEventListener('DOMContentLoaded', place, { once: true })
    return
  }
  if (body.firstChild !== shown) body.prepend(shown)
  // The top layer: no dialog or overlay of the page can cover it.
  if ('showPopover' in shown) {
    shown.setAttribute('popover', 'manual')
    try {
      shown.showPopover()
    } catch {
      // Already open, or the document is not active.
    }
  }
  observer ??= new MutationObserver(() => {
    if (shown !== null && !shown.isConnected && returns++ < MOST_RETURNS) place()
  })
  observer.observe(document.documentElement, { childList: true })
  observer.observe(body, { childList: true })
}

function remove(): void {
  observer?.disconnect()
  shown?.remove()
  shown = null
}

/** The prototype's getter: a form named "body" hides the document's own. */
function getBody(): HTMLElement | null {
  const body: unknown = Object.getOwnPropertyDescriptor(Document.prototype, 'body')?.get?.call(document)
  return body instanceof HTMLElement ? body : null
}

function prefixTitle(prefix: string): void {
  if (window !== top) return
  const own = document.title.startsWith(title) ? document.title.slice(title.length) : document.title
  title = prefix === '' ? '' : `${prefix} `
  document.title = title + own
}
