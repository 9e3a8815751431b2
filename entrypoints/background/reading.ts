/** Reads the order from the page that tried to pay, by putting the reader into its frame and its top frame. */
import browser from 'webextension-polyfill'
import { orderDigest } from '../../utils/contract/order-wire.ts'
import type { FieldSource, Note, Order } from '../../utils/order/order.ts'
import { toWireOrder } from '../../utils/order/order.ts'
import { parseReading, unreadableOrder } from '../../utils/order/reading.ts'
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

/** Always gives a reading: what cannot be read is unknown, and an unknown total cannot be approved. */
export async function readOrder(attemptId: string, frame: Frame, site: Site): Promise<Reading> {
  return read(attemptId, frame, site, injectReader)
}

/** Another look at a page that has been read before. */
export async function readOrderAgain(attemptId: string, frame: Frame, site: Site): Promise<Reading> {
  return read(attemptId, frame, site, async (tabId, frameId) => {
    const kept = await inFrame({ target: { tabId, frameIds: [frameId] }, func: lookAgain })
    return Array.isArray(kept) ? kept[0] : injectReader(tabId, frameId)
  })
}

/** Runs in the page's isolated world: the reader of the first look, or null in a document that has none yet. */
function lookAgain(): [unknown] | null {
  const read: unknown = Reflect.get(globalThis, 'consentGuardRead')
  return typeof read === 'function' ? [read()] : null
}

async function read(
  attemptId: string,
  frame: Frame,
  site: Site,
  look: (tabId: number, frameId: number) => Promise<unknown>,
): Promise<Reading> {
  const frames = frame.frameId === 0 ? [0] : [frame.frameId, 0]
  const raw = await Promise.all(frames.map((frameId) => look(frame.tabId, frameId)))
  const reading = raw.map((value) => parseReading(value, site)).find((found) => found?.order.total)
  const best = reading ?? raw.map((value) => parseReading(value, site)).find((found) => found !== null)
  const { order, sources, notes } = best ?? unreadableOrder(site)
  return { order, sources, notes, digest: await orderDigest(attemptId, toWireOrder(order)) }
}

function injectReader(tabId: number, frameId: number): Promise<unknown> {
  return inFrame({ target: { tabId, frameIds: [frameId] }, files: ['/reader.js'] })
}

async function inFrame(script: browser.Scripting.ScriptInjection): Promise<unknown> {
  try {
    const results = await Promise.race([
      browser.scripting.executeScript(script),
      new Promise<null>((resolve) => setTimeout(resolve, READING_MS, null)),
    ])
    return results?.[0]?.result ?? null
  } catch {
    return null
  }
}
