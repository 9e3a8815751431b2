/**
 * Regular expressions that a page cannot turn against us. `RegExp.prototype.test` looks `exec` up on the prototype
 * each time, where a page may have put its own; here it is taken once, before any page script has run.
 */
const { apply } = Reflect
const { exec } = RegExp.prototype

export function matches(pattern: RegExp, text: string): boolean {
  return apply(exec, pattern, [text]) !== null
}

/** What the first pair of brackets matched, or null. */
export function firstGroup(pattern: RegExp, text: string): string | null {
  const found: RegExpExecArray | null = apply(exec, pattern, [text])
  return found?.[1] ?? null
}
