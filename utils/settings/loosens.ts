/** Which changes of settings take protection away: those need the factor. Pure. */
import { compare, parseMoney } from '../money/money.ts'
import type { Settings, SettingsChange } from './settings.ts'

export function loosensSettings(before: Settings, change: SettingsChange): boolean {
  const { blocked, newSites, categories, freeBelow, elsewhere } = change
  if (before.elsewhere === 'only' && elsewhere !== undefined && elsewhere !== 'only') return true
  if (blocked && (before.blocked ?? []).some((site) => !blocked.includes(site))) return true
  if (newSites === 'ask' && before.newSites === 'refuse') return true
  if (categories && leavesCategory(before.categories ?? {}, categories)) return true
  return freeBelow !== undefined && raises(before.freeBelow ?? [], freeBelow)
}

/** A site that changes its kind counts no more in the old one's caps. A first kind only adds caps. */
function leavesCategory(before: Record<string, string>, after: Record<string, string>): boolean {
  return Object.entries(before).some(([site, category]) => after[site] !== category)
}

function raises(
  before: NonNullable<Settings['freeBelow']>,
  after: NonNullable<Settings['freeBelow']>,
): boolean {
  return after.some((wire) => {
    const amount = parseMoney(wire)
    const old = parseMoney(before.find(({ currency }) => currency === wire.currency))
    if (amount === null || amount.amount === 0n) return false
    return old === null || compare(amount, old) > 0
  })
}
