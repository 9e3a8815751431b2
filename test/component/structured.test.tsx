import { describe, expect, it } from 'vitest'
import { attributeClaims } from '../../utils/order/attributes.ts'
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

describe('an order in an attribute of a control', () => {
  const control = (name: string, data: unknown) => {
    const document = page('<button>Pay</button>')
    document.querySelector('button')?.setAttribute(name, JSON.stringify(data))
    return attributeClaims(document)
  }
  const list = [{ name: 'Album', price: '15.25 USD' }]

  it('says what is bought and what it comes to', () => {
    expect(control('gtm-data', { product_list: list, basket: { totalPrice: '15.25 USD' } })).toEqual([
      expect.objectContaining({
        source: 'page-data',
        live: false,
        currency: 'USD',
        total: '15.25',
        items: [{ name: 'Album', quantity: 1, amount: '15.25' }],
      }),
    ])
    expect(
      control('data-ecommerce', {
        currency: 'EUR',
        value: 12,
        items: [{ item_name: 'Mug', quantity: 2, price: 6 }],
      }),
    ).toEqual([
      expect.objectContaining({
        currency: 'EUR',
        total: '12',
        items: [{ name: 'Mug', quantity: 2, amount: null }],
      }),
    ])
  })

  it.each([
    ['a product card, which names no total', 'data-gtm', { products: list }],
    ['a total without goods', 'data-gtm', { basket: { totalPrice: '15.25 USD' } }],
    ['an attribute of another kind', 'data-state', { products: list, total: 5 }],
    ['names that are no names', 'data-gtm', { products: [{ name: 7 }], total: 5 }],
    ['a total that is no amount', 'data-gtm', { products: list, total: 'free' }],
    ['a list', 'data-gtm', list],
  ])('is none in %s', (_name, attribute, data) => expect(control(attribute, data)).toEqual([]))

  it('is none in broken or endless text', () => {
    expect(attributeClaims(page('<button gtm-data="{&quot;products&quot;:[">Pay</button>'))).toEqual([])
    const endless = { products: [{ name: 'x'.repeat(30_000) }], total: 5 }
    expect(control('data-gtm', endless)).toEqual([])
  })
})
