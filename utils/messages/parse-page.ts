/** Reads what one of our own pages sent; null for anything that is not exactly one command. */
import { parseBackup } from '../backup/backup.ts'
import { CAP_WINDOWS, type CapScope, type CapWindow, isSlidingHours, parseLimit } from '../caps/cap.ts'
import { AGENT_SCOPES, type AgentRequest } from '../contract/orders.ts'
import type { Allowance } from '../contract/subscriptions.ts'
import { parseMoney, toWire } from '../money/money.ts'
import { neutralise } from '../order/neutralise.ts'
import { type CapInput, MAX_SAY, type NewFactor, type PageMessage, type Proof, type Say } from './page.ts'

type Raw = Record<string, unknown>
type Assertion = Extract<Proof, { kind: 'passkey' }>['assertion']
type Registration = Extract<NewFactor, { kind: 'passkey' }>['registration']

export function parsePageMessage(value: unknown): PageMessage | null {
  if (!isRaw(value)) return null
  switch (value.command) {
    case 'activation-challenge':
    case 'agents':
    case 'open-consent':
    case 'learned':
      return { command: value.command }
    case 'activate': {
      const factor = parseNewFactor(value.factor)
      return factor && { command: 'activate', factor }
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
    case 'seen':
      return isText(value.attemptId) ? { command: value.command, attemptId: value.attemptId } : null
    case 'set-cap': {
      const cap = parseCap(value.cap)
      const proof = parseProof(value.proof)
      return cap && proof !== undefined ? { command: 'set-cap', cap, proof } : null
    }
    case 'remove-cap': {
      const proof = parseProof(value.proof)
      return isText(value.id) && proof !== undefined ? { command: 'remove-cap', id: value.id, proof } : null
    }
    case 'allow': {
      const allowance = parseTerms(value.allowance)
      const proof = parseProof(value.proof)
      if (!isText(value.attemptId) || allowance === null || proof === undefined) return null
      return { command: 'allow', attemptId: value.attemptId, allowance, proof }
    }
    case 'revoke-allowance':
      return isText(value.id) ? { command: 'revoke-allowance', id: value.id } : null
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
    case 'forget-learned': {
      const proof = parseProof(value.proof)
      const { id } = value
      if (typeof id !== 'number' || !Number.isInteger(id) || proof === undefined) return null
      return { command: 'forget-learned', id, proof }
    }
    case 'set-settings':
      return parseSettings(value.settings)
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

function parseSettings(value: unknown): PageMessage | null {
  if (!isRaw(value)) return null
  const settings: { holdSeconds?: number; zone?: string } = {}
  if (value.holdSeconds !== undefined) {
    const seconds = value.holdSeconds
    if (!isHold(seconds)) return null
    settings.holdSeconds = seconds
  }
  if (value.zone !== undefined) {
    if (!isText(value.zone) || !isZone(value.zone)) return null
    settings.zone = value.zone
  }
  return { command: 'set-settings', settings }
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
