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
  const raw = await Promise.all(framesOf(frame).map((frameId) => look(frame.tabId, frameId)))
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

/** A press is near: puts the reader where it will be needed, so that the person need not wait for it. */
export async function prepareReader(frame: Frame): Promise<void> {
  await Promise.all(framesOf(frame).map((frameId) => look(frame.tabId, frameId)))
}

function framesOf({ frameId }: Frame): number[] {
  return frameId === 0 ? [0] : [frameId, 0]
}

async function look(tabId: number, frameId: number): Promise<unknown> {
  try {
    return await Promise.race([
      readIn({ tabId, frameIds: [frameId] }),
      new Promise<null>((resolve) => setTimeout(resolve, READING_MS, null)),
    ])
  } catch {
    return null
  }
}

/** With the reader that is there already, or with a new one. */
async function readIn(target: browser.Scripting.InjectionTarget): Promise<unknown> {
  const [kept] = await browser.scripting.executeScript({ target, func: lookAgain })
  if (Array.isArray(kept?.result)) return kept.result[0]
  const [fresh] = await browser.scripting.executeScript({ target, files: ['/reader.js'] })
  return fresh?.result ?? null
}

/** Runs in the page's isolated world: the reader of the first look, or null in a document that has none yet. */
function lookAgain(): [unknown] | null {
  const read: unknown = Reflect.get(globalThis, 'consentGuardRead')
  return typeof read === 'function' ? [read()] : null
}
