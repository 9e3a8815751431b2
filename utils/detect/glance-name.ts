/** The first glance at the name of a control; runs in every frame. Most presses end here. */
import { STEMS, UNSPACED_STEMS } from './stems.ts'

/** Scripts of few shops: whatever is written in them is looked at, as their beginnings would weigh more than all others. */
export const RARE = '[ə\u0490-\u058f\u0900-\u0dff\u0e80-\u17ff]'
// Last "Support $15": verbs that pay only beside an amount.
const BEGINNINGS = new RegExp(`(?<!\\p{L})([הבל]|ال)?(${STEMS})|${UNSPACED_STEMS}|\\D\\p{Sc}\\d`, 'u')

/**
 * Whether a name is worth the whole vocabulary: at least one of the beginnings of words stands in it of which every
 * phrase has one.
 */
export function mayNamePayment(name: string): boolean {
  return BEGINNINGS.test(bareName(name))
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
