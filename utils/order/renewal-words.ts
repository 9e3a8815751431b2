/**
 * Words by which a page says that it will charge again by itself. Only such that no offer beside an order uses: "9.90 a
 * year" alone may be a club that nobody joined.
 */
const RENEWS: readonly RegExp[] = [
  /\b(?:will )?(?:auto-?renews?|renews? automatically|automatically renews?|be (?:re)?charged (?:again|every|each|automatically)|recurring (?:charge|payment|billing)s?|billed (?:monthly|annually|yearly|weekly|every)|charged (?:monthly|annually|yearly|weekly|every (?:month|year|week))|until (?:you cancel|cancell?ed))\b/i,
  /\b(?:verlängert sich automatisch|wird automatisch verlängert|monatlich abgebucht|jährlich abgebucht|bis (?:zur|auf) (?:Kündigung|Widerruf))/i,
  /\b(?:se renueva automáticamente|renovación automática|hasta que (?:lo |la )?cancele)/i,
  /\b(?:renouvel\w+ automatique(?:ment)?|se renouvelle automatiquement|jusqu[’']à (?:annulation|résiliation))/i,
  /\b(?:renova(?:-se|ção)? automatic(?:amente|a)|renovação automática|até cancelar)/i,
  /\b(?:si rinnova automaticamente|rinnovo automatico)/i,
  /自動更新|自動継続|毎月請求|자동 ?갱신|자동 ?결제|매월 청구|自动续(?:费|订)|自動續(?:費|訂)|يتجدد تلقائي|تجديد تلقائي/,
]

/** The place that says so, with a little around it, or null. */
export function hiddenRenewal(text: string): string | null {
  for (const pattern of RENEWS) {
    const match = pattern.exec(text)
    if (match === null) continue
    const from = Math.max(0, match.index - 40)
    return text
      .slice(from, match.index + match[0].length + 40)
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 120)
  }
  return null
}
