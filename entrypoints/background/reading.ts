/** Reads the order from the page that tried to pay, by putting the reader into its frame and its top frame. */
import browser from 'webextension-polyfill'
import { orderDigest } from '../../utils/contract/order-wire.ts'
import { type Claim, parseClaims } from '../../utils/order/claims.ts'
import type { FieldSource, Note, Order } from '../../utils/order/order.ts'
import { toWireOrder } from '../../utils/order/order.ts'
import { claimsOfGlobals, pageGlobals } from '../../utils/order/page-globals.ts'
import { parseReading, unreadableOrder } from '../../utils/order/reading.ts'
import { reconcile } from '../../utils/order/reconcile.ts'
import type { Site } from '../../utils/site/site.ts'
import type { Frame } from './relays.ts'

/** A hostile page may hang its own thread; the person is asked anyway, with "unreadable" said plainly. */
const READING_MS = 5_000

export interface Reading {
  order: Order
  sources: FieldSource[]
  notes: Note[]
  digest: string
}

/**
 * Always gives a reading: what cannot be read is unknown, and an unknown total cannot be approved. `held` is what the held
 * call itself says.
 */
export async function readOrder(
  attemptId: string,
  frame: Frame,
  site: Site,
  held: Claim | null,
): Promise<Reading> {
  const frames = frame.frameId === 0 ? [0] : [frame.frameId, 0]
  const [globals, ...raw] = await Promise.all([
    runGlobals(frame.tabId),
    ...frames.map((frameId) => runReader(frame.tabId, frameId)),
  ])
  const readings = raw.map((value) => parseReading(value, site))
  const best = readings.find((found) => found?.order.total) ?? readings.find((found) => found !== null)
  const claims = [...(held === null ? [] : [held]), ...raw.flatMap(claimsOf), ...globals]
  const { order, sources, notes } = reconcile(best ?? unreadableOrder(site), claims)
  return { order, sources, notes, digest: await orderDigest(attemptId, toWireOrder(order)) }
}

function claimsOf(raw: unknown): Claim[] {
  return typeof raw === 'object' && raw !== null ? parseClaims(Reflect.get(raw, 'claims')) : []
}

/** The page's data layers, from the page's own world. Nothing of ours is in there, and its answer is only evidence. */
async function runGlobals(tabId: number): Promise<Claim[]> {
  try {
    const results = await Promise.race([
      browser.scripting.executeScript({ target: { tabId }, world: 'MAIN', func: pageGlobals }),
      new Promise<null>((resolve) => setTimeout(resolve, READING_MS, null)),
    ])
    const text: unknown = results?.[0]?.result
    return typeof text === 'string' ? parseClaims(claimsOfGlobals(text)) : []
  } catch {
    return []
  }
}

async function runReader(tabId: number, frameId: number): Promise<unknown> {
  try {
    const results = await Promise.race([
      browser.scripting.executeScript({ target: { tabId, frameIds: [frameId] }, files: ['/reader.js'] }),
      new Promise<null>((resolve) => setTimeout(resolve, READING_MS, null)),
    ])
    return results?.[0]?.result ?? null
  } catch {
    return null
  }
}
