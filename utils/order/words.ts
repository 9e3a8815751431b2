/**
 * What the words beside an amount say that it is. Thirty languages; folded (lower case, no diacritics), matched at
 * the start of a word, or anywhere for scripts without spaces. Source: locale files of WooCommerce, Sylius,
 * PrestaShop and Magento as far as published, and real pages; reviewed by meaning, since locale files contain errors.
 */
import type { TotalType } from '../contract/order-wire.ts'

/**
 * `total` what is charged; `grand` the same in words that no other line of a checkout uses; the rest of `TotalType`;
 * `noise` an amount that belongs to no order line (saved, per instalment, list price, balance, threshold).
 */
export type LabelKind = TotalType | 'total' | 'grand' | 'noise' | 'none'

/** Lower case without diacritics, one space between words; what every list below is written in after folding. */
export function fold(text: string): string {
  if (/^[ -~]*$/.test(text))
    return text
      .toLowerCase()
      .replace(/[\s_]+/g, ' ')
      .trim()
  return text
    .normalize('NFKD')
    .replace(/[\p{Mn}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/ı/g, 'i')
    .replace(/ł/g, 'l')
    .replace(/đ/g, 'd')
    .replace(/ø/g, 'o')
    .replace(/æ/g, 'ae')
    .replace(/[ðþħəœ]/g, (letter) => SPELT[letter] ?? letter)
    .replace(/[\s_]+/gu, ' ')
    .trim()
}

const SPELT: Record<string, string> = { ð: 'd', þ: 'th', ħ: 'h', ə: 'e', œ: 'oe' }

const GRAND = `
kwota calkowita|kwota razem|bill total|实付|ยอดที่ต้อง|pledge amount|total premium|sie zahlen|du zahlst|vous payez|tu paies|pagas|usted paga|pagara|paghi|voce paga|je betaalt|u betaalt|du betalar|du betaler|maksat yhteensa|placisz|zaplatite|fizetsz|platesti|вы платите|платите|odeyeceginiz tutar|sepet toplami|suma do zaplaty|celkem k zaplaceni|betalas|a pagar hoje|valor da compra|总计应付|在线付|在线支付|线上支付|需支付|待支付|待付款|需付款|支付总额|付款总额|お会計|ご利用金額|决済金額|決済金額|お支払い総額|お支払総額|お支払額|お支払い額|ご精算額|결제하실 금액|총 결제 예정|총 주문 금액|납부금액|납부하실 금액|ยอดชําระทั้งหมด|ยอดรวมทั้งหมด|จํานวนเงินที่ต้องชําระ|
grand total|order total|total order|total to pay|total due|amount due|total payable|amount payable|payable amount|amount to pay|to pay|you pay|you'll pay|
total today|today's total|todays total|due today|due now|pay today|pay now|total charge|total amount|total price|final total|payment total|total payment|total cost|
amount to be charged|will be charged|you will be charged|total for this order|your total|total purchase|purchase total|checkout total|cart total|order amount|payment amount|final price|invoice total|
gesamtbetrag|gesamtsumme|endbetrag|endsumme|rechnungsbetrag|zu zahlen|zu zahlender|zahlbetrag|gesamtpreis|bestellsumme|gesamtkosten|heute fallig|heute zu zahlen|
total de la commande|total commande|total a payer|montant total|montant a payer|a payer|net a payer|total a regler|montant a regler|total general|montant de la commande|
total del pedido|total de la compra|total a pagar|importe total|a pagar|total pedido|monto total|importe a pagar|total de tu compra|monto a pagar|pagas hoy|hoy pagas|pagas ahora|total hoy|
totale ordine|totale dell'ordine|totale da pagare|importo totale|da pagare|totale complessivo|totale carrello|importo da pagare|
total do pedido|total da encomenda|valor total|valor a pagar|total da compra|total geral|montante total|
totaalbedrag|te betalen|totaal te betalen|eindtotaal|besteltotaal|totaal bestelling|totaalprijs|
att betala|totalsumma|ordersumma|totalbelopp|summa att betala|totalt att betala|ordertotal|
a betale|totalbelop|totalsum|ordretotal|i alt|total a betale|at betale|totalbelob|ialt|
loppusumma|maksettava|yhteensa maksettava|tilauksen summa|kokonaissumma|maksettavaa|
do zaplaty|razem do zaplaty|suma zamowienia|wartosc zamowienia|laczna kwota|kwota do zaplaty|suma calkowita|lacznie do zaplaty|
celkem k uhrade|k uhrade|celkova cena|celkova castka|cena celkem|celkem s dph|celkem k platbe|
celkom k uhrade|na uhradu|celkova suma|cena spolu|spolu s dph|spolu k uhrade|suma objednavky|
fizetendo|vegosszeg|rendeles osszege|osszesen fizetendo|teljes osszeg|fizetendo osszeg|
total de plata|de plata|total comanda|suma totala|valoare totala|total general|
за плащане|обща сума|общо за плащане|крайна сума|
за плаћање|укупан износ|za placanje|za uplatu|ukupno za placanje|sveukupno|ukupan iznos|ukupna cijena|ukupna cena|ukupan iznos narudzbe|
za placilo|skupaj za placilo|koncni znesek|skupni znesek|
συνολο παραγγελιας|πληρωτεο|συνολικο ποσο|γενικο συνολο|τελικο συνολο|συνολο πληρωμης|πληρωτεο ποσο|
к оплате|итого к оплате|сумма заказа|сумма к оплате|итоговая сумма|общая сумма|итоговая стоимость|стоимость заказа|всего к оплате|
до сплати|разом до сплати|сума замовлення|загальна сума|сума до сплати|усього до сплати|до оплати|всього до сплати|
odenecek tutar|genel toplam|odenecek toplam tutar|toplam tutar|siparis toplami|odenecek|siparis tutari|odenecek toplam|
tong thanh toan|tong cong|tong tien|so tien can thanh toan|thanh tien don hang|tong so tien|tong don hang|
total bayar|total pembayaran|total tagihan|jumlah pembayaran|total pesanan|jumlah keseluruhan|total belanja|total keseluruhan|jumlah bayaran|jumlah perlu dibayar|
kabuuang bayad|kabuuan|
ยอดชําระ|ยอดรวมทั้งสิ้น|ยอดสุทธิ|ยอดรวมสุทธิ|ยอดชําระเงิน|ยอดที่ต้องชําระ|รวมทั้งสิ้น|จํานวนเงินทั้งหมด|ยอดชำระ|
合計金額|お支払い金額|お支払金額|ご請求額|ご請求金額|お支払い合計|お支払合計|総合計|総額|注文合計|ご注文合計|支払総額|ご注文金額|合計税込|
应付总额|应付金额|实付款|实付金额|应付|合计金额|订单总额|订单总计|订单金额|支付金额|付款金额|总金额|总价|实际支付|应付款|總金額|應付金額|訂單總額|訂單金額|付款金額|總付款金額|應付總額|結帳總金額|
총 결제금액|최종 결제금액|결제금액|결제 금액|총 금액|총금액|총 주문금액|최종 결제 금액|총 결제 금액|결제 예정금액|결제 예정 금액|결제예정금액|총 합계|주문 총액|
कुल राशि|देय राशि|कुल देय|भुगतान राशि|कुल भुगतान|ऑर्डर कुल|
المبلغ الاجمالي|الاجمالي الكلي|المجموع الكلي|المبلغ المستحق|اجمالي الطلب|مجموع الطلب|المبلغ المطلوب|الاجمالي النهائي|المبلغ الكلي|
مبلغ قابل پرداخت|مبلغ کل|جمع کل|قابل پرداخت|مجموع قابل پرداخت|
סה"כ לתשלום|לתשלום|סכום לתשלום|סך הכל לתשלום|סכום כולל|סה״כ לתשלום|
សរុប|মোট পরিমাণ|সর্বমোট|মোট প্রদেয়|प्रदेय|மொத்த தொகை|
kokku tasuda|tasumisele kuulub|kopa apmaksai|kopsumma|is viso moketi|moketina suma|bendra suma|heildarupphaed|til greidslu|samtals til greidslu|
төлемге|төлеуге|жалпы сома|барлығы төлеуге|төленетін сома|төлөөгө|жалпы сумма|umumiy summa|jami summa|jami to'lov|to'lov summasi|to'lanadigan summa|умумий сумма|
სულ გადასახდელი|გადასახდელი თანხა|ჯამური თანხა|საერთო თანხა|სულ ჯამი|ჯამური ღირებულება|վճարման ենթակա|ընդհանուր գումար|վճարելու գումար|ընդհանուր արժեք|
yekun mebleg|umumi mebleg|odenilecek mebleg|cemi mebleg|odenis meblegi|yekun qiymet|вкупна сума|за плаќање|износ за плаќање|вкупно за плаќање|вкупен износ|да аплаты|усяго да аплаты|агульная сума|сума да аплаты|
کل رقم|مجموعی رقم|قابل ادائیگی رقم|قابل ادائیگی|کل میزان|jumlah besar|kabuuang halaga|kabuuang babayaran|babayaran|jumla kuu|jumla ya oda|kiasi cha kulipa|jumla ya kulipa|totaal betaalbaar|bedrag betaalbaar|
per te paguar|shuma totale|shuma per pagese|totali per te paguar|totali i porosise|нийт дүн|төлөх дүн|нийт төлөх|нийт төлөх дүн|សរុបទាំងអស់|ចំនួនទឹកប្រាក់សរុប|ລວມທັງໝົດ|ຍອດຊໍາລະ|ကျသင့်ငွေ|စုစုပေါင်း ကျသင့်ငွေ|कुल जम्मा|कुल रकम|මුළු එකතුව|මුළු මුදල|
செலுத்த வேண்டிய தொகை|చెల్లించాల్సిన మొత్తం|మొత్తం ధర|ಒಟ್ಟು ಮೊತ್ತ|ಪಾವತಿಸಬೇಕಾದ ಮೊತ್ತ|ആകെ തുക|അടയ്ക്കേണ്ട തുക|કુલ રકમ|ચૂકવવાની રકમ|કુલ કિંમત|ਕੁੱਲ ਰਕਮ|एकूण रक्कम|देय रक्कम|एकूण किंमत|মোট মূল্য|পরিশোধযোগ্য|মোট পরিশোধযোগ্য|ग्रैंड टोटल|भुगतान योग्य राशि|कुल योग|कुल कीमत|ጠቅላላ ድምር|የሚከፈል|
ordaintzeko|zenbateko osoa|import total|import a pagar|total de la comanda|ammont totali|heildarverd|viso moketi|apmaksai|tasuda|kogusumma|loppsumma|skupna cena|za platiti|краина цена|de achitat|total de achitat|mindosszesen|
konecna cena|vysledna cena|calkowity koszt|koszt calkowity|calkowita kwota|общая стоимость|итоговая цена|к списанию|загальна вартість|до списання|συνολικη αξια|τελικη τιμη|المطلوب دفعه|الحساب النهائي|ご利用額|tong gia tri don hang|
samlet pris|samlet belob|totalpris|til betaling|ordresum|sluttsum|slutsumma|eindbedrag|zahlungsbetrag|a regler|somme due|montant du|net payable|payable now|you will pay|total fare`

const TOTAL = `
tutari|toplami|
total|totals|sum total|charge|donation|your donation|donation amount|gift amount|amount|payment|balance due|
gesamt|summe|betrag|insgesamt|montant|prix total|somme|importe|monto|totale|importo|valor|montante|totaal|bedrag|
summa|totalt|belopp|belop|sum|belob|yhteensa|summa|razem|suma|lacznie|celkem|castka|celkom|spolu|suma|
osszesen|osszeg|общо|сума|ukupno|iznos|skupaj|znesek|συνολο|ποσο|итого|всего|сумма|разом|всього|усього|сума|
укупно|износ|votre don|mon don|deine spende|ihre spende|spendenbetrag|tu donacion|tu donativo|la tua donazione|sua doacao|uw donatie|je donatie|
toplam|tutar|tong|thanh toan|so tien|tong gia tri|jumlah|total harga|ยอดรวม|รวม|ทั้งหมด|จํานวนเงิน|
合計|お支払い|計|総計|总计|总额|合计|金额|總計|總額|合計|金額|共计|합계|총액|총계|총|कुल|जोड़|राशि|
المجموع|الاجمالي|المبلغ|مجموع|جمع|مبلغ|סה"כ|סך הכל|סה״כ|סכום|মোট|மொத்தம்|kokku|kopa|is viso|suma|samtals|upphaed|
барлығы|жиыны|қорытынды|жалпы|бардыгы|jami|жами|სულ|ჯამი|ჯამში|თანხა|ընդամենը|ընդհանուր|գումար|cemi|yekun|mebleg|umumi|вкупно|разам|усяго|کل|ٹوٹل|میزان|jumla|totali|shuma|нийт|нийт үнэ|
ລວມ|ຍອດລວມ|စုစုပေါင်း|जम्मा|एकूण|टोटल|එකතුව|கூட்டுத்தொகை|మొత్తం|ಒಟ್ಟು|ആകെ|മൊത്തം|કુલ|ਕੁੱਲ|ጠቅላላ|ድምር|guztira|cyfanswm|iomlan|alls|viso|pavisam|maksta|всичко|тотал|ogolem|загалом|סך הכול|payable|outstanding balance|order value`

const SUBTOTAL = `
subtotal|sub total|sub-total|items total|item total|items|item s|merchandise|products total|product total|total products|goods|bag total|total before tax|order subtotal|cart subtotal|articles|value of goods|retail price|fare|base price|basket|net total|total net|
zwischensumme|warenwert|artikelsumme|nettosumme|nettobetrag|summe artikel|warenkorb|produkte|sous-total|sous total|total ht|montant ht|total articles|total produits|subtotal|total parcial|productos|total productos|subtotale|totale parziale|totale prodotti|totale articoli|imponibile|prodotti|
subtotaal|artikelen|delsumma|delsum|subsum|varor|varer|varekob|varesum|valisumma|tuotteet|valisumma|
suma czesciowa|kwota|wartosc produktow|wartosc koszyka|produkty|suma posrednia|mezisoucet|celkem bez dph|zbozi|medzisucet|celkom bez dph|spolu bez dph|cena zbozi|tovar|
reszosszeg|termekek|reszosszege|termekek osszesen|netto|produse|subtotal produse|междинна сума|междинна|стоки|meduzbroj|meduzbir|medjuzbir|vmesni znesek|vmesna vsota|vrednost izdelkov|
υποσυνολο|μερικο συνολο|αξια προιοντων|подытог|промежуточный итог|товары|стоимость товаров|сумма товаров|товары на сумму|товаров на|товар на сумму|товара на сумму|предварительный итог|підсумок|проміжний підсумок|товари|вартість товарів|товар на суму|товари на суму|товарів на суму|међузбир|вредност производа|сума товарів|проміжний|
ara toplam|urunun toplami|urunler toplami|urun toplami|tam tinh|tien hang|tong tien hang|tong phu|gia tri don hang|subjumlah|subtotal produk|subtotal untuk produk|total harga barang|jumlah kecil|subtotal pesanan|
ยอดรวมย่อย|ราคาสินค้า|มูลค่าสินค้า|ยอดรวมสินค้า|รวมการสั่งซื้อ|ยอดรวมค่าสินค้า|
小計|商品合計|商品代金|商品小計|商品の小計|小计|商品金额|商品总额|商品总价|商品小计|商品金額|商品總計|商品總額|商品合计|소계|상품금액|상품 금액|총 상품금액|총 상품 금액|주문금액|상품 합계|상품합계|총 상품가격|상품가격|
उप-योग|उपयोग|उप योग|उप-कुल|उप कुल|मद कुल|सबटोटल|आइटम कुल|
المجموع الفرعي|المجموع الجزئي|الاجمالي الفرعي|جمع جزء|جمع جزئي|مجموع فرعي|قیمت کالاها|جمع سبد|
סכום ביניים|סיכום ביניים|ביניים|উপমোট|উপ-মোট|সাবটোটাল|zwischentotal|vahesumma|starpsumma|tarpine suma|prekiu suma|millisamtala|
аралық сома|аралық жиын|ქვეჯამი|შუალედური ჯამი|միջանկյալ գումար|միջանկյալ|araliq cem|ara cem|меѓузбир|прамежкавы вынік|ذیلی کل|سب ٹوٹل|jumla ndogo|nentotali|nentotal|дэд дүн|សរុបរង|උප එකතුව|துணை மொத்தம்|ఉప మొత్తం|ಉಪ ಮೊತ್ತ|ഉപമൊത്തം|પેટા કુલ|પેટા-કુલ|उपएकूण|ንዑስ ድምር|
azpitotala|is-gyfanswm|fo-iomlan|prekes|preces|tooted|vmesni sestevek|meduiznos|vrednost robe|вредност робе|стоиност на продуктите|сума на продуктите|cena tovaru|مجموع المنتجات|รวมค่าสินค้า|producten|produtos|valor dos produtos`

const SHIPPING = `
shipping|shipping cost|delivery|delivery fee|delivery charge|postage|freight|p&p|carriage|handling|ground shipping|
versand|versandkosten|lieferung|liefergebuhr|lieferkosten|porto|frais de port|livraison|frais de livraison|expedition|envio|gastos de envio|transporte|coste de envio|costo de envio|entrega|domicilio|
spedizione|spese di spedizione|costi di spedizione|consegna|frete|portes|envio|custo de envio|taxa de entrega|verzending|verzendkosten|bezorging|bezorgkosten|verzend|levering|
frakt|leverans|fraktkostnad|levering|fragt|porto|toimitus|toimituskulut|toimitusmaksu|postikulut|dostawa|koszt dostawy|wysylka|koszt wysylki|przesylka|
doprava|postovne|dorucenie|doruceni|cena dopravy|szallitas|szallitasi|kiszallitas|livrare|transport|cost livrare|доставка|доставки|цена за доставка|dostava|postarina|isporuka|
достава|поштарина|испорука|μεταφορικα|αποστολη|εξοδα αποστολης|εξοδα μεταφορας|παραδοση|доставк|пересылк|доставк|kargo|teslimat|gonderim|nakliye|
phi van chuyen|van chuyen|phi giao hang|giao hang|phi ship|ongkos kirim|pengiriman|biaya kirim|biaya pengiriman|ongkir|penghantaran|kos penghantaran|caj penghantaran|subtotal pengiriman|
ค่าจัดส่ง|การจัดส่ง|ค่าส่ง|จัดส่ง|送料|配送料|配送|配送料・手数料|运费|配送费|邮费|快递费|運費|배송비|배송료|배송|택배비|
शिपिंग|डिलीवरी|वितरण शुल्क|डिलिवरी|الشحن|التوصيل|رسوم الشحن|تكلفة الشحن|شحن|هزینه ارسال|ارسال|حمل|משלוח|דמי משלוח|ডেলিভারি|শিপিং|tarne|transport|piegade|pristatymas|sending|sendingarkostnadur|
жеткізу|жеткирүү|yetkazib berish|етказиб бериш|მიწოდება|მიწოდების|მიტანა|առաքում|առաքման|catdirilma|испорака|дастаўка|ڈیلیوری|ترسیل|شپنگ|pagpapadala|usafirishaji|aflewering|versending|transporti|dergesa|хүргэлт|хүргэлтийн|ដឹកជញ្ជូន|ថ្លៃដឹកជញ្ជូន|ຄ່າຈັດສົ່ງ|ຄ່າສົ່ງ|ပို့ဆောင်ခ|डेलिभरी|डिलिव्हरी|
බෙදාහැරීම|බෙදාහැරීමේ|டெலிவரி|డెలివరీ|ಡೆಲಿವರಿ|ವಿತರಣೆ|ഡെലിവറി|ડિલિવરી|ਡਿਲੀਵਰੀ|ማድረሻ|ማጓጓዣ|bidalketa|bidalketa-gastuak|enviament|despeses d'enviament|lliurament|cludiant|seachadadh|konsenja|sendingarkostnadur|heimsending|pristatymo kaina|siuntimas|piegades|saatmine|kohaletoimetamine|tarnekulu|postnina|strosek dostave|troskovi dostave|куриер|κοστος αποστολης|هزینه پست|forsendelse|
dhl|dpd|gls|postnord|inpost|paczkomaty|paczkomat|zasilkovna|packeta|balikovna|ceska posta|slovenska posta|colissimo|chronopost|mondial relay|correos|seur|ctt expresso|poste italiane|bpost|postnl|evri|royal mail|an post|omniva|itella|matkahuolto|новая почта|нова пошта|укрпошта|сдэк|почта россии|econt|еконт|спиди|fan courier|foxpost|pos laju|ninja van|jne reguler|aras kargo|yurtici kargo`

const TAX = `
tax|taxes|sales tax|vat|gst|hst|pst|qst|duties|duty|estimated tax|
mwst|ust|umsatzsteuer|mehrwertsteuer|steuer|tva|taxe|impuesto|impuestos|iva|igv|itbis|imposto|impostos|imposta|tasse|btw|belasting|moms|mva|merverdiavgift|alv|arvonlisavero|vero|
vat|podatek|dph|dan|afa|tva|ддс|pdv|ddv|φπα|фпа|ндс|налог|пдв|податок|kdv|vergi|thue|thue gtgt|vat|ppn|pajak|cukai|sst|
ภาษี|ภาษีมูลค่าเพิ่ม|消費税|税金|内消費税|うち消費税|税|税费|增值税|稅金|營業稅|부가세|부가가치세|세금|जीएसटी|कर|الضريبة|ضريبة|ضريبة القيمة المضافة|مالیات|ارزش افزوده|מע"מ|מע״מ|মূসক|kaibemaks|pvn|pvm|vsk|
салық|ққс|qqs|დღგ|աահ|edv|ддв|ive|ٹیکس|tvsh|нөат|வரி|ভ্যাট|kaibemaks|imposte`

const DISCOUNT = `
попуст|discount|discounts|coupon|promo|promotion|promotional|promo code|voucher discount|special offer|rabatt|gutschein|nachlass|aktionscode|gutscheincode|skonto|remise|reduction|code promo|rabais|bon de reduction|descuento|cupon|desc|promocion|sconto|sconti|buono sconto|coupon|codice promo|desconto|cupom|cupao|
korting|kortingscode|actiecode|rabatt|rabat|alennus|alennuskoodi|kampanj|rabat|znizka|kupon|kod rabatowy|sleva|slevovy|zlava|zlavovy|kedvezmeny|kuponkod|reducere|cod reducere|voucher|отстъпка|промокод|popust|kupon|εκπτωση|κουπονι|
скидка|промокод|купон|знижка|indirim|kupon indirimi|giam gia|ma giam gia|khuyen mai|diskon|potongan|potongan harga|diskaun|baucar|ส่วนลด|คูปอง|割引|クーポン|値引|优惠|折扣|优惠券|立减|满减|優惠|折扣|折價|할인|쿠폰|할인금액|
छूट|कूपन|डिस्काउंट|خصم|الخصم|قسيمة|كوبون|تخفیف|کد تخفیف|הנחה|קופון|ছাড়|allahindlus|soodustus|atlaide|nuolaida|afslattur|
жеңілдік|арзандатуу|chegirma|чегирма|ფასდაკლება|զեղչ|endirim|зніжка|رعایت|ڈسکاؤنٹ|diskwento|punguzo|afslag|zbritje|хөнгөлөлт|បញ្ចុះតម្លៃ|ສ່ວນຫຼຸດ|လျှော့စျေး|වට්ටම|தள்ளுபடி|తగ్గింపు|డిస్కౌంట్|ರಿಯಾಯಿತಿ|കിഴിവ്|ડિસ્કાઉન્ટ|છૂટ|ਛੋਟ|सूट|सवलत|ডিসকাউন্ট|ቅናሽ|deskontua|descompte|gostyngiad|lascaine|折抵`

const TIP = `tip|gratuity|tips|driver tip|trinkgeld|pourboire|propina|mancia|gorjeta|fooi|dricks|drikkepenge|tips|juomaraha|napiwek|spropitne|borravalo|bacsis|бакшиш|napojnica|φιλοδωρημα|чаевые|чайові|bahsis|tien tip|ทิป|チップ|小费|小費|팁|टिप|بقشيش|اكرامية|انعام|טיפ`

const FEE = `fee|fees|surcharge|service charge|processing fee|handling fee|booking fee|service fee|gebuhr|gebuhren|servicegebuhr|zuschlag|frais|frais de service|frais de dossier|recargo|comision|cargo por servicio|gestion|commissione|commissioni|supplemento|taxa|taxa de servico|toeslag|servicekosten|avgift|gebyr|expeditionsavgift|serviceavgift|maksu|palvelumaksu|kasittelymaksu|oplata|prowizja|poplatek|priplatek|poplatok|dobirka|dobierka|dij|kezelesi koltseg|utanvet|taxa|comision|такса|naknada|provizija|χρεωση|αντικαταβολη|комиссия|сбор|комісія|збір|hizmet bedeli|komisyon|phi dich vu|phi|phu phi|biaya layanan|biaya admin|biaya|caj|ค่าธรรมเนียม|ค่าบริการ|手数料|代引手数料|手续费|服务费|手續費|服務費|수수료|शुल्क|رسوم|رسوم الخدمة|رسوم الدفع عند الاستلام|کارمزد|עמלה|דמי טיפול|
dobirka|dobirkou|dobierka|dobierkou|nachnahme|contrassegno|contrareembolso|pobranie|za pobraniem|utanvet|ramburs|наложенный платеж|наложен платеж|kapida odeme|pouzecem|pouzece|po povzetju|postforskott|efterkrav|αντικαταβολη|cash on delivery`

const GIFT_CARD = `gift card|giftcard|gift certificate|gift voucher|store credit|gift balance|geschenkkarte|geschenkgutschein|guthaben|carte cadeau|cheque cadeau|tarjeta regalo|tarjeta de regalo|buono regalo|carta regalo|cartao presente|vale-presente|vale presente|cartao-presente|cadeaubon|cadeaukaart|tegoedbon|presentkort|gavekort|lahjakortti|karta podarunkowa|darkovy poukaz|darkova karta|darcekova karta|darcekova poukazka|ajandekkartya|ajandekutalvany|card cadou|подаръчна карта|poklon kartica|darilna kartica|δωροκαρτα|подарочная карта|подарункова карта|подарунковий сертифікат|подарочный сертификат|hediye karti|the qua tang|kartu hadiah|kad hadiah|บัตรของขวัญ|ギフトカード|ギフト券|礼品卡|禮品卡|禮券|购物卡|기프트카드|상품권|적립금|उपहार कार्ड|بطاقة هدية|بطاقة الهدايا|کارت هدیه|גיפט קארד|כרטיס מתנה`

const NOISE = `
refunded|orders over|orders above|orders from|current bid|minimum bid|starting bid|next bid|erstattet|ab einem bestellwert|rembourse|superieure a|superieur a|reembolsado|superiores a|rimborsato|superiori a|terugbetaald|terugbetalat|refunderet|zwrocono|vraceno|возвращено|iade edilen|
you save|you saved|saved|savings|saving|save|total savings|you're saving|was|list price|rrp|msrp|regular price|compare at|original price|refund|cash back|cashback|points|rewards|per month|monthly payment|instalment|installment|easy pay|payments of|interest-free|interest free|as low as|starting at|from only|spend|free shipping on|free delivery on|away from|minimum order|min. order|min order|available balance|wallet balance|your balance|credit limit|each|unit price|price each|per unit|renews|renewal|then|after trial|after your trial|reward|earn|worth up to|up to|limit|coverage|protection plan|
sie sparen|ersparnis|gespart|statt|uvp|ratenzahlung|monatsrate|raten|monatlich|mindestbestellwert|versandkostenfrei ab|stuckpreis|einzelpreis|punkte|erstattung|danach|verlangert sich|
vous economisez|economie|economies|au lieu de|prix conseille|mensualite|mensualites|par mois|prix unitaire|remboursement|puis|a partir de|points de fidelite|
ahorras|ahorro|ahorraste|ahorra|usted ahorra|antes|precio unitario|cuota|cuotas|mensualidad|plazos|reembolso|puntos|luego|despues|a partir de|minimo|
risparmi|risparmio|hai risparmiato|invece di|prezzo unitario|rata|rimborso|punti|prezzo di listino|poi|
economiza|voce economiza|poupa|poupanca|parcela|parcelas|prestacao|reembolso|pontos|preco unitario|depois|
u bespaart|je bespaart|besparing|bespaar|stuksprijs|termijn|terugbetaling|punten|daarna|vanaf|
du sparar|du sparer|besparing|besparelse|saastat|saasto|ordinarie pris|styckpris|stykpris|yksikkohinta|delbetalning|avbetaling|manadskostnad|darefter|deretter|fra|fran|
oszczedzasz|oszczednosc|cena jednostkowa|najnizsza cena|raty|rata|zwrot|punkty|nastepnie|usetrite|usetrili|cena za kus|cena za ks|splatka|vraceni|usetrite|usporite|megtakaritas|megtakaritott|egysegar|reszlet|economisesti|economisiti|pret unitar|спестявате|единична цена|usteda|ustedite|stedite|jedinicna cijena|prihranek|κερδιζετε|εξοικονομειτε|τιμη μοναδας|δοσεις|
экономия|вы экономите|цена за шт|рассрочка|в месяц|возврат|баллы|бонусы|кешбэк|баланс|затем|далее|економія|ви економите|ціна за|розстрочка|повернення|бали|
kazanciniz|tasarruf|birim fiyat|taksit|iade|puan|kazanc|tiet kiem|don gia|tra gop|hoan tien|hemat|anda hemat|harga satuan|cicilan|poin|cashback|jimat|ansuran|
ประหยัด|ราคาต่อหน่วย|ผ่อน|คะแนน|คืนเงิน|お得|節約|単価|分割|ポイント|返金|定価|節省|节省|已省|单价|分期|积分|退款|原价|单件|原價|單價|點數|退款|절약|단가|할부|포인트|환불|적립|정가|
बचत|आपने बचाया|किस्त|इकाई मूल्य|वापसी|توفير|وفرت|لقد وفرت|سعر الوحدة|قسط|اقساط|استرداد|نقاط|صرفه جویی|قیمت واحد|اقساط|امتیاز|חסכת|חיסכון|תשלומים|החזר|נקודות|מחיר ליחידה`

/** "Total including VAT", "Gesamtsumme inkl. MwSt.": the tail names what is in the total and is not its kind. */
const INCLUDED =
  '(?<!\\p{L})(?:incl|inc(?!\\p{L})|inkl|ttc(?!\\p{L})|toutes taxes|con iva|com iva|mit (?:mwst|versand)|z (?:vat|dostaw)|s dph|afaval|iva incl|iva inc|med moms|med mva|sis\\.|sisalta|с (?:ддс|ндс|доставк)|з (?:пдв|доставк)|со ддв|kdv dahil|da gom|da bao gom|termasuk|perfshi|vratane|vcetne|w tym|cu tva|s pdv|z ddv|με φπα|συμπ|в т\\. ?ч|у т\\. ?ч|m\\. moms|شامل|متضمن|כולל מע)|税込み?|含税|含稅|부가세 포함|vat 포함|รวมภาษี'
const INCLUDES = new RegExp(`(?:${INCLUDED}).*$`, 'u')
/** "KDV dahil toplam", "税込合計": said before the word for the total. */
const LEADING = new RegExp(`^(?:${INCLUDED})`, 'u')
const EXCLUDES =
  /\b(?:excl|ohne|hors|sans|sin iva|sem iva|senza|exkl|ex\. ?vat|ex vat|ex\. moms|ekskl|uden moms|netto|bez dph|bez vat|bez pdv|bez ddv|fara tva|netto|before tax|before taxes|pre-tax|without tax|ht|χωρις φπα|без ндс|без ддс|без пдв|kdv haric)\b|税抜|稅前|未税|未稅/u

/** "10x de" before an amount, "in 3 payments of". */
const PER_INSTALMENT =
  /\d{1,2}\s?(?:[x×]|fois|mal|volte|veces|vezes|cuotas?|parcelas|mensualites|mensualidades|rate|raten|payments|instal?lments|plazos|termijnen)\s?(?:sin interes|sem juros|sans frais|interest[- ]free)?\s?(?:of|de|di|zu|von|je|a|van|da)\s*$/u

/** German and its neighbours write in one word what others write in two. */
const COMPOUNDS: [LabelKind, RegExp][] = [
  [
    'shipping',
    /(?:versand|liefer|porto|fracht|zustell|verzend|bezorg|frakt|leverans|toimitus)\p{L}*(?:kosten|gebuhr|pauschale|kostnad\p{L}*|avgift|maksu|kulut)/u,
  ],
  ['fee', /\p{L}(?:gebuhr(?:en)?|zuschlag|toeslag|avgift|gebyr|maksu|felar)(?!\p{L})/u],
  ['discount', /\p{L}(?:rabatte?|nachlass|korting|alennus|kedvezmeny)(?!\p{L})/u],
  ['tax', /\p{L}(?:steuer|belasting|vero)(?!\p{L})/u],
  [
    'grand',
    /(?:gesamt|end|rechnungs|zahl|bestell|auftrags|total|totaal|kokonais|loppu)(?:summe|betrag|preis|kosten|bedrag|belopp|sum|summa|hinta)(?!\p{L})/u,
  ],
]

/** One of these is in every compound. */
const MAY_COMPOUND =
  /kosten|gebuhr|pauschale|kostnad|avgift|maksu|kulut|zuschlag|toeslag|gebyr|felar|rabatt|nachlass|korting|alennus|kedvezmeny|steuer|belasting|vero|summe|betrag|preis|bedrag|belopp|sum|hinta/

const COUNT = /(?:^|\s)(?:jumlah|antal|antall|aantal|menge|anzahl|kolicina|adet)\s*[:：]?\s*\d{1,4}$/u

/** Scripts that are written without spaces have no word starts; Hangul stands decomposed after folding. */
const UNSPACED =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\u1100-\u11ff\uac00-\ud7ff]/

interface Phrase {
  words: string
  kind: LabelKind
}

/** Phrases by their first word; those of unspaced scripts in one list. Two thousand alternatives in one expression
 * take ten times as long to compile and to run. Those beyond ASCII are folded only for a page that has such words. */
interface Index {
  spaced: Map<string, Phrase[]>
  unspaced: Phrase[]
}

let ascii: Index | null = null
let beyond: Index | null = null

const ASCII = /^[ -~\s]*$/

function indexed(plain: boolean): Index {
  const spaced = new Map<string, Phrase[]>()
  const unspaced: Phrase[] = []
  for (const [kind, list] of LISTS) {
    // Those in ASCII are written as folding leaves them; the others are folded a list at a time, which is much quicker.
    for (const raw of (plain ? list : fold(list)).split('|')) {
      const words = raw.trim()
      if (words === '' || ASCII.test(words) !== plain) continue
      if (!plain && UNSPACED.test(words)) {
        unspaced.push({ words, kind })
        continue
      }
      const first = FIRST_RUN.exec(words)?.[0] ?? ''
      const known = spaced.get(first)
      if (known === undefined) spaced.set(first, [{ words, kind }])
      else known.push({ words, kind })
    }
  }
  return { spaced, unspaced }
}

export const LISTS: [LabelKind, string][] = [
  ['noise', NOISE],
  ['gift_card', GIFT_CARD],
  ['subtotal', SUBTOTAL],
  ['discount', DISCOUNT],
  ['tip', TIP],
  ['shipping', SHIPPING],
  ['tax', TAX],
  ['fee', FEE],
  ['grand', GRAND],
  ['total', TOTAL],
]
const RUN = /[\p{L}\p{N}]+/gu
const FIRST_RUN = /[\p{L}\p{N}]+/u
const LETTER = /^[\p{L}\p{N}]/u

/** A letter beyond ASCII; "×", "–" and "€" stand on every page. */
const FOREIGN = /(?![ -~])\p{L}/u

/** The lists that a folded text is looked up in; those beyond ASCII are made for a page that has such words. */
function indexesFor(text: string): Index[] {
  ascii ??= indexed(true)
  if (!FOREIGN.test(text)) return [ascii]
  beyond ??= indexed(false)
  return [ascii, beyond]
}

/**
 * Kinds that a folded label names, each with the place where it does so first; of two that begin at one place the longer
 * words come first ("tổng tiền hàng", the goods, begins with "tổng tiền", the total).
 */
function kindsIn(core: string): Map<LabelKind, number> {
  const found = new Map<LabelKind, number>()
  const indexes = indexesFor(core)
  RUN.lastIndex = 0
  for (let run = RUN.exec(core); run !== null; run = RUN.exec(core)) {
    for (const { spaced } of indexes) {
      for (const { words, kind } of spaced.get(run[0]) ?? []) {
        const place = run.index - words.length / 1_000
        if ((found.get(kind) ?? Number.POSITIVE_INFINITY) <= place) continue
        if (!core.startsWith(words, run.index)) continue
        if (LETTER.test(core.slice(run.index + words.length, run.index + words.length + 2))) continue
        found.set(kind, place)
      }
    }
  }
  const unspaced = indexes[1]?.unspaced
  if (unspaced !== undefined && UNSPACED.test(core)) {
    for (const { words, kind } of unspaced) {
      const at = core.indexOf(words)
      const place = at - words.length / 1_000
      if (at >= 0 && place < (found.get(kind) ?? Number.POSITIVE_INFINITY)) found.set(kind, place)
    }
  }
  return found
}

/** Whether any word of a folded text begins a phrase: most texts of a page end here. */
function mayName(text: string): boolean {
  const indexes = indexesFor(text)
  if (indexes.length > 1 && UNSPACED.test(text)) return true
  for (const word of text.match(RUN) ?? []) {
    for (const { spaced } of indexes) if (spaced.has(word)) return true
  }
  return MAY_COMPOUND.test(text)
}

/** What kind of line a label names. Labels longer than a line are prose and name nothing. */
export function labelKind(label: string): LabelKind {
  // The same words are asked about at every step up from an amount, and again at the next reading.
  let kind = judged.get(label)
  if (kind === undefined) {
    kind = judgeLabel(label)
    if (judged.size > 2_000) judged.clear()
    judged.set(label, kind)
  }
  return kind
}

const judged = new Map<string, LabelKind>()

function judgeLabel(label: string): LabelKind {
  const whole = fold(label.slice(0, 400))
  if (whole === '' || whole.length > 160) return 'none'
  if (PER_INSTALMENT.test(whole)) return 'noise'
  if (!mayName(whole)) return 'none'
  const cleared = whole
    .replace(/^[(（]([^)）]*)[)）]$/u, '$1')
    .replace(/\([^)]*\)/g, ' ')
    .replace(/（[^）]*）/g, ' ')
    .replace(INCLUDES, ' ')
    .trim()
  // "Jumlah 2": a count, in words that elsewhere mean the total.
  const core = cleared.replace(COUNT, ' ').trim()
  if (core === '') {
    const led = LEADING.test(whole) ? labelKind(whole.replace(LEADING, '')) : 'none'
    return led === 'total' || led === 'grand' ? led : 'none'
  }
  const hits = kindsIn(core)
  if (hits.size === 0) for (const [kind, test] of COMPOUNDS) if (test.test(core)) hits.set(kind, 0)
  const isTotal = hits.has('grand') || hits.has('total')
  // "Grand total" beside a word of another list ("Total to pay now with gift card") is still the total.
  if (hits.has('noise') && !hits.has('grand')) return 'noise'
  if (isTotal && EXCLUDES.test(whole)) return 'subtotal'
  for (const kind of ['gift_card', 'subtotal', 'discount', 'tip', 'shipping', 'tax', 'fee'] as const) {
    const at = hits.get(kind)
    // The words for the total come first and cover the other kind's words ("amount to pay", "à payer").
    if (at !== undefined && (hits.get('grand') ?? Number.POSITIVE_INFINITY) > at) return kind
  }
  if (hits.has('grand')) return 'grand'
  // "Amount", "sum" and "total" are words of prose and of product names, too.
  return hits.has('total') && core.split(' ').length <= 7 ? 'total' : 'none'
}
