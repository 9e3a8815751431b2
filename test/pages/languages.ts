/** Words of real shop systems in thirty-four languages, with how each writes money. Public locale files, from memory of their use. */
export interface Language {
  /** BCP 47 tag of the page. */
  tag: string
  currency: string
  host: string
  subtotal: string
  shipping: string
  tax: string
  discount: string
  total: string
  /** The final control. */
  place: string
  /** A control that only goes on to another step. */
  next: string
  add: string
  /** From the cart to the checkout. */
  proceed: string
  newsletter: string
  login: string
  quantity: string
  coupon: string
  saved: string
  heading: string
  shipTo: string
  products: [string, string]
}

function language(row: string): Language {
  const cells = row.split('|').map((cell) => cell.trim())
  const cell = (at: number): string => {
    const text = cells[at]
    if (text === undefined || text === '') throw new Error(`${cells[0]}: column ${at} is empty`)
    return text
  }
  return {
    tag: cell(0),
    currency: cell(1),
    host: cell(2),
    subtotal: cell(3),
    shipping: cell(4),
    tax: cell(5),
    discount: cell(6),
    total: cell(7),
    place: cell(8),
    next: cell(9),
    add: cell(10),
    proceed: cell(11),
    newsletter: cell(12),
    login: cell(13),
    quantity: cell(14),
    coupon: cell(15),
    saved: cell(16),
    heading: cell(17),
    shipTo: cell(18),
    products: [cell(19), cell(20)],
  }
}

export const LANGUAGES: Language[] = [
  'en-US|USD|shop.example.us|Subtotal|Shipping|Sales tax|Discount|Total|Place order|Continue to payment|Add to cart|Proceed to checkout|Subscribe|Sign in|Quantity|Apply coupon|You save|Checkout|Ship to|Canvas Tote Bag|Wool Beanie',
  'en-GB|GBP|shop.example.co.uk|Subtotal|Delivery|VAT|Discount|Order total|Place your order|Continue to delivery|Add to basket|Go to checkout|Sign up|Log in|Qty|Apply|You saved|Checkout|Delivery address|Enamel Teapot|Oven Glove',
  'de-DE|EUR|laden.example.de|Zwischensumme|Versand|MwSt.|Rabatt|Gesamtsumme|Zahlungspflichtig bestellen|Weiter zur Zahlung|In den Warenkorb|Zur Kasse|Abonnieren|Anmelden|Menge|Gutschein einlösen|Sie sparen|Kasse|Lieferadresse|Leinenbeutel natur|Wollmütze',
  'fr-FR|EUR|boutique.example.fr|Sous-total|Livraison|TVA|Remise|Total|Commander avec obligation de paiement|Continuer vers le paiement|Ajouter au panier|Valider la commande du panier|S’inscrire|Se connecter|Quantité|Appliquer le code promo|Vous économisez|Paiement|Adresse de livraison|Sac en toile|Bonnet en laine',
  'es-ES|EUR|tienda.example.es|Subtotal|Envío|IVA|Descuento|Total|Realizar el pedido|Continuar con el pago|Añadir al carrito|Ir a la caja|Suscribirse|Iniciar sesión|Cantidad|Aplicar cupón|Ahorras|Finalizar compra|Dirección de envío|Bolsa de tela|Gorro de lana',
  'es-MX|MXN|tienda.example.mx|Subtotal|Envío|Impuestos|Descuento|Total a pagar|Pagar ahora|Continuar|Agregar al carrito|Proceder al pago del carrito|Suscríbete|Ingresar|Cant.|Usar cupón|Ahorraste|Pago|Enviar a|Taza de barro|Rebozo azul',
  'it-IT|EUR|negozio.example.it|Subtotale|Spedizione|IVA|Sconto|Totale|Effettua ordine|Continua con il pagamento|Aggiungi al carrello|Vai alla cassa|Iscriviti|Accedi|Quantità|Applica codice promozionale|Risparmi|Cassa|Indirizzo di spedizione|Borsa di tela|Berretto di lana',
  'pt-BR|BRL|loja.example.com.br|Subtotal|Frete|Impostos|Desconto|Total|Finalizar pedido|Continuar para pagamento|Adicionar ao carrinho|Ir para o checkout|Inscrever-se|Entrar|Quantidade|Aplicar cupom|Você economiza|Finalizar compra|Endereço de entrega|Caneca de cerâmica|Rede de algodão',
  'pt-PT|EUR|loja.example.pt|Subtotal|Portes de envio|IVA|Desconto|Total da encomenda|Confirmar encomenda e pagar|Continuar|Adicionar ao carrinho|Finalizar carrinho|Subscrever|Iniciar sessão|Quantidade|Aplicar cupão|Poupa|Pagamento|Morada de entrega|Azulejo pintado|Sabonete de oliva',
  'nl-NL|EUR|winkel.example.nl|Subtotaal|Verzending|Btw|Korting|Totaal|Bestelling plaatsen|Verder naar betaling|In winkelwagen|Naar afrekenen gaan|Inschrijven|Inloggen|Aantal|Kortingscode toepassen|Je bespaart|Afrekenen|Bezorgadres|Linnen tas|Wollen muts',
  'sv-SE|SEK|butik.example.se|Delsumma|Frakt|Moms|Rabatt|Totalt|Slutför köp|Fortsätt till betalning|Lägg i varukorgen|Till kassan|Prenumerera|Logga in|Antal|Använd rabattkod|Du sparar|Kassa|Leveransadress|Tygkasse|Ullmössa',
  'da-DK|DKK|butik.example.dk|Subtotal|Levering|Moms|Rabat|I alt|Afgiv ordre|Fortsæt til betaling|Læg i kurv|Gå til kassen|Tilmeld nyhedsbrev|Log ind|Antal|Anvend rabatkode|Du sparer|Kasse|Leveringsadresse|Stofpose|Uldhue',
  'nb-NO|NOK|butikk.example.no|Delsum|Frakt|Mva|Rabatt|Totalt|Legg inn bestilling|Fortsett til betaling|Legg i handlekurv|Gå til kassen|Abonner|Logg inn|Antall|Bruk rabattkode|Du sparer|Kasse|Leveringsadresse|Handlenett|Ullue',
  'fi-FI|EUR|kauppa.example.fi|Välisumma|Toimitus|ALV|Alennus|Yhteensä|Lähetä tilaus|Jatka maksamaan|Lisää ostoskoriin|Siirry kassalle|Tilaa uutiskirje|Kirjaudu|Määrä|Käytä alennuskoodi|Säästät|Kassa|Toimitusosoite|Kangaskassi|Villapipo',
  'pl-PL|PLN|sklep.example.pl|Kwota|Dostawa|VAT|Rabat|Razem|Zamawiam z obowiązkiem zapłaty|Przejdź do płatności|Dodaj do koszyka|Przejdź do kasy|Zapisz się|Zaloguj się|Ilość|Zastosuj kupon|Oszczędzasz|Zamówienie|Adres dostawy|Torba płócienna|Czapka wełniana',
  'cs-CZ|CZK|obchod.example.cz|Mezisoučet|Doprava|DPH|Sleva|Celkem|Objednat s povinností platby|Pokračovat k platbě|Přidat do košíku|Přejít k pokladně|Odebírat novinky|Přihlásit se|Množství|Použít kupón|Ušetříte|Pokladna|Doručovací adresa|Plátěná taška|Vlněná čepice',
  'sk-SK|EUR|obchod.example.sk|Medzisúčet|Doprava|DPH|Zľava|Spolu|Objednať s povinnosťou platby|Pokračovať k platbe|Pridať do košíka|Pokračovať do pokladne|Odoberať novinky|Prihlásiť sa|Množstvo|Použiť kupón|Ušetríte|Pokladňa|Dodacia adresa|Plátená taška|Vlnená čiapka',
  'hu-HU|HUF|bolt.example.hu|Részösszeg|Szállítás|ÁFA|Kedvezmény|Összesen|Megrendelés elküldése|Tovább a fizetéshez|Kosárba teszem|Tovább a pénztárhoz|Feliratkozás|Bejelentkezés|Mennyiség|Kupon beváltása|Megtakarítás|Pénztár|Szállítási cím|Vászontáska|Gyapjúsapka',
  'ro-RO|RON|magazin.example.ro|Subtotal|Livrare|TVA|Reducere|Total|Plasează comanda|Continuă spre plată|Adaugă în coș|Mergi la casă|Abonează-te|Autentificare|Cantitate|Aplică cuponul|Economisești|Finalizare comandă|Adresa de livrare|Sacoșă de pânză|Căciulă de lână',
  'bg-BG|EUR|magazin.example.bg|Междинна сума|Доставка|ДДС|Отстъпка|Общо|Поръчка със задължение за плащане|Продължете към плащане|Добавяне в количката|Към касата|Абонирайте се|Вход|Количество|Приложи купон|Спестявате|Плащане|Адрес за доставка|Платнена чанта|Вълнена шапка',
  'hr-HR|EUR|trgovina.example.hr|Međuzbroj|Dostava|PDV|Popust|Ukupno|Naruči uz obvezu plaćanja|Nastavi na plaćanje|Dodaj u košaricu|Na blagajnu|Pretplati se|Prijava|Količina|Primijeni kupon|Štedite|Blagajna|Adresa dostave|Platnena torba|Vunena kapa',
  'sl-SI|EUR|trgovina.example.si|Vmesni znesek|Dostava|DDV|Popust|Skupaj|Oddaj naročilo z obveznostjo plačila|Nadaljuj na plačilo|Dodaj v košarico|Na blagajno|Naroči se na novice|Prijava|Količina|Uporabi kupon|Prihranek|Blagajna|Naslov za dostavo|Platnena vreča|Volnena kapa',
  'el-GR|EUR|katastima.example.gr|Υποσύνολο|Μεταφορικά|ΦΠΑ|Έκπτωση|Σύνολο|Αποστολή παραγγελίας|Συνέχεια στην πληρωμή|Προσθήκη στο καλάθι|Μετάβαση στο ταμείο|Εγγραφή|Σύνδεση|Ποσότητα|Εφαρμογή κουπονιού|Κερδίζετε|Ταμείο|Διεύθυνση αποστολής|Πάνινη τσάντα|Μάλλινος σκούφος',
  'ru-RU|RUB|magazin.example.ru|Подытог|Доставка|НДС|Скидка|Итого|Подтвердить заказ|Перейти к оплате|В корзину|Оформить корзину|Подписаться|Войти|Количество|Применить купон|Вы экономите|Оформление заказа|Адрес доставки|Холщовая сумка|Шерстяная шапка',
  'uk-UA|UAH|kramnytsia.example.ua|Підсумок|Доставка|ПДВ|Знижка|Разом|Підтвердити замовлення|Продовжити до оплати|Додати в кошик|Перейти до каси|Підписатися|Увійти|Кількість|Застосувати купон|Ви економите|Оформлення замовлення|Адреса доставки|Полотняна сумка|Вовняна шапка',
  'tr-TR|TRY|magaza.example.com.tr|Ara toplam|Kargo|KDV|İndirim|Toplam|Siparişi onayla|Ödemeye geç|Sepete ekle|Sepeti tamamlamaya geç|Abone ol|Giriş yap|Adet|Kupon uygula|Kazancınız|Ödeme|Teslimat adresi|Bez çanta|Yün bere',
  'vi-VN|VND|cuahang.example.vn|Tạm tính|Phí vận chuyển|Thuế|Giảm giá|Tổng cộng|Đặt hàng|Tiếp tục đến thanh toán|Thêm vào giỏ hàng|Tiến hành giỏ hàng|Đăng ký|Đăng nhập|Số lượng|Áp dụng mã giảm giá|Tiết kiệm|Thanh toán|Địa chỉ giao hàng|Túi vải|Mũ len',
  'id-ID|IDR|toko.example.id|Subtotal|Ongkos kirim|PPN|Diskon|Total pembayaran|Buat pesanan|Lanjut ke pembayaran|Tambah ke keranjang|Lanjut dari keranjang|Berlangganan|Masuk|Jumlah|Pakai kupon|Anda hemat|Pembayaran|Alamat pengiriman|Tas kanvas|Topi wol',
  'th-TH|THB|ran.example.th|ยอดรวมย่อย|ค่าจัดส่ง|ภาษีมูลค่าเพิ่ม|ส่วนลด|ยอดรวมทั้งสิ้น|สั่งซื้อสินค้า|ดำเนินการต่อ|เพิ่มในรถเข็น|ไปยังรถเข็น|สมัครรับข่าว|เข้าสู่ระบบ|จำนวน|ใช้คูปอง|ประหยัด|ชำระเงิน|ที่อยู่จัดส่ง|กระเป๋าผ้า|หมวกไหมพรม',
  'ja-JP|JPY|mise.example.jp|小計|送料|消費税|割引|合計|注文を確定する|お支払い方法へ進む|カートに入れる|購入手続きへ|登録する|ログイン|数量|クーポンを適用|お得額|ご注文手続き|お届け先|帆布バッグ|ウールの帽子',
  'zh-CN|CNY|shangdian.example.cn|商品小计|运费|税费|优惠|应付总额|提交订单|下一步|加入购物车|去购物车结算|订阅|登录|数量|使用优惠券|已省|结算|收货地址|帆布包|羊毛帽',
  'zh-TW|TWD|shangdian.example.tw|小計|運費|稅金|折扣|總計|確認付款|下一步|加入購物車|前往購物車|訂閱|登入|數量|使用優惠券|已節省|結帳|收貨地址|帆布包|羊毛帽',
  'ko-KR|KRW|gage.example.kr|상품금액|배송비|부가세|할인|총 결제금액|결제하기|다음 단계|장바구니 담기|장바구니로 이동|구독|로그인|수량|쿠폰 적용|절약 금액|주문/결제|배송지|캔버스 가방|울 모자',
  'hi-IN|INR|dukaan.example.in|उप-योग|शिपिंग|जीएसटी|छूट|कुल राशि|ऑर्डर करें|आगे बढ़ें|कार्ट में डालें|कार्ट पर जाएँ|सदस्यता लें|लॉग इन|मात्रा|कूपन लागू करें|आपने बचाया|भुगतान|डिलीवरी का पता|कैनवास बैग|ऊनी टोपी',
  'ar-AE|AED|matjar.example.ae|المجموع الفرعي|الشحن|ضريبة القيمة المضافة|الخصم|الإجمالي|تأكيد الطلب|متابعة|أضف إلى السلة|عرض السلة|اشترك في النشرة|تسجيل الدخول|الكمية|تطبيق القسيمة|لقد وفرت|الدفع|عنوان الشحن|حقيبة قماش|قبعة صوف',
  'he-IL|ILS|hanut.example.co.il|סכום ביניים|משלוח|מע"מ|הנחה|סה"כ לתשלום|בצע הזמנה|המשך|הוספה לסל|מעבר לעגלה|הרשמה לניוזלטר|התחברות|כמות|הפעל קופון|חסכת|קופה|כתובת למשלוח|תיק בד|כובע צמר',
].map(language)
