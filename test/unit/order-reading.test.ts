import { describe, expect, it } from 'vitest'
import { parseReading } from '../../utils/order/reading.ts'
import { siteOf } from '../../utils/site/site.ts'

const raw = {
  order: {
    // The reader does not carry the list of public suffixes: it says its host.
    site: { key: 'checkout.shop.co.uk', origin: 'https://checkout.shop.co.uk' },
    merchant: 'Shop',
    processor: null,
    merchantOrder: null,
    currency: 'GBP',
    items: [],
    totals: [],
    total: { amount: '4190', currency: 'GBP' },
    certain: true,
    shipTo: null,
    paymentMethod: null,
    recurrence: null,
  },
  sources: [{ field: 'total', source: 'visible', detail: 'Total', confidence: 7 }, { field: 'total' }],
  notes: [
    { id: 'recurring', field: 'recurrence', severity: 'warn', blocking: false, values: {} },
    { id: 'A b' },
  ],
}

function site(url: string): NonNullable<ReturnType<typeof siteOf>> {
  const known = siteOf(url)
  if (known === null) throw new Error(url)
  return known
}

describe('what the page reader answers', () => {
  it('is kept by the registrable domain of the tab', () => {
    const reading = parseReading(raw, site('https://checkout.shop.co.uk/pay'))
    expect(reading?.order.site.key).toBe('shop.co.uk')
    expect(reading?.order.processor).toBeNull()
    expect(reading?.order.total).toEqual({ amount: 4190n, currency: 'GBP' })
  })

  it('from a frame of another site names that host as the processor', () => {
    const reading = parseReading(raw, site('https://mugs.example/checkout'))
    expect(reading?.order.site.key).toBe('mugs.example')
    expect(reading?.order.processor).toBe('checkout.shop.co.uk')
  })

  it('keeps only sources and notes that are well formed', () => {
    const reading = parseReading(raw, site('https://checkout.shop.co.uk/pay'))
    expect(reading?.sources).toEqual([{ field: 'total', source: 'visible', detail: 'Total', confidence: 1 }])
    expect(reading?.notes.map((note) => note.id)).toEqual(['recurring'])
  })

  it.each([
    ['nothing', null],
    ['no order', {}],
    ['no web origin', { order: { ...raw.order, site: { key: 'x', origin: 'about:blank' } } }],
    ['a currency that is none', { order: { ...raw.order, currency: 'XXX', total: null } }],
    ['a total in another currency', { order: { ...raw.order, total: { amount: '1', currency: 'USD' } } }],
    ['a broken amount', { order: { ...raw.order, total: { amount: '41.90', currency: 'GBP' } } }],
  ])('%s is no reading', (_name, value) => {
    expect(parseReading(value, site('https://checkout.shop.co.uk/pay'))).toBeNull()
  })
})
