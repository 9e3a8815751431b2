/** How long the reader takes on a page of five thousand nodes, warm, next to one walk over all of its nodes. One JSON line. */
import { bundleProbe, launch } from './inspect-engine.ts'

const RUNS = 31
const CARD =
  '<div class="card"><span class="name">Thing</span> <span>by someone</span><p>Words <b>and</b> more</p></div>'
const ORDER =
  '<table><tr><td>Mug</td><td>2</td><td>€37.00</td></tr></table><table><tr><th>Subtotal</th><td>€37.00</td></tr><tr><th>Delivery</th><td>€4.90</td></tr><tr><th>Total</th><td>€41.90</td></tr></table><button>Place order</button>'

const probe = await bundleProbe()
const browser = await launch()
try {
  const page = await browser.newPage()
  const body = `<html lang="de"><body>${CARD.repeat(440)}${ORDER}</body></html>`
  await page.route('**/*', (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8' }))
  await page.goto('https://shop.example.de/checkout')
  const result = await page.evaluate(`${probe};(() => {
    const times = (work) => Array.from({ length: ${RUNS} }, () => {
      const start = performance.now(); work(); return performance.now() - start
    }).sort((a, b) => a - b)
    const walk = () => { let n = 0; const all = document.createTreeWalker(document); while (all.nextNode()) n += all.currentNode.nodeName.length; return n }
    const nodes = (() => { let n = 0; const all = document.createTreeWalker(document); while (all.nextNode()) n++; return n })()
    const reading = times(() => probe.readOnly()), peer = times(walk)
    const at = (list, part) => Math.round(list[Math.floor(list.length * part)] * 100) / 100
    return { nodes, medianMs: at(reading, 0.5), p95Ms: at(reading, 0.95), peer: 'walk over all nodes', peerMedianMs: at(peer, 0.5) }
  })()`)
  console.log(JSON.stringify(result))
} finally {
  await browser.close()
}
