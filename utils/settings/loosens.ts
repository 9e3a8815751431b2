/** Which changes of settings take protection away: those need the factor. Pure. */
import { compare, parseMoney } from '../money/money.ts'
import { DEFAULTS, type Thresholds } from '../risk/thresholds.ts'
import type { Settings, SettingsChange } from './settings.ts'

export function loosensSettings(before: Settings, change: SettingsChange): boolean {
  const { blocked, newSites, categories, freeBelow, elsewhere, risk } = change
  if (before.elsewhere === 'only' && elsewhere !== undefined && elsewhere !== 'only') return true
  if (blocked && (before.blocked ?? []).some((site) => !blocked.includes(site))) return true
  if (newSites === 'ask' && before.newSites === 'refuse') return true
  if (risk && quietens(before.risk ?? {}, risk)) return true
  if (categories && leavesCategory(before.categories ?? {}, categories)) return true
  return freeBelow !== undefined && raises(before.freeBelow ?? [], freeBelow)
}

/** A site that changes its kind counts no more in the old one's caps. A first kind only adds caps. */
function leavesCategory(before: Record<string, string>, after: Record<string, string>): boolean {
  return Object.entries(before).some(([site, category]) => after[site] !== category)
}

const NAMES = Object.keys(DEFAULTS) as (keyof Thresholds)[]

type Risk = NonNullable<Settings['risk']>

/** Whether a number makes a rule speak later or earlier depends on the rule: each change of one counts. */
function quietens(before: Risk, after: Risk): boolean {
  if (after.muted?.some((rule) => before.muted?.includes(rule) !== true)) return true
  const was = { ...DEFAULTS, ...before.thresholds }
  const is = { ...DEFAULTS, ...after.thresholds }
  return NAMES.some((name) => was[name] !== is[name])
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
