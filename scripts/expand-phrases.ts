/**
 * Every text that a phrase of the vocabulary (`utils/detect/words.ts`) stands for. The phrases use a small part of the
 * language of regular expressions: groups, alternatives, `?`, character classes, `\w*` and `\w+`.
 */
import { phrases } from '../utils/detect/words.ts'

export function expandTable(table: string): string[] {
  return table.trim().split('\n').flatMap(phrases).flatMap(expandPhrase)
}

export function expandPhrase(phrase: string): string[] {
  let texts = ['']
  for (let at = 0; at < phrase.length; ) {
    const { choices, next } = atom(phrase, at)
    const optional = phrase[next] === '?'
    at = optional ? next + 1 : next
    const all = optional ? ['', ...choices] : choices
    texts = texts.flatMap((text) => all.map((choice) => text + choice))
  }
  return texts
}

/** What stands at a position, as its choices, and where it ends. */
function atom(phrase: string, at: number): { choices: string[]; next: number } {
  const char = phrase[at] ?? ''
  if (char === '(') {
    const end = closing(phrase, at)
    return { choices: phrases(phrase.slice(at + 3, end)).flatMap(expandPhrase), next: end + 1 }
  }
  if (char === '[') {
    const end = phrase.indexOf(']', at)
    return { choices: [...phrase.slice(at + 1, end)], next: end + 1 }
  }
  if (char === '\\') {
    if (phrase[at + 1] !== 'w') return { choices: [phrase[at + 1] ?? ''], next: at + 2 }
    return phrase[at + 2] === '*' ? { choices: ['', 'x'], next: at + 3 } : { choices: ['x'], next: at + 3 }
  }
  return { choices: [char === '.' ? '’' : char], next: at + 1 }
}

function closing(phrase: string, at: number): number {
  let depth = 0
  for (let i = at; i < phrase.length; i++) {
    if (phrase[i] === '(') depth++
    else if (phrase[i] === ')' && --depth === 0) return i
  }
  throw new Error(`brackets do not close: ${phrase}`)
}
