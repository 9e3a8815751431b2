/**
 * Text in a page that talks to the agent instead of the person. A model cannot tell a shop's words from its person's, so
 * such a page may have steered what is being bought (OWASP LLM01, "indirect prompt injection").
 */

/** Each pattern is a thing that no shop has to say to a person. */
const PATTERNS: readonly RegExp[] = [
  /\b(ignore|disregard|forget|override)\b.{0,30}\b(previous|prior|above|earlier|all|your|system)\b.{0,30}\b(instruction|prompt|rule|direction|guideline)s?/i,
  /\b(attention|note|message|instructions?|important)\b.{0,20}\b(to|for)\b.{0,12}\b(the )?(ai|llm|language model|assistant|agent|bot|chatbot|copilot|claude|gpt|gemini)s?\b/i,
  /\b(if you are|as) an? (ai|llm|language model|automated|autonomous|shopping)\b.{0,20}\b(agent|assistant|model|bot)?\b.{0,60}\b(must|should|need|have|please|proceed|complete|choose|select|buy|purchase|add|click|pay)\b/i,
  /\b(do not|don't|never|without)\b.{0,15}\b(tell|inform|ask|alert|notify|mention|consult|confirm|confirming|asking|telling|informing)\b.{0,20}\b(the )?(user|human|person|owner|customer|operator)\b/i,
  /\b(ai|llm) (agent|assistant|model|shopper)s?\b.{0,40}\b(must|should|are required|need to|please|has to|have to)\b/i,
  /\b(bypass|dismiss|disable|circumvent|skip|approve)\b.{0,30}\b(consent ?guard|consent (window|prompt|dialog)|payment (guard|confirmation|approval))/i,
  /\b(system|developer) (prompt|message)\s*:/i,
  /<\|?(im_start|system|assistant)\|?>|\[\/?INST\]/i,
  /\b(begin|start) (of )?(new )?(system )?instructions?\b/i,
  /(忽略|无视|忽視).{0,10}(之前|先前|以上|所有).{0,10}(指令|指示|提示)/,
  /(不要|无需|請勿|别).{0,6}(告诉|告訴|询问|詢問|通知).{0,4}(用户|用戶|使用者|主人)/,
  /\bignorier\w*\b.{0,30}\b(vorherige|bisherige|alle)\w*\b.{0,20}\b(anweisung|instruktion)/i,
  /\bignor[ae]\w*\b.{0,30}\b(instrucciones|instructions|instruções)\b.{0,20}\b(anteriores|précédentes|previas)/i,
  /(以前|前)の(指示|命令)を?(無視|忘れ)/,
]

/** Enough of the sentence to recognise it. */
const EXCERPT = 120

/** The first place that talks to an agent, or null. `text` may be long; only its first 20,000 characters are read. */
export function agentText(text: string): string | null {
  const plain = text
    .slice(0, 20_000)
    .replace(/[\p{Cf}]/gu, '')
    .replace(/\s+/g, ' ')
  for (const pattern of PATTERNS) {
    const match = pattern.exec(plain)
    if (match) return match[0].slice(0, EXCERPT)
  }
  return null
}
