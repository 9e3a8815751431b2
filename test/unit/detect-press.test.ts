import { describe, expect, it } from 'vitest'
import { normaliseName } from '../../utils/detect/names.ts'
import { type PressSnapshot, scorePress } from '../../utils/detect/press.ts'
import { hasAmount, judgeName } from '../../utils/detect/words.ts'

const BARE: PressSnapshot = {
  name: '',
  link: false,
  disabled: false,
  identifiers: '',
  nearby: '',
  cardFields: false,
  url: 'https://shop.example/products/mug',
  title: 'Mug',
  formAction: null,
  emailOnly: false,
  amountOnPage: true,
  foldsOut: false,
  heading: '',
  addsToCart: false,
  repeated: false,
  step: '',
}
const CHECKOUT: PressSnapshot = { ...BARE, url: 'https://shop.example/checkout', title: 'Checkout' }
const pays = (name: string, around: Partial<PressSnapshot> = {}) =>
  scorePress({ ...BARE, ...around, name }).payment

describe('a pay control is known by its name in the languages people shop in', () => {
  it.each([
    ['en', 'Place Your Order'],
    ['en', 'CONFIRM PURCHASE'],
    ['en', 'Submit Order'],
    ['en', 'place my order'],
    ['en', 'Pay now'],
    ['en', 'Pay $24.35'],
    ['en', 'Confirm & pay'],
    ['de', 'Zahlungspflichtig bestellen'],
    ['de', 'Jetzt kostenpflichtig bestellen'],
    ['de', 'Bestellung aufgeben'],
    ['fr', 'Commander avec obligation de paiement'],
    ['fr', 'Passer la commande'],
    ['es', 'Realizar pedido'],
    ['es', 'Pedido con obligación de pago'],
    ['it', 'Ordine con obbligo di pagamento'],
    ['pt', 'Fazer pedido'],
    ['pt', 'Pagar agora'],
    ['nl', 'Plaats bestelling'],
    ['nl', 'Bestelling met betalingsverplichting'],
    ['pl', 'Zamawiam z obowiązkiem zapłaty'],
    ['sv', 'Slutför köp'],
    ['da', 'Afgiv ordre'],
    ['nb', 'Legg inn bestilling'],
    ['fi', 'Vahvista tilaus'],
    ['cs', 'Dokončit objednávku'],
    ['hu', 'Megrendelés elküldése'],
    ['ro', 'Plasează comanda'],
    ['tr', 'Siparişi ver'],
    ['ru', 'Подтвердить заказ'],
    ['uk', 'Розмістити замовлення'],
    ['ar', 'تقديم الطلب'],
    ['ar', 'تأكيد الشراء'],
    ['he', 'בצע הזמנה'],
    ['hi', 'ऑर्डर करें'],
    ['th', 'สั่งซื้อสินค้า'],
    ['vi', 'Đặt hàng'],
    ['id', 'Buat pesanan'],
    ['zh-hans', '提交订单'],
    ['zh-hans', '立即支付'],
    ['zh-hant', '確認購買'],
    ['ja', '注文を確定する'],
    ['ko', '결제하기'],
    ['el', 'Ολοκλήρωση παραγγελίας'],
    ['kk', 'Тапсырысты растау'],
    ['uz', 'Buyurtmani tasdiqlash'],
    ['ka', 'შეკვეთის დადასტურება'],
    ['hy', 'Հաստատել պատվերը'],
    ['az', 'Ödənişi təsdiqlə'],
    ['mk', 'Потврди нарачка'],
    ['ur', 'آرڈر مکمل کریں'],
    ['ms', 'Buat Bayaran'],
    ['mn', 'Захиалга баталгаажуулах'],
    ['te', 'ఆర్డర్‌ను నిర్ధారించండి'],
    ['gu', 'ઓર્ડરની પુષ્ટિ કરો'],
    ['km', 'បញ្ជាក់ការបញ្ជាទិញ'],
    ['my', 'အော်ဒါအတည်ပြုမည်'],
    ['am', 'ትዕዛዝ ያረጋግጡ'],
    ['he', 'אשר ושלם'],
    ['tr', 'Alışverişi Tamamla'],
    ['zh-hant', '完成結帳'],
    ['ja', 'この内容で申し込む'],
  ])('%s: %s', (_language, name) => {
    expect(pays(name)).toBe(true)
  })

  it.each([
    'Zahlen',
    'Payer',
    'Pagar',
    'Betalen',
    'Zapłać',
    'Betala',
    'Maksa',
    'Zaplatit',
    'Оплатить',
    'Төлеу',
    'Վճարել',
    'Opłać',
    'Achită',
    'Samaksāt',
    '支付',
  ])('a bare "%s" pays in a checkout', (name) => {
    expect(pays(name, CHECKOUT)).toBe(true)
    expect(judgeName(name).strength).toBe('medium')
  })

  it('weak words need a checkout with card fields or an amount', () => {
    expect(pays('Confirm')).toBe(false)
    expect(pays('Confirm', { ...CHECKOUT, cardFields: true })).toBe(true)
    expect(pays('Subscribe', { ...CHECKOUT, cardFields: true, nearby: 'then $9.99 a month' })).toBe(true)
    expect(pays('Buy', { nearby: '$12.00' })).toBe(false)
  })

  it.each([
    'Modify order',
    'Choose payment',
    'Bestellung verfolgen',
    'Zahlungsart ändern',
    'Modifier la commande',
    'Gestionar suscripción',
    'Acompanhar pedido',
    'Visualizza ordine',
    'Bestelling wijzigen',
    'Śledź zamówienie',
    'Dostawa i płatność',
    'Sledovat objednávku',
    'Szállítás és fizetés',
    'Anulează comanda',
    'Преглед на поръчката',
    'Otkaži narudžbu',
    'Прати поруџбину',
    'Na plačilo',
    'Отследить заказ',
    'Доставка и оплата',
    'Τρόποι πληρωμής',
    'Sipariş detayı',
    'Ödəniş üsulu',
    'Төлем әдісі',
    'გადახდის მეთოდი',
    'Չեղարկել պատվերը',
    'تفاصيل الطلب',
    'پیگیری سفارش',
    'آرڈر ٹریک کریں',
    'פרטי הזמנה',
    'ऑर्डर रद्द करें',
    'অর্ডার ট্র্যাক করুন',
    'ช่องทางการชำระเงิน',
    'Đến trang thanh toán',
    'Lacak pesanan',
    '订单确认',
    '待付款',
    '결제 방법 선택',
    'Rediger ordre',
    'Velg betalingsmåte',
    'Spåra beställning',
    'Muokkaa tilausta',
    'Vaata tellimust',
    'Skatīt pasūtījumu',
    'Peržiūrėti užsakymą',
  ])('%s is about an order, and pays nowhere', (name) => {
    expect(pays(name, { ...CHECKOUT, nearby: 'Total $30.00' })).toBe(false)
  })

  it('a weak word that others on the page share pays beside a total only', () => {
    const around = { ...CHECKOUT, repeated: true }
    expect(pays('Buy', { ...around, nearby: 'Helmet $29.00' })).toBe(false)
    expect(pays('Buy', { ...around, nearby: 'Order total $29.00' })).toBe(true)
    expect(pays('Place order', { ...around, nearby: 'Helmet $29.00' })).toBe(true)
  })

  it.each([
    '84,500 DT',
    '150 сом',
    '20 евро',
    '499:-',
    '24 990 теңге',
    '5 000 so‘m',
    '45 manat',
    'Tk. 450',
    'MKD 2.740',
    '500 روپے',
    '1.500 đồng',
  ])('%s is an amount', (text) => {
    expect(hasAmount(text)).toBe(true)
  })

  it('a total may stand without its sign', () => {
    const bare = { amountOnPage: false, title: 'Bill' }
    expect(pays('Confirm payment', { ...bare, nearby: 'Amount due 63.18' })).toBe(true)
    expect(pays('Confirm payment', { ...bare, nearby: 'Amount due by 12.11.2026' })).toBe(false)
    expect(pays('Confirm payment', { ...bare, nearby: 'Room 63.18' })).toBe(false)
  })

  it('accents, case, spaces and invisible characters do not hide it', () => {
    expect(pays('  PLACE\u00a0 YOUR\u200b ORDER ')).toBe(true)
    expect(normaliseName('Ｐａｙ　ｎｏｗ')).toBe('pay now')
    expect(pays('Ｐａｙ　ｎｏｗ')).toBe(true)
  })

  it('the text of an icon beside it does not hide it', () => {
    expect(pays('lock Place order')).toBe(true)
    expect(pays('Place order chevron_right')).toBe(true)
  })
})

describe('look-alikes go through', () => {
  it.each([
    'Add to cart',
    'Continue',
    'Continue to payment',
    'Proceed to checkout',
    'Apply coupon',
    'Sign in',
    'Search',
    'Change payment method',
    'View order details',
    'Track order',
    'Cancel order',
    'Order history',
    'Book now, pay later',
    'make payment later',
    'replace order',
    'next step: review order',
    'In den Warenkorb',
    'Zahlart ändern',
    'Ajouter au panier',
    'Añadir al carrito',
    'Aggiungi al carrello',
    'Adicionar ao carrinho',
    'In winkelwagen',
    'Dodaj do koszyka',
    'Lägg i varukorg',
    'Sepete ekle',
    'Добавить в корзину',
    'Изменить способ оплаты',
    '去支付',
    '添加到购物车',
    'カートに入れる',
    '支付方式',
    'Buy again',
    'Display',
    'Payment',
    'Payroll',
    'PayPal',
    'Anmelden und bezahlen',
    'Sign in and pay',
    'Stampa ordine',
    'Bestellung drucken',
    'Request payment',
  ])('%s', (name) => {
    expect(pays(name, CHECKOUT)).toBe(false)
  })

  it('words that lead from a cart in one language and pay in another are weighed by the page', () => {
    const near = { nearby: 'الإجمالي 200.00 ر.س' }
    expect(pays('إتمام الطلب', { ...BARE, ...near, url: 'https://shop.example/cart', title: '' })).toBe(false)
    expect(pays('إتمام الطلب', { ...CHECKOUT, ...near })).toBe(true)
  })

  it('how often it is given comes behind the amount', () => {
    const card = { ...CHECKOUT, cardFields: true }
    expect(pays('Je donne 20 € par mois', card)).toBe(true)
    expect(pays('Donate $20 monthly', card)).toBe(true)
    expect(pays('Je donne', { link: true })).toBe(false)
  })

  it('a newsletter asks for an address and nothing else', () => {
    expect(pays('Subscribe', { ...CHECKOUT, emailOnly: true })).toBe(false)
    expect(pays('Subscribe')).toBe(false)
  })

  it('a link in the navigation needs a strong name', () => {
    expect(pays('Order', { ...CHECKOUT, link: true })).toBe(false)
    expect(pays('Place order', { link: true })).toBe(true)
  })

  it('but a control that is disabled only now is judged as it will be', () => {
    expect(pays('Place order', { disabled: true })).toBe(true)
  })
})

it('says why', () => {
  expect(scorePress({ ...CHECKOUT, name: 'Pay $20.00', cardFields: true }).reasons).toEqual([
    'name_medium+3',
    'name_alone+1',
    'amount_in_name+2',
    'card_fields+2',
    'checkout_page+2',
  ])
})

it.each(['Pay $24.35', 'Pay 24,35 €', 'USD 24.35', '¥1,200', '1 299 kr', '12,50 zł', '₹ 1,499', '50元'])(
  'sees the amount in "%s"',
  (text) => expect(hasAmount(text)).toBe(true),
)
it.each(['Step 2 of 3', 'Order 12345', 'Buy 2 get 1'])('sees no amount in "%s"', (text) =>
  expect(hasAmount(text)).toBe(false),
)

describe('what stands around a control decides', () => {
  it.each<[string, string, Partial<PressSnapshot>, boolean]>([
    [
      'a wallet in a cart',
      'Buy with Shop Pay',
      { url: 'https://s.example/cart', nearby: '$130.00', cardFields: true },
      false,
    ],
    ['a wallet in a checkout', 'Pay with PayPal', { ...CHECKOUT, nearby: 'Total $130.00' }, true],
    ['a cookie banner', 'Agree', { ...CHECKOUT, nearby: 'We use cookies' }, false],
    ['a form of addresses', 'Confirm', { ...CHECKOUT, nearby: 'Street and city' }, false],
    ['a confirmation beside the total', 'Confirm', { ...CHECKOUT, nearby: 'Total €20.00' }, true],
    [
      'a booking that costs nothing',
      'Confirm reservation',
      { amountOnPage: false, url: 'https://s.example/book', title: '' },
      false,
    ],
    [
      'a way to pay that unfolds',
      'Pay by bank transfer',
      { ...CHECKOUT, nearby: '$64.00', foldsOut: true },
      false,
    ],
    [
      'a sentence on paying',
      'How families can pay less for energy every single year',
      { ...CHECKOUT },
      false,
    ],
    [
      'an order of the past',
      'Ver pedido',
      { url: 'https://s.example/cuenta/pedidos', nearby: '54,20 €', link: true },
      false,
    ],
    ['a list of orders', 'Orders shift + alt + O', { ...CHECKOUT }, false],
    ['an order now', 'Hacer pedido', { ...CHECKOUT, nearby: 'Total 54,20 €' }, true],
    ['a price on a shelf', 'Buy now', { nearby: '$49.00' }, false],
    ['one step before', 'Passer au paiement', { ...CHECKOUT, nearby: 'Total 58,00 €' }, false],
    ['handed over to a processor', 'Proceed to pay', { ...CHECKOUT, nearby: 'Total ₹58.00' }, true],
  ])('%s', (_what, name, around, payment) => {
    expect(pays(name, around)).toBe(payment)
  })
})
