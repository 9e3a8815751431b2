const MAX_TEXT = 300

/**
 * Text from a page, made safe to show: no control, bidirectional or zero-width characters, one line, cut.
 * An attacker uses these to turn "4.99" around or to hide a name (UTS 39, Trojan Source).
 */
export function neutralise(raw: string): string {
  const clean = raw
    .slice(0, MAX_TEXT * 4)
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
  return (clean.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT - 3)}...` : clean).toWellFormed()
}
