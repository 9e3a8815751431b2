/**
 * Machine-readable parts of a page: platform data, data layers, JSON-LD and microdata. Bounded, read as text where it
 * is script, parsed as JSON where it is JSON; nothing of it is run.
 */
import { isCurrency } from '../money/currencies.ts'
import { currencyEvidence, decimalEvidence, type Evidence } from './evidence.ts'
import { PLATFORMS } from './platforms/all.ts'
import type { PageScripts, Platform } from './platforms/platform.ts'

const MAX_SCRIPT = 400_000
const MAX_SCRIPTS = 80

export interface PageData {
  platform: Platform | null
  evidence: Evidence[]
}

export function readPageData(document: Document): PageData {
  const scripts = readScripts(document)
  const platform = PLATFORMS.find((candidate) => candidate.matches(document)) ?? null
  const evidence = [
    ...(platform?.evidence?.(document, scripts) ?? []),
    ...dataLayer(scripts),
    ...jsonLd(document),
    ...microdata(document),
  ]
  return { platform, evidence: evidence.filter((one) => one.currency === null || isCurrency(one.currency)) }
}

function readScripts(document: Document): PageScripts {
  let all = ''
  for (const script of [...document.querySelectorAll('script:not([src])')].slice(0, MAX_SCRIPTS)) {
    all += `${(script.textContent ?? '').slice(0, MAX_SCRIPT - all.length)}\n`
    if (all.length >= MAX_SCRIPT) break
  }
  return { all }
}

/** GA4 ecommerce events in the page's own words: `begin_checkout`, `add_payment_info`. */
function dataLayer(scripts: PageScripts): Evidence[] {
  const event = /["'](?:begin_checkout|add_payment_info|add_shipping_info)["'][\s\S]{0,1500}/.exec(
    scripts.all,
  )?.[0]
  if (event === undefined) return []
  const currency = /["']?currency["']?\s*:\s*["']([A-Z]{3})["']/.exec(event)?.[1] ?? null
  const value = /["']?value["']?\s*:\s*["']?(\d{1,10}(?:\.\d{1,4})?)\b/.exec(event)?.[1]
  return [
    ...(currency === null ? [] : [currencyEvidence(currency, 'data layer')]),
    ...(value === undefined ? [] : [decimalEvidence(value, currency, 'data layer')]),
  ]
}

/** schema.org Order and Invoice; a product's offer says nothing about this order but the shop's currency. */
function jsonLd(document: Document): Evidence[] {
  const found: Evidence[] = []
  for (const script of [...document.querySelectorAll('script[type="application/ld+json"]')].slice(0, 20)) {
    const text = script.textContent ?? ''
    if (text.length > MAX_SCRIPT) continue
    const currency = /"priceCurrency"\s*:\s*"([A-Z]{3})"/.exec(text)?.[1] ?? null
    if (currency !== null) found.push(currencyEvidence(currency, 'JSON-LD', 'structured'))
    const total = totalPaymentDue(text)
    if (total !== null) found.push(decimalEvidence(total, currency, 'JSON-LD order', 'structured'))
  }
  return found
}

function totalPaymentDue(text: string): string | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  for (const node of Array.isArray(value) ? value.slice(0, 50) : [value]) {
    if (typeof node !== 'object' || node === null) continue
    const { '@type': type, totalPaymentDue: due, price } = node as Record<string, unknown>
    if (type !== 'Order' && type !== 'Invoice') continue
    const amount = typeof due === 'object' && due !== null ? (due as Record<string, unknown>).price : price
    if (typeof amount === 'string' || typeof amount === 'number') return String(amount)
  }
  return null
}

function microdata(document: Document): Evidence[] {
  const order = document.querySelector('[itemtype$="schema.org/Order"],[itemtype$="schema.org/Invoice"]')
  const currency = order?.querySelector('[itemprop="priceCurrency"]')?.getAttribute('content') ?? null
  const price = order?.querySelector('[itemprop="totalPaymentDue"] [itemprop="price"],[itemprop="price"]')
  const amount = price?.getAttribute('content')
  return amount == null ? [] : [decimalEvidence(amount, currency, 'microdata order', 'structured')]
}
