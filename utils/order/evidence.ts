/**
 * What other sources than the visible text say about the order: attributes, JSON in the page, live cart APIs. Never
 * the total by itself: page data is often stale. It names the currency, confirms a total, or raises a note.
 */
export interface Evidence {
  field: 'total' | 'currency'
  source: 'page-data' | 'structured' | 'api'
  detail: string
  /** ISO 4217 code, null where the source does not say. */
  currency: string | null
  /** Written decimal ("49.90"), or null. */
  decimal: string | null
  /** Minor units as the source gives them, or null. */
  minor: bigint | null
  /** The price of the goods before delivery and tax: less than the total says nothing against it. */
  goodsOnly?: boolean
}

export function currencyEvidence(
  currency: string,
  detail: string,
  source: Evidence['source'] = 'page-data',
): Evidence {
  return { field: 'currency', source, detail, currency, decimal: null, minor: null }
}

export function decimalEvidence(
  decimal: string,
  currency: string | null,
  detail: string,
  source: Evidence['source'] = 'page-data',
): Evidence {
  return { field: 'total', source, detail, currency, decimal, minor: null }
}

export function minorEvidence(
  minor: bigint,
  currency: string | null,
  detail: string,
  source: Evidence['source'] = 'page-data',
): Evidence {
  return { field: 'total', source, detail, currency, decimal: null, minor }
}
