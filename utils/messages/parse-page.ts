/** Reads what one of our own pages sent; null for anything that is not exactly one command. */
import { parseBackup } from '../backup/backup.ts'
import { CAP_WINDOWS, type CapScope, type CapWindow, isSlidingHours, parseLimit } from '../caps/cap.ts'
import { AGENT_SCOPES, type AgentRequest } from '../contract/orders.ts'
import type { Allowance } from '../contract/subscriptions.ts'
import { parseMoney, toWire } from '../money/money.ts'
import { neutralise } from '../order/neutralise.ts'
import { MYSELF_MINUTES } from '../policy/myself.ts'
import { parseThresholds } from '../risk/thresholds.ts'
import { isTunable } from '../risk/tunable.ts'
import type { SettingsChange } from '../settings/settings.ts'
import { LOCALES } from '../words/words.ts'
import {
  type CapInput,
  MAX_SAY,
  type NewFactor,
  type OwnerProof,
  type PageMessage,
  type Proof,
  type Say,
} from './page.ts'

type Raw = Record<string, unknown>
type Assertion = Extract<Proof, { kind: 'passkey' }>['assertion']
type Registration = Extract<NewFactor, { kind: 'passkey' }>['registration']

export function parsePageMessage(value: unknown): PageMessage | null {
  if (!isRaw(value)) return null
  switch (value.command) {
    case 'activation-challenge':
    case 'agents':
    case 'open-consent':
    case 'rehearse':
    case 'factor-challenge':
    case 'approvers':
    case 'learned-endpoints':
      return { command: value.command }
    case 'activate': {
      const factor = parseNewFactor(value.factor)
      return factor && { command: 'activate', factor }
    }
    case 'change-factor': {
      const factor = parseNewFactor(value.factor)
      const proof = parseOwnerProof(value.proof)
      return factor && proof !== undefined ? { command: 'change-factor', factor, proof } : null
    }
    case 'remove-factor': {
      const proof = parseOwnerProof(value.proof)
      return proof === undefined ? null : { command: 'remove-factor', proof }
    }
    case 'make-recovery-codes': {
      const proof = parseProof(value.proof)
      return proof === undefined ? null : { command: 'make-recovery-codes', proof }
    }
    case 'pair': {
      const { url, code } = value
      const proof = parseProof(value.proof)
      if (!isText(url) || !isText(code) || proof === undefined) return null
      return { command: 'pair', url, code, proof }
    }
    case 'approve': {
      const { attemptId, digest } = value
      const proof = parseProof(value.proof)
      if (!isText(attemptId) || !isText(digest) || proof === undefined) return null
      return { command: 'approve', attemptId, digest, proof }
    }
    case 'reject': {
      const say = parseSay(value.say)
      if (!isText(value.attemptId) || say === undefined) return null
      return { command: 'reject', attemptId: value.attemptId, say, ignorePage: value.ignorePage === true }
    }
    case 'cancel':
    case 'ask-elsewhere':
    case 'seen':
      return isText(value.attemptId) ? { command: value.command, attemptId: value.attemptId } : null
    case 'set-cap': {
      const cap = parseCap(value.cap)
      const proof = parseProof(value.proof)
      return cap && proof !== undefined ? { command: 'set-cap', cap, proof } : null
    }
    case 'approve-rehearsal':
    case 'remove-cap': {
      const proof = parseProof(value.proof)
      return isText(value.id) && proof !== undefined ? { command: value.command, id: value.id, proof } : null
    }
    case 'allow': {
      const allowance = parseTerms(value.allowance)
      const proof = parseProof(value.proof)
      if (!isText(value.attemptId) || allowance === null || proof === undefined) return null
      return { command: 'allow', attemptId: value.attemptId, allowance, proof }
    }
    case 'reject-rehearsal':
    case 'revoke-allowance':
    case 'disconnect-approver':
      return isText(value.id) ? { command: value.command, id: value.id } : null
    case 'forget-endpoint': {
      const { id, address } = value
      const proof = parseProof(value.proof)
      if (typeof id !== 'number' || !Number.isInteger(id) || !isText(address) || proof === undefined)
        return null
      return { command: 'forget-endpoint', id, address, proof }
    }
    case 'invite-approver': {
      const proof = parseProof(value.proof)
      const { nonce } = value
      if (!isText(nonce) || nonce.length > 100 || proof === undefined) return null
      return { command: 'invite-approver', nonce, proof }
    }
    case 'restore': {
      const backup = parseBackup(value.backup)
      const proof = parseProof(value.proof)
      if (backup === null || proof === undefined) return null
      return isHold(backup.holdSeconds) && isZone(backup.zone) ? { command: 'restore', backup, proof } : null
    }
    case 'forget': {
      const proof = parseProof(value.proof)
      const { before } = value
      if (typeof before !== 'number' || !Number.isInteger(before) || proof === undefined) return null
      return { command: 'forget', before, proof }
    }
    case 'forget-these': {
      const proof = parseProof(value.proof)
      const { ids } = value
      if (!Array.isArray(ids) || ids.length > MAX_CHOSEN || !ids.every(isText) || proof === undefined)
        return null
      return { command: 'forget-these', ids, proof }
    }
    case 'issue-agent': {
      const agent = parseAgentRequest(value.agent)
      const proof = parseProof(value.proof)
      return agent && proof !== undefined ? { command: 'issue-agent', agent, proof } : null
    }
    case 'allow-page': {
      const proof = parseProof(value.proof)
      const { origin, allowed } = value
      if (!isText(origin) || typeof allowed !== 'boolean' || proof === undefined) return null
      return { command: 'allow-page', origin, allowed, proof }
    }
    case 'revoke-agent':
      return isText(value.agentId) ? { command: 'revoke-agent', agentId: value.agentId } : null
    case 'settle-unknown': {
      const proof = parseProof(value.proof)
      const { attemptId, outcome } = value
      if (!isText(attemptId) || proof === undefined) return null
      if (outcome !== 'settled' && outcome !== 'failed') return null
      return { command: 'settle-unknown', attemptId, outcome, proof }
    }
    case 'record-refund': {
      const proof = parseProof(value.proof)
      const amount = parseMoney(value.amount)
      if (!isText(value.attemptId) || proof === undefined || amount === null) return null
      return { command: 'record-refund', attemptId: value.attemptId, amount: toWire(amount), proof }
    }
    case 'set-retention': {
      const proof = parseProof(value.proof)
      const { days } = value
      if (proof === undefined || (days !== null && !isDays(days))) return null
      return { command: 'set-retention', days, proof }
    }
    case 'evidence': {
      const { attemptId } = value
      if (attemptId !== null && !isText(attemptId)) return null
      return { command: 'evidence', attemptId }
    }
    case 'erase': {
      const proof = parseProof(value.proof)
      return proof === undefined ? null : { command: 'erase', proof }
    }
    case 'set-settings': {
      const settings = parseSettings(value.settings)
      const proof = value.proof === undefined ? null : parseProof(value.proof)
      return settings && proof !== undefined ? { command: 'set-settings', settings, proof } : null
    }
    case 'shop-myself': {
      const { site } = value
      const minutes = MYSELF_MINUTES.find((known) => known === value.minutes)
      const proof = parseProof(value.proof)
      if (!isText(site) || minutes === undefined || proof === undefined) return null
      return { command: 'shop-myself', site, minutes, proof }
    }
    case 'stop-myself':
      return isText(value.site) ? { command: 'stop-myself', site: value.site } : null
    default:
      return null
  }
}

/** undefined: malformed; null: nothing to say. Made one safe line: it goes into a web page. */
function parseSay(value: unknown): Say | null | undefined {
  if (value === undefined || value === null) return null
  if (!isRaw(value) || (value.kind !== 'reason' && value.kind !== 'change')) return undefined
  if (!isText(value.text) || value.text.length > MAX_SAY) return undefined
  return { kind: value.kind, text: neutralise(value.text) }
}

const MAX_LABEL = 60

function parseAgentRequest(value: unknown): AgentRequest | null {
  if (!isRaw(value) || !isText(value.label) || value.label.length > MAX_LABEL) return null
  const { label, scopes } = value
  if (!Array.isArray(scopes) || scopes.length === 0) return null
  const known = AGENT_SCOPES.filter((scope) => scopes.includes(scope))
  // What is not a scope was perhaps meant to be a wider one.
  return known.length === scopes.length && neutralise(label) === label ? { label, scopes: known } : null
}

/** Only what it knows; a field that does not fit makes the whole malformed. */
function parseSettings(value: unknown): SettingsChange | null {
  if (!isRaw(value)) return null
  const { holdSeconds, zone, blocked, newSites, categories, freeBelow, elsewhere, language, risk } = value
  const change: SettingsChange = {}
  if (holdSeconds !== undefined) {
    if (!isHold(holdSeconds)) return null
    change.holdSeconds = holdSeconds
  }
  if (zone !== undefined) {
    if (!isText(zone) || !isZone(zone)) return null
    change.zone = zone
  }
  if (blocked !== undefined) {
    if (!Array.isArray(blocked) || blocked.length > MAX_SITES || !blocked.every(isText)) return null
    change.blocked = [...new Set(blocked)]
  }
  if (newSites !== undefined) {
    if (newSites !== 'ask' && newSites !== 'refuse') return null
    change.newSites = newSites
  }
  if (categories !== undefined) {
    const named = parseCategories(categories)
    if (named === null) return null
    change.categories = named
  }
  if (freeBelow !== undefined) {
    if (!Array.isArray(freeBelow) || freeBelow.length > 20) return null
    const amounts = freeBelow.map(parseMoney).filter((money) => money !== null && money.amount >= 0n)
    if (amounts.length !== freeBelow.length) return null
    change.freeBelow = amounts.flatMap((money) => (money === null ? [] : [toWire(money)]))
  }
  if (elsewhere !== undefined) {
    if (elsewhere !== 'off' && elsewhere !== 'offer' && elsewhere !== 'only') return null
    change.elsewhere = elsewhere
  }
  if (language !== undefined) {
    if (language !== '' && !LOCALES.some((locale) => locale === language)) return null
    change.language = String(language)
  }
  if (risk !== undefined) {
    const warnings = parseRisk(risk)
    if (warnings === null) return null
    change.risk = warnings
  }
  return change
}

function parseRisk(value: unknown): NonNullable<SettingsChange['risk']> | null {
  if (!isRaw(value) || !Array.isArray(value.muted) || !value.muted.every(isTunable)) return null
  const thresholds = parseThresholds(value.thresholds)
  return thresholds === null ? null : { thresholds, muted: [...new Set(value.muted)] }
}

const MAX_SITES = 10_000
/** More than a person ticks by hand; more than that is what retention is for. */
const MAX_CHOSEN = 1_000

function parseCategories(value: unknown): Record<string, string> | null {
  if (!isRaw(value)) return null
  const entries = Object.entries(value)
  if (entries.length > MAX_SITES) return null
  const named = entries.flatMap(([site, name]): [string, string][] =>
    isText(name) && name.length <= 60 && isText(site) ? [[site, neutralise(name)]] : [],
  )
  return named.length === entries.length ? Object.fromEntries(named) : null
}

const WINDOWS: readonly CapWindow[] = [...CAP_WINDOWS, 'sliding']

export function parseCap(value: unknown): CapInput | null {
  if (!isRaw(value)) return null
  const scope = parseScope(value.scope)
  const window = WINDOWS.find((known) => known === value.window)
  const limit = parseLimit(value.limit)
  const { id, hours } = value
  if (id !== null && !isText(id)) return null
  if (scope === null || window === undefined || limit === null) return null
  const cap = { id, scope, window, limit: toWire(limit) }
  if (window !== 'sliding') return hours === undefined ? cap : null
  return isSlidingHours(hours) ? { ...cap, hours } : null
}

/** Shape only; whether they may be signed is `areTerms`. No field that is not read: all of it is signed. */
function parseTerms(value: unknown): Allowance | null {
  if (!isRaw(value)) return null
  const { payee, agent_id, per_order, orders, expires_at } = value
  const limit = parseMoney(value.limit)
  if (agent_id !== null || limit === null || typeof orders !== 'number') return null
  if (!isText(payee) || !isText(per_order) || !isText(expires_at)) return null
  return { payee, agent_id, limit: toWire(limit), per_order, orders, expires_at }
}

function parseScope(value: unknown): CapScope | null {
  if (!isRaw(value)) return null
  switch (value.kind) {
    case 'all':
      return { kind: 'all' }
    case 'site':
      return isText(value.site) ? { kind: 'site', site: value.site } : null
    case 'category':
      return isText(value.category) ? { kind: 'category', category: value.category } : null
    case 'agent':
      return isText(value.agent) ? { kind: 'agent', agent: value.agent } : null
    default:
      return null
  }
}

/** undefined: malformed; null: none was given. */
function parseProof(value: unknown): Proof | null | undefined {
  if (value === null) return null
  if (!isRaw(value)) return undefined
  if (value.kind === 'pin') return isText(value.pin) ? { kind: 'pin', pin: value.pin } : undefined
  return value.kind === 'passkey' && isAssertion(value.assertion)
    ? { kind: 'passkey', assertion: value.assertion }
    : undefined
}

function parseOwnerProof(value: unknown): OwnerProof | null | undefined {
  if (!isRaw(value) || value.kind !== 'recovery') return parseProof(value)
  return isText(value.code) && value.code.length <= 100 ? { kind: 'recovery', code: value.code } : undefined
}

function parseNewFactor(value: unknown): NewFactor | null {
  if (!isRaw(value)) return null
  if (value.kind === 'pin') return isText(value.pin) ? { kind: 'pin', pin: value.pin } : null
  return value.kind === 'passkey' && isRegistration(value.registration)
    ? { kind: 'passkey', registration: value.registration }
    : null
}

/** Shape only; the library that verifies the signature parses the rest and refuses what does not fit. */
function isAssertion(value: unknown): value is Assertion {
  return isCredential(value, ['authenticatorData', 'clientDataJSON', 'signature'])
}

function isRegistration(value: unknown): value is Registration {
  return isCredential(value, ['attestationObject', 'clientDataJSON'])
}

function isCredential(value: unknown, fields: readonly string[]): boolean {
  if (!isRaw(value) || !isRaw(value.response) || value.type !== 'public-key') return false
  const { response } = value
  return isText(value.id) && isText(value.rawId) && fields.every((field) => isText(response[field]))
}

/** Seconds that a payment may wait. */
function isHold(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 5 && seconds <= 3600
}

function isDays(days: unknown): days is number {
  return typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= 36_500
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 10_000
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
