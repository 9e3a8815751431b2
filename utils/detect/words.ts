import { composed } from './composed.ts'
/**
 * What pay controls are called, language by language, compiled from the locale files of shop systems and payment forms
 * and the statutory order-button wordings of the EU, reviewed by hand (a locale file has "Agar tempat" for "place order").
 *
 * Three strengths, because the same word stands on both kinds of control: `strong` says by itself that money moves,
 * `medium` nearly ("Pay"), `weak` only in a checkout ("Confirm", "Subscribe"). `negative` is what a look-alike says.
 * A phrase is a regular expression over the name in lower case without accents; `_` is optional white space.
 */
import { normaliseName } from './names.ts'

export const STRONG = `
(?:place|submit|complete|confirm|finish|finali[sz]e|send) (?:my |your |the |this )?(?:order|purchase|payment|booking|reservation)
(?:confirm|agree|accept|review|order|buy|book|subscribe|submit|sign|donate|reserve) (?:and|&|\\+) (?:pay|buy|order|purchase|place)
(?:make|confirm|complete|authori[sz]e|process|send) (?:a |this |the |my )?(?:payment|purchase|subscription|membership)
(?:confirm|agree|accept) (?:and|&|\\+) (?:subscribe|book|order|donate|reserve)|finish checkout|complete (?:my )?donation|je valide (?:ma|mon) (?:commande|paiement)|(?:valider|effectuer) mon paiement
pay (?:now|in full|securely|with card|by card|and)
complete checkout|start (?:paid |my )?(?:subscription|membership)
zahlungspflichtig|kostenpflichtig|jetzt (?:be)?zahlen|bestellung (?:aufgeben|abschlie(?:ss|ß)en|absenden|abschicken|bestatigen)|jetzt bestellen|kauf (?:abschlie(?:ss|ß)en|bestatigen)|zahlung bestatigen
obligation de paiement|commander et payer|passer (?:la |ma )?commande|payer maintenant|(?:valider|confirmer|finaliser) (?:et payer|(?:la |ma |le |mon |l.)?(?:commande|achat|paiement))
obligacion de pago|(?:realizar|confirmar) (?:el |mi |la )?(?:pedido|compra|pago)|pagar ahora
obbligo di pagamento|(?:effettua|conferma|invia|completa) (?:l.|il tuo |il |la )?(?:ordine|acquisto|pagamento)|paga (?:ora|adesso)|ordina e paga
fazer pedido|pagar agora|(?:confirmar|concluir) (?:o |a |seu )?(?:pedido|compra|pagamento)
betalingsverplichting|(?:plaats|bevestig) (?:de |je |mijn |uw )?bestelling|bestelling (?:plaatsen|bevestigen|afronden)|nu betalen|bestel(?:len)? en betaal
zamawiam|obowiazkiem zap[lł]aty|kupuje i p[lł]ace|(?:z[lł]oz|potwierdz) zamowienie
(?:slutfor|bekrafta|lagg|genomfor) (?:min )?(?:kop|bestallning)\\w*|betala nu
afgiv (?:ordre|bestilling)|(?:gennemf[oø]r|bekr[aæ]ft) (?:k[oø]b|ordre|bestilling)|betal nu
legg inn bestilling|(?:fullf[oø]r|bekreft) (?:kj[oø]p|bestilling)\\w*
(?:vahvista|laheta|viimeistele) (?:tilaus|osto)|tee tilaus|maksa nyt|tilaa ja maksa
(?:dokoncit|odeslat|potvrdit) (?:objednavku|nakup|platbu)|objednat (?:a zaplatit|s povinnosti platby)|objednavka zavazujici
(?:meg)?rendeles (?:elkuldese|leadasa|veglegesitese)|megrendelem|fizetesi kotelezettseg
plaseaza comanda|plasare comanda|(?:finalizeaza|confirma) comanda
siparisi? (?:ver|tamamla|onayla)|odemeyi (?:yap|tamamla|onayla)
подтвердить (?:заказ|оплату|покупку)|оплатить (?:заказ|сеичас)|разместить заказ
розмістити замовлення|підтвердити (?:замовлення|оплату)|замовлення з оплатою
تقديم الطلب|ادفع الان|تاكيد (?:الشراء|الطلب|الدفع)
בצע הזמנה|אישור (?:הזמנה|תשלום)|שלם עכשיו
ऑर्डर (?:करें|दें)|अभी भुगतान|भुगतान करें
สั่งซื้อสินค้า|ยืนยันการ(?:สั่งซื้อ|ชำระเงิน)
xac nhan (?:đ?on hang|thanh toan|mua)|[dđ]at hang|thanh toan ngay
buat pesanan|bayar sekarang|konfirmasi (?:pesanan|pembayaran)
提交[订訂][单單]|立即(?:支付|付款)|[确確][认認](?:支付|付款|[购購][买買]|下[单單])|下[订訂][单單]|完成您的[订訂][单單]|[结結][账帳]并付款
注文を(?:確定|完了)|注文確定|注文する|購入(?:する|を確定)|支払う|支払いを確定
결제하기|주문 확정|결제 완료
αποστολη παραγγελιας|ολοκληρωση παραγγελιας|πληρωμη τωρα|επιβεβαιωση (?:αγορας|παραγγελιας|πληρωμης)|παραγγελια με υποχρεωση πληρωμης
completar? (?:tu |su |el |mi )?(?:pedido|compra)|terminer (?:votre |ma |la )?commande|(?:zahlung|kauf|bestellung) (?:durchfuhren|tatigen)
aankoop (?:bevestigen|afronden)|(?:bestellen|bestelling) met betaal(?:ings)?verplichting|potwierdz (?:zakup|p[lł]atnosc)|zaloz zamowienie|sfinalizuj (?:zakup|zamowienie)
objednat s povinnostou platby|(?:potvrdte|potvrdit|odoslat|dokoncit) (?:nakup|objednavku|platbu)|(?:fizetes|vasarlas|rendeles) (?:jovahagyasa|megerositese|befejezese)
(?:confirma(?:ti)?|trimite|finalizati) (?:achizitia|comanda|plata)|comanda cu obligatia
поръчка със задължение за плащане|направи(?:те)? поръчка|(?:потвърди|завърши|изпрати)(?:те)? (?:поръчката|плащането)
naruci(?:te)? (?:uz|s) obvez\\w* placanja|(?:potvrdi|zavrsi|posalji|kreiraj)(?:te)? (?:kupnju|kupovinu|narudzbu|narudzbinu|placanje)|(?:потврди|креира)\\w* (?:куповину|поруџбину|наруџбину)
(?:oddaj|potrdi|zakljuci)(?:te)? (?:narocilo|nakup)|narocilo z obveznostjo placila|potrditev nakupa
(?:pateikti|patvirtinti) (?:uzsakyma|mokejima|pirkima)|uzsakymas su (?:isipareigojimu|pareiga)|(?:veikt|apstiprinat|nosutit|iesniegt) pasutijumu|pasutijums ar pienakumu|(?:esita|kinnita|vormista) (?:tellimus|ost)|tellimus (?:koos )?maksekohustusega
stadfesta (?:kaup|pontun)|ganga fra kaupum|shkruaj porosine|konfirmo (?:porosine|blerjen)|захиалга хиих|төлбөр хиих|размесц\\w+ замову|оформити заявку
نهایی کردن (?:خرید|سفارش)|ثبت (?:سفارش|خرید)|(?:تایید|تاييد|تأیید) و پرداخت|تکمیل (?:خرید|سفارش)|پرداخت نهایی
selesaikan pesanan|(?:sahkan|hantar) (?:pesanan|pembayaran)|siparisinizi (?:tamamlayin|onaylayin)|hoan tat (?:[dđ]on hang|thanh toan|[dđ]at hang)
購入を確認|ご?注文を確認して確定|구매 ?확인|구매 ?완료|주문 ?완료|অর্ডার (?:করুন|দিন|নিশ্চিত)|ஆர்டர் செய்|آرڈر (?:کریں|دیں)|भुगतान पूरा|खरीदारी (?:पूरी|की पुष्टि)
verbindlich (?:buchen|bestellen|reservieren|kaufen)|betaal(?:ings)?plicht|zavazne (?:objednat|koupit)|plaas bestelling|facer pedido|ఆర్డర్ చేయండి|ઓર્ડર કરો|ಆರ್ಡರ್ ಮಾಡಿ|ഓർഡർ ചെയ്യുക|შეკვეთის (?:გაფორმება|დადასტურება)|ສັ່ງຊື້|ඇණවුම් කරන්න
ik bestel|godkend k[oø]b|gennemf[oø]r betaling|bekrafta (?:order|bestallning|betalning)|odeme(?:yi)? yap|selesaikan pembayaran|お?支払いを(?:完了|確定|実行)|立即[結结][帳账帐]|בצע תשלום|sifarisi (?:tesdiqle|tamamla)|realitzar? (?:la )?comanda|ilagay ang order
pay (?:the |my |your |this )?(?:bill|balance|invoice|fine|deposit)|confirm top.?up|alisverisi tamamla|gui [dđ]on hang|tilaa ja sitoudu maksamaan|buat (?:bayaran|pembayaran)
тапсырыс беру|төлем жасау|буйрутма берүү|buyurtma berish|буюртма бериш|sifarisi? ver|odenis et|نهایی سازی سفارش
完成[結结][帳賬账]|[確确][認认][結结][帳賬账]|送出訂購|この内容で申し込む|주문 ?접수|បញ្ជាក់ការបញ្ជាទិញ|အော်ဒါ(?:တင်|အတည်ပြု)|ຢືນຢັນການ(?:ສັ່ງຊື້|ຊໍາລະ)`

export const MEDIUM = `
pay|purchase|make this purchase|(?:order|purchase) now|place order now
zahlen|bezahlen|payer|pagar|pagare|paga|betalen|betaal|zap[lł]ac|płace|betala|betal|maksa|zaplatit|fizetek|megvasarolom|plateste|ode
оплатить|заплатить|сплатити|оплатити|ادفع|दे भुगतान|שלם|ชำระ|จ่ายเงิน|thanh toan|bayar|membayar|支付|付款|下[单單]|確定|결제|지불|주문하기|πληρωμη
zahle|pague|плати(?:те)?|پرداخت|دفع|plati(?:te|ti)?|platiti|placaj(?:te)?|placilo|fizetese|greida|sumoketi|moketi|maksat|odenis
payez|оплатите|платете|плащам|πληρωστε|apmoketi|سداد|سدد|決済する|ادائیگی کریں|पेमेंट करें|पेमेंट करा|পেমেন্ট করুন|পরিশোধ করুন|செலுத்து|చెల్లించండి|ચૂકવો|ಪಾವತಿಸಿ|പണമടയ്ക്കുക|ਭੁਗਤਾਨ ਕਰੋ|ගෙවන්න|გადახდა|ຊໍາລະ|ငွေပေးချေ|ይክፈሉ|paguaj
төлеу|төлөө|төлөх|to.lash|тулаш|გადაიხადე|վճարել|аплаціць|oplac|uhradit|tasun|tasuda|maksan|maksma|apmaksat|samaksat|borga|заплати(?:те)?|achita(?:ti)?|भुक्तानी गर्नुहोस्|चुक्ता गर्नुहोस्|चुकवा|ચુકવણી કરો|je paie|បង់ប្រាក់|ទូទាត់`

export const WEAK = `
buy(?: it)?(?: now)?|order|place|subscribe|donate|confirm|submit|complete|finish|book(?: now)?|reserve|authori[sz]e|approve|agree|check ?out|get it now|start (?:my |your )?(?:free )?trial|(?:donate|subscribe|give|book|reserve|upgrade|renew|join|check ?out|top up) (?:now|today)|give|top up|(?:buy|purchase|get) tickets?|jetzt spenden|doneer nu|k[oø]be|[dđ]at mua|اتمام الشراء|اطلب الان|תשלום|לתשלום|start subscription
kaufen|jetzt kaufen|bestellen|bestatigen|abonnieren|buchen|spenden|commander|commande|acheter(?: maintenant)?|confirmer|valider|s.abonner|reserver|comprar(?: ahora| agora)?|pedido|confirmar|finalizar(?: (?:la |mi |o )?(?:compra|pedido))?|completar pedido|suscribirse
ordina|acquista(?: ora)?|conferma|abbonati|kopen|nu kopen|bestellen|bevestigen|afrekenen|kup(?: teraz)?|zamow|potwierdz|kop(?: nu)?|bestall|bekrafta|k[oø]b(?: nu)?|bekr[aæ]ft|kj[oø]p(?: na)?|bekreft|osta(?: nyt)?|tilaa|vahvista
koupit|objednat|potvrdit|megrendeles|rendeles|fizetes|trimite comanda|cumpara(?: acum)?|confirma|satin al|hemen al|onayla|заказать|купить(?: сеичас)?|оформить(?: заказ)?|подтвердить|оформити|купити|замовити|підтвердити
اشتر(?: الان)?|تاكيد|अभी खरीदें|पुष्टि करें|קנה(?: עכשיו)?|אישור|הזמן|สั่งซื้อ|ซื้อเลย|ยืนยัน|ชำระเงิน|mua ngay|beli(?: sekarang)?|konfirmasi|pesan|立即[购購][买買]|[购購][买買]|[确確][认認](?:[订訂][单單])?|注文|購入|구매하기|주문|구독|παραγγελια|αγορα
je (?:donne|fais un don)|ich spende|quiero donar|ik (?:doneer|geef)|io dono|naruci(?:te)?|poruci(?:te)?|uzsakyti|pirkti|pasutit|pirkt|telli|osta kohe|panta|купи(?:те)? сега|поръчаи|наручи
request to book|faire un don|je m.abonne|hacer un donativo|pedir|abbonati|dona|encomendar|quero assinar|boeken|doneer|rezerwuje|subskrybuj|kupuje|zamawiam|kupit|bestil|vasarlas|megveszem|comanda|плащане|купи|kupi|забронировать|اشترك|רכישה|خرید|এখনই কিনুন|donasi|donate|预订|預訂|訂購|確認訂購|完成訂購|確認結帳|予約する|예약하기|구독하기|จอง|บริจาค|สั่งสินค้า
assin(?:ar|e)(?: agora| ja)?|suscribirme|suscribete|abonneren|prenumerera|пожертвовать|пожертвувати
koop (?:nu|nou)|tasu kohe|regler|abonar|gerar pix|bestill|kaupa|rendelek|objednavam|naroci(?:te)?|narucujem|placanje|поручи(?:те)?|поръчвам|нарачај(?:те)?|замовіць|купіць|сатып алу|сатып алуу|захиалах|худалдан авах|sotib olish|خریدیں|الدفع
ყიდვა|შეკვეთა|იყიდე(?: ახლა)?|պատվիրել|գնել|किन्नुहोस्|खरीदें|खरेदी करा|पैसे द्या|வாங்கு|కొనండి|ಖರೀದಿಸಿ|വാങ്ങുക|ખરીદો|ਖਰੀਦੋ|ਆਰਡਰ ਕਰੋ|ይግዙ|申し込む|お?申込|[結结][帳賬账]|បញ្ជាទិញ|ទិញឥឡូវ(?:នេះ)?|ຊື້ດຽວນີ້|ສັ່ງຊື້|မှာယူ(?:မည်)?|ဝယ်ယူ(?:မည်)?|ดำเนินการสั่งซื้อ`

/** Verbs that pay where the name says how much, and elsewhere lead to help, a form or a film. */
const PRICED = `
support|send|tip|contribute|pledge|chip in|soutenir|unterstutzen|apoyar|apoiar|sostieni|steun|wesprzyj|поддержать|пополнить|підтримати|поповнити|充值|赞助|応援する|후원`

const NEGATIVE = `
(?:add|move|save|back|return|proceed|continue|go) (?:to|for)|(?:in|to) (?:my |your )?(?:cart|bag|basket|trolley|wishlist)|view|edit|change|update|remove|delete|cancel|apply|track|repeat|replace|print|share|compare|how|learn|why|terms|(?:privacy|refund|returns?|shipping|cookie|our|the) policy|policies
cart|basket|coupon|promo|voucher|gift card|discount|newsletter|email updates|notify|wish ?list|later|methods?|options?|history|details|status|log ?in|sign ?(?:in|up)|register|search|without signing|faq|help|app|calculator|next step|review order
warenkorb|gutschein|anmelden|zahlungsarten?|zahlart|zur kasse|weiter|panier|bon de reduction|mode de paiement|connexion|carrito|cupon|metodo de pago|modo de pago|carrello|codice sconto|metodo di pagamento|carrinho|cupom|cupao|metodo de pagamento|winkelwagen|betaalmethode|koszyka?|kupon|metod[ey] p[lł]atnosci|varukorg\\w*|betalningsmetod|kurv\\w*|betalingsmetode|handlekurv|koriin|maksutapa|kosiku?|kosar\\w*|cosu?l?|metoda de plata|sepet\\w*|odeme yontemi\\w*
корзин\\w*|купон|способ оплаты|кошик|спосіб оплати|السل\\w*|طريقة الدفع|עגלה|अपने कार्ट|कार्ट|รถเข็น|วิธีการชำระเงิน|gio hang|keranjang|metode pembayaran|[购購]物[车車]|去支付|支付方式|付款方式|[优優]惠|カート|支払い?方法|購入手続き|장바구니|결제 수단|καλαθι|τροπο πληρωμης
ga (?:til|till|naar)|ir (?:a|al|para)|vai (?:a|al|alla)|aller (?:a|au)|idi na|na blagajno|eiti|doties|mine (?:edasi)|den trang|ke (?:pembayaran|checkout)|انتقل|الانتقال|מעבר|להמשך|click to pay|手続き|入力|passer (?:au|a la|a l)|(?:single|multiple|two|another|different|new|other) (?:card|cards|way|ways|method)
phuong thuc|결제 ?수단|proceed|continue to|weiter (?:zu|zur|zum)|poursuivre|continuer vers|procedi|prosegui|continua con|proceder|continuar (?:a|para|con|con el)|siguiente|prosseguir|doorgaan|verder naar|fortsatt|fortsaet|fortsett|jatka|siirry|przejdz|kontynuuj|dalej|pokracovat|prejit|tovabb|folytatas\\w*|mergi|continua(?:ti)? (?:spre|catre)|nastavi(?:te)?|nadaljuj(?:te)?|naprej|перейти|продолжить|далее|продовжити|далі|продължи(?:те)?|напред|devam|gec|lanjut|teruskan|tiep tuc|συνεχεια|μεταβαση
einloggen|se connecter|iniciar sesion|accedi|inloggen|logga in|log ind|logg inn|zaloguj|prihlasit|bejelentkezes|воити|увіити|giris yap|dang nhap|ログイン|登[录錄入]|로그인|تسجيل الدخول|ورود|เข้าสู่ระบบ
(?:buy|order|purchase|book) (?:it |this |them )?again|re-?order|continue shopping|keep shopping|(?:re)?acheter a nouveau|commander a nouveau|nochmals? (?:kaufen|bestellen)|erneut (?:kaufen|bestellen)|(?:comprar|pedir) (?:de nuevo|otra vez|novamente)|ordina di nuovo|kup ponownie|zamow ponownie|zrusit|anuluj|odustani|отмен\\w*|отказаться|скасувати|iptal|huy|batal(?:kan)?|تغییر|تغيير|روش|نشده|avbryt|annuller|peruuta|الغاء|ביטול|tien hanh thanh toan
savoir plus|mehr erfahren|mas informacion|scopri di piu|saiba mais|meer info|las mer|laes mere|dowiedz sie|подробнее|詳しく|了解更多|자세히
再度(?:購入|注文)|再(?:購入|注文)|もう一度(?:購入|注文)|再次[购購][买買]|再[来來]一[单單]|重新[购購][买買]|재(?:구매|주문)|다시 (?:구매|주문)|取消|キャンセル|취소|ยกเลิก|状況|履歴|一覧|へ$|へ[進戻]|詳情|详情|查看|조회|내역
ดำเนินการต่อ|ถัดไป|進む|次へ|继续|繼續|前往|下一步|계속|다음|आगे|जारी|متابعة|التالي|המשך|ادامه|بعدی
fortsæt|edasi|payment plans?|odenis usulu|na placilo|[dđ]en trang|metod[yi] platby|(?:change|choose|select|add) (?:a |the |your )?(?:card|payment)
待(?:付款|支付)|ไปที่ชำระ|วิธีชำระ|ช่องทาง(?:การ)?ชำระ|결제 ?(?:페이지|방법)|לעמוד התשלום`

export type Strength = 'strong' | 'medium' | 'weak' | 'none'

/** "Continue and pay": what follows the "and" settles it. */
export const DECISIVE = `
\\w+ (?:and|&|\\+) (?:pay|buy|place (?:the |my |your )?order|purchase)
\\w+ (?:und (?:be)?zahlen|et payer|y pagar|e pagare|e paga|e pagar|en betalen|och betala|og betal|ja maksa|i zap[lł]ac|a zaplatit|es fizetes|si plat\\w+|и оплатить|и заплатить|(?:і|та) (?:сплатити|оплатити)|и плат\\w+|ve ode\\w*|ir (?:ap|su)?moketi|i plat\\w+|in placa\\w+|και πληρωμη|και πληρωστε|e pagare|e paga|dan bayar|va thanh toan|og greida|und bestellen|et commander|y (?:pedir|comprar)|e (?:ordina|acquista)|och (?:bestall|kop)|og (?:bestil|kob|kjop)|ja (?:tilaa|telli)|i (?:zamawiam|kup)|a objednat|si comanda|и (?:заказать|купить)|ve siparis ver|و پرداخت|और भुगतान करें|ושלם|ותשלום|va to.lash|және төлеу|եւ վճարել|და გადახდა|dhe paguaj|i pagar|en betaal|og borga)
(?:אשר|אישור) ו(?:שלם|תשלום)
(?:して|し)(?:お?支払|決済)|[并並](?:支付|付款)|하고 결제|และชำระ(?:เงิน)?`

/** "Buy now" buys as "buy" does. */
const NOW =
  /(?<!\p{L})(?:now|today|jetzt|sofort|maintenant|ahora|ya|ora|adesso|agora|ja|nu|direct|teraz|ihned|hned|nyt|heti|most|azonnal|acum|сега|τωρα|sada|odmah|zdaj|takoj|сеичас|зараз|hemen|simdi|الان|עכשיו|اکنون|अभी|sekarang|ngay)(?!\p{L})|立即|马上|馬上|今すぐ|지금 ?|바로 ?|เลย|ทันที/gu

/** "Sign in and pay" signs in; "delivery and payment" is the name of a step. */
const SIGNS_IN =
  /^\P{L}*(?:(?:delivery|shipping|versand|livraison|envio|entrega|spedizione|dostaw|doprav|szallit|livrare|доставк|dostav)\p{L}*|log ?in|sign ?in|anmelden|einloggen|se connecter|iniciar sesion|accedi|inloggen|logga in|log ind|logg inn|zaloguj|prihlasit|воити|увіити)(?!\p{L})/u
/** "Give 20 € a month": how often comes after the amount and changes nothing about the verb. */
const INTERVAL =
  / (?:(?:per|a|an|each|every|par|chaque|pro|im|al|por|cada|ogni|om|i) )?(?:month(?:ly)?|year(?:ly)?|mois|monat(?:lich)?|jahr(?:lich)?|mes|ano|mese|anno|maand|jaar|manaden|maneden|miesiecznie|mesicne)$/u

export interface NameVerdict {
  strength: Strength
  /** The name is that word alone, but for an amount. */
  exact: boolean
  negative: boolean
}

/** Unspaced scripts have no word ends to look for. */
const SPACED = '[\\p{L}\\p{N}]'

let compiled: Record<
  'strong' | 'medium' | 'alone' | 'weak' | 'priced' | 'negative' | 'decisive',
  RegExp
> | null = null

/** Tables may be written with accents; names come without. */
function folded(table: string): string {
  return table
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u064b-\u0655]/g, '')
    .normalize('NFC')
    .replace(/\u0e4d\u0e32/g, '\u0e33')
}

function compile(table: string, whole: boolean): RegExp {
  const lines = folded(table).trim().split('\n')
  const spaced = lines.flatMap(phrases).filter((phrase) => !UNSPACED.test(phrase))
  const unspaced = lines.flatMap(phrases).filter((phrase) => UNSPACED.test(phrase))
  // "\\w" of the tables is any letter, not only a Latin one.
  const words = `(?<!${SPACED})(?:${spaced.join('|').replaceAll('\\w', SPACED)})(?!${SPACED})`
  const body = unspaced.length > 0 ? `${words}|${unspaced.join('|')}` : words
  return new RegExp(whole ? `^\\P{L}*(?:${body})\\P{L}*$` : body, 'u')
}

export const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/

/** The alternatives of a line: `|` outside brackets parts them. */
export function phrases(line: string): string[] {
  const found: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i <= line.length; i++) {
    const char = line[i]
    if (char === '(' || char === '[') depth++
    else if (char === ')' || char === ']') depth--
    else if (char === undefined || (char === '|' && depth === 0)) {
      found.push(line.slice(start, i))
      start = i + 1
    }
  }
  return found
}

/** Signs of money beside a number: symbols, codes, and the abbreviations that shops print. */
const SIGN =
  '(?:\\p{Sc}|(?<!\\p{L})(?:usd|eur|gbp|jpy|cny|rmb|inr|krw|chf|sek|nok|dkk|pln|czk|huf|ron|rsd|bgn|try|tl|cad|aud|nzd|brl|mxn|ars|clp|cop|pen|vnd|idr|rp|myr|rm|php|thb|sgd|hkd|twd|zar|kes|ngn|egp|sar|aed|kwd|qar|bhd|omr|ils|kzt|uah|rub|rs|isk|mkd|gel|amd|azn|byn|bdt|pkr|lkr|npr|tnd|jod|dzd|kgs|uzs|mdl|lbp|iqd|gtq|crc|dop|uyu|pyg|xof|xaf|fcfa|etb|ghs|tzs|ugx|khr|lak|mmk|mnt|tk|dt|jd|kd|fr|sfr|dh|dhs|ft|kr|lei|leu|din|zl|zł|kc|kč|лв|руб|р|грн|дин|ден|денари|тг|тенге|теңге|сом|сум|so.m|манат|manat|евро|evra|dinara|динара|vnđ|đ)(?!\\p{L})|(?:us )?dollars?|euros?|pounds|yen|rupees|рублей|:-|元|円|원|টাকা|روپے|đ[oồ]ng|圓|บาท|ريال|ریال|درهم|جنيه|دينار|تومان|ر\\.س|د\\.إ|ج\\.م|د\\.ك|ر\\.ق|ש"ח|ש״ח)'
const AMOUNT = new RegExp(`${SIGN}\\.?\\s*\\p{Nd}|\\p{Nd}[\\p{Nd}.,٫٬’'\\s]*${SIGN}`, 'iu')
const WRITTEN_AMOUNT = new RegExp(`${SIGN}?\\.?\\s*\\p{Nd}[\\p{Nd}.,٫٬’'\\s]*${SIGN}?`, 'giu')

export function hasAmount(text: string): boolean {
  return AMOUNT.test(text)
}

/** How much the accessible name of a control says about paying. Compiled at the first press, not at page load. */
export function judgeName(name: string): NameVerdict {
  compiled ??= {
    strong: compile(STRONG, false),
    medium: compile(MEDIUM, false),
    alone: compile(MEDIUM, true),
    decisive: compile(DECISIVE, false),
    weak: compile(WEAK, true),
    priced: compile(PRICED, true),
    negative: compile(NEGATIVE, false),
  }
  const text = normaliseName(name)
  const bare = text.replace(WRITTEN_AMOUNT, ' ').replace(/\s+/g, ' ').trim().replace(INTERVAL, '')
  const timeless = bare.replace(NOW, ' ').replace(/\s+/g, ' ').trim()
  const decisive = compiled.decisive.test(text) && !SIGNS_IN.test(text)
  const negative = !decisive && compiled.negative.test(text)
  const priced = hasAmount(text) && compiled.priced.test(bare)
  const exact = compiled.alone.test(bare) || compiled.weak.test(bare)
  if (decisive || compiled.strong.test(text)) return { strength: 'strong', exact, negative }
  const made = composed(bare)
  if (made === 'strong') return { strength: 'strong', exact, negative }
  if (made === 'medium' || compiled.medium.test(text)) return { strength: 'medium', exact, negative }
  if (priced || compiled.weak.test(bare) || compiled.weak.test(timeless) || made === 'weak')
    return { strength: 'weak', exact, negative }
  return { strength: 'none', exact: false, negative }
}

const ADDS =
  /(?<!\p{L})(?:add(?: all)? to (?:my |your )?(?:cart|bag|basket|trolley)|(?:in|zum) (?:den )?(?:warenkorb|einkaufswagen)|ajouter au panier|(?:anadir|agregar) (?:al|a la) (?:carrito|cesta|carro|bolsa)|aggiungi al carrello|adicionar (?:ao carrinho|a sacola)|(?:in|toevoegen aan) (?:de |mijn )?winkel(?:wagen|mand\p{L}*)|lagg i (?:varukorg\p{L}*|kundvagn\p{L}*)|l(?:a|ae)g i (?:indkobs)?kurv\p{L}*|legg i handle\p{L}*|lisaa ostoskoriin|do (?:kosiku|kosika|koszyka)|kosarba|adauga in cos|(?:u|v) kosarico|dodaj (?:u|v) (?:korpu|kosarico)|sepete ekle|them vao gio(?: hang)?|(?:tambah(?:kan)? ke |masuk(?:kan)? (?:ke )?)?keranjang|в корзину|у кошик|в кошик|в количката|добави в количка\p{L}*|(?:προσθηκη )?στο καλαθι|(?:הוסף|הוספה) (?:לסל|לעגלה)|اضف (?:الى|ل)\p{L}* ?(?:السله|السلة|العربه|العربة)|افزودن به سبد\p{L}*|कार्ट में (?:जोड़ें|डालें)|(?:place|confirm|submit|raise) (?:a |my |your )?bid|gebot abgeben|jetzt bieten|encherir|pujar|fai un.offerta|licytuj|teklif ver|сделать ставку)(?!\p{L})|カートに(?:入れる|追加)|買い物かごに入れる|加入[购購]物[车車]|장바구니(?:에)? ?(?:담기|추가)|ใส่ตะกร้า|เพิ่ม(?:ลง|ไปยัง)?(?:ใน)?(?:ตะกร้า|รถเข็น)/u

/** Whether a control puts something into a cart: what stands beside it is for sale, not yet bought. */
export function namesAddingToCart(name: string): boolean {
  return name.length < 80 && ADDS.test(normaliseName(name))
}

const REVIEW =
  /(?<!\p{L})(?:(?:to|and|continue|next|step|your|go) ?(?:the |my |your )?review|review (?:order|your order|and continue|before)|(?:zur|bestellung|angaben) (?:uber)?pruf|ubersicht|verifier|recapitulatif|revisar|resumen|riepilogo|rivedi|rever|revisao|controleer|controleren|overzicht|podsumowanie|granska|gennemse|se over|tarkista|zkontrolovat|shrnuti|attekintes|ellenorzes|verifica comanda|gozden gecir|проверить|проверке|перевірити|مراجعة|סקירה|समीक्षा|ตรวจสอบ|xem lai|tinjau|ελεγχος)|确认页|核对|確認画面|内容を確認|입력 확인|주문 확인/u

/** Whether a control says that the order is shown once more before anything is paid. */
export function leadsToReview(name: string): boolean {
  return REVIEW.test(normaliseName(name)) && judgeName(name).strength !== 'strong'
}
