/**
 * What the page does beside showing an order: talks to agents, lies over its pay control, ticks extras, hides that it
 * renews. Runs in the page with the reader. All of it is the page's word: it can warn and never reassure.
 */
import { agentText } from '../risk/injection.ts'
import { findAmounts } from './amounts.ts'
import { isPayControlName } from './controls.ts'
import { neutralise } from './neutralise.ts'
import { OWN_MARK } from './page-text.ts'
import { hiddenRenewal } from './renewal-words.ts'
import type { Visibility } from './visibility.ts'

export interface WireFacts {
  /** The first place that talks to an agent, or empty; hidden text, comments and labels for screen readers count. */
  text: string
  covering: string | null
  preticked: string[]
  recurringText: string | null
}

const MAX_TEXT = 200_000
const STRETCH = 20_000
/** Longest sentence that a rule looks for: stretches overlap by it. */
const OVERLAP = 400
const MAX_ELEMENTS = 4_000

export function readPageFacts(document: Document, visibility: Visibility): WireFacts {
  const text = wholeText(document)
  return {
    text: neutralise(firstIn(text, agentText) ?? ''),
    covering: coveringOf(document, visibility),
    preticked: pretickedIn(document, visibility),
    recurringText: firstIn(text, hiddenRenewal),
  }
}

function firstIn(text: string, find: (stretch: string) => string | null): string | null {
  for (let from = 0; from < text.length; from += STRETCH - OVERLAP) {
    const found = find(text.slice(from, from + STRETCH))
    if (found !== null) return found
  }
  return null
}

/** Everything an agent may read: what is shown, what is not, comments, and names for screen readers. */
function wholeText(document: Document): string {
  const { body } = document
  if (body === null) return ''
  const parts: string[] = []
  let length = 0
  const skipped = new Set(document.querySelectorAll(`:is(${NOT_TEXT}),:is(${NOT_TEXT}) *`))
  // In three passes, each of which the browser filters by itself: asking us about every node takes ten times as long.
  const add = (text: string | null): boolean => {
    const trimmed = text?.trim() ?? ''
    if (trimmed === '') return true
    parts.push(trimmed)
    length += trimmed.length + 1
    return length < MAX_TEXT
  }
  for (const what of [NodeFilter.SHOW_TEXT, NodeFilter.SHOW_COMMENT]) {
    const walker = document.createTreeWalker(body, what)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.nodeValue?.trim() ?? ''
      const parent = text === '' ? null : node.parentElement
      if (parent !== null && !skipped.has(parent) && !add(text)) break
    }
  }
  for (const element of body.querySelectorAll(NAMED)) {
    if (skipped.has(element)) continue
    if (!NAMES.every((name) => add(element.getAttribute(name)))) break
  }
  return parts.join(' ').slice(0, MAX_TEXT)
}

const NAMES = ['aria-label', 'alt', 'title', 'placeholder']
const NAMED = NAMES.map((name) => `[${name}]`).join()

/** Code, and the guard's own words, which do talk to agents. */
const NOT_TEXT = `script,style,noscript,template,[${OWN_MARK}]`

function isNotText(element: Element): boolean {
  return (
    /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(element.tagName) ||
    element.hasAttribute(OWN_MARK) ||
    element.tagName.startsWith('CONSENT-GUARD')
  )
}

const CONTROLS = 'button,input[type="submit"],input[type="button"],[role="button"],a[href]'

/**
 * What lies over the pay control, in words. The control that has the focus was pressed; without one, something must lie
 * over every control that could pay. Only told for what is in the window.
 */
function coveringOf(document: Document, visibility: Visibility): string | null {
  const all = [...document.querySelectorAll(CONTROLS)].slice(0, 400)
  const paying = all.filter((control) => isPayControlName(nameOf(control)) && visibility.isSeen(control))
  const pressed = paying.find((control) => control === document.activeElement)
  const over = (pressed ? [pressed] : paying).flatMap((control) => overControl(document, control) ?? [])
  return over.every((found) => found !== '') ? (over[0] ?? null) : null
}

function nameOf(control: Element): string {
  return (
    control.getAttribute('aria-label') ?? (control.textContent?.trim() || control.getAttribute('value')) ?? ''
  )
}

/** Words of what covers its middle; empty where nothing does; null where it cannot be told. */
function overControl(document: Document, control: Element): string | null {
  const rect = control.getBoundingClientRect()
  const [x, y] = [rect.left + rect.width / 2, rect.top + rect.height / 2]
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return null
  for (const element of document.elementsFromPoint(x, y)) {
    if (isNotText(element)) continue
    if (element.contains(control) || control.contains(element)) break
    if (!isSeeThrough(element)) return describe(element)
  }
  // What lets clicks through is not found by point, and is how a press is stolen unseen.
  for (const element of [...document.body.querySelectorAll('*')].slice(0, MAX_ELEMENTS)) {
    const box = element.getBoundingClientRect()
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue
    if (isNotText(element) || element.contains(control) || control.contains(element)) continue
    const style = getComputedStyle(element)
    if (style.pointerEvents !== 'none' || style.position === 'static' || isSeeThrough(element)) continue
    return describe(element)
  }
  return ''
}

function describe(element: Element): string {
  return neutralise(element.textContent ?? '').slice(0, 80) || element.localName
}

function isSeeThrough(element: Element): boolean {
  const style = getComputedStyle(element)
  if (Number(style.opacity) < 0.1 || style.visibility === 'hidden') return true
  const clear =
    /^rgba\(.*,\s*0\)$|^transparent$/.test(style.backgroundColor) && style.backgroundImage === 'none'
  return clear && (element.textContent ?? '').trim() === '' && element.localName !== 'img'
}

/** Boxes that cost something and were ticked when the page came. */
function pretickedIn(document: Document, visibility: Visibility): string[] {
  const boxes = [...document.querySelectorAll('input[type="checkbox"]')].slice(0, 200)
  return boxes.flatMap((box) => {
    if (!(box instanceof HTMLInputElement) || !box.checked || !box.defaultChecked) return []
    const label = box.labels?.[0] ?? box.closest('label') ?? box.parentElement
    const text = neutralise(box.getAttribute('aria-label') ?? label?.textContent ?? '').slice(0, 120)
    if (text === '' || label === null || !visibility.isRendered(label)) return []
    return findAmounts(text).some(({ currencies }) => currencies !== null) ? [text] : []
  })
}
