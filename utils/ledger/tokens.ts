/** Words of an attempt, for search. Written with the attempt, found by cursor. */
import type { AttemptRow, TokenRow } from './db.ts'

/** A hostile page must not be able to fill the index. */
const MAX_TOKENS = 40
const MIN_LENGTH = 2
const MAX_LENGTH = 40

/** Words of a text as the index has them: lower case, without accents, letters and digits. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? []
  return [...new Set(words.flatMap(pieces))].slice(0, MAX_TOKENS)
}

/** Scripts without spaces are cut into pairs of characters, so that any two of them in a row can be found. */
function pieces(word: string): string[] {
  if (!/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(word)) {
    return word.length < MIN_LENGTH ? [] : [word.slice(0, MAX_LENGTH)]
  }
  const characters = [...word]
  if (characters.length === 1) return [word]
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`)
}

/** Merchant, site, order number and item names; never addresses or payment methods. */
export function tokenRows(row: AttemptRow): TokenRow[] {
  const { order, site, createdAt, id } = row
  const texts = [
    order.merchant,
    site.key,
    order.merchantOrder,
    row.agent,
    ...order.items.map((item) => item.name),
  ]
  return wordsOf(texts.filter((text) => text !== null && text !== undefined).join(' ')).map((token) => ({
    token,
    age: -createdAt,
    id,
  }))
}

/** Puts an attempt's words to what its order says now (tables: tokens). */
export async function retoken(
  tokens: { bulkDelete(keys: [string, number, string][]): unknown; bulkPut(rows: TokenRow[]): unknown },
  before: AttemptRow,
  after: AttemptRow,
): Promise<void> {
  const keep = tokenRows(after)
  const kept = new Set(keep.map(({ token }) => token))
  const gone = tokenRows(before).filter(({ token }) => !kept.has(token))
  await tokens.bulkDelete(gone.map(keyOf))
  await tokens.bulkPut(keep)
}

export function keyOf({ token, age, id }: TokenRow): [string, number, string] {
  return [token, age, id]
}
