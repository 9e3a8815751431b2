/** What the frames' small tests let pass without a look, the full judgement would have let pass too. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandTable } from '../../scripts/expand-phrases.ts'
import { stemsOf, together, togetherUnspaced, vocabulary } from '../../scripts/stems.ts'
import { CONFIRM, REDIRECT, SHOP, SHOP_GET, SHOP_POST } from '../../utils/detect/catalogue.ts'
import { mayPay, worthALook } from '../../utils/detect/glance.ts'
import { mayNamePayment } from '../../utils/detect/glance-name.ts'
import { classifyRequest, confirms } from '../../utils/detect/request.ts'
import { STEMS, UNSPACED_STEMS } from '../../utils/detect/stems.ts'
import { suspect } from '../../utils/detect/suspect.ts'
import { DECISIVE, judgeName, MEDIUM, STRONG, UNSPACED, WEAK } from '../../utils/detect/words.ts'

const PHRASES = [STRONG, MEDIUM, WEAK, DECISIVE].flatMap(expandTable)
const lines = (table: string) => table.trim().split('\n')
const filled = (line: string) => line.replaceAll('*', 'c1')
const URLS = [
  ...[...lines(CONFIRM), ...lines(REDIRECT)].map((line) => `https://${filled(line)}`),
  ...[...lines(SHOP), ...lines(SHOP_POST)].map((line) => `https://shop.example${filled(line)}`),
  ...lines(SHOP_GET).map((line) => `https://shop.example/index.php?${filled(line)}`),
]

describe('addresses', () => {
  it.each(URLS)('%s is suspected, and confirmed', (url) => {
    for (const method of ['GET', 'POST', 'PUT', 'HEAD']) {
      for (const made of [url, `${url}/`, `${url}?a=b`, `${url}#c`]) {
        if (!classifyRequest({ method, url: made, bodyHint: '' }).payment) continue
        expect(worthALook(made)).toBe(true)
        const suspicion = suspect(method, made, '')
        expect(suspicion).not.toBeNull()
        expect(mayPay(method, made, '')).toBe(true)
        if (suspicion !== null) expect(confirms(suspicion, method, made)).toBe(true)
      }
    }
    expect(['GET', 'POST'].some((method) => suspect(method, url, '') !== null)).toBe(true)
  })

  it('whatever the address, the method and the body', () => {
    const part = fc.constantFrom(
      ...'orders?submitForCompletion _data=placeOrder rpc=checkoutCompleteWithCard orders order place checkout pay payments confirm api.stripe.com paypal.com shop.example graphql api carts x1 track v2 users'.split(
        ' ',
      ),
    )
    const url = fc
      .array(part, { minLength: 1, maxLength: 6 })
      .map(([host, ...path]) => `https://${host}/${path.join('/')}`)
    const body = fc.constantFrom(
      '',
      'card=4242424242424242',
      '{"operationName":"placeOrder"}',
      'a=1&complete=1',
    )
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'),
        url,
        body,
        (method, address, hint) => {
          const { payment } = classifyRequest({ method, url: address, bodyHint: hint })
          const suspicion = suspect(method, address, hint)
          if (payment) expect(suspicion).not.toBeNull()
          if (payment) expect(mayPay(method, address, hint)).toBe(true)
          expect(suspicion !== null && confirms(suspicion, method, address)).toBe(payment)
        },
      ),
      { numRuns: 3_000 },
    )
  })
})

describe('names', () => {
  it('every phrase of the vocabulary begins a suspicion', () => {
    expect(PHRASES.length).toBeGreaterThan(1_500)
    for (const phrase of PHRASES) {
      if (judgeName(phrase).strength === 'none') continue
      expect(mayNamePayment(phrase), phrase).toBe(true)
      expect(mayNamePayment(`${phrase.toUpperCase()} $1`), phrase).toBe(true)
    }
  })

  it.each([
    'Complete order',
    'Staðfesta pöntun',
    'שליחת ההזמנה',
    'Завершить покупку',
    'Fullfør kjøpet',
    '送出訂單',
    '주문 확정하기',
    'Encomendar com obrigação de pagamento',
    'Potrditev nakupa',
  ])('%s, in no list of phrases, is looked at and pays', (name) => {
    expect(mayNamePayment(name)).toBe(true)
    expect(['strong', 'medium']).toContain(judgeName(name).strength)
  })

  it('the stems are those of today’s vocabulary (node scripts/stems.ts)', () => {
    const stems = stemsOf(vocabulary())
    const [unspaced, spaced] = [true, false].map((one) => stems.filter((stem) => UNSPACED.test(stem) === one))
    expect([STEMS, UNSPACED_STEMS]).toEqual([together(spaced ?? []), togetherUnspaced(unspaced ?? [])])
  })

  it.each([
    'Menu',
    'Search',
    'Sign in',
    'Next',
    'Close',
    'Share',
    'Download',
    'Send message',
    'Weiter',
    '搜索',
    'Войти',
  ])('%s needs no second look', (name) => {
    expect(mayNamePayment(name)).toBe(false)
  })
})
