/**
 * `npm run bench:reading`: how long the reader takes on a page of five thousand nodes, and how long a press on a page
 * that is no checkout costs, in Chromium. `first` is the reading of a page just opened, with everything still to be
 * compiled and laid out; `warm` the ones after it. The last line is JSON.
 */
import type { Browser } from 'playwright-core'
import { type Figure, report } from './figures.ts'
import { bundleProbe, launch } from './inspect-engine.ts'

const PAGES = 9
const RUNS = 31
const CARD =
  '<div class="card"><span class="name">Thing</span> <span>by someone</span><p>Words <b>and</b> more</p></div>'
const NAMES = 'Oak Fern Linen Copper Amber Slate Willow Cedar Heron Juniper'.split(' ')
const GOODS = 'bowl lamp apron kettle blanket notebook planter mirror teapot board'.split(' ')
/** No two alike, so that nothing is known from the card before. */
const SHELF = Array.from(
  { length: 620 },
  (_, at) =>
    `<div class="product-card"><a href="/p/${at}">${NAMES[at % 10]} ${GOODS[(at * 7) % 10]} no. ${at}</a> <span class="price">€${(at * 37) % 900}.${10 + (at % 90)}</span><button>Add to cart</button></div>`,
).join('')
const ORDER =
  '<table><tr><td>Mug</td><td>2</td><td>€37.00</td></tr></table><table><tr><th>Subtotal</th><td>€37.00</td></tr><tr><th>Delivery</th><td>€4.90</td></tr><tr><th>Total</th><td>€41.90</td></tr></table><button>Place order</button>'
const BODIES = {
  words: `${CARD.repeat(440)}${ORDER}`,
  // Every second node a price: the hardest page of this size.
  prices: `${SHELF}${ORDER}`,
}

interface Times {
  nodes: number
  first: number[]
  warm: number[]
  look: number[]
  peer: number[]
}

async function timesOf(browser: Browser, probe: string, body: string): Promise<Times> {
  const times: Times = { nodes: 0, first: [], warm: [], look: [], peer: [] }
  for (let at = 0; at < PAGES; at++) {
    const page = await browser.newPage()
    const html = `<html lang="de"><body>${body}</body></html>`
    await page.route('**/*', (route) =>
      route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }),
    )
    await page.goto('https://shop.example.de/checkout')
    const one: Times = await page.evaluate(`${probe};(() => {
      const timed = (work) => { const start = performance.now(); work(); return performance.now() - start }
      const times = (work) => Array.from({ length: ${RUNS} }, () => timed(work))
      let nodes = 0
      // The least that any reader does: every node once, and the text of every one that has any.
      const walk = () => {
        nodes = 0
        let length = 0
        const all = document.createTreeWalker(document)
        while (all.nextNode()) { nodes++; if (all.currentNode.nodeType === 3) length += all.currentNode.textContent.length }
        return length
      }
      const first = [timed(() => probe.readOnly())]
      // A press on every control that is no pay control, divided by their number: what an ordinary press costs.
      const controls = [...document.querySelectorAll('button,a,p')].slice(0, -1)
      const look = [timed(() => { for (const control of controls) probe.lookOnly(control) }) / controls.length]
      return { first, look, warm: times(() => probe.readOnly()), peer: times(walk), nodes }
    })()`)
    times.nodes = one.nodes
    times.first.push(...one.first)
    times.look.push(...one.look)
    // Only the later ones are warm.
    times.warm.push(...one.warm.slice(5))
    times.peer.push(...one.peer)
    await page.close()
  }
  return times
}

function at(list: readonly number[], part: number): number {
  const sorted = [...list].sort((a, b) => a - b)
  return (
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 1000) / 1000
  )
}

const probe = await bundleProbe()
const browser = await launch()
try {
  const figures: Figure[] = []
  for (const [name, body] of Object.entries(BODIES)) {
    const { nodes, first, warm, look, peer } = await timesOf(browser, probe, body)
    const page = `${nodes} nodes, ${name}`
    figures.push(
      {
        what: `reading ${page}, again`,
        value: at(warm, 0.5),
        unit: 'ms',
        peer: { what: 'a walk over all nodes and their text', value: at(peer, 0.5) },
        atMost: 15,
      },
      { what: `reading ${page}, again, p95`, value: at(warm, 0.95), unit: 'ms' },
      { what: `reading ${page}, the first time`, value: at(first, 0.5), unit: 'ms' },
      { what: `an ordinary press on ${page}, p95`, value: at(look, 0.95), unit: 'ms', atMost: 1 },
    )
  }
  report(figures)
} finally {
  await browser.close()
}
