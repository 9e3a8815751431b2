import { describe, expect, it } from 'vitest'
import { siteOf } from '../../utils/site/site.ts'

function key(url: string): string | undefined {
  return siteOf(url)?.key
}

describe('which merchant a page belongs to', () => {
  it.each([
    ['https://www.mugs.co.uk/checkout', 'mugs.co.uk'],
    ['https://checkout.mugs.co.uk/pay', 'mugs.co.uk'],
    ['https://mugs.myshopify.com/checkouts/c/1', 'mugs.myshopify.com'],
    ['https://mugs.mybigcommerce.com/checkout', 'mugs.mybigcommerce.com'],
    ['https://mugs.gumroad.com/l/x', 'mugs.gumroad.com'],
    ['https://a.b.mugs.weebly.com/', 'mugs.weebly.com'],
    ['https://MUGS.booth.pm/', 'mugs.booth.pm'],
    ['https://gumroad.com/checkout', 'gumroad.com'],
    ['https://www.gumroad.com/checkout', 'gumroad.com'],
    ['https://checkout.lemonsqueezy.com/buy/1', 'lemonsqueezy.com'],
    ['https://notgumroad.com/', 'notgumroad.com'],
    ['http://127.0.0.1:8080/', '127.0.0.1:8080'],
    ['http://shop.localhost:8080/', 'shop.localhost'],
  ])('%s: %s', (url, wanted) => expect(key(url)).toBe(wanted))

  it('two shops on one host are two merchants', () => {
    for (const host of ['myshopify.com', 'mybigcommerce.com', 'square.site', 'bigcartel.com', 'stores.jp'])
      expect(key(`https://a.${host}/`)).not.toBe(key(`https://b.${host}/`))
  })

  it.each(['about:blank', 'file:///x', 'chrome-extension://x/y', 'nonsense'])('%s is no merchant', (url) =>
    expect(siteOf(url)).toBeNull(),
  )
})
