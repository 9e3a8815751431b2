/**
 * Which of a page's amounts are worth naming. A shop's page may hold hundreds of prices of goods that nobody buys; what an
 * order says stands around the words for its total. Only where that gives no whole order are all of them read.
 */
import type { PageText } from './page-text.ts'
import { labelKind } from './words.ts'

const MAX_AMOUNTS = 1_200
/** So few are all read at once. */
const FEW = 200
/** Amounts before and behind each that may be a total. */
const AROUND = 80
/** Words that may name an amount stand so many tokens before it, or behind it. */
const BEFORE = 12
const BEHIND = 4
const MAX_ANCHORS = 40
const TOTALS = new Set<string>(['total', 'grand', 'subtotal'])

/** Places of all amounts among the tokens. Of thousands the beginning and the end, and nothing on such a page is certain. */
export function allAmounts(page: PageText): number[] {
  const places: number[] = []
  for (const [place, token] of page.tokens.entries()) if (token.amount !== null) places.push(place)
  if (places.length <= MAX_AMOUNTS) return places
  page.cut = true
  return [...places.slice(0, MAX_AMOUNTS / 2), ...places.slice(-MAX_AMOUNTS / 2)]
}

/** Those around words for a total, and around `pointed` elements; null where that is all of them or none. */
export function amountsNearTotals(
  page: PageText,
  places: readonly number[],
  pointed: readonly Element[],
): number[] | null {
  if (places.length <= FEW || page.cut) return null
  const named = new Set<number>()
  for (const [place, token] of page.tokens.entries()) {
    if (token.amount !== null || token.text.length > 80 || !TOTALS.has(labelKind(token.text))) continue
    for (let at = place - BEHIND; at <= place + BEFORE; at++) named.add(at)
  }
  const anchors = places.flatMap((place, at) =>
    named.has(place) || isIn(pointed, page.tokens[place]?.element) ? [at] : [],
  )
  if (anchors.length === 0 || anchors.length > MAX_ANCHORS) return null
  const near = places.filter((_, at) => anchors.some((anchor) => Math.abs(anchor - at) <= AROUND))
  return near.length < places.length ? near : null
}

function isIn(elements: readonly Element[], inner: Element | undefined): boolean {
  return inner !== undefined && elements.some((element) => element.contains(inner))
}
