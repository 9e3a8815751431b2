/** A shop system or processor: how its pages are known, where its total stands, and what its data says. */
import type { Evidence } from '../evidence.ts'

export interface Platform {
  id: string
  /** Whether the page is one of this system's. Cheap: one selector or a look at the address. */
  matches: (document: Document) => boolean
  /** Selectors of the element that holds the total and nothing else, in order of trust. Read only where visible. */
  total: string[]
  /** What its page data or attributes say. Must not throw for any page. */
  evidence?: (document: Document, scripts: PageScripts) => Evidence[]
}

/** Text of the page's inline scripts, read once and bounded. */
export interface PageScripts {
  all: string
}

export function has(document: Document, selector: string): boolean {
  return document.querySelector(selector) !== null
}

/** First group of a pattern in the inline scripts. */
export function inScripts(scripts: PageScripts, pattern: RegExp): string | null {
  return pattern.exec(scripts.all)?.[1] ?? null
}
