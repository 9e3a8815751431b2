/**
 * The checkouts of the shop, one a mechanism that real shops were seen to use. The shop prices every one of them
 * alike; they differ in how the paying press becomes a payment, in markup, currency and the way money is written.
 */
export const MECHANISMS = [
  'fetch-json',
  'xhr-nonce',
  'get-xhr',
  'full-page',
  'multi-step',
  'server-action',
  'remix',
  'bearer',
  'no-network',
  'payment-request',
  'processor-iframe',
  'hosted',
  'row-before',
  'stale-state',
  'decoys',
  'no-currency',
  'subscription',
  'integrated',
  'x-frame',
] as const
export type MechanismName = (typeof MECHANISMS)[number]

export function isMechanism(name: unknown): name is MechanismName {
  return MECHANISMS.some((known) => known === name)
}

/** ISO 4217 code that a mechanism charges in. `no-currency` charges euros and never says so. */
export function currencyOf(mechanism: MechanismName): string {
  switch (mechanism) {
    case 'get-xhr':
      return 'GBP'
    case 'xhr-nonce':
    case 'server-action':
      return 'USD'
    case 'bearer':
      return 'JPY'
    default:
      return 'EUR'
  }
}

/** What the cart calls this way to pay. */
export const LABELS: Record<MechanismName, string> = {
  'fetch-json': 'Express checkout',
  'xhr-nonce': 'One-page checkout',
  'get-xhr': 'Quick confirm',
  'full-page': 'Classic checkout',
  'multi-step': 'Step-by-step checkout',
  'server-action': 'Instant checkout',
  remix: 'Smooth checkout',
  bearer: 'App checkout',
  'no-network': 'Offline checkout',
  'payment-request': 'Browser payment',
  'processor-iframe': 'Card form by Larkpay',
  hosted: 'Larkpay cashier',
  'row-before': 'Reserved checkout',
  'stale-state': 'Cached checkout',
  decoys: 'Checkout with offers',
  'no-currency': 'International checkout',
  subscription: 'Coffee subscription',
  integrated: 'Checkout with Consent Guard',
  'x-frame': 'Embedded checkout',
}
