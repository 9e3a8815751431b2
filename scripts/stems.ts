/**
 * Writes `utils/detect/stems.ts`: the fewest beginnings of words of which at least one stands in every phrase of the
 * vocabulary. Greedy cover; ordinary beginnings ("con", "com") cost more than they save. Run after changing `words.ts`:
 * `node scripts/stems.ts`; a unit test fails until it was.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GIVING, JOINED_PAID, PAID, TRYING } from '../utils/detect/composed.ts'
import { bareName, RARE } from '../utils/detect/glance-name.ts'
import { DECISIVE, MEDIUM, STRONG, UNSPACED, WEAK } from '../utils/detect/words.ts'
import { expandTable } from './expand-phrases.ts'

const SHORTEST = 3
/** In the names of half of all controls: "to do", "down". */
const EVERYWHERE = new Set(['하기', '下'])
const LATIN = /^[\p{Script=Latin}’]+$/u

export function stemsOf(texts: readonly string[]): string[] {
  const rare = new RegExp(RARE, 'u')
  const open = new Set(texts.filter((text) => !rare.test(text)))
  const found = new Map<string, Set<string>>()
  for (const text of open)
    for (const stem of candidates(text).filter((one) => !EVERYWHERE.has(one)))
      found.set(stem, (found.get(stem) ?? new Set()).add(text))
  const chosen: string[] = []
  while (open.size > 0) {
    let best = ''
    let most = 0
    for (const [stem, covers] of found) {
      let left = 0
      for (const text of covers) if (open.has(text)) left++
      const worth = left / costOf(stem)
      if (worth > most || (worth === most && stem < best)) [best, most] = [stem, worth]
    }
    chosen.push(best)
    for (const text of found.get(best) ?? []) open.delete(text)
  }
  // A stem that another one begins adds nothing; nor does one whose texts the later ones cover as well.
  const all = chosen.filter((stem) => !chosen.some((other) => other !== stem && stem.startsWith(other)))
  const covering = new Map<string, number>()
  const textsOf = (stem: string): string[] =>
    [...found].flatMap(([other, covers]) => (other.startsWith(stem) ? [...covers] : []))
  const coverOf = new Map(all.map((stem) => [stem, new Set(textsOf(stem))]))
  for (const covers of coverOf.values())
    for (const text of covers) covering.set(text, (covering.get(text) ?? 0) + 1)
  const needed = new Set(all)
  for (const stem of all.toSorted((a, b) => costOf(b) - costOf(a) || (a < b ? -1 : 1))) {
    const covers = coverOf.get(stem) ?? new Set()
    if (![...covers].every((text) => (covering.get(text) ?? 0) > 1)) continue
    needed.delete(stem)
    for (const text of covers) covering.set(text, (covering.get(text) ?? 0) - 1)
  }
  return [...needed].sort()
}

/** Everything a name can say that pays: the phrases, and the objects of "place the order". */
export function vocabulary(): string[] {
  const paid = PAID.split(' ')
  const others = `${GIVING} ${TRYING}`.split(' ')
  return [...[STRONG, MEDIUM, WEAK, DECISIVE, JOINED_PAID].flatMap(expandTable), ...paid, ...others]
}

/** Beginnings of its words; in scripts without spaces any two characters. */
function candidates(text: string): string[] {
  const words = bareName(text)
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '' && word !== 'x')
  const unspaced = words.filter((word) => UNSPACED.test(word))
  if (unspaced.length > 0) {
    return unspaced.flatMap((word) =>
      word.length < 3 ? [word, ...han(word)] : [...pairsOf(word), ...han(word)],
    )
  }
  const long = words.filter((word) => word.length >= SHORTEST)
  return (long.length > 0 ? long : words).flatMap((word) => {
    const shortest = LATIN.test(word) ? SHORTEST + 1 : SHORTEST - 1
    return [word.slice(0, shortest), word.slice(0, shortest + 1), word.slice(0, shortest + 2)]
  })
}

function pairsOf(word: string): string[] {
  return Array.from({ length: word.length - 1 }, (_, i) => word.slice(i, i + 2))
}

/** One Chinese character is a word ("付" pays, "购" buys). */
function han(word: string): string[] {
  return word.match(/\p{Script=Han}/gu) ?? []
}

/** Bytes of a stem, and a surcharge for one so short that ordinary words begin with it. */
function costOf(stem: string): number {
  const bytes = Buffer.byteLength(stem) + 1
  return LATIN.test(stem) && stem.length < 5 ? bytes + (5 - stem.length) : bytes
}

/** The stems as one expression, what they begin with in common written once: every byte of it stands in every frame. */
export function together(stems: readonly string[]): string {
  return alternatives(stems).join('|')
}

/** Those of scripts without spaces, with all that is looked at for its script alone in the same class of characters. */
export function togetherUnspaced(stems: readonly string[]): string {
  return together(stems).replace('[', RARE.slice(0, -1))
}

function alternatives(stems: readonly string[]): string[] {
  const ends = new Map<string, string[]>()
  for (const stem of stems) {
    const [first = ''] = stem
    ends.set(first, [...(ends.get(first) ?? []), stem.slice(first.length)])
  }
  const alone = [...ends].filter(([, rest]) => rest.includes('')).map(([first]) => first)
  const longer = [...ends].filter(([, rest]) => !rest.includes(''))
  return [
    ...(alone.length > 1 ? [`[${alone.join('')}]`] : alone),
    ...longer.map(([first, rest]) => {
      const within = alternatives(rest)
      return first + (within.length > 1 ? `(${within.join('|')})` : (within[0] ?? ''))
    }),
  ]
}

if (process.argv[1] === import.meta.filename) {
  const stems = stemsOf(vocabulary())
  const spaced = stems.filter((stem) => !UNSPACED.test(stem))
  const unspaced = stems.filter((stem) => UNSPACED.test(stem))
  writeFileSync(
    join(import.meta.dirname, '../utils/detect/stems.ts'),
    `/** Made by \`node scripts/stems.ts\` from \`words.ts\`; see there. Do not edit. */
export const STEMS = \`${together(spaced)}\`
export const UNSPACED_STEMS = \`${togetherUnspaced(unspaced)}\`
`,
  )
}
