/**
 * How long a person and a payment wait, each beside a peer measured in the same run, on the same machine:
 * press → consent window painted (what is held, and for whom) and the order shown in it, beside opening a window of the
 * extension that shows nothing of ours;
 * approval proven → the placing request on the wire, as the browser timed its first byte, beside one strict IndexedDB commit plus one
 * round trip of an authorisation, both made in the worker with nothing around them. Runs alternate; medians; a loaded machine slows both sides.
 */
import type { Page } from 'playwright-core'
import { activate, anOrder } from '../test/backend/device.ts'
import { payControl, thanksHeading } from '../test/harness/checkout.ts'
import { waitForLedger } from '../test/harness/ledger.ts'
import { waitForConsent } from '../test/harness/person.ts'
import { openWorld, type World } from '../test/harness/world.ts'
import { report } from './figures.ts'

const ROUNDS = Number(process.argv[2] ?? 12)

const world = await openWorld()
const figures = {
  emptyWindow: [] as number[],
  consentWindow: [] as number[],
  orderShown: [] as number[],
  strictCommit: [] as number[],
  authorise: [] as number[],
  approveToWire: [] as number[],
}
/** ms from the proof to each point of the path (`entrypoints/background/mark.ts`), a row a round. */
const steps: Record<string, number>[] = []
try {
  let authorise = Number.NaN
  const device = await activate(
    world.backend?.url ?? '',
    (await world.backend?.issueActivationCode()) ?? '',
    'pin',
    async (url, init) => {
      const { status, text, ms } = await roundTrip(world, `${url}`, init ?? {})
      authorise = ms
      return new Response(text, { status })
    },
  )
  for (let round = 0; round <= ROUNDS; round++) {
    const emptyWindow = await timeEmptyWindow(world)
    const { consentWindow, orderShown, approveToWire, points } = await timePurchase(world)
    const strictCommit = await timeStrictCommit(world)
    const order = anOrder({ merchant: `Round ${round}` })
    const reply = await device.pay(order)
    if (reply.status !== 201) throw new Error(`authorisation failed: ${reply.body.code}`)
    // The first round warms everything up and does not count.
    if (round === 0) continue
    figures.emptyWindow.push(emptyWindow)
    figures.consentWindow.push(consentWindow)
    figures.orderShown.push(orderShown)
    figures.strictCommit.push(strictCommit)
    figures.authorise.push(authorise)
    figures.approveToWire.push(approveToWire)
    steps.push({ ...points, wire: approveToWire })
  }
} finally {
  await world.close()
}

const [empty, consent, order, commit, authorise, wire] = Object.values(figures).map(median)
for (const point of Object.keys(steps[0] ?? {}))
  console.log(`proven → ${point}: ${median(steps.map((row) => row[point] ?? Number.NaN)).toFixed(1)} ms`)
console.log(`peers: strict commit ${commit?.toFixed(1)} ms, authorisation ${authorise?.toFixed(1)} ms`)
report([
  {
    what: 'press → consent window painted',
    value: consent ?? Number.NaN,
    unit: 'ms',
    peer: { what: 'an empty extension window', value: empty ?? Number.NaN },
    ratioAtMost: 1.5,
  },
  {
    what: 'press → the order shown in it',
    value: order ?? Number.NaN,
    unit: 'ms',
    peer: { what: 'an empty extension window', value: empty ?? Number.NaN },
  },
  {
    what: 'proven → request on the wire',
    value: wire ?? Number.NaN,
    unit: 'ms',
    peer: { what: 'strict commit + authorisation', value: (commit ?? 0) + (authorise ?? 0) },
    ratioAtMost: 2.5,
  },
])
process.exit(0)

/** From asking for the window to its first paint; the page is the extension's own, with nothing to load. */
async function timeEmptyWindow({ guarded }: World): Promise<number> {
  const url = `chrome-extension://${guarded.extensionId}/manifest.json?empty`
  const opened = guarded.context.waitForEvent('page')
  const worker = await guarded.serviceWorker()
  const asked = await worker.evaluate(async (address) => {
    const at = performance.timeOrigin + performance.now()
    await chrome.windows.create({ type: 'popup', url: address, width: 420, height: 660, focused: true })
    return at
  }, url)
  const page = await opened
  await page.waitForURL((address) => address.href === url)
  const painted = await paintOf(page, 'first-paint')
  await page.close()
  return painted - asked
}

async function timePurchase({ guarded, shop, atCheckout, person }: World) {
  await shop.reset()
  const page = await atCheckout('fetch-json')
  await payControl(page, 'fetch-json').scrollIntoViewIfNeeded()
  const box = await payControl(page, 'fetch-json').boundingBox()
  if (!box) throw new Error('the pay control is not there')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  // The attempt is made by letting go of the button.
  const pressed = performance.timeOrigin + performance.now()
  await page.mouse.up()
  const consent = await waitForConsent(guarded)
  const painted = await paintOf(consent, 'first-contentful-paint')
  const shown = await consent.evaluate(() => {
    const [mark] = performance.getEntriesByName('order-shown')
    return performance.timeOrigin + (mark?.startTime ?? Number.NaN)
  })
  const placing = page.waitForResponse(
    (answer) => answer.request().method() === 'POST' && new URL(answer.url()).pathname === '/api/orders',
  )
  const decided = await person.approve(consent)
  if ('failure' in decided) throw new Error(decided.failure)
  await thanksHeading(page, 'fetch-json').waitFor()
  if ((await shop.orders()).length !== 1)
    throw new Error('the purchase made another number of orders than one')
  const sent = (await placing).request().timing()
  const worker = await guarded.serviceWorker()
  const proven = await worker.evaluate(() => {
    const at = performance.getEntriesByName('proven').at(-1)?.startTime ?? Number.NaN
    const later = performance.getEntriesByType('mark').filter((mark) => mark.startTime > at)
    const points = Object.fromEntries(later.map((mark) => [mark.name, mark.startTime - at]))
    return { at: performance.timeOrigin + at, points }
  })
  await waitForLedger(guarded, 'attempts', (rows) => rows.every((row) => row.state === 'settled'))
  await consent.close().catch(() => {})
  await page.close()
  return {
    consentWindow: painted - pressed,
    orderShown: shown - pressed,
    approveToWire: sent.startTime + sent.requestStart - proven.at,
    points: proven.points,
  }
}

async function timeStrictCommit({ guarded }: World): Promise<number> {
  const worker = await guarded.serviceWorker()
  return worker.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('bench', 1)
        opening.onupgradeneeded = () => opening.result.createObjectStore('rows', { autoIncrement: true })
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const start = performance.now()
          const transaction = opening.result.transaction('rows', 'readwrite', { durability: 'strict' })
          transaction.objectStore('rows').add({ text: 'x'.repeat(700) })
          transaction.oncomplete = () => {
            opening.result.close()
            resolve(performance.now() - start)
          }
          transaction.onerror = () => reject(transaction.error)
        }
      }),
  )
}

/** One request from the extension's worker, as the extension's own go: through the browser's network, not Node's. */
async function roundTrip({ guarded }: World, url: string, init: RequestInit) {
  const worker = await guarded.serviceWorker()
  const { method = 'GET', headers = {}, body = null } = init
  return worker.evaluate(
    async (request) => {
      const before = performance.now()
      const response = await fetch(request.url, { ...request, cache: 'no-store' })
      const text = await response.text()
      return { status: response.status, text, ms: performance.now() - before }
    },
    { url, method, headers: headers as Record<string, string>, body: body as string | null },
  )
}

/** Epoch ms of a paint of this window: of anything (the bare window), or of content, which the order is here. */
function paintOf(page: Page, name: 'first-paint' | 'first-contentful-paint'): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const [paint] = list.getEntriesByName(wanted)
          if (paint) resolve(performance.timeOrigin + paint.startTime)
        }).observe({ type: 'paint', buffered: true })
      }),
    name,
  )
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
