/**
 * Names of things. An id below an account carries the account's own random part (`dev_<account>_<own>`), so that any
 * request can be sent to the shard of its account by looking at the id alone.
 */
import { randomFillSync } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Asking for randomness costs the same for one byte and for many; each is given out once and forgotten. */
const pool = new Uint8Array(4096)
let given = pool.length

/** Random text of 5 bits a character; 20 characters are 100 bits. */
export function randomText(length: number): string {
  if (given + length > pool.length) {
    randomFillSync(pool)
    given = 0
  }
  let text = ''
  for (let n = 0; n < length; n++, given++) {
    text += ALPHABET[(pool[given] ?? 0) % 32]
    pool[given] = 0
  }
  return text
}

export function newAccountId(): string {
  return `acc_${randomText(20)}`
}

/** An id that belongs to an account and says so. */
export function newIdOf(accountId: string, prefix: string): string {
  return `${prefix}_${accountId.slice('acc_'.length)}_${randomText(20)}`
}

/** The account that an id belongs to; null for anything that is not such an id. */
export function accountOf(id: string, prefix: string): string | null {
  const match = /^([a-z]+)_([0-9a-z]{20})_[0-9a-z]{20}$/.exec(id)
  return match !== null && match[1] === prefix ? `acc_${match[2]}` : null
}
