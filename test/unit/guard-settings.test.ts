import 'temporal-polyfill/global'
import { describe, expect, it } from 'vitest'
import { nextRenewal } from '../../components/spend/renewal.ts'
import { parsePageMessage } from '../../utils/messages/parse-page.ts'
import { shopsMyself } from '../../utils/policy/myself.ts'
import { admits } from '../../utils/policy/policy.ts'
import { loosensSettings } from '../../utils/settings/loosens.ts'
import { defaultSettings, type Settings, type SettingsChange } from '../../utils/settings/settings.ts'

const AT = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000
const settings = (change: Partial<Settings> = {}): Settings => ({ ...defaultSettings(), on: true, ...change })

describe('buying by oneself', () => {
  const list = [{ site: 'a.example', since: AT, until: AT + 15 * MINUTE }]
  const passes = (change = {}) =>
    shopsMyself(list, { site: 'a.example', actor: 'person', at: AT + MINUTE, ...change })

  it('is for one site, some minutes and nobody who shows to be an agent', () => {
    expect(passes()).toBe(true)
    expect(passes({ actor: 'unknown' })).toBe(true)
    expect(passes({ actor: 'agent' })).toBe(false)
    expect(passes({ site: 'b.example' })).toBe(false)
    expect(passes({ at: AT + 15 * MINUTE })).toBe(false)
    expect(passes({ at: AT - 1 })).toBe(false)
    expect(passes({ at: Number.NaN })).toBe(false)
  })

  it('at one site says nothing about the others, and begins at once', () => {
    const two = [...list, { site: 'b.example', since: AT - 60 * MINUTE, until: AT - 45 * MINUTE }]
    expect(shopsMyself(two, { site: 'a.example', actor: 'person', at: AT })).toBe(true)
    expect(shopsMyself(two, { site: 'b.example', actor: 'person', at: AT })).toBe(false)
    expect(shopsMyself([], { site: 'a.example', actor: 'person', at: AT })).toBe(false)
  })
})

describe('who may ask', () => {
  const site = { key: 'a.example', hasCap: false }
  it('before it is known which site it is, nothing about sites is decided', () => {
    expect(admits(settings({ blocked: ['a.example'], newSites: 'refuse' }), true)).toEqual({ kind: 'ask' })
    expect(admits(settings(), true, null)).toEqual({ kind: 'refuse', reason: 'unreadable' })
  })

  it('a blocked site may not, nor one without a cap where that is wished; by default everyone may', () => {
    expect(admits(settings(), true, site)).toEqual({ kind: 'ask' })
    expect(admits(settings({ blocked: ['a.example'] }), true, { ...site, hasCap: true })).toEqual({
      kind: 'refuse',
      reason: 'site_blocked',
    })
    const strict = settings({ newSites: 'refuse' })
    expect(admits(strict, true, site)).toEqual({ kind: 'refuse', reason: 'new_site' })
    expect(admits(strict, true, { ...site, hasCap: true })).toEqual({ kind: 'ask' })
    expect(admits(settings(), true, null)).toEqual({ kind: 'refuse', reason: 'unreadable' })
    expect(admits(settings({ on: false }), true, site)).toEqual({ kind: 'refuse', reason: 'guard_off' })
  })
})

describe('a change of settings needs the factor where it takes protection away', () => {
  const eur = (amount: string) => [{ amount, currency: 'EUR' }]
  const before = settings({
    blocked: ['a.example'],
    newSites: 'refuse',
    categories: { 'a.example': 'books' },
    freeBelow: eur('500'),
    risk: { muted: ['night'], thresholds: { quantity: 4 } },
  })
  it.each<[string, SettingsChange, boolean]>([
    ['blocking one more', { blocked: ['a.example', 'b.example'] }, false],
    ['unblocking', { blocked: ['b.example'] }, true],
    ['asking new sites again', { newSites: 'ask' }, true],
    ['refusing new sites', { newSites: 'refuse' }, false],
    ['a first kind', { categories: { 'a.example': 'books', 'b.example': 'food' } }, false],
    ['another kind', { categories: { 'a.example': 'food' } }, true],
    ['no kind any more', { categories: {} }, true],
    ['a higher amount without the factor', { freeBelow: eur('501') }, true],
    ['the same amount', { freeBelow: eur('500') }, false],
    ['none', { freeBelow: [] }, false],
    ['another currency', { freeBelow: [{ amount: '1', currency: 'USD' }] }, true],
    ['a zone', { zone: 'UTC' }, false],
    ['one more warning that is not said', { risk: { muted: ['night', 'fees'] } }, true],
    ['warnings that are said again', { risk: { muted: [], thresholds: { quantity: 4 } } }, false],
    ['a warning from another number on', { risk: { muted: ['night'], thresholds: { quantity: 5 } } }, true],
    [
      'the usual number again, which may be the later one',
      { risk: { muted: ['night'], thresholds: {} } },
      true,
    ],
  ])('%s', (_name, change, loosens) => {
    expect(loosensSettings(before, change)).toBe(loosens)
  })

  it.each([
    { blocked: 'a.example' },
    { blocked: [7] },
    { newSites: 'allow' },
    { categories: { 'a.example': 7 } },
    { freeBelow: [{ amount: '-1', currency: 'EUR' }] },
    { freeBelow: [{ amount: '1', currency: 'EURO' }] },
    { language: 'xx' },
    { holdSeconds: 1 },
    { risk: { muted: ['cap'], thresholds: {} } },
    { risk: { muted: [], thresholds: { quantity: -1 } } },
    { risk: { muted: [], thresholds: { other: 1 } } },
  ])('what cannot be read changes nothing: %j', (bad) => {
    expect(parsePageMessage({ command: 'set-settings', settings: bad, proof: null })).toBe(null)
  })
})

describe('the next renewal', () => {
  const day = (text: string) =>
    Temporal.PlainDate.from(text).toZonedDateTime('Europe/Berlin').epochMilliseconds
  const next = (since: string, at: string, recurrence: Partial<Parameters<typeof nextRenewal>[1]> = {}) => {
    const whole = { every: 1, unit: 'month' as const, amount: null, trialDays: 0, ...recurrence }
    const found = nextRenewal(day(since), whole, day(at), 'Europe/Berlin')
    return Temporal.Instant.fromEpochMilliseconds(found)
      .toZonedDateTimeISO('Europe/Berlin')
      .toPlainDate()
      .toString()
  }
  it('is counted from the first day, over short months and leap years', () => {
    expect(next('2026-01-31', '2026-02-01')).toBe('2026-02-28')
    expect(next('2026-01-31', '2026-03-01')).toBe('2026-03-31')
    expect(next('2028-02-29', '2028-03-01', { unit: 'year' })).toBe('2029-02-28')
    expect(next('2026-01-01', '2026-01-01', { unit: 'week', every: 2 })).toBe('2026-01-15')
  })
  it('is the end of the trial first', () => {
    expect(next('2026-01-01', '2026-01-02', { trialDays: 14 })).toBe('2026-01-15')
    expect(next('2026-01-01', '2026-01-16', { trialDays: 14 })).toBe('2026-02-15')
  })
})
