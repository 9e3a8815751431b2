/** Subscriptions and trials in the words around the order: how often, how much, when first. */
import type { RecurrenceUnit } from '../contract/order-wire.ts'
import type { AmountText } from './amounts.ts'
import type { PageText, Token } from './page-text.ts'
import { fold } from './words.ts'

export interface RecurrenceText {
  every: number
  unit: RecurrenceUnit
  amount: AmountText | null
  trialDays: number
  words: string
}

const UNITS: [RecurrenceUnit, RegExp][] = [
  [
    'day',
    /\b(?:day|days|daily|tag|tage|tagen|taglich|jour|jours|dia|dias|giorno|giorni|dag|dagen|dagar|dage|dager|paiva|paivaa|dni|dzien|den|nap|zi|zile|gun|ngay|hari)\b|день|дня|дней|днів|ден|дни|ημερ|วัน|日間?|天|일|दिन|يوم|ايام|روز|יום|ימים/,
  ],
  [
    'week',
    /\b(?:week|weeks|weekly|wk|woche|wochen|wochentlich|semaine|semaines|hebdomadaire|semana|semanas|semanal|settimana|settimane|settimanale|wekelijks|weken|vecka|veckor|uge|uger|uke|uker|viikko|viikossa|tydzien|tygodnie|tygodniowo|tyden|tydne|tyzden|het|hetente|saptamana|saptamani|hafta|haftalik|tuan|minggu)\b|недел|тиж|седмиц|εβδομαδ|สัปดาห์|週間?|每?周|주(?=마다|간)|매주|सप्ताह|اسبوع|هفته|שבוע/,
  ],
  [
    'month',
    /\b(?:month|months|monthly|mo|mth|monat|monate|monatlich|mtl|mois|mensuel|mensuelle|mes|meses|mensual|mese|mesi|mensile|mensal|mensalmente|maand|maanden|maandelijks|manad|manader|maned|maneder|manedlig|kuukausi|kuukaudessa|kk|miesiac|miesiecznie|miesiecy|mies|mesic|mesicne|mesiac|mesacne|honap|havonta|ho|luna|lunar|luni|ay|aylik|thang|bulan|bulanan|mjesec|mjesecno|mesecno)\b|месяц|мес\.|місяц|міс\.|месец|μηνα|μηνια|เดือน|ヶ月|か月|カ月|月額|毎月|每月|个月|個月|\/月|매월|개월|월\s|माह|महीन|मासिक|شهر|شهريا|ماه|חודש/,
  ],
  [
    'year',
    /\b(?:year|years|yearly|annual|annually|annum|yr|jahr|jahre|jahrlich|an|ans|annee|annuel|annuelle|ano|anos|anual|anualmente|anno|anni|annuale|jaar|jaarlijks|ar|arlig|arligen|aar|vuosi|vuodessa|vuosittain|rok|rocznie|lat|rocne|ev|evente|yil|yillik|nam|tahun|tahunan|godina|godisnje|letno)\b|год|лет|рік|року|годин|ετος|χρον|ετησι|ปี|年|년|वर्ष|साल|سنة|سنوي|سال|שנה/,
  ],
]

const EVERY =
  /(?:\/\s?|\bper\b|\ba\b|\ban\b|\bevery\b|\beach\b|\bpro\b|\bje\b|\balle\b|\bjeden\b|\bpar\b|\bchaque\b|\btous les\b|\bpor\b|\bal\b|\bcada\b|\bogni\b|\bal\b|\bper\b|\bpo\b|\bpor\b|\bper\b|\belke\b|\bpr\.?|\bi\b|\bvarje\b|\bhver\b|\bco\b|\bza\b|\bkazdy\b|\bna\b|\bpe\b|\b(?:moi|mot)\b|в|за|каждый|каждые|кожен|на|το|κάθε|ανα|ต่อ|ทุก|毎|每|매|प्रति|हर|كل|في|هر|لكل|לחודש|ל|כל|בכל)\s*(\d{1,2})?\s*/u

/** Words that say that this order itself recurs. */
const SUBSCRIBED =
  /\b(?:subscri(?:be|ption)|recurring|renews?|auto-?renew(?:al|s)?|billed|abonnement|abo|verlangert|suscripcion|se renueva|renovacion|abbonamento|rinnov|assinatura|renova|prenumeration|fornyes|abonament|odnawia|predplatne|obnov|elofizetes|abonelik|yenilen|gia han|dang ky|langganan|berlangganan|tilaus(?:jakso)?)|подписк|автопродл|підписк|абонамент|συνδρομ|สมัครสมาชิก|ต่ออายุ|定期|サブスク|自動更新|订阅|訂閱|续费|自动续|구독|정기|सदस्यता|اشتراك|تجديد|اشتراک|מנוי|free trial|gratis/u

const INSTALMENT =
  /\b(?:en|in) \d{1,2} (?:fois|mal|rate|raten|volte|veces|cuotas|parcelas|termijnen)\b|\d{1,2}\s?[x×](?:\s|$)|instal?lment|easy pay|payments? of|interest[- ]free|klarna|affirm|afterpay|raten(?:zahlung|kauf)?\b|mensualites|\bcuotas?\b|\bparcelas?\b|\brate\b|\bplazos\b|\btermijnen\b|delbetal|avbetal|\braty\b|splatk|reszlet|taksit|рассроч|розстроч|tra gop|cicilan|ansuran|ผ่อน|分割|分期|할부|किस्त|اقساط|קסט|תשלומים/u

const TRIAL =
  /(\d{1,3})[\s-]*(?:(day|tage?|tagigen?|jours?|dias?|giorni|dagen|dagars?|dages?|dagers?|paivan|dni(?:owy)?|den|dnu|napos|zile|gun(?:luk)?|ngay|hari)|(week|wochen?|semaines?|semanas?|settimane?|weken|weeks|tygodni)|(month|monate?|mois|mes(?:es|i)?|maanden|manader?)s?|日間?|天|일|วัน|дн[а-яі]*|день)[^.]{0,24}?(?:trial|free|test|kostenlos|gratuit|essai|prueba|gratis|prova|gratuit|teste|proef|provperiod|prove|kokeilu|probn|darmow|zkuseb|zdarma|proba|ingyenes|deneme|ucretsiz|dung thu|mien phi|uji coba|percobaan|無料|体験|免费|试用|試用|무료|체험|ทดลอง|ฟรี|бесплат|пробн|безкошт)/u
const TRIAL_FIRST =
  /(?:trial|free for|kostenlos|essai gratuit|prueba gratis|prueba gratuita|prova gratuita|gratis|teste gratis|無料|免费|試用|试用|무료|пробный|бесплатно)[^.\d]{0,20}(\d{1,3})[\s-]*(?:days?|tage?n?|jours?|dias?|giorni|dagen|dagar|dage|dni|zile|gun|ngay|hari|日|天|일|дн)/u

/** "for 9.90 a year" in an offer that nobody took is no renewal of this order. */
const OFFER =
  /\b(?:join|upgrade|from only|become a|membership for|or only|add (?:on|protection)|protect|insure|try|mitglied werden|jetzt beitreten|adherez|unete|iscriviti|word lid)\b/u
const THEN =
  /\b(?:then|after(?:wards)?|thereafter|renews?|billed|charged|recurring|dann|danach|anschlie(?:ss|ß)end|verlangert|puis|ensuite|renouvel|luego|despues|renueva|poi|dopo|rinnov|depois|renova|daarna|vervolgens|darefter|derefter|deretter|sen|fornyes|sitten|nastepnie|potem|poté|pote|potom|nasledne|ezutan|majd|apoi|sonra|ardindan|sau do|kemudian|lalu|selanjutnya|zatim|nato)\b|затем|далее|потом|далі|потім|после|след това|στη συνεχεια|επειτα|จากนั้น|その後|以降|之后|之後|然后|随后|이후|फिर|उसके बाद|ثم|بعد ذلك|سپس|לאחר מכן|ואז/u

interface Renewal {
  parsed: { every: number; unit: RecurrenceUnit }
  amount: AmountText
  words: string
  weight: number
}

/**
 * Looks for a renewal of this order: an amount with an interval that says "then", that is the total, or that stands
 * among the order's lines. Instalments pay one order and offers beside it were not taken; both are no renewal.
 */
export function readRecurrence(
  page: PageText,
  isVisible: (element: Element) => boolean,
  order: { container: Element | null; totalDigits: string | null },
): RecurrenceText | null {
  let best: Renewal | null = null
  const { tokens } = page
  const region = regionOf(order.container)
  for (const [i, token] of tokens.entries()) {
    if (token.amount === null) continue
    const before = fold(wordsOf(tokens[i - 1]).slice(-120)).slice(-80)
    const near = fold(wordsOf(tokens[i + 1]).slice(0, 90)).slice(0, 60)
    const parsed = intervalOf(near) ?? leadingInterval(before)
    if (parsed === null || INSTALMENT.test(near) || INSTALMENT.test(before)) continue
    // Last, because it asks the browser; most amounts recur in no words at all.
    if (isOffered(token.element) || !isVisible(token.element)) continue
    if (/\d\s*[x×]?\s*(?:payments? of)?\s*$/.test(before) || OFFER.test(before)) continue
    let weight = 0
    if (THEN.test(before)) weight += 2
    if (token.amount.digits === order.totalDigits) weight += 1
    if (region?.contains(token.element)) weight += 2
    if (weight === 0) continue
    if (best === null || weight > best.weight) {
      best = { parsed, amount: token.amount, words: `${token.text} ${near}`.slice(0, 120), weight }
    }
  }
  if (best === null) return null
  const { spoken, trialDays } = readTerms(tokens, isVisible)
  if (best.weight < 2 && !spoken && trialDays === 0) return null
  return { ...best.parsed, amount: best.amount, trialDays, words: best.words }
}

/** What the page says of a subscription in words; asked only where an amount recurs, as it reads every word of the page. */
function readTerms(
  tokens: readonly Token[],
  isVisible: (element: Element) => boolean,
): { spoken: boolean; trialDays: number } {
  let trialDays = 0
  let spoken = false
  for (const token of tokens) {
    if (token.amount !== null || token.text.length > 600 || token.text.length < 3) continue
    const text = fold(token.text)
    if (!spoken && SUBSCRIBED.test(text) && !isOffered(token.element) && isVisible(token.element))
      spoken = true
    const trial = trialDays === 0 && /\d/.test(text) ? (TRIAL.exec(text) ?? TRIAL_FIRST.exec(text)) : null
    if (trial !== null && !isOffered(token.element) && isVisible(token.element)) {
      const count = Number(trial[1])
      trialDays = trial[3] !== undefined ? count * 7 : trial[4] !== undefined ? count * 30 : count
    }
  }
  return { spoken, trialDays }
}

function wordsOf(token: Token | undefined): string {
  return token?.amount === null ? token.text : ''
}

/** The order's lines and total, and a little around them. */
function regionOf(container: Element | null): Element | null {
  let region = container
  for (let climb = 0; climb < 2 && region?.parentElement; climb++) {
    if (region.parentElement === region.ownerDocument.body || region.parentElement.tagName === 'MAIN') break
    region = region.parentElement
  }
  return region
}

/** Beside an empty check box or radio button, or in a sidebar of offers: not taken. */
function isOffered(element: Element): boolean {
  const choice = element.closest('label,[role="radio"],[role="checkbox"],[role="option"]')
  if (choice?.getAttribute('role')) return choice.getAttribute('aria-checked') !== 'true'
  if (choice instanceof HTMLLabelElement) {
    const box = choice.control ?? choice.querySelector('input')
    if (box instanceof HTMLInputElement && (box.type === 'checkbox' || box.type === 'radio'))
      return !box.checked
  }
  return (
    element.closest(
      'aside.also,header,footer,nav,[class*="recommend" i],[class*="upsell" i],[class*="banner" i]',
    ) !== null
  )
}

/** "Renews every 2 months for 9.99". */
const EACH =
  /(?:^|\s)(?:every|each|cada|chaque|tous les|toutes les|jeden|alle|ogni|elke|varje|hver|kazdy|co|fiecare|her|каждыи|каждые|кожен|καθε)\s+(?:(\d{1,2})\s+)?(\p{L}+)\s*(?:for|por|pour|fur|per|za|a|om|at|по)?$/u

/** "Monthly: 9.99", "Every month 9.99". */
function leadingInterval(before: string): { every: number; unit: RecurrenceUnit } | null {
  const text = before.replace(/[\s:–-]+$/, '')
  const every = EACH.exec(text)
  const each = every === null ? undefined : UNITS.find(([, test]) => test.test(every[2] ?? ''))?.[0]
  if (each !== undefined) return { every: Math.max(1, Number(every?.[1] ?? 1)), unit: each }
  if (text.length > 40) return null
  const match =
    /(?:^|\s)(monthly|weekly|yearly|annual(?:ly)?|monatlich|jahrlich|wochentlich|mensuel(?:lement)?|annuel(?:lement)?|mensual(?:mente)?|anual(?:mente)?|mensile|annuale|mensal(?:mente)?|maandelijks|jaarlijks|manedlig|arlig|manadsvis|kuukausittain|vuosittain|miesiecznie|rocznie|mesicne|rocne|mesacne|havonta|evente|lunar|anual|aylik|yillik|hang thang|hang nam|bulanan|tahunan|ежемесячно|ежегодно|щомісяця|щороку|месечно|μηνιαια|ετησια|รายเดือน|รายปี|月額|年額|每月|每年|매월|매년|मासिक|वार्षिक|شهريا|سنويا|ماهانه|סالانه|חודשי|שנתי)$/u.exec(
      text,
    )
  const word = match?.[1]
  if (word === undefined) return null
  const unit = UNITS.find(([, test]) => test.test(word))?.[0]
  return unit === undefined ? null : { every: 1, unit }
}

function intervalOf(text: string): { every: number; unit: RecurrenceUnit } | null {
  const lead = EVERY.exec(text.slice(0, 24))
  const adverb =
    /^(?:[\s(,.-]*)(?:monthly|weekly|yearly|annually|monatlich|jahrlich|wochentlich|mensuel|annuel|mensual|anual|mensile|annuale|mensal|maandelijks|jaarlijks|miesiecznie|rocznie|mesicne|rocne|havonta|evente|aylik|yillik|ежемесячно|щомісяця)/u.exec(
      text,
    )
  if (adverb !== null) {
    const unit = UNITS.find(([, test]) => test.test(adverb[0]))?.[0]
    return unit === undefined ? null : { every: 1, unit }
  }
  if (lead === null || lead.index > 3) return null
  const rest = text.slice(lead.index + lead[0].length).slice(0, 14)
  const found = UNITS.flatMap(([unit, test]) => {
    const match = test.exec(rest)
    return match === null ? [] : [{ unit, at: match.index }]
  }).toSorted((a, b) => a.at - b.at)[0]
  if (found === undefined || found.at > 2) return null
  return { every: Math.max(1, Number(lead[1] ?? 1)), unit: found.unit }
}
