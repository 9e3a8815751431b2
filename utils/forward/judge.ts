/** What the evidence after a release adds up to. Pure. */
export type Evidence =
  | { kind: 'response'; status: number }
  | { kind: 'page'; reads: 'confirmed' | 'failed'; controlGone: boolean }

/**
 * `final`: nothing more will come. A page that reads like a confirmation settles. Where the control had vanished the
 * press never happened, so it failed. Otherwise only a refusal by the shop (4xx and no success) is a failure; a 5xx or
 * silence is not, money may have moved (Kill Bill's UNKNOWN).
 */
export function judge(
  evidence: readonly Evidence[],
  final: boolean,
): 'settled' | 'failed' | 'unknown' | 'wait' {
  const pages = evidence.filter((item) => item.kind === 'page')
  const statuses = evidence.flatMap((item) => (item.kind === 'response' ? [item.status] : []))
  if (pages.some((page) => page.reads === 'confirmed')) return 'settled'
  if (pages.some((page) => page.controlGone)) return 'failed'
  // The last answer counts: a card that was tokenised (200) and then declined (402) was declined.
  const last = statuses.at(-1)
  const refused = last !== undefined && last >= 400 && last < 500
  if (refused && (final || pages.some((page) => page.reads === 'failed'))) return 'failed'
  if (!final) return 'wait'
  return last !== undefined && last >= 200 && last < 400 && pages.length === 0 ? 'settled' : 'unknown'
}
