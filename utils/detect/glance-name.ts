/** The first glance at the name of a control; runs in every frame. Most presses end here. */
import { PRICED_STEMS, STEMS, UNSPACED_STEMS } from './stems.ts'

const BEGINNINGS = new RegExp(`(?<!\\p{L})(?:[הבל]|ال)?(?:${STEMS})|${UNSPACED_STEMS}`, 'u')
/** "Send 20 €": verbs that pay only beside an amount. */
const PRICED = new RegExp(`(?<!\\p{L})(?:${PRICED_STEMS})`, 'u')

/**
 * Whether a name is worth the whole vocabulary: at least one of the beginnings of words stands in it of which every
 * phrase has one.
 */
export function mayNamePayment(name: string): boolean {
  const bare = bareName(name)
  return BEGINNINGS.test(bare) || (/\p{Nd}/u.test(bare) && PRICED.test(bare))
}

/** Lower case without marks of any script: coarser than `normaliseName`, and smaller. */
export function bareName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[ıłøð]/g, (letter) => 'ilod'['ıłøð'.indexOf(letter)] ?? '')
}
