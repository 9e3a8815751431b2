/**
 * Who is asking, for devices: `Authorization: Device <jws>` after RFC 9449 (DPoP). The token fits one method, path
 * and body, lives two minutes and is heard once, so that a copied request is worth nothing.
 */
import { hash, type JsonWebKey, timingSafeEqual } from 'node:crypto'
import type { Database } from '../db/database.ts'
import { accountOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { checkEs256, unverifiedClaims } from './es256.ts'

const WINDOW_S = 120

export interface Device {
  kind: 'device'
  accountId: string
  deviceId: string
  deviceKey: JsonWebKey
  /** null once the request was heard; until then nothing may be done in its name. */
  unheard: Unheard | null
  consent:
    | { kind: 'pin'; key: JsonWebKey }
    | {
        kind: 'passkey'
        credentialId: string
        publicKey: Buffer
        rpId: string
        origin: string
        counter: bigint
      }
}

/** What must still be written so that the request is heard once. */
export interface Unheard {
  jti: string
  expires: Date
}

export interface SignedRequest {
  /** The route hears the request itself, in the statement that does its work. */
  hearsItself: boolean

  authorization: string | undefined
  method: string
  /** Path without query. */
  path: string
  body: Uint8Array
  /** Origins under which this backend is reached. */
  audiences: readonly string[]
  now: number
}

interface DeviceRow {
  device_key: JsonWebKey
  factor: 'pin' | 'passkey'
  consent_key: JsonWebKey | null
  credential_id: string | null
  credential_key: Buffer | null
  rp_id: string | null
  rp_origin: string | null
  sign_count: bigint
}

/**
 * Devices seen lately, so that a signature can be checked before anything is read. Never believed for longer than one
 * request: `hearOnce` accepts only if the row still has this key and is not revoked.
 */
const seen = new WeakMap<Database, Map<string, DeviceRow>>()
const SEEN_LATELY = 10_000

export async function authenticateDevice(db: Database, request: SignedRequest): Promise<Device> {
  const jws = /^Device ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(request.authorization ?? '')?.[1]
  if (jws === undefined || jws.length > 4096) throw new ProblemError('unauthenticated')
  const deviceId = unverifiedClaims(jws)?.iss
  const accountId = typeof deviceId === 'string' ? accountOf(deviceId, 'dev') : null
  if (typeof deviceId !== 'string' || accountId === null) throw new ProblemError('unauthenticated')
  const cache = seen.get(db) ?? new Map<string, DeviceRow>()
  seen.set(db, cache)
  const known = cache.get(deviceId)
  if (known !== undefined) {
    const device = await authenticateAs(db, known, accountId, deviceId, jws, request)
    if (device !== null) return device
    cache.delete(deviceId)
  }
  const row = await findDevice(db, accountId, deviceId)
  if (row === null) throw new ProblemError('device_unknown')
  const device = await authenticateAs(db, row, accountId, deviceId, jws, request)
  if (device === null) throw new ProblemError('device_unknown')
  const oldest = cache.size >= SEEN_LATELY ? cache.keys().next().value : undefined
  if (oldest !== undefined) cache.delete(oldest)
  // A passkey's signature counter must be the last one, so such a device is read each time.
  if (row.factor === 'pin') cache.set(deviceId, row)
  return device
}

/** null where the row is not what the database has now; every other failure throws. */
async function authenticateAs(
  db: Database,
  row: DeviceRow,
  accountId: string,
  deviceId: string,
  jws: string,
  request: SignedRequest,
): Promise<Device | null> {
  const claims = await checkEs256(jws, row.device_key)
  if (claims === null || claims.iss !== deviceId) {
    // Perhaps the key was rotated since: the database decides.
    const now = await findDevice(db, accountId, deviceId)
    if (now === null || now.device_key.x !== row.device_key.x) return null
    throw new ProblemError('signature_invalid')
  }
  const jti = checkClaims(claims, request)
  // Kept until no clock within the window could still make the token fresh.
  const unheard = { jti, expires: new Date(request.now + 2 * WINDOW_S * 1000 + 60_000) }
  const device: Device = {
    kind: 'device',
    accountId,
    deviceId,
    deviceKey: row.device_key,
    unheard,
    consent: consentOf(row),
  }
  if (request.hearsItself) return device
  return (await hearOnce(db, device, unheard)) ? { ...device, unheard: null } : null
}

/** Hears the request of a device that was authenticated for a route that hears for itself. */
export async function hear(db: Database, device: Device): Promise<void> {
  if (device.unheard === null) return
  if (!(await hearOnce(db, device, device.unheard))) throw new ProblemError('device_unknown')
  device.unheard = null
}

/** Checks what the token is bound to; returns its jti. */
function checkClaims(claims: Record<string, unknown>, request: SignedRequest): string {
  const { aud, htm, htu, bh, iat, jti } = claims
  if (typeof aud !== 'string' || !request.audiences.includes(aud)) {
    throw new ProblemError('signature_invalid', 'the signature is for another backend')
  }
  if (htm !== request.method || htu !== request.path) {
    throw new ProblemError('signature_invalid', 'the signature is for another method or path')
  }
  const sent = hash('sha256', request.body, 'buffer')
  const signed = typeof bh === 'string' ? Buffer.from(bh, 'base64url') : Buffer.alloc(0)
  if (signed.length !== sent.length || !timingSafeEqual(signed, sent)) {
    throw new ProblemError('signature_invalid', 'the signature is for another body')
  }
  if (typeof iat !== 'number' || !(Math.abs(request.now / 1000 - iat) <= WINDOW_S)) {
    throw new ProblemError('request_stale')
  }
  if (typeof jti !== 'string' || jti === '' || jti.length > 128) throw new ProblemError('signature_invalid')
  return jti
}

async function findDevice(db: Database, accountId: string, deviceId: string): Promise<DeviceRow | null> {
  const [row] = await db.query<DeviceRow>(
    `SELECT device_key, factor, consent_key, credential_id, credential_key, rp_id, rp_origin, sign_count
       FROM device WHERE account_id = $1 AND device_id = $2 AND revoked_at IS NULL`,
    [accountId, deviceId],
    'find_device',
  )
  return row ?? null
}

const HEAR = `
WITH device_now AS (
  SELECT 1 FROM device
   WHERE account_id = $1 AND device_id = $2 AND revoked_at IS NULL AND device_key->>'x' = $5
), heard AS (
  INSERT INTO device_request (account_id, device_id, jti, expires_at)
    SELECT $1, $2, $3, $4::timestamptz FROM device_now ON CONFLICT DO NOTHING RETURNING 1
)
SELECT EXISTS (SELECT 1 FROM device_now) AS known, EXISTS (SELECT 1 FROM heard) AS fresh`

/** False where the device has another key by now, or none. */
async function hearOnce(db: Database, device: Device, unheard: Unheard): Promise<boolean> {
  const [heard] = await db.forgetful.query<{ known: boolean; fresh: boolean }>(
    HEAR,
    [device.accountId, device.deviceId, unheard.jti, unheard.expires, device.deviceKey.x],
    'hear_once',
  )
  if (heard?.known !== true) return false
  if (!heard.fresh) throw new ProblemError('request_replayed')
  return true
}

function consentOf(row: DeviceRow): Device['consent'] {
  if (row.factor === 'pin' && row.consent_key !== null) return { kind: 'pin', key: row.consent_key }
  const { credential_id, credential_key, rp_id, rp_origin } = row
  if (credential_id === null || credential_key === null || rp_id === null || rp_origin === null) {
    throw new Error('a device without a consent key')
  }
  return {
    kind: 'passkey',
    credentialId: credential_id,
    publicKey: credential_key,
    rpId: rp_id,
    origin: rp_origin,
    counter: row.sign_count,
  }
}
