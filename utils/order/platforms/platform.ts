/** A shop system or processor: how its pages are known, where its total stands, and what its data says. */
import type { Claim } from '../claims.ts'
import type { Evidence } from '../evidence.ts'

export interface Platform {
  id: string
  /** Whether the page is one of this system's. Cheap: one selector or a look at the address. */
  matches: (document: Document) => boolean
  /** Selectors of the element that holds the total and nothing else, in order of trust. Read only where visible. */
  total: string[]
  /** What its page data or attributes say. Must not throw for any page. */
  evidence?: (document: Document, scripts: PageScripts) => Evidence[]
  /** Live carts of the shop, asked for when something is held. */
  cart?: CartApi[]
}

/** A GET of the same origin that changes nothing and answers with the cart as JSON. */
export interface CartApi {
  /** What the person reads as its source. */
  name: string
  /** Path and query on the page's origin, or null where the page does not say enough. */
  path: (document: Document) => string | null
  /** The path that the answer leads to, or null where the answer is the cart itself. */
  next?: (json: unknown) => string | null
  /** What the answer says, or null where it is no cart. Must not throw for any JSON. */
  read: (json: unknown, document: Document) => Partial<Claim> | null
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
