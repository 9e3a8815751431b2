/** "12,50" as people write it in half of the world; grouping signs are not guessed at. */
export function plainDecimal(text: string): string {
  const trimmed = text.trim()
  return /^\d+,\d{1,4}$/.test(trimmed) ? trimmed.replace(',', '.') : trimmed
}
