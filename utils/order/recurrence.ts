/** Subscriptions and trials in the words around the order: how often, how much, when first. */
import type { RecurrenceUnit } from '../contract/order-wire.ts'
import type { AmountText } from './amounts.ts'
import type { PageText } from './page-text.ts'
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

const RENEWS =
  /\b(?:subscri(?:be|ption)|recurring|renews?|auto-?renew(?:al|s)?|billed|abonnement|abo|verlangert|suscripcion|se renueva|renovacion|abbonamento|rinnov|assinatura|renova|prenumeration|fornyes|abonament|odnawia|predplatne|obnov|elofizetes|abonelik|yenilen|gia han|dang ky|langganan|berlangganan|tilaus(?:jakso)?)|подписк|автопродл|підписк|абонамент|συνδρομ|สมัครสมาชิก|ต่ออายุ|定期|サブスク|自動更新|订阅|訂閱|续费|自动续|구독|정기|सदस्यता|اشتراك|تجديد|اشتراک|מנוי|free trial|gratis/u

const INSTALMENT =
  /instal?lment|easy pay|payments? of|interest[- ]free|klarna|affirm|afterpay|raten(?:zahlung|kauf)?\b|mensualites|\bcuotas?\b|\bparcelas?\b|\brate\b|\bplazos\b|\btermijnen\b|delbetal|avbetal|\braty\b|splatk|reszlet|taksit|рассроч|розстроч|tra gop|cicilan|ansuran|ผ่อน|分割|分期|할부|किस्त|اقساط|קסט|תשלומים/u

const TRIAL =
  /(\d{1,3})[\s-]*(?:(day|tage?|tagigen?|jours?|dias?|giorni|dagen|dagars?|dages?|dagers?|paivan|dni(?:owy)?|den|dnu|napos|zile|gun(?:luk)?|ngay|hari)|(week|wochen?|semaines?|semanas?|settimane?|weken|weeks|tygodni)|(month|monate?|mois|mes(?:es|i)?|maanden|manader?)s?|日間?|天|일|วัน|дн[а-яі]*|день)[^.]{0,24}?(?:trial|free|test|kostenlos|gratuit|essai|prueba|gratis|prova|gratuit|teste|proef|provperiod|prove|kokeilu|probn|darmow|zkuseb|zdarma|proba|ingyenes|deneme|ucretsiz|dung thu|mien phi|uji coba|percobaan|無料|体験|免费|试用|試用|무료|체험|ทดลอง|ฟรี|бесплат|пробн|безкошт)/u
const TRIAL_FIRST =
  /(?:trial|free for|kostenlos|essai gratuit|prueba gratis|prueba gratuita|prova gratuita|gratis|teste gratis|無料|免费|試用|试用|무료|пробный|бесплатно)[^.\d]{0,20}(\d{1,3})[\s-]*(?:days?|tage?n?|jours?|dias?|giorni|dagen|dagar|dage|dni|zile|gun|ngay|hari|日|天|일|дн)/u

/** Looks for a renewal near the words of the order. Instalments are payments of one order and are no renewal. */
export function readRecurrence(
  page: PageText,
  isVisible: (element: Element) => boolean,
): RecurrenceText | null {
  let renewal: RecurrenceText | null = null
  let trialDays = 0
  let spoken = false
  const tokens = page.tokens
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    if (token === undefined) continue
    if (token.amount === null) {
      if (token.text.length > 400 || token.text.length < 4) continue
      const text = fold(token.text)
      if (RENEWS.test(text)) spoken = true
      const trial = TRIAL.exec(text) ?? TRIAL_FIRST.exec(text)
      if (trial !== null && isVisible(token.element)) {
        const count = Number(trial[1])
        trialDays = trial[3] !== undefined ? count * 7 : trial[4] !== undefined ? count * 30 : count
      }
      continue
    }
    const next = tokens[i + 1]
    if (next === undefined || next.amount !== null || !isVisible(token.element)) continue
    const near = fold(next.text).slice(0, 48)
    const before = fold(tokens[i - 1]?.text ?? '')
    const parsed = intervalOf(near)
    if (parsed === null || INSTALMENT.test(near) || INSTALMENT.test(before.slice(-60))) continue
    if (/\b\d+\s*(?:x|×|payments?)\s*$/.test(before)) continue
    renewal ??= {
      ...parsed,
      amount: token.amount,
      trialDays: 0,
      words: `${token.text} ${next.text}`.slice(0, 120),
    }
  }
  if (renewal !== null)
    return spoken || trialDays > 0 || renewal.words !== '' ? { ...renewal, trialDays } : null
  if (!spoken && trialDays === 0) return null
  return null
}

function intervalOf(text: string): { every: number; unit: RecurrenceUnit } | null {
  const lead = EVERY.exec(text)
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
