/** Words for things that carry an id: reasons, failures, notes, actors, and the status in a page. */
import type { Reason } from '../ledger/db.ts'
import type { FailureCode } from '../messages/page.ts'
import type { StatusWords } from '../messages/relay.ts'
import { formatMoney } from '../money/format.ts'
import { fromDecimal } from '../money/money.ts'
import type { Note } from '../order/order.ts'
import { currentLocale, isWordKey, t } from './words.ts'

export function reasonText(reason: Reason): string {
  return t(`reason_${reason}`)
}

export function failureText(code: FailureCode): string {
  return t(`error_${code}`)
}

/** A note's sentence; an id that no catalogue knows still says that something is up. */
export function noteText(note: Note): string {
  const key = `note_${note.id}`
  if (!isWordKey(key)) return t('note_unnamed', { id: note.id })
  if (!note.id.startsWith('changed_')) return t(key, note.values)
  const entries = Object.entries(note.values).map(([name, value]) => [name, spoken(value)])
  return t(key, Object.fromEntries(entries))
}

/** What `utils/order/changed.ts` writes down without a language, "49.00 EUR" and "1 month", as people say it. */
function spoken(value: string): string {
  const [, every, unit] = /^(\d{1,3}) (day|week|month|year)$/.exec(value) ?? []
  const key = `every_${unit}`
  if (every !== undefined && isWordKey(key)) return t(key, { count: Number(every) })
  const [, amount = '', currency = ''] = /^(-?[\d.]{1,24}) ([A-Z]{3})$/.exec(value) ?? []
  const money = fromDecimal(amount, currency)
  return money === null ? value : formatMoney(money, currentLocale())
}

export function actorReasonText(reason: string): string {
  const key = `actor_${reason}`
  return isWordKey(key) ? t(key) : reason
}

/** What the page shows while and after a payment is held. `refused`, `failed` and `unknown` say why. */
export function statusWords(
  status:
    | { kind: 'held' | 'released' | 'settled' | 'press-again' | 'myself' }
    /** `say`: the person's own words to the agent. */
    | { kind: 'refused' | 'failed' | 'unknown'; reason: Reason; say?: string | undefined },
): StatusWords {
  switch (status.kind) {
    case 'held':
      return {
        heading: t('status_held_heading'),
        text: t('status_held_text'),
        cancel: t('status_held_cancel'),
        title: t('status_held_title'),
      }
    case 'press-again':
      return {
        heading: t('status_press_again_heading'),
        text: t('status_press_again_text'),
        cancel: null,
        title: t('status_press_again_title'),
      }
    case 'released':
    case 'settled':
    case 'myself':
      return {
        heading: t(`status_${status.kind}_heading`),
        text: t(`status_${status.kind}_text`),
        cancel: null,
        title: t(`status_${status.kind}_title`),
      }
    default:
      return {
        heading: t(`status_${status.kind}_heading`),
        text:
          status.say === undefined
            ? reasonText(status.reason)
            : t('status_say', { text: reasonText(status.reason), message: status.say }),
        cancel: null,
        title: t(`status_${status.kind}_title`),
      }
  }
}
