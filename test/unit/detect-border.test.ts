/** Whatever comes through the port of the page's world or stands in a request, nothing throws and nothing is guessed. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { worthALook } from '../../utils/detect/glance.ts'
import { openGrant, passes, signatureOf } from '../../utils/detect/grant.ts'
import { scorePress } from '../../utils/detect/press.ts'
import { classifyRequest } from '../../utils/detect/request.ts'
import { parseHookMessage } from '../../utils/messages/hook.ts'
import { allowRules, type Pass } from '../../utils/shield/allow.ts'
import { DISGUISED_PATH, namedFilters, REPORTS, shieldRules } from '../../utils/shield/rules.ts'

const REPORTED = new RegExp(REPORTS, 'i')
const DISGUISED = new RegExp(DISGUISED_PATH, 'i')

const TYPES = ['hold', 'gone', 'answer', 'granted', 'nonce']

it('the hook’s border takes its own messages and nothing else', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
      const read = parseHookMessage(value)
      if (read !== null) expect(TYPES).toContain(read.type)
    }),
  )
  fc.assert(
    fc.property(
      fc.record({
        type: fc.constantFrom(...TYPES),
        id: fc.anything(),
        channel: fc.anything(),
        method: fc.anything(),
        url: fc.anything(),
        status: fc.anything(),
        nonce: fc.anything(),
      }),
      (value) => {
        const read = parseHookMessage(value)
        if (read?.type === 'hold') {
          expect(Number.isSafeInteger(read.id)).toBe(true)
          expect([typeof read.method, typeof read.url]).toEqual(['string', 'string'])
          expect(['fetch', 'xhr', 'beacon', 'form', 'payment-request']).toContain(read.channel)
        }
        if (read?.type === 'answer') expect(Number.isInteger(read.status)).toBe(true)
      },
    ),
  )
})

it('any request is judged, and what is not worth a look is no payment without a body', {
  timeout: 30_000,
}, () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), fc.string(), (url, bodyHint) => {
      for (const method of ['GET', 'POST', 'PUT', bodyHint]) {
        const verdict = classifyRequest({ method, url, bodyHint })
        expect(verdict.payment).toBe(verdict.reasons.length > 0)
      }
      if (!worthALook(url)) {
        expect(classifyRequest({ method: 'POST', url, bodyHint: '' }).payment).toBe(false)
      }
    }),
    { numRuns: 150 },
  )
})

it('any name is scored', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string(), (name, text) => {
      const score = scorePress({
        name,
        link: false,
        disabled: false,
        identifiers: text,
        nearby: text,
        cardFields: true,
        url: text,
        title: text,
        formAction: text,
        emailOnly: false,
        amountOnPage: true,
        foldsOut: false,
        repeated: false,
        heading: '',
        addsToCart: false,
        step: text,
      })
      expect(Number.isFinite(score.score)).toBe(true)
    }),
  )
})

it('a grant lets each call through once, and none after its time', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.webUrl(), fc.nat(90_000)), { maxLength: 30 }), (calls) => {
      const grant = openGrant(0)
      const seen = new Set<string>()
      for (const [url, at] of calls) {
        const signature = signatureOf('POST', url)
        expect(passes(grant, signature, at)).toBe(at < 60_000 && !seen.has(signature))
        if (at < 60_000) seen.add(signature)
      }
    }),
  )
  const grant = openGrant(0)
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(passes(grant, name, 1)).toBe(true)
    expect(passes(grant, name, 1)).toBe(false)
  }
})

it('a pass is one frame’s nonce or one address, in one tab, and every block stands below it', () => {
  const blocks = shieldRules('a'.repeat(32))
  expect(new Set(blocks.map((rule) => rule.id)).size).toBe(blocks.length)
  const nonce = 'abcdefghijklmnopqrst'
  const request = { method: 'POST', url: 'https://shop.example/pay?a=*|^(b)' }
  const host = 'shop.example'
  const rules = (pass: Partial<Pass>) =>
    allowRules(1, { tabId: 7, nonce: null, request: null, host, navigates: false, ...pass })
  const filters = (made: ReturnType<typeof rules>) =>
    made.map(({ condition }) => condition.urlFilter ?? condition.regexFilter)

  const byNonce = rules({ nonce })
  expect(filters(byNonce)).toEqual([`#${nonce}`])
  // Whoever has seen the nonce can pay nobody else with it.
  expect(byNonce[0]?.condition.requestDomains).toEqual([host])
  expect(
    rules({ nonce, request: { method: 'POST', url: 'https://psp.example/x' } })[0]?.condition,
  ).toMatchObject({
    requestDomains: ['psp.example'],
  })
  expect(rules({ nonce, host: null })).toEqual([])

  const byAddress = rules({ request })
  expect(filters(byAddress)).toEqual([String.raw`^https://shop\.example/pay\?a=\*\|\^\(b\)(#|$)`])
  const put = rules({ request: { method: 'PUT', url: 'https://shop.example/pay' } })
  expect(filters(put)).toEqual(['|https://shop.example/pay|', '|https://shop.example/pay#'])
  for (const { condition } of [...byNonce, ...byAddress, ...put]) {
    expect(condition.tabIds).toEqual([7, -1])
    // A form's twin from another realm cannot ride along, nor the other way round.
    expect(condition.resourceTypes).not.toContain('main_frame')
  }
  expect(rules({ request: { method: 'MADEUP', url: request.url } })[0]?.condition.requestMethods).toEqual([
    'other',
  ])

  const form = rules({ request: { method: 'POST', url: 'https://shop.example/pay' }, navigates: true })
  for (const { condition } of form) {
    if (condition.tabIds?.[0] === 7) expect(condition.resourceTypes).toEqual(['main_frame', 'sub_frame'])
    else if (condition.tabIds === undefined) {
      expect(condition).toMatchObject({ initiatorDomains: [host], resourceTypes: ['main_frame'] })
    } else expect(condition.tabIds).toEqual([-1])
  }
  for (const rule of [...byNonce, ...byAddress, ...put, ...form])
    for (const block of blocks) expect(rule.priority).toBeGreaterThan(block.priority)
  expect(rules({})).toEqual([])
})

it('the shield blocks by name what the classifier takes for a payment by name, and nothing else', () => {
  const filters = namedFilters().map((filter) => new RegExp(filter, 'i'))
  const part = fc.constantFrom(
    ...'orders order place-order placeorder.php checkout pay payments purchase confirm complete carts 7 events finish process_payment buy-now track authorize-payment new api submit my o%72ders %70ay o%2fb'.split(
      ' ',
    ),
  )
  const url = fc
    .tuple(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('/', '//'),
      fc.constantFrom(
        '',
        '/',
        '//',
        '?a=/events/',
        '#x',
        '.html',
        '.xml',
        '.php/x',
        ';a=b',
        ';a=b/',
        '.list',
      ),
    )
    .map(([path, slash, end]) => `https://shop.example/${path.join(slash)}${end}`)
  fc.assert(
    fc.property(url, (address) => {
      const [reason] = classifyRequest({ method: 'POST', url: address, bodyHint: '' }).reasons
      const named = filters.some((filter) => filter.test(address)) && !REPORTED.test(address)
      const blocked = named || DISGUISED.test(address)
      if (blocked) expect(reason).toBeDefined()
      if (['places_order', 'names_payment', 'disguised_address'].includes(reason ?? ''))
        expect(blocked).toBe(true)
    }),
    { numRuns: 5_000 },
  )
})
