/** Reads the order from the page that tried to pay, by putting the reader into its frame and its top frame. */
import browser from 'webextension-polyfill'
import { orderDigest } from '../../utils/contract/order-wire.ts'
import { type Claim, parseClaims } from '../../utils/order/claims.ts'
import type { FieldSource, Note, Order } from '../../utils/order/order.ts'
import { toWireOrder } from '../../utils/order/order.ts'
import { claimsOfGlobals, pageGlobals } from '../../utils/order/page-globals.ts'
import { parseReading, unreadableOrder } from '../../utils/order/reading.ts'
import { reconcile } from '../../utils/order/reconcile.ts'
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
  /** Name of the look in the frame that holds the payment, for `release`; null where it saw nothing. */
  look: string | null
  /** What the page does beside showing an order; absent where it could not be read. */
  facts?: PageFacts
}

/**
 * Always gives a reading: what cannot be read is unknown, and an unknown total cannot be approved. `held` is what the held
 * call itself says; `live` asks the shop as well, which is for pages that want money only.
 */
export async function readOrder(
  attemptId: string,
  frame: Frame,
  site: Site,
  held: Claim | null,
  live = true,
): Promise<Reading> {
  const [globals, ...raw] = await Promise.all([
    live ? readGlobals(frame.tabId) : [],
    ...framesOf(frame).map((frameId) => look(frame.tabId, frameId, live)),
  ])
  const readings = raw.map((value) => parseReading(value, site))
  const best = readings.find((found) => found?.order.total) ?? readings.find((found) => found !== null)
  const claims = [...(held === null ? [] : [held]), ...raw.flatMap(claimsOf), ...globals]
  const { order, sources, notes } = reconcile(best ?? unreadableOrder(site), claims)
  const facts = factsOf(raw)
  return {
    order,
    sources,
    notes,
    digest: await orderDigest(attemptId, toWireOrder(order)),
    look: lookOf(raw[0]),
    ...(facts ? { facts } : {}),
  }
}

function lookOf(raw: unknown): string | null {
  const look: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'look') : null
  return typeof look === 'string' && look.length < 64 ? look : null
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

function claimsOf(raw: unknown): Claim[] {
  return typeof raw === 'object' && raw !== null ? parseClaims(Reflect.get(raw, 'claims')) : []
}

/** A press is near: puts the reader where it will be needed, so that the person need not wait for it. */
export async function prepareReader(frame: Frame): Promise<void> {
  await Promise.all(framesOf(frame).map((frameId) => look(frame.tabId, frameId, false)))
}

function framesOf({ frameId }: Frame): number[] {
  return frameId === 0 ? [0] : [frameId, 0]
}

/** The page's data layers, from the page's own world. Nothing of ours is in there, and its answer is only evidence. */
async function readGlobals(tabId: number): Promise<Claim[]> {
  const text = await inTime(async () => {
    const [found] = await browser.scripting.executeScript({
      target: { tabId },
      world: 'MAIN',
      func: pageGlobals,
    })
    return found?.result
  })
  return typeof text === 'string' ? parseClaims(claimsOfGlobals(text)) : []
}

/** `live`: the shop is asked for its cart as well. */
function look(tabId: number, frameId: number, live: boolean): Promise<unknown> {
  const target = { tabId, frameIds: [frameId] }
  return inTime(async () => {
    const kept = await again(target, live)
    if (kept !== null) return kept[0]
    await browser.scripting.executeScript({ target, files: ['/reader.js'] })
    return (await again(target, live))?.[0] ?? null
  })
}

async function inTime(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await Promise.race([run(), new Promise<null>((resolve) => setTimeout(resolve, READING_MS, null))])
  } catch {
    return null
  }
}

/** Asks the reader that is in the frame already; null where there is none yet. */
async function again(target: browser.Scripting.InjectionTarget, live: boolean): Promise<[unknown] | null> {
  const [found] = await browser.scripting.executeScript({ target, func: lookAgain, args: [live] })
  return Array.isArray(found?.result) ? [found.result[0]] : null
}

/** Runs in the page's isolated world. */
async function lookAgain(live: boolean): Promise<[unknown] | null> {
  const read: unknown = Reflect.get(globalThis, 'consentGuardRead')
  return typeof read === 'function' ? [await read(live)] : null
}
