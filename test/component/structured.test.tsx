import { describe, expect, it } from 'vitest'
import { structuredClaims } from '../../utils/order/structured.ts'

function page(html: string): Document {
  return new DOMParser().parseFromString(`<body>${html}</body>`, 'text/html')
}

const ORDER = {
  '@context': 'https://schema.org',
  '@type': 'Order',
  totalPaymentDue: { '@type': 'PriceSpecification', price: '49.00', priceCurrency: 'EUR' },
  orderedItem: [{ '@type': 'OrderItem', orderQuantity: 2, orderedItem: { '@type': 'Product', name: 'Mug' } }],
}
const SAID = {
  source: 'structured',
  currency: 'EUR',
  total: '49.00',
  items: [{ name: 'Mug', quantity: 2, amount: null }],
}

describe('an order in structured data', () => {
  it.each([
    ['alone', ORDER],
    ['in a graph', { '@context': 'https://schema.org', '@graph': [{ '@type': 'WebPage' }, ORDER] }],
    ['in a list', [ORDER]],
  ])('as JSON-LD %s', (_name, data) => {
    expect(
      structuredClaims(page(`<script type="application/ld+json">${JSON.stringify(data)}</script>`)),
    ).toEqual([expect.objectContaining(SAID)])
  })

  it('as microdata', () => {
    const html = `<div itemscope itemtype="https://schema.org/Order"><div itemprop="totalPaymentDue" itemscope itemtype="https://schema.org/PriceSpecification"><meta itemprop="priceCurrency" content="EUR"><span itemprop="price" content="49.00">€49</span></div>
<div itemprop="orderedItem" itemscope itemtype="https://schema.org/OrderItem"><meta itemprop="orderQuantity" content="2"><div itemprop="orderedItem" itemscope itemtype="https://schema.org/Product"><span itemprop="name">Mug</span></div></div></div>`
    expect(structuredClaims(page(html))).toEqual([expect.objectContaining(SAID)])
  })

  it.each([
    [
      'a product',
      '<script type="application/ld+json">{"@type":"Product","offers":{"price":"1","priceCurrency":"EUR"}}</script>',
    ],
    ['broken JSON', '<script type="application/ld+json">{"@type":"Order",</script>'],
    [
      'an item type that is no address',
      '<div itemscope itemtype="https://schema.org/Order"><b itemprop="price" itemtype="x">1</b></div>',
    ],
    [
      'an order of ten thousand elements',
      `<div itemscope itemtype="https://schema.org/Order">${'<b></b>'.repeat(10_000)}</div>`,
    ],
  ])('is none in %s', (_name, html) => expect(structuredClaims(page(html))).toEqual([]))
})
