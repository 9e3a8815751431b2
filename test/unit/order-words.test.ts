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

  it.each([
    ['kk', 'Төлемге', 'Жеткізу', 'Жеңілдік'],
    ['ky', 'Төлөөгө', 'Жеткирүү', 'Арзандатуу'],
    ['uz', 'Jami summa', 'Yetkazib berish', 'Chegirma'],
    ['ka', 'სულ გადასახდელი', 'მიწოდება', 'ფასდაკლება'],
    ['hy', 'Ընդամենը', 'Առաքում', 'Զեղչ'],
    ['az', 'Yekun məbləğ', 'Çatdırılma', 'Endirim'],
    ['mk', 'Вкупно за плаќање', 'Испорака', 'Попуст'],
    ['be', 'Усяго да аплаты', 'Дастаўка', 'Зніжка'],
    ['ur', 'کل رقم', 'ڈیلیوری', 'رعایت'],
    ['sq', 'Totali për të paguar', 'Dërgesa', 'Zbritje'],
    ['mn', 'Нийт төлөх дүн', 'Хүргэлт', 'Хөнгөлөлт'],
    ['sw', 'Jumla kuu', 'Usafirishaji', 'Punguzo'],
    ['ca', 'Import total', 'Enviament', 'Descompte'],
    ['eu', 'Guztira', 'Bidalketa', 'Deskontua'],
    ['km', 'សរុបទាំងអស់', 'ដឹកជញ្ជូន', 'បញ្ចុះតម្លៃ'],
    ['lo', 'ຍອດລວມ', 'ຄ່າຈັດສົ່ງ', 'ສ່ວນຫຼຸດ'],
    ['ta', 'கூட்டுத்தொகை', 'டெலிவரி', 'தள்ளுபடி'],
    ['te', 'మొత్తం', 'డెలివరీ', 'తగ్గింపు'],
    ['gu', 'કુલ રકમ', 'ડિલિવરી', 'છૂટ'],
    ['mr', 'एकूण', 'डिलिव्हरी', 'सवलत'],
    ['am', 'ጠቅላላ ድምር', 'ማድረሻ', 'ቅናሽ'],
    ['is', 'Heildarupphæð', 'Heimsending', 'Afsláttur'],
  ])('are told apart in %s, too', (_tag, total, shipping, discount) => {
    expect(['total', 'grand']).toContain(labelKind(total))
    expect(labelKind(shipping)).toBe('shipping')
    expect(labelKind(discount)).toBe('discount')
  })

  it.each([
    ['Общо с ДДС', 'total'],
    ['Σύνολο με ΦΠΑ', 'total'],
    ['Łącznie z dostawą', 'total'],
    ['KDV Dahil Toplam', 'total'],
    ['税込合計', 'total'],
    ['Tổng tiền hàng', 'subtotal'],
    ['Zásilkovna', 'shipping'],
    ['Dobírkou', 'fee'],
    ['Samlet pris', 'grand'],
    ['À régler', 'grand'],
  ])('of what is in it, or how it comes, make no other line of it: %s is %s', (label, kind) => {
    expect(labelKind(label)).toBe(kind)
  })

  it('in plain letters stand in their lists as folding would leave them, because they are not folded again', () => {
    const plain = LISTS.flatMap(([, list]) => list.split('|').map((words) => words.trim())).filter((words) =>
      /^[ -~]+$/.test(words),
    )
    expect(plain.length).toBeGreaterThan(500)
    expect(plain.filter((words) => fold(words) !== words)).toEqual([])
  })

  it('with marks stay beyond plain letters when folded: what is plain is looked for among the plain', () => {
    const marked = LISTS.flatMap(([, list]) => list.split('|').map((words) => words.trim())).filter(
      (words) => !/^[ -~]*$/.test(words),
    )
    expect(marked.length).toBeGreaterThan(500)
    expect(marked.filter((words) => /^[ -~]*$/.test(fold(words)))).toEqual([])
  })
})
