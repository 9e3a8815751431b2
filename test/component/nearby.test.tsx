/** Which amounts of a large page are worth a look. */
import { describe, expect, it } from 'vitest'
import { findAmounts } from '../../utils/order/amounts.ts'
import { allAmounts, amountsNearTotals } from '../../utils/order/nearby.ts'
import type { PageText } from '../../utils/order/page-text.ts'
import { Visibility } from '../../utils/order/visibility.ts'

function page(texts: readonly string[]): PageText {
  const tokens = texts.map((text) => {
    const element = document.createElement('span')
    return { element, text, amount: findAmounts(text)[0] ?? null }
  })
  return { tokens, ranges: new Map(), visibility: new Visibility(), cut: false }
}

/** As many cards of two words, a price and a button. */
const shelf = (cards: number) =>
  Array.from({ length: cards }, (_, at) => ['Bowl', `€${at}.50`, 'Add to cart']).flat()
const ORDER = ['Mug', '€37.00', 'Subtotal', '€37.00', 'Delivery', '€4.90', 'Total', '€41.90']

describe('a large page', () => {
  it('is read around the words for its total', () => {
    const large = page([...shelf(620), ...ORDER])
    const near = amountsNearTotals(large, allAmounts(large), [])
    const texts = near?.map((place) => large.tokens[place]?.text)
    expect(texts).toHaveLength(85)
    expect(texts?.slice(-4)).toEqual(['€37.00', '€37.00', '€4.90', '€41.90'])
  })

  it('is read around the place where its platform prints the total', () => {
    const large = page([...shelf(300), 'A word of no list', '€41.90', ...shelf(300)])
    const place = large.tokens[901]?.element
    if (place === undefined) throw new Error('no such token')
    const near = amountsNearTotals(large, allAmounts(large), [place])
    expect(near).toHaveLength(161)
    expect(near).toContain(901)
  })

  it.each([
    ['is small', [...shelf(100), ...ORDER]],
    ['names no total', shelf(620)],
    ['names totals everywhere', Array.from({ length: 300 }, () => ['Total', '€1.00']).flat()],
    ['is too large to be certain of', [...shelf(1_300), ...ORDER]],
  ])('is read whole where it %s', (_name, texts) => {
    const read = page(texts)
    expect(amountsNearTotals(read, allAmounts(read), [])).toBeNull()
  })
})

it('of thousands of amounts the beginning and the end are read, and nothing is certain', () => {
  const endless = page(shelf(3_000))
  const places = allAmounts(endless)
  expect(places).toHaveLength(1_200)
  expect([places[0], places.at(-1)]).toEqual([1, 8_998])
  expect(endless.cut).toBe(true)
})
