/**
 * Live cart APIs of shop systems, answering with a cart as their own do (shape and units after their public documentation
 * and source), each beside the page of the same system in `shops.ts`.
 */
import { exponentOf } from '../../utils/money/currencies.ts'
import { money, toDecimal } from '../../utils/money/money.ts'
import type { Cart } from './cart.ts'

export interface CartApi {
  platform: string
  /** Template in `shops.ts` whose page asks this API. */
  template: string
  /** What the page has in its head or scripts that leads to the API. */
  head: (cart: Cart) => string
  /** JSON by path, query included. */
  answers: (cart: Cart) => Record<string, unknown>
  /** Field of a source in the reading. */
  name: string
  /** The API's amount is that of the goods alone. */
  goodsOnly: boolean
}

const decimalOf = (cart: Cart, amount: bigint): number =>
  Number(toDecimal(money(amount, cart.language.currency)))
const CHECKOUT = 'b20deef4-0c2b-4a5c-b0b4-7c2a1c1b6f11'
const GUEST_CART = 'Jf8XWq2mKc0dPzR4uTgVb7sYh1nLaE3o'

export const CART_APIS: CartApi[] = [
  {
    platform: 'woocommerce',
    template: 'woocommerce-classic',
    name: 'WooCommerce cart',
    goodsOnly: false,
    head: () => '<link rel="https://api.w.org/" href="/wp-json/">',
    answers: (cart) => ({ '/wp-json/wc/store/v1/cart': storeCart(cart) }),
  },
  {
    platform: 'woocommerce',
    template: 'woocommerce-blocks',
    name: 'WooCommerce cart',
    goodsOnly: false,
    head: () => '<link rel="https://api.w.org/" href="/blog/wp-json/">',
    answers: (cart) => ({ '/blog/wp-json/wc/store/v1/cart': storeCart(cart) }),
  },
  {
    platform: 'shopify',
    template: 'shopify',
    name: 'Shopify cart',
    goodsOnly: true,
    head: () => '<meta name="shopify-checkout-api-token" content="0123456789abcdef">',
    answers: (cart) => ({
      '/cart.js': {
        token: 'hWN2Hiq0',
        note: null,
        attributes: {},
        total_price: Number(hundredths(cart, cart.subtotal)),
        total_discount: 0,
        item_count: cart.lines.reduce((sum, line) => sum + line.quantity, 0),
        items: cart.lines.map((line, at) => ({
          id: 39897499729985 + at,
          quantity: line.quantity,
          title: `${line.name} - Default`,
          price: Number(hundredths(cart, line.unit)),
          line_price: Number(hundredths(cart, line.amount)),
          final_line_price: Number(hundredths(cart, line.amount)),
          product_title: line.name,
          variant_title: null,
          requires_shipping: true,
        })),
        requires_shipping: true,
        currency: cart.language.currency,
      },
    }),
  },
  {
    platform: 'magento',
    template: 'magento',
    name: 'Magento totals',
    goodsOnly: false,
    head: (cart) =>
      `<script>window.checkoutConfig = {"quoteData":{"entity_id":"${GUEST_CART}","quote_currency_code":"${cart.language.currency}"},"storeCode":"default","isCustomerLoggedIn":false};</script>`,
    answers: (cart) => ({
      [`/rest/default/V1/guest-carts/${GUEST_CART}/totals`]: {
        grand_total: decimalOf(cart, cart.total - (cart.taxIncluded ? 0n : cart.tax)),
        base_grand_total: decimalOf(cart, cart.total),
        subtotal: decimalOf(cart, cart.subtotal),
        quote_currency_code: cart.language.currency,
        items: cart.lines.map((line, at) => ({
          item_id: at + 1,
          price: decimalOf(cart, line.unit),
          qty: line.quantity,
          row_total: decimalOf(cart, line.amount),
          row_total_incl_tax: decimalOf(cart, line.amount),
          name: line.name,
          options: '[]',
        })),
        total_segments: [
          { code: 'subtotal', title: 'Subtotal', value: decimalOf(cart, cart.subtotal) },
          { code: 'shipping', title: 'Shipping', value: decimalOf(cart, cart.shipping) },
          { code: 'grand_total', title: 'Grand Total', value: decimalOf(cart, cart.total), area: 'footer' },
        ],
      },
      '/customer/section/load/?sections=cart': {
        cart: {
          summary_count: cart.lines.reduce((sum, line) => sum + line.quantity, 0),
          subtotalAmount: toDecimal(money(cart.subtotal, cart.language.currency)),
          possible_onepage_checkout: true,
          items: cart.lines.map((line, at) => ({
            item_id: String(at + 1),
            qty: line.quantity,
            product_name: line.name,
            product_price_value: decimalOf(cart, line.unit),
          })),
        },
      },
    }),
  },
  {
    platform: 'bigcommerce',
    template: 'bigcommerce',
    name: 'BigCommerce checkout',
    goodsOnly: false,
    head: () => '',
    answers: (cart) => {
      const lineItems = {
        physicalItems: cart.lines.map((line, at) => ({
          id: String(at + 1),
          name: line.name,
          quantity: line.quantity,
          listPrice: decimalOf(cart, line.unit),
          extendedSalePrice: decimalOf(cart, line.amount),
        })),
        digitalItems: [],
        giftCertificates: [],
        customItems: [],
      }
      const currency = {
        name: cart.language.currency,
        code: cart.language.currency,
        symbol: '¤',
        decimalPlaces: exponentOf(cart.language.currency) ?? 2,
      }
      return {
        '/api/storefront/carts': [
          { id: CHECKOUT, currency, cartAmount: decimalOf(cart, cart.subtotal - cart.discount), lineItems },
        ],
        [`/api/storefront/checkouts/${CHECKOUT}`]: {
          id: CHECKOUT,
          grandTotal: decimalOf(cart, cart.total),
          outstandingBalance: decimalOf(cart, cart.total),
          cart: { id: CHECKOUT, currency, cartAmount: decimalOf(cart, cart.subtotal), lineItems },
        },
      }
    },
  },
  {
    platform: 'vendure',
    template: 'vendure',
    name: 'Vendure order',
    goodsOnly: false,
    head: () => '',
    answers: (cart) => ({
      '/api/active-order?_data=routes%2Fapi.active-order': {
        activeOrder: {
          id: '12',
          code: 'TYJ2LQ2RDE8D7G5C',
          state: 'ArrangingPayment',
          currencyCode: cart.language.currency,
          totalWithTax: Number(hundredths(cart, cart.total)),
          subTotalWithTax: Number(hundredths(cart, cart.subtotal)),
          lines: cart.lines.map((line) => ({
            quantity: line.quantity,
            linePriceWithTax: Number(hundredths(cart, line.amount)),
            productVariant: { name: line.name },
          })),
        },
      },
    }),
  },
  {
    platform: 'salesforce-commerce',
    template: 'salesforce-commerce',
    name: 'Salesforce cart',
    goodsOnly: false,
    head: () => '<link rel="canonical" href="/on/demandware.store/Sites-RefArch-Site/en_US/Checkout-Begin">',
    answers: (cart) => ({
      '/on/demandware.store/Sites-RefArch-Site/en_US/Cart-Get': {
        action: 'Cart-Get',
        numItems: cart.lines.length,
        totals: { grandTotal: cart.write(cart.total), subTotal: cart.write(cart.subtotal) },
        items: cart.lines.map((line) => ({
          productName: line.name,
          quantity: line.quantity,
          priceTotal: { price: cart.write(line.amount) },
        })),
      },
    }),
  },
]

function storeCart(cart: Cart): unknown {
  const { currency } = cart.language
  const unit = {
    currency_code: currency,
    currency_symbol: '',
    currency_minor_unit: exponentOf(currency) ?? 2,
  }
  return {
    coupons: [],
    items: cart.lines.map((line, at) => ({
      key: `k${at}`,
      id: at + 10,
      quantity: line.quantity,
      name: line.name,
      prices: { price: String(line.unit), ...unit },
      totals: {
        line_subtotal: String(line.amount),
        line_total: String(line.amount),
        line_total_tax: '0',
        ...unit,
      },
    })),
    items_count: cart.lines.reduce((sum, line) => sum + line.quantity, 0),
    totals: {
      total_items: String(cart.subtotal),
      total_discount: String(cart.discount),
      total_shipping: String(cart.shipping),
      total_price: String(cart.total),
      total_tax: String(cart.tax),
      ...unit,
    },
    errors: [],
  }
}

/** Hundredths whatever the currency's own unit is, as several systems count. */
function hundredths(cart: Cart, amount: bigint): bigint {
  const exponent = exponentOf(cart.language.currency) ?? 2
  return exponent > 2 ? amount / 10n ** BigInt(exponent - 2) : amount * 10n ** BigInt(2 - exponent)
}
