/**
 * What a cart said before its checkout: read when a cart page has loaded, by its address, so that no other page wakes
 * the background for it. Kept for the tab while the browser runs; the page's word, compared with its own later word.
 */
import browser from 'webextension-polyfill'
import { type Money, parseMoney, toWire, type WireMoney } from '../../utils/money/money.ts'
import type { Order } from '../../utils/order/order.ts'
import type { PageFacts } from '../../utils/risk/rule.ts'
import { readSettings } from '../../utils/settings/settings.ts'
import { siteOf } from '../../utils/site/site.ts'
import { readOrder } from './reading.ts'
import { db, now, readSession, writeSession } from './services.ts'

/** RE2, as the browser's filters have it. */
const CART_PATH =
  '^https?://[^/]+/([^?#]*/)?(shopping[-_]?)?(cart|basket|bag|warenkorb|panier|carrito|cesta|carrello|carrinho|winkel(wagen|mand)|varukorg|indkobskurv|handlekurv|ostoskori|kosik|koszyk|kosar|sepet|gio-hang|keranjang)(\\.[a-z]+)?/?([?#].*)?$'
/** A cart that is older says nothing about today's checkout, ms. */
const FRESH_MS = 2 * 3_600_000

interface Cart {
  site: string
  at: number
  total: WireMoney | null
  prices: { name: string; amount: WireMoney }[]
  pieces: number
}

const CART = 'cart:'
const keyOf = (tabId: number) => `${CART}${tabId}`

export async function forgetCarts(): Promise<void> {
  const kept = Object.keys(await browser.storage.session.get(null))
  await browser.storage.session.remove(kept.filter((key) => key.startsWith(CART)))
}

export function watchCarts(): void {
  const filter = { url: [{ urlMatches: CART_PATH }] }
  browser.webNavigation.onCompleted.addListener((visit) => void readCart(visit), filter)
  browser.webNavigation.onHistoryStateUpdated.addListener((visit) => void readCart(visit), filter)
}

async function readCart({
  tabId,
  frameId,
  url,
}: {
  tabId: number
  frameId: number
  url: string
}): Promise<void> {
  const site = siteOf(url)
  if (frameId !== 0 || site === null || !(await readSettings(db)).on) return
  const { order } = await readOrder('cart', { tabId, frameId, url, tabUrl: url }, site, null, false)
  if (order.total === null && order.items.length === 0) return
  const cart: Cart = {
    site: site.key,
    at: now(),
    total: order.total && toWire(order.total),
    prices: unitPrices(order).map(({ name, amount }) => ({ name, amount: toWire(amount) })),
    pieces: order.items.reduce((sum, { quantity }) => sum + quantity, 0),
  }
  await writeSession(keyOf(tabId), cart)
}

/** Amounts of a line are for all of its pieces. */
function unitPrices({ items }: Order): { name: string; amount: Money }[] {
  return items.flatMap(({ name, quantity, amount }) =>
    amount === null || !Number.isInteger(quantity) || quantity < 1
      ? []
      : [{ name, amount: { ...amount, amount: amount.amount / BigInt(quantity) } }],
  )
}

/** What the cart of this tab said; nothing where there was none, or it was another site's. */
export async function cartFacts(
  tabId: number,
  siteKey: string,
): Promise<Pick<PageFacts, 'cartTotal' | 'seenPrices' | 'cartPieces'>> {
  const cart = await readSession<Cart>(keyOf(tabId))
  if (cart === null || cart.site !== siteKey || now() - cart.at > FRESH_MS) return {}
  return {
    cartTotal: parseMoney(cart.total),
    cartPieces: cart.pieces,
    seenPrices: cart.prices.flatMap(({ name, amount }) => {
      const price = parseMoney(amount)
      return price === null ? [] : [{ name, amount: price }]
    }),
  }
}
