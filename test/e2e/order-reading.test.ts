/** The reader on every checkout of the demo shop, and on pages that try to lie to it, in real Chromium. */
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProbe, type Inspection, inspectOpen } from '../../scripts/inspect-engine.ts'
import { openCheckout } from '../harness/checkout.ts'
import { chromiumPath, PLAIN_ARGS } from '../harness/chromium.ts'
import { currencyOf, MECHANISMS, type MechanismName } from '../shop/mechanisms.ts'
import { type RunningShop, startShop } from '../shop/shop.ts'

let browser: Browser
let shop: RunningShop
let probe: string

beforeAll(async () => {
  probe = await bundleProbe()
  shop = await startShop()
  browser = await chromium.launch({ executablePath: chromiumPath(), args: PLAIN_ARGS })
})
afterAll(async () => {
  await browser?.close()
  await shop?.close()
})

async function withPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  try {
    return await use(await context.newPage())
  } finally {
    await context.close()
  }
}

/** A page of one HTML text, at a web address, with nothing else loaded. */
function read(html: string): Promise<Inspection> {
  return withPage(async (page) => {
    await page.route('**/*', (route) =>
      route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }),
    )
    await page.goto('https://shop.example.de/checkout')
    return inspectOpen(page, probe, 'page')
  })
}

/** The minor units that the shop would charge for the basket of `openCheckout`. */
function expectedTotal(mechanism: MechanismName): { amount: string; currency: string } | null {
  if (mechanism === 'no-currency') return null
  return { amount: mechanism === 'subscription' ? '100' : '4190', currency: currencyOf(mechanism) }
}

describe('every checkout of the demo shop is read as the shop will charge it', () => {
  it.each(MECHANISMS)('%s', async (mechanism) => {
    const found = await withPage(async (page) => {
      await openCheckout(page, shop.url, mechanism)
      return inspectOpen(page, probe, mechanism)
    })
    const total = found.order?.total ?? null
    expect(total === null ? null : { amount: total.amount, currency: total.currency }).toEqual(
      expectedTotal(mechanism),
    )
    expect(found.payControls).toHaveLength(1)
    if (mechanism === 'subscription') {
      expect(found.order?.recurrence).toEqual({ every: 1, unit: 'month', amount: '3700', trialDays: 14 })
    } else expect(found.order?.recurrence ?? null).toBeNull()
    if (!['hosted', 'subscription', 'no-currency'].includes(mechanism)) {
      expect(found.order?.items).toHaveLength(1)
      expect(found.order?.items[0]).toMatchObject({ quantity: 2, amount: '3700' })
      expect(found.order?.items[0]?.name).toContain('Stoneware Mug')
    }
  })
})

const REAL = '<div class="row"><span>Total</span> <span>€490.00</span></div><button>Place order</button>'

describe('a page that lies', () => {
  it.each([
    ['display none', '<div style="display:none">Total <b>€4.90</b></div>'],
    ['no opacity', '<div style="opacity:0">Total <b>€4.90</b></div>'],
    ['no opacity above', '<div style="opacity:0"><p>Total <b>€4.90</b></p></div>'],
    ['hidden visibility', '<div style="visibility:hidden">Total <b>€4.90</b></div>'],
    ['outside the page', '<div style="position:absolute;left:-9999px">Total <b>€4.90</b></div>'],
    ['no size', '<div style="width:0;height:0;overflow:hidden">Total <b>€4.90</b></div>'],
    ['clipped', '<div style="position:absolute;clip:rect(0 0 0 0)">Total <b>€4.90</b></div>'],
    ['clip path', '<div style="clip-path:inset(50%);position:absolute">Total <b>€4.90</b></div>'],
    ['tiny letters', '<div style="font-size:1px">Total <b>€4.90</b></div>'],
    ['see-through letters', '<div style="color:transparent">Total <b>€4.90</b></div>'],
    ['closed details', '<details><summary>Sum</summary>Total <b>€4.90</b></details>'],
    ['hidden attribute', '<div hidden>Total <b>€4.90</b></div>'],
    ['struck through', '<div>Total <s>€4.90</s></div>'],
    ['template', '<template>Total <b>€4.90</b></template>'],
    ['no scale', '<div style="transform:scale(0)">Total <b>€4.90</b></div>'],
    ['moved out of the page', '<div style="transform:translateX(-9999px)">Total <b>€4.90</b></div>'],
    ['the background’s colour', '<div style="color:#fefefe">Grand total <b>€4.90</b></div>'],
    ['almost no opacity', '<div style="opacity:0.02">Grand total <b>€4.90</b></div>'],
    ['a filter', '<div style="filter:opacity(0)">Grand total <b>€4.90</b></div>'],
    ['an indent', '<div style="text-indent:-9999px;overflow:hidden">Grand total <b>€4.90</b></div>'],
  ])('with a small total under %s is read by what is seen', async (_name, lie) => {
    const found = await read(`<html lang="de"><body>${lie}${REAL}</body></html>`)
    expect(found.order?.total).toMatchObject({ amount: '49000', currency: 'EUR' })
  })

  it.each([
    ['two totals', '<p>Total <b>€4.90</b></p><p>Total <b>€490.00</b></p>'],
    ['text turned around', '<p>Total <b style="unicode-bidi:bidi-override;direction:rtl">€09.4</b></p>'],
    ['an override character', '<p>Total <b>\u202e€09.4\u202c</b></p>'],
    ['digits from a style sheet', '<style>b::before{content:"€1"}</style><p>Total <b>€49.00</b></p>'],
    [
      'another amount drawn over',
      '<div style="position:relative"><p>Total <b>€4.90</b></p><p style="position:absolute;inset:0;background:#fff;margin:0">€490.00</p></div>',
    ],
    ['a total in its background’s colour', '<p style="color:#fff">Total <b>€4.90</b></p>'],
    ['digits beside it', '<p>Total <b>1</b><b>€49.00</b></p>'],
    ['a bare dollar', '<p>Total <b>$49.00</b></p>'],
    [
      'lines that do not add up',
      '<p>Subtotal <b>€400.00</b></p><p>Delivery <b>€5.00</b></p><p>Total <b>€40.00</b></p>',
    ],
  ])('with %s is never certain', async (_name, body) => {
    const found = await read(`<html lang="de"><body>${body}<button>Place order</button></body></html>`)
    expect(found.order?.total?.certain ?? false).toBe(false)
  })

  it('cannot part a number with characters of no width', async () => {
    const found = await read(
      `<body><p>Total <b>€4\u200b9\u2060.00</b></p><button>Place order</button></body>`,
    )
    expect(found.order?.total).toMatchObject({ amount: '4900' })
  })

  it('keeps its names to one harmless line', async () => {
    const name = `Mug\u202e\u0000<img src=x onerror=alert(1)>${'x'.repeat(10_000)}`
    const found = await read(
      `<body><table><tr><td>${name.replaceAll('<', '&lt;')}</td><td>1</td><td>€49.00</td></tr></table><table><tr><td>Subtotal</td><td>€49.00</td></tr><tr><td>Total</td><td>€49.00</td></tr></table><button>Place order</button></body>`,
    )
    const read1 = found.order?.items[0]?.name ?? ''
    expect(read1.length).toBeLessThanOrEqual(300)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    expect(read1).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/)
    expect(found.order?.total).toMatchObject({ amount: '4900' })
  })
})

describe('a page of a kind that nobody wrote for us', () => {
  const order = (rows: string, more = '') =>
    read(`<body><h1>Checkout</h1><table>${rows}</table>${more}<button>Place order</button></body>`)

  it('does not take measures for prices', async () => {
    const found = await order(
      '<tr><td>Olive oil 0,75 l × 2</td><td>37,80 €</td></tr><tr><td>Honey 450.00 g × 1</td><td>15,90 €</td></tr><tr><td>Delivery</td><td>4,50 €</td></tr><tr><td>Total</td><td>58,20 €</td></tr>',
    )
    expect(found.order?.items).toEqual([
      { name: 'Olive oil 0,75 l', quantity: 2, amount: '3780' },
      { name: 'Honey 450.00 g', quantity: 1, amount: '1590' },
    ])
  })

  it('names an item by its name, not by longer small print below it', async () => {
    const found = await order(
      '<tr><td>2 x Raincoat<br><small>Size: 104 · colour yellow</small></td><td>€69.90</td></tr><tr><td>Subtotal</td><td>€69.90</td></tr><tr><td>Total</td><td>€69.90</td></tr>',
    )
    expect(found.order?.items).toEqual([{ name: 'Raincoat', quantity: 2, amount: '6990' }])
  })

  it('may say its currency in a sentence, for all amounts, and is held', async () => {
    const found = await read(
      '<body lang="fr"><h1>Ma facture</h1><table><tr><th>Montant à régler</th><td>63,18</td></tr></table><p>Montants exprimés en euros (€).</p><button>Valider le paiement</button></body>',
    )
    expect(found.order?.total).toEqual({ amount: '6318', currency: 'EUR', certain: true })
    expect(found.payControls).toHaveLength(1)
  })

  it('of which only the control beside the total pays, where each thing on offer has one, too', async () => {
    const found = await read(
      '<body><title>Kassa</title><div><div>Totalt <b>1 299 kr</b></div><button>Slutför köp</button></div><div><div>Hjälm <b>299 kr</b> <button>Köp</button></div><div>Skydd <b>149 kr</b> <button>Köp</button></div></div></body>',
    )
    expect(found.payControls.map(({ name }) => name)).toEqual(['Slutför köp'])
  })
})

describe('a page that is too much', () => {
  it('of a hundred thousand nodes is given up in bounded time', async () => {
    const rows = '<div><span>Row <b>€1.00</b></span></div>'.repeat(30_000)
    const found = await read(`<body>${rows}${REAL}</body>`)
    expect(found.ms).toBeLessThan(1_500)
    expect(found.order?.total?.certain ?? false).toBe(false)
  })

  it('of three hundred shadow roots one in another is read or given up, without an exception', async () => {
    const depth = 300
    const html = `<body>${'<div><template shadowrootmode="open">'.repeat(depth)}${REAL}${'</template></div>'.repeat(depth)}</body>`
    const found = await read(html)
    expect(found.ms).toBeLessThan(1_500)
  })

  it('of five thousand nodes is read at once', async () => {
    const rows =
      '<div class="card"><span class="name">Thing</span> <span>by someone</span><p>Words</p></div>'.repeat(
        1_200,
      )
    const found = await withPage(async (page) => {
      await page.route('**/*', (route) =>
        route.fulfill({ body: `<body>${rows}${REAL}</body>`, contentType: 'text/html; charset=utf-8' }),
      )
      await page.goto('https://shop.example.de/checkout')
      await inspectOpen(page, probe, 'warm')
      const runs: number[] = []
      for (let i = 0; i < 5; i++) runs.push((await inspectOpen(page, probe, 'page')).ms)
      return runs.sort((a, b) => a - b)[2] ?? Number.NaN
    })
    // The target is 15 ms on a quiet machine (`node scripts/bench-reading.ts`); this only catches another order of magnitude.
    expect(found).toBeLessThan(150)
  })
})
