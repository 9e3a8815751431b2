import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHookMessage } from '../../utils/messages/hook.ts'
import { parsePageMessage } from '../../utils/messages/parse-page.ts'
import { isKeeperCall, parseRelayMessage } from '../../utils/messages/relay.ts'
import { parseWireOrder, toWireOrder } from '../../utils/order/order.ts'
import { parseReading } from '../../utils/order/reading.ts'
import { siteOf } from '../../utils/site/site.ts'
import { attemptRow } from '../unit/rows.ts'

const site = attemptRow().site
const wire = toWireOrder(attemptRow().order)
const hold = {
  type: 'hold',
  holdId: 'abcdefgh-1234',
  channel: 'press',
  control: 'Place order',
  request: { method: 'POST', url: 'https://shop.example/pay' },
  signals: {
    trusted: true,
    pointerMoves: 3,
    pressure: 0.5,
    webdriver: false,
    agentInvoked: false,
    keyboard: false,
  },
  nonce: 'a1b2c3d4e5f60718',
  again: null,
}

/** The value with one field anywhere in it replaced by anything at all. */
function spoiled(value: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(value)
  return fc.tuple(fc.constantFrom(...paths), fc.anything()).map(([path, replacement]) => {
    const copy = structuredClone(value) as Record<string, unknown>
    let at: Record<string, unknown> = copy
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>
    at[path.at(-1) ?? ''] = replacement
    return copy
  })
}

function pathsOf(value: object, prefix: string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, child]) => [
    [...prefix, key],
    ...(typeof child === 'object' && child !== null ? pathsOf(child, [...prefix, key]) : []),
  ])
}

/** What can arrive through a port at all: whatever structured cloning lets through, however odd. */
const cloned = fc
  .anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
    withUnicodeString: true,
  } as fc.ObjectConstraints)
  .map((value) => structuredClone(value))

const hookHold = {
  type: 'hold',
  id: 3,
  channel: 'fetch',
  method: 'POST',
  url: 'https://shop.example/pay',
  nonce: 'abcdefghijklmnopqrst',
  why: 'address',
  body: '',
}

describe('borders', () => {
  it('nothing that can be cloned makes the frame’s and the worker’s borders throw, or becomes a message by accident', () => {
    fc.assert(
      fc.property(cloned, (value) => {
        expect(parseRelayMessage(value)).toBeNull()
        expect(parseHookMessage(value)).toBeNull()
        expect(isKeeperCall(value)).toBe(false)
      }),
      { numRuns: 5_000 },
    )
  })

  it('a call of the hook with one spoiled field is none, or still one of its kind with a reason', () => {
    expect(parseHookMessage(hookHold)).toEqual(hookHold)
    fc.assert(
      fc.property(spoiled(hookHold), (value) => {
        const read = parseHookMessage(value)
        if (read?.type !== 'hold') return
        expect(['address', 'operation', 'card', 'act']).toContain(read.why)
        expect(read.nonce === null || typeof read.nonce === 'string').toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('nothing makes the parsers throw', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
        (value) => {
          parseRelayMessage(value)
          parsePageMessage(value)
          parseWireOrder(value)
          parseReading(value, site)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('a good message is read as it is, and one spoiled field never yields another kind of message', () => {
    expect(parseRelayMessage(hold)).toEqual(hold)
    fc.assert(
      fc.property(spoiled(hold), (value) => {
        const read = parseRelayMessage(value)
        if (read !== null && read.type === 'hold') {
          expect([
            'press',
            'fetch',
            'xhr',
            'beacon',
            'form',
            'navigation',
            'payment-request',
            'blocked-request',
          ]).toContain(read.channel)
          expect(read.holdId).toMatch(/^[\w-]{8,64}$/)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('a press that its page has ignored is named by its attempt, and a step by its keeper', () => {
    const ignored = { type: 'ignored', attemptId: hold.holdId }
    expect(parseRelayMessage({ ...ignored, more: 1 })).toEqual(ignored)
    expect(parseRelayMessage({ ...hold, step: true })).toEqual({ ...hold, step: true })
    fc.assert(
      fc.property(cloned, (value) => {
        if (value !== true) expect(parseRelayMessage({ ...hold, step: value })).toEqual(hold)
        const read = parseRelayMessage({ ...ignored, attemptId: value })
        if (typeof value !== 'string') expect(read).toBeNull()
      }),
    )
  })

  it('refuses texts that are too long to be what they say', () => {
    expect(parseRelayMessage({ ...hold, control: 'x'.repeat(10_000_000) })).toBeNull()
    expect(
      parseRelayMessage({ ...hold, request: { method: 'POST', url: `https://a/${'x'.repeat(5_000)}` } }),
    ).toBeNull()
    expect(
      parsePageMessage({ command: 'approve', attemptId: 'a'.repeat(20_000), digest: 'd', proof: null }),
    ).toBeNull()
  })

  it('an order with one spoiled field is either refused or still a sane order', () => {
    expect(parseWireOrder(wire)).toEqual(attemptRow().order)
    fc.assert(
      fc.property(spoiled(wire), (value) => {
        const order = parseWireOrder(value)
        if (order === null) return
        expect(order.site.key).toBe('shop.example')
        if (order.total !== null) expect(order.total.currency).toBe(order.currency)
        if (order.certain) expect(order.total).not.toBeNull()
        for (const item of order.items) expect(item.name.length).toBeLessThanOrEqual(300)
      }),
      { numRuns: 2_000 },
    )
  })

  it('a page cannot name another site as its own', () => {
    const lie = {
      order: { ...wire, site: { key: 'bank.example', origin: 'https://shop.example' } },
      sources: [],
      notes: [],
    }
    expect(parseReading(lie, site)?.order.site).toEqual({
      key: 'shop.example',
      origin: 'https://shop.example',
    })
    const other = {
      order: { ...wire, site: { key: 'bank.example', origin: 'https://bank.example' } },
      sources: [],
      notes: [],
    }
    expect(parseReading(other, site)?.order.site.key).toBe('shop.example')
    expect(parseReading(other, site)?.order.processor).toBe('bank.example')
  })

  it('names are shown as text: no markup, no turned direction, no hidden characters, one line', () => {
    const name = 'Lamp\u202e99.94\u202c <img src=x onerror=alert(1)>\u200b\u0000\n second line'
    const order = parseWireOrder({ ...wire, items: [{ name, quantity: 1, amount: '1' }] })
    expect(order?.items[0]?.name).toBe('Lamp 99.94 <img src=x onerror=alert(1)> second line')
  })
})

describe('sites', () => {
  it('two shops on one platform are two merchants', () => {
    expect(siteOf('https://a.myshopify.com/x')?.key).toBe('a.myshopify.com')
    expect(siteOf('https://www.shop.co.uk/')?.key).toBe('shop.co.uk')
    expect(siteOf('https://pay.shop.co.uk/')?.key).toBe('shop.co.uk')
    expect(siteOf('http://127.0.0.1:8080/')).toMatchObject({ key: '127.0.0.1:8080', secure: true })
    expect(siteOf('http://shop.example/')?.secure).toBe(false)
    for (const bad of ['file:///etc/passwd', 'javascript:alert(1)', 'about:blank', 'data:text/html,x', '']) {
      expect(siteOf(bad)).toBeNull()
    }
  })
})
