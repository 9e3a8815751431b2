/**
 * schema.org Order and Invoice in JSON-LD and microdata. Rare on pay pages (none of eleven measured), and the page's own
 * word, so it names currency and items and doubts a total. Microdata is read by a library, JSON-LD by `JSON.parse`: without
 * contexts from the network there is nothing else in it (docs/decisions/041).
 */
import { microdataAll } from '@cucumber/microdata'
import { type Claim, claim, writtenOf } from './claims.ts'
import { at, countAt, currencyAt, listAt, parsed, textAt } from './json.ts'

const MAX_SCRIPTS = 20
const MAX_SCRIPT = 400_000
/** The library walks an item by shifting its children; an order of more elements is no order. */
const MAX_ELEMENTS = 2_000
const TYPES = ['Order', 'Invoice'] as const

export function structuredClaims(document: Document): Claim[] {
  return [...jsonLd(document), ...microdata(document)].flatMap((node) => claimOf(node) ?? [])
}

/** Currency of the shop's offers, where the page describes a product or an order at all. */
export function structuredCurrency(document: Document): string | null {
  for (const script of [...document.querySelectorAll('script[type="application/ld+json"]')].slice(
    0,
    MAX_SCRIPTS,
  )) {
    const found = /"priceCurrency"\s*:\s*"([A-Z]{3})"/.exec(
      (script.textContent ?? '').slice(0, MAX_SCRIPT),
    )?.[1]
    if (found !== undefined) return found
  }
  return document.querySelector('[itemprop="priceCurrency"]')?.getAttribute('content')?.toUpperCase() ?? null
}

function jsonLd(document: Document): unknown[] {
  const nodes: unknown[] = []
  for (const script of [...document.querySelectorAll('script[type="application/ld+json"]')].slice(
    0,
    MAX_SCRIPTS,
  )) {
    const text = script.textContent ?? ''
    const data = text.length > MAX_SCRIPT ? undefined : parsed(text)
    const graph = at(data, '@graph')
    nodes.push(...(Array.isArray(graph) ? graph : Array.isArray(data) ? data : [data]).slice(0, 50))
  }
  return nodes.filter((node) => TYPES.some((type) => at(node, '@type') === type))
}

function microdata(document: Document): unknown[] {
  return TYPES.flatMap((type) =>
    ['https', 'http'].flatMap((scheme): unknown[] => {
      const itemtype = `${scheme}://schema.org/${type}`
      const found = document.querySelector(`[itemscope][itemtype="${itemtype}"]`)
      if (found === null || found.getElementsByTagName('*').length > MAX_ELEMENTS) return []
      try {
        return microdataAll<unknown>(itemtype, document, contentOf).slice(0, 5)
      } catch {
        // It throws for what the specification does not allow.
        return []
      }
    }),
  )
}

/** Many pages put `content` on elements that have none by the specification; search engines take it, so shops do it. */
function contentOf(element: Element): string | undefined {
  return element.getAttribute('content') ?? undefined
}

function claimOf(node: unknown): Claim | null {
  const due = at(node, 'totalPaymentDue')
  const total =
    writtenOf(at(due, 'price')) ??
    writtenOf(at(due, 'value')) ??
    writtenOf(at(node, 'price')) ??
    writtenOf(due)
  const currency =
    currencyAt(due, 'priceCurrency') ?? currencyAt(due, 'currency') ?? currencyAt(node, 'priceCurrency')
  const lines = [...many(node, 'orderedItem'), ...many(node, 'acceptedOffer')]
  const items = lines.flatMap((line) => {
    const name =
      textAt(line, 'orderedItem', 'name') ?? textAt(line, 'itemOffered', 'name') ?? textAt(line, 'name')
    if (name === null) return []
    const quantity = at(line, 'orderQuantity') ?? at(line, 'eligibleQuantity', 'value')
    return [{ name, quantity: countAt([quantity], 0), amount: null }]
  })
  return total === null && items.length === 0
    ? null
    : claim('structured', `schema.org ${String(at(node, '@type'))}`, { currency, digits: 0, total, items })
}

function many(node: unknown, key: string): unknown[] {
  const found = at(node, key)
  return Array.isArray(found) ? listAt(node, key) : found === undefined ? [] : [found]
}
