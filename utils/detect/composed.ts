/**
 * "Place the order", in any language: a word for finishing something and a word for what is paid. Shops word the same
 * two ideas in ever new ways, so whole phrases alone miss one label in ten that nobody has collected.
 * Stems, folded as `normaliseName` folds; the order of the two words does not matter.
 */
import { normaliseName } from './names.ts'

/** Finishing verbs that carts do not use. */
const FINISHES =
  'paie regle oplac settle place submit confirm send authoris authoriz autoriz process finalise finalize complete abschliess aufgeb absend abschick bestatig tatig durchfuhr ausfuhr abgeb valid envoy effectu realiz(?!uj) efectu formaliz confirma conferm invi effettu conclud fazer efetu hacer haz hazle fare fai zrob skladam plaats bevestig afrond verzend verstuur voltooi bekrafta lagg genomfor skicka afgiv gennemfor bekraeft bekræft bekraft fuldfor bekreft legg plasser gjennomfor laheta vahvist suorit hyvaksy zloz potwierdz zatwierdz wysl potvrd odes odos zavaz dokonc elkuld leadas megerosit jovahagy plaseaz plasare trimit efectueaz произвест произведит провест внест направ потвърд изпрат подтверд размест отправ соверш подтвержд підтверд розміст відправ надісла potvrdi posalj kreira izvrs oddaj potrdi poslji потврд пошаљ креира αποστολ επιβεβαι υποβολ καταχωρ onayla gonder enviar esita kinnita vormista veikt apstiprin nosut iesnieg pateik patvirtin stadfest senda realitz пацвердз размясц размесц konfirm tesdiq konfirmas sahkan hantar xac שלח שליחת בצע ביצוע לביצוע אישור אשר تاكيد اكد ارسل ارسال تقديم تنفيذ ثبت تایید تاييد نهایی نهايي تصدیق مکمل پلیس पुष्टि पक्का पुष्टी নিশ্চিত কনফার্ম সম্পন্ন உறுதி నిర్ధార ದೃಢೀ സ്ഥിരീ પુષ્ટિ раста тастыкто ырасто берүү tasdiq დადასტურ հաստատ կատար аформ зраб испрат баталгааж өгөх ያስገ ያረጋግ'
/** The same in words that also lead from a cart to the checkout. */
const ENDS =
  'realizuj zrealizuj finaliz finalis finalizz termin complet conclu slutfor fullfor viimeistel sfinaliz finalizuj befejez veglegesit заверш заверш оформ завърш ολοκληρ tamamla bitir olustur pabeig uzbaig ganga zavrs dovrs zakljuc заврши selesaik lengkap hoan اتمام اتم اكمال اكمل تکمیل تكميل השלם השלמת סיום सबमिट पूरा аяқта рәсімде yakunla rasmiylash resmiles დასრულ გაფორმ ավարտ ձևակերպ'
export const PAID =
  'order purchase payment booking reservation subscription membership donation upgrade bestellung kauf zahlung buchung abonnement spende commande achat paiement pedido compra pago reserva suscripcion donacion orden ordine acquisto pagamento prenotazione abbonamento donazione encomenda doacao bestelling aankoop betaling boeking donatie kop bestallning betalning bokning ordre bestilling kob køb kjop kjøp tilau osto ostos maksu zamowien zakup platnos płatnos rezerwac autoryzac objednavk nakup platb rendeles megrendeles vasarlas fizetes foglalas comand plat achizit поръчк плащан покупк заказ оплат платеж бронирован замовлен narudzb porudzb kupnj kupovin placanj narocil placil наруџб поруџб куповин плаћањ παραγγελ αγορ πληρωμ κρατησ siparis odeme rezervasyon tellimus ost makse pasutijum pirkum maksajum uzsakym mokejim pirkim pontun kaup greidsl comanda замов porosi blerj sifaris pesanan pembayaran pembelian tempahan הזמנ תשלום רכיש طلب شراء دفع حجز سفارش خرید پرداخت رزرو ऑर्डर भुगतान खरीद অর্ডার পেমেন্ট ஆர்டர ఆర్డర ಆರ್ಡರ ഓർഡർ ઓર્ડર ਆਰਡਰ अर्डर भुक्तानी ارڈر ادائیگی тапсырыс төлем буйрутма buyurtma буюртма odenis нарачк плаќањ захиалг төлбөр შეკვეთ გადახდ պատվեր վճարում գնում bayaran ትዕዛዝ ክፍያ'

/** Scripts without spaces, both words anywhere in the name. */
const JOINED_FINISHES =
  /提交|送出|確認|确认|完成|下[單单訂订]|確定|完了|送信|実行|확정|완료|확인|승인|ยืนยัน|ส่ง|ทำการ/
/** Source of an expression; the first glance at a name is made from it, too. */
export const JOINED_PAID =
  '訂單|订单|付款|支付|購買|购买|注文|購入|支払|決済|予約|주문|결제|구매|예약|คำสั่งซื้อ|สั่งซื้อ|ชำระ|จอง'

const joinedPaid = new RegExp(JOINED_PAID)

/** Looked at, in scripts without spaces: the state, the history, the way of paying; "to the …". */
const JOINED_LOOKS =
  /[订訂][单單][确確][认認]$|状況|状态|狀態|履歴|历史|歷史|明細|明细|詳細|详情|詳情|方法|方式|一覧|列表|へ(?:進む|戻る|移動する?)?$|画面|について|説明|안내|내역|조회|수단|방법|상세|ประวัติ|วิธี|สถานะ|รายละเอียด/
/** Japanese "確認" looks at the order; Chinese "確認付款" pays. */
const JAPANESE = /[\u3040-\u30ff]/
const FINAL = /提交|送出|确认|完成|下[單单訂订]|確定|完了|送信|実行/

const OBLIGED =
  /(?:obligac|obrigac|obligation|obligacao|obbligo|verplicht|pflichtig|povinnost|obowiazk|kotelezett|kohustus|pareig|pienakum|υποχρεωσ|задължен|обврск|obvez|obligat|skyldighe|forplikt)/

/** First words of gifts and trials; looked at like the objects above. */
export const GIVING = 'doneer donate donner donar doar spenden'
export const TRYING = 'trial essai prueba 無料 免费'
const GIVES = new RegExp(`(?:^|[^\\p{L}])(?:${GIVING.split(' ').join('|')})`, 'u')
const TRIAL = new RegExp(TRYING.split(' ').join('|'), 'u')
const STARTS =
  /(?:^|\P{L})(?:start|begin|demarr|commenc|essay|inici|empez|comenz|inizia|avvia|comec|probier|rozpocz|starte|prob|nacat|начать|попроб|baslat|dene)|開始|开始|試す|시작/u

/** "View order", "my orders", "payment method": the same objects, looked at or chosen. */
const LOOKS =
  /^(?:orders$|payments$|purchases$|bookings$|view|my$|see|show|track|all|past|your$|ver$|mis?$|tus?$|meus?$|minhas?$|mi[eo]i?$|voir|mes$|vos$|suivre|mein|ansehen|anzeigen|bekijk|mijn|zobacz|moj|visa|mina?$|mitt|nayta|zobraz|mo[ij]|vezi|мо[ия]|посмотр|отслеж|истори|детал|histor|detail|detall|dettagl|method|metod|methode|mode$|forma|tipo|zpusob|sposob|способ|спосіб|number|numm|numer|номер|status|статус|состояни|terms|summary|resum|ubersicht|overzicht|security|secure|safe|sicher|options?$|info|help|about|again|erneut|nochmal|wieder|nouveau|nuevo|nueva|otra|nuovo|ponown|znovu|opnieuw|igen|uudell|снова|повтор|yeniden|by$|nach$|preis|price|prix|precio|prezzo|relevan|edit|cancel|annul|storn|refund|back|zuruck|retour|volver|назад|return|print|druck|imprim|stampa|afdruk|skriv|tulost|druk|vytisk|nyomtat|печат|друк|yazdir|request|anforder|demand|solicit|richied|anuluj|zrus|отмен|скасу|iptal|avbryt|continu|seguir|keep$|weiter$|verder|fortsatt|kontynu|продолж|moyen|medios$|stato$|estado|secenek|takib|takip|طرق|تتبع|how$|later$|paus|suspend|skip|ausdruck|промен|αλλαγ|μεθοδ|promijen|promen|nacin|mod$|valtoztat|breyta|keist|bud[aou]?s?$|שנה|שינוי|אמצ|tyhjenn|takaisin|افزودن|خالی|سبد|empty|clear|vaciar|vider|leeren|svuota|esvazi|wyczysc|mudar|cambi|andra|endre|aendr|vaihda|muuta|zmien|schimb|degistir|thay doi|doi$|ubah|izmen|измен|змін)/u

/** The same in as many languages as the phrases have: to edit, follow, cancel, look at, choose, manage; whose it is. */
const LOOKS_TOO =
  'manage choose modif split samples bearbeit verfolg ander hinzufug wahl$ wahlen eingeb pruf abbrech zur$ zum$ kundig verwalt versand resili gerer recap choisir livraison gestion elegir acompanh avanc detalh gerenci escolh traccia visualizz gestis riepilog sceg spedizion wijzig volg opzegg beher bekijk kies edyt sledz podsum szczegol dostaw wybierz uprav sledov souhrn suhrn doprav vybrat modosit kovet torl modok reszlet attekint szallit urmar anul detali sumar livrare към$ проследи откаж начин детаил преглед доставк uredi prati otkazi pregled detalj dostav моје$ настав прати sledi preklic кон$ следи отслед состав возврат выбра історі відстеж моі$ деталі оберіть επεξεργ ιστορικ παρακολουθ ακυρ τροπ μου$ λεπτομερ συνοψ προβολ επιλογ duzenle gecmis yontem detay ozet goruntule secin kec$ izle legv usul teferruat өту бақыла бас$ тәсіл әдіс usul мәлімет тарих kuzat bekor tafsilot გადასვლ ჩემი გაუქმებ მეთოდ დეტალ თვალყურ իմ$ չեղարկ մանրամաս եղանակ անցն تعديل سجل تفاصيل ملخص عرض اختر ویرایش تاریخچه پیگیری لغو های$ من$ جزئیات خلاصه انتخاب پر$ جائیں میرے ٹریک منسوخ طریقہ تفصیل جاری دیکھیں עריכ היסטור מעקב שלי$ פרטי סיכום בחר जाएं बदल इतिहास ट्रैक रद्द तरीक मेरे विवरण सारांश देखें विधि যান$ আমার ট্র্যাক বাতিল পদ্ধতি দেখুন বিবরণ கண்காணி ரத்து எனது விவர ట్రాక్ రద్దు నా$ వివరా పద్ధతి ટ્રેક રદ મારા વિગત પદ્ધતિ riwayat lacak saya$ ringkas lihat pilih cara$ jejak kaedah tukar butiran rediger folg følg mine$ se$ spor$ kanseller velg spåra välj avbok lisaa muokka seuraa omat$ tiedot peru$ valitse lisa$ edasi vaata minu tuhista tagasi andmed muuda vali$ mani$ atcel veid skat labot mano$ atsauk perziur pereit budas hætta skoda áfram vazhdo mia$ anulo shiko detaj миний харах цуцл хэлбэр дэлгэрэнгүй'

/** "Buy policy", "Ticket kaufen": what is bought has as many names as there are goods. */
const BUYS =
  /^(?:buy$|kaufen$|achete|comprar$|acquista$|kup$|koupit$|kop$|kob$|kjop$|купить$|купити$|mua$|beli$)/

export type Composed = 'strong' | 'medium' | 'weak' | 'none'

let stems: { finishes: RegExp; ends: RegExp; paid: RegExp; looksToo: RegExp } | null = null

/** Judges a normalised name (`normaliseName`). More than eight words are a sentence. */
export function composed(name: string): Composed {
  if (joinedPays(name)) return 'strong'
  const words = name.match(/\p{L}[\p{L}\p{M}'-]*/gu) ?? []
  if (words.length < 2 || words.length > 8) return 'none'
  stems ??= {
    finishes: starting(FINISHES),
    ends: starting(ENDS),
    paid: starting(PAID),
    looksToo: starting(LOOKS_TOO),
  }
  const { finishes, ends, paid, looksToo } = stems
  const looks = (word: string): boolean => LOOKS.test(word) || looksToo.test(word)
  const bare = words.map((word) => word.replace(/^[ld]'/, ''))
  const object = bare.findIndex((word) => paid.test(word))
  // "Confirm and finish", "give 10 by bank", "start the free trial": no object, and only in a checkout.
  if (object < 0) {
    if (words.length > 6) return 'none'
    if (words.length <= 4 && bare.some((word) => BUYS.test(word)) && !bare.some(looks)) return 'weak'
    const long = bare.filter((word) => word.length > 3)
    if (long.length > 1 && long.every((word) => finishes.test(word) || ends.test(word))) return 'weak'
    return GIVES.test(name) || (STARTS.test(name) && TRIAL.test(name)) ? 'weak' : 'none'
  }
  if (bare.some((word) => OBLIGED.test(word))) return 'strong'
  if (bare.some((word, at) => at !== object && finishes.test(word))) return 'strong'
  if (bare.some((word, at) => at !== object && ends.test(word))) return 'medium'
  // "Hacer pedido" in a language whose verb nobody listed.
  return words.length <= 4 && !bare.some(looks) ? 'weak' : 'none'
}

function joinedPays(name: string): boolean {
  if (name.length >= 24 || !JOINED_FINISHES.test(name) || !joinedPaid.test(name)) return false
  return !JOINED_LOOKS.test(name) && (!JAPANESE.test(name) || FINAL.test(name))
}

function starting(list: string): RegExp {
  // Hebrew and Arabic write the article with the word.
  return new RegExp(`^(?:ה|ב|ל|ال)?(?:${normaliseName(list).split(' ').join('|')})`, 'u')
}
