/**
 * Machine-readable parts of a page: platform data, data layers, JSON-LD and microdata. Bounded, read as text where it
 * is script, parsed as JSON where it is JSON; nothing of it is run.
 */
import { isCurrency } from '../money/currencies.ts'
import { attributeClaims } from './attributes.ts'
import { type Claim, claim } from './claims.ts'
import { currencyEvidence, decimalEvidence, type Evidence } from './evidence.ts'
import { PLATFORMS } from './platforms/all.ts'
import type { PageScripts, Platform } from './platforms/platform.ts'
import { structuredClaims, structuredCurrency } from './structured.ts'

const MAX_SCRIPT = 400_000
const MAX_SCRIPTS = 80

export interface PageData {
  platform: Platform | null
  evidence: Evidence[]
}

/** What the page's own markup says of the order beside showing it. */
export function writtenClaims(document: Document): Claim[] {
  return [...deliveredClaims(document), ...structuredClaims(document), ...attributeClaims(document)]
}

/** The order in JSON that the page was delivered with, where the platform is known. */
export function deliveredClaims(document: Document): Claim[] {
  const platform = PLATFORMS.find((candidate) => candidate.matches(document))
  const said = platform?.delivered?.(readScripts(document)) ?? []
  return said.map((one) => claim('page-data', `${platform?.id} page data`, one))
}

export function readPageData(document: Document): PageData {
  const scripts = readScripts(document)
  const platform = PLATFORMS.find((candidate) => candidate.matches(document)) ?? null
  const evidence = [
    ...(platform?.evidence?.(document, scripts) ?? []),
    ...dataLayer(scripts),
    ...structured(document),
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
    // `value` is the goods' price in most shops, with or without tax.
    ...(value === undefined ? [] : [{ ...decimalEvidence(value, currency, 'data layer'), goodsOnly: true }]),
  ]
}

/** A product's offer says nothing about this order but the shop's currency. */
function structured(document: Document): Evidence[] {
  const named = structuredCurrency(document)
  return [
    ...(named === null ? [] : [currencyEvidence(named, 'structured data', 'structured')]),
    ...structuredClaims(document).flatMap(({ currency, total, detail }) =>
      total === null ? [] : [decimalEvidence(total, currency, detail, 'structured')],
    ),
  ]
}
