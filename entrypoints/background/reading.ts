/** Reads the order from the page that tried to pay, by putting the reader into its frame and its top frame. */
import browser from 'webextension-polyfill'
import { orderDigest } from '../../utils/contract/order-wire.ts'
import type { FieldSource, Note, Order } from '../../utils/order/order.ts'
import { toWireOrder } from '../../utils/order/order.ts'
import { parseReading, unreadableOrder } from '../../utils/order/reading.ts'
import { parsePageFacts } from '../../utils/risk/page-facts.ts'
import type { PageFacts } from '../../utils/risk/rule.ts'
import type { Site } from '../../utils/site/site.ts'
import type { Frame } from './relays.ts'

/** A hostile page may hang its own thread; the person is asked anyway, with "unreadable" said plainly. */
const READING_MS = 5_000

export interface Reading {
  order: Order
  sources: FieldSource[]
  notes: Note[]
  digest: string
  /** What the page does beside showing an order; absent where it could not be read. */
  facts?: PageFacts
}

/** Always gives a reading: what cannot be read is unknown, and an unknown total cannot be approved. */
export async function readOrder(attemptId: string, frame: Frame, site: Site): Promise<Reading> {
  const frames = frame.frameId === 0 ? [0] : [frame.frameId, 0]
  const raw = await Promise.all(frames.map((frameId) => runReader(frame.tabId, frameId)))
  const reading = raw.map((value) => parseReading(value, site)).find((found) => found?.order.total)
  const facts = factsOf(raw)
  const best = reading ?? raw.map((value) => parseReading(value, site)).find((found) => found !== null)
  const { order, sources, notes } = best ?? unreadableOrder(site)
  return {
    order,
    sources,
    notes,
    digest: await orderDigest(attemptId, toWireOrder(order)),
    ...(facts ? { facts } : {}),
  }
}

/** A trap may be in the frame that pays or in the page around it: the worst of both. */
function factsOf(raw: readonly unknown[]): PageFacts | null {
  const all = raw.flatMap((value) =>
    typeof value === 'object' && value !== null && 'facts' in value
      ? (parsePageFacts(value.facts) ?? [])
      : [],
  )
  if (all.length === 0) return null
  return {
    text: all.map(({ text }) => text).find(Boolean) ?? '',
    covering: all.map(({ covering }) => covering).find(Boolean) ?? null,
    recurringText: all.map(({ recurringText }) => recurringText).find(Boolean) ?? null,
    preticked: all.flatMap(({ preticked }) => preticked ?? []),
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
