import { describe, expect, it } from 'vitest'
import { fold, LISTS, labelKind } from '../../utils/order/words.ts'
import { LANGUAGES } from '../pages/languages.ts'

describe('the words beside an amount', () => {
  it.each(LANGUAGES.map((language) => [language.tag, language] as const))(
    'are told apart in %s',
    (_tag, words) => {
      expect(labelKind(words.subtotal)).toBe('subtotal')
      expect(labelKind(words.shipping)).toBe('shipping')
      expect(labelKind(words.tax)).toBe('tax')
      expect(labelKind(words.discount)).toBe('discount')
      expect(['total', 'grand']).toContain(labelKind(words.total))
      expect(labelKind(words.saved)).toBe('noise')
    },
  )

  it.each([
    ['Total (incl. VAT)', 'total'],
    ['Gesamtsumme inkl. MwSt.', 'grand'],
    ['Total excl. VAT', 'subtotal'],
    ['Total savings', 'noise'],
    ['Refund total', 'noise'],
    ['Total shipping', 'shipping'],
    ['4 payments of', 'noise'],
    ['ou 10x de', 'noise'],
    ['Zahlungsgebühr', 'fee'],
    ['Versandkostenpauschale', 'shipping'],
    ['Auftragssumme', 'grand'],
    ['Amount to pay', 'grand'],
    ['(incl. VAT)', 'none'],
  ])('%s is %s', (label, kind) => {
    expect(labelKind(label)).toBe(kind)
  })

  it('in plain letters stand in their lists as folding would leave them, because they are not folded again', () => {
    const plain = LISTS.flatMap(([, list]) => list.split('|').map((words) => words.trim())).filter((words) =>
      /^[ -~]+$/.test(words),
    )
    expect(plain.length).toBeGreaterThan(500)
    expect(plain.filter((words) => fold(words) !== words)).toEqual([])
  })
})
