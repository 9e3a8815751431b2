import { describe, expect, it } from 'vitest'
import { claim, readingsOf } from '../../utils/order/claims.ts'
import { readBigCommerceCheckout } from '../../utils/order/platforms/bigcommerce.ts'
import { readContext } from '../../utils/order/platforms/evershop.ts'
import { readMagentoSection, readMagentoTotals } from '../../utils/order/platforms/magento.ts'
import { jsonAfter } from '../../utils/order/platforms/platform.ts'
import { readPrestashop } from '../../utils/order/platforms/prestashop.ts'
import { readCartModel } from '../../utils/order/platforms/salesforce-commerce.ts'
import { readShopifyCart } from '../../utils/order/platforms/shopify.ts'
import { readActiveOrder } from '../../utils/order/platforms/vendure.ts'
import { readStoreCart } from '../../utils/order/platforms/woocommerce.ts'
import { cartFor } from '../pages/cart.ts'
import { CART_APIS } from '../pages/cart-apis.ts'
import { LANGUAGES } from '../pages/languages.ts'

const MUG = [{ name: 'Mug', quantity: 2, amount: '37' }]

describe('JSON in a script', () => {
  it.each([
    ['var cart = {"a":[1,{"b":"}"}]};next()', { a: [1, { b: '}' }] }],
    ['cart=\n[{"a":"\\"]"}] ;', [{ a: '"]' }]],
    ['cart = other({"a":1})', undefined],
    ['cart = {"a":1', undefined],
    ['cart = {a:1};', undefined],
    ['', undefined],
  ])('%s', (all, wanted) => expect(jsonAfter({ all }, /cart\s*=\s*/)).toEqual(wanted))

  it('lists what EverShop delivered', () => {
    const cart = {
      currency: 'USD',
      items: [{ productName: 'Mug', qty: 2, lineTotal: { value: 37, text: '$37.00' } }],
    }
    const all = `var eContext = ${JSON.stringify({ graphqlResponse: { e1: null, e2: { items: [] }, e3: cart } })};`
    expect(readContext({ all })).toEqual([{ currency: 'USD', digits: 0, items: MUG }])
  })

  it('lists what PrestaShop delivered', () => {
    const data = {
      cart: { products: [{ name: 'Mug', quantity: '2', total_wt: 37 }] },
      currency: { iso_code: 'EUR' },
    }
    expect(readPrestashop({ all: `var prestashop = ${JSON.stringify(data)};` })).toEqual([
      { currency: 'EUR', digits: 0, items: MUG },
    ])
  })
})

const READERS = {
  'WooCommerce cart': readStoreCart,
  'Shopify cart': readShopifyCart,
  'Magento totals': readMagentoTotals,
  'BigCommerce checkout': readBigCommerceCheckout,
  'Vendure order': readActiveOrder,
} as const

describe('a live cart is read to the minor unit in every currency', () => {
  const apis = CART_APIS.filter(({ name }) => name in READERS)
  it.each(apis.map((api) => [api.template, api] as const))('%s', (_name, api) => {
    for (const language of LANGUAGES) {
      const cart = cartFor(language, 3)
      // The last answer is the one that is read; earlier ones only lead to it.
      const answers = Object.entries(api.answers(cart)).filter(([path]) => !path.startsWith('/customer/'))
      const read = READERS[api.name as keyof typeof READERS]
      const said = read(answers.at(-1)?.[1])
      const wanted = api.goodsOnly ? cart.subtotal : cart.total
      expect(said?.currency).toBe(language.currency)
      expect(readingsOf(said?.total ?? null, claim('api', api.name, said ?? {}), language.currency)).toEqual([
        wanted,
      ])
      expect(said?.items?.map(({ name, quantity }) => ({ name, quantity }))).toEqual(
        cart.lines.map(({ name, quantity }) => ({ name, quantity })),
      )
    }
  })
})

it('a small cart that does not list all of its lines says nothing', () => {
  const items = [{ product_name: 'Mug', qty: 2 }]
  expect(readMagentoSection({ cart: { summary_count: 2, items } })?.items).toHaveLength(1)
  expect(readMagentoSection({ cart: { summary_count: 9, items } })).toBeNull()
})

it.each(Object.entries({ ...READERS, 'Magento cart': readMagentoSection, 'Salesforce cart': readCartModel }))(
  '%s is not read from what is none',
  (_name, read) => {
    for (const json of [
      undefined,
      null,
      1,
      'x',
      [],
      {},
      { items: 'x' },
      { totals: null, cart: 1, activeOrder: [] },
    ])
      expect(read(json)).toBeNull()
  },
)
