/**
 * Search by words: every word must be in the attempt, the last one may be only begun. Newest first.
 *
 * Each word is a sorted list of keys in the token store; the lists are walked in step (a leapfrog join), so a rare word
 * makes a search short however frequent the other one is, and nothing is ever counted or sorted.
 */
import type { AttemptRow, Ledger } from './db.ts'
import { newestFirst, type Place } from './pages.ts'
import { wordsOf } from './tokens.ts'

/** A begun word stands for at most this many words. */
const MAX_COMPLETIONS = 24
const FIRST_FETCH = 64
const MAX_FETCH = 2_048

export interface Found {
  rows: AttemptRow[]
  /** Where to go on; null where nothing older is left. */
  next: Place | null
  /** false where time ran out before `limit` were found; going on from `next` may find more. */
  complete: boolean
}

export interface SearchOptions {
  limit?: number
  after?: Place | null
  /** Stops walking after this time, ms; two words that are both everywhere and never together take long. */
  budget?: number
  now?: () => number
}

export async function searchAttempts(db: Ledger, text: string, options: SearchOptions = {}): Promise<Found> {
  const { limit = 50, after = null, budget = 250, now = () => performance.now() } = options
  const until = now() + budget
  // Not one transaction: Chromium commits one whose next request waits behind thousands of steps without any.
  const lists = await listsFor(db, text)
  if (lists === null) return { rows: [], next: null, complete: true }
  const found: Place[] = []
  let place: Place = after ?? { createdAt: Infinity, id: '' }
  let ended = false
  const inTime = (reached: Place) => {
    place = reached
    return now() < until
  }
  while (found.length < limit && !ended && now() < until) {
    const hit: Place | null = await nextOfAll(lists, place, inTime)
    if (hit !== null) {
      found.push(hit)
      place = hit
    } else ended = now() < until
  }
  const rows = (await db.attempts.bulkGet(found.map(({ id }) => id))).flatMap((row) => (row ? [row] : []))
  return { rows, next: ended ? null : place, complete: ended || found.length >= limit }
}

/** A list of places, newest first. `seek` gives the first that comes after `place`. */
interface List {
  seek(place: Place): Promise<Place | null>
}

/** The next place after `after` that is in every list; null where there is none, or `goOn` says no. */
async function nextOfAll(
  lists: readonly List[],
  after: Place,
  goOn: (reached: Place) => boolean,
): Promise<Place | null> {
  let candidate: Place | null = null
  let before = after
  for (;;) {
    let agreed = 0
    for (const list of lists) {
      const found: Place | null = await list.seek(before)
      if (found === null || !goOn(before)) return null
      if (candidate === null || newestFirst(candidate, found) < 0) {
        candidate = found
        before = justBefore(found)
        agreed = 1
      } else if (newestFirst(candidate, found) === 0) agreed += 1
      else return null
    }
    if (candidate !== null && agreed === lists.length) return candidate
  }
}

/** Seeking after this place finds the given one itself. Ids are compared downwards, and no id has this character. */
function justBefore(place: Place): Place {
  return { createdAt: place.createdAt, id: `${place.id}\u0000` }
}

/** null where no word can be searched for, or a word is nowhere. */
async function listsFor(db: Ledger, text: string): Promise<List[] | null> {
  const words = wordsOf(text)
  const last = words.at(-1)
  if (last === undefined) return null
  // A word with a space after it is finished.
  const begun = /[\p{L}\p{N}]$/u.test(text)
  const lists: List[] = words.slice(0, begun ? -1 : undefined).map((word) => wordList(db, word))
  if (begun) {
    const completions = await completionsOf(db, last)
    if (completions.length === 0) return null
    lists.push(unionOf(completions.map((word) => wordList(db, word))))
  }
  return lists
}

type TokenKey = [token: string, age: number, id: string]

/** Words in the index that begin with `begin`, by jumping from each to the next. */
async function completionsOf(db: Ledger, begin: string): Promise<string[]> {
  const words: string[] = []
  let from: TokenKey | [string, []] = [begin, -Infinity, '']
  while (words.length < MAX_COMPLETIONS) {
    const [key]: TokenKey[] = await db.tokens
      .where(':id')
      .between(from, [`${begin}\uffff`])
      .limit(1)
      .primaryKeys()
    if (key === undefined) return words
    words.push(key[0])
    from = [key[0], []]
  }
  return words
}

function unionOf(lists: readonly List[]): List {
  const [only] = lists
  if (lists.length === 1 && only) return only
  return {
    async seek(place) {
      let best: Place | null = null
      for (const list of lists) {
        const found = await list.seek(place)
        if (found !== null && (best === null || newestFirst(found, best) < 0)) best = found
      }
      return best
    },
  }
}

function wordList(db: Ledger, word: string): List {
  let keys: Place[] = []
  let index = 0
  let size = FIRST_FETCH
  let ended = false
  // Places of one millisecond are read upwards by id but wanted downwards, so a fetch ends between milliseconds.
  async function fetch(createdAt: number): Promise<void> {
    const range = db.tokens.where(':id').between([word, -createdAt], [word, []])
    let found = await range.limit(size).primaryKeys()
    ended = found.length < size
    if (!ended) {
      const lastAge = found.at(-1)?.[1]
      const whole = found.filter((key) => key[1] !== lastAge)
      if (whole.length > 0) found = whole
      else found = await db.tokens.where(':id').between([word, -createdAt], [word, lastAge, []]).primaryKeys()
    }
    size = Math.min(size * 2, MAX_FETCH)
    keys = found.map(([, age, id]) => ({ createdAt: -age, id })).sort(newestFirst)
    index = 0
  }
  return {
    async seek(place) {
      for (;;) {
        while (index < keys.length) {
          const key: Place | undefined = keys[index]
          if (key && newestFirst(place, key) < 0) return key
          index += 1
        }
        if (ended) return null
        const last = keys.at(-1)
        await fetch(Math.min(place.createdAt, last === undefined ? Infinity : last.createdAt - 1))
      }
    },
  }
}
