/** Devices of an account: seen, revoked, given a new request key. */

import { KEY_CHANGE_VCT, type KeyChangeRequest } from '../../utils/contract/keys.ts'
import type { Device } from '../auth/device-request.ts'
import { isVerifyKey, verifyEs256 } from '../auth/es256.ts'
import { keyIdOf } from '../auth/key-id.ts'
import type { Context } from '../context.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import { publicPart } from './activation.ts'

export interface DeviceAnswer {
  device_id: string
  label: string
  factor: 'pin' | 'passkey'
  created_at: string
  revoked_at: string | null
}

interface Row {
  device_id: string
  label: string
  factor: 'pin' | 'passkey'
  created_at: Date
  revoked_at: Date | null
}

const COLUMNS = 'device_id, label, factor, created_at, revoked_at'

export async function listDevices(context: Context, accountId: string): Promise<DeviceAnswer[]> {
  const rows = await context.db.query<Row>(
    `SELECT ${COLUMNS} FROM device WHERE account_id = $1 ORDER BY created_at`,
    [accountId],
  )
  return rows.map(answer)
}

/** From now on nothing that this device signs is heard. Money that it has authorised stays authorised. */
export async function revokeDevice(
  context: Context,
  accountId: string,
  deviceId: string,
): Promise<DeviceAnswer> {
  const at = context.now()
  return context.db.transaction(async (tx) => {
    const [row] = await tx.query<Row>(
      `UPDATE device SET revoked_at = coalesce(revoked_at, $3) WHERE account_id = $1 AND device_id = $2
        RETURNING ${COLUMNS}`,
      [accountId, deviceId, new Date(at)],
    )
    if (row === undefined) throw new ProblemError('not_found')
    await note(tx, { accountId, type: 'device.revoked', subject: deviceId, agentId: null, data: {}, at })
    return answer(row)
  })
}

/**
 * Replaces the key that signs requests, after ACME's key change (RFC 8555 section 7.3.5): the old key signs the request,
 * the new one signs that it takes the old one's place, so nobody can bind a key that is not theirs. Of two rotations that
 * race, one finds the old key gone. The consent key has no such route: a new one means a new activation, because whoever
 * could swap it could approve.
 */
export async function rotateDeviceKey(
  context: Context,
  device: Device,
  request: KeyChangeRequest,
): Promise<DeviceAnswer> {
  const { accountId, deviceId } = device
  const { device_key: key, proof } = request
  if (!isVerifyKey(key)) throw new ProblemError('malformed', 'the key is not a point on P-256')
  const [before, after] = [keyIdOf(device.deviceKey), keyIdOf(key)]
  const claims = verifyEs256(proof, key)
  if (claims?.vct !== KEY_CHANGE_VCT || claims.iss !== deviceId || claims.replaces !== before) {
    throw new ProblemError('signature_invalid', 'the new key does not sign that it replaces the old one')
  }
  const at = context.now()
  return context.db.transaction(async (tx) => {
    // A passkey device's mandates are signed by this key as well, but need the assertion too.
    const [row] = await tx.query<Row>(
      `UPDATE device SET device_key = $3 WHERE account_id = $1 AND device_id = $2 AND revoked_at IS NULL
          AND device_key->>'x' = $4 RETURNING ${COLUMNS}`,
      [accountId, deviceId, JSON.stringify(publicPart(key)), device.deviceKey.x],
    )
    if (row === undefined) throw new ProblemError('device_unknown')
    await tx.query(
      `INSERT INTO former_device_key (account_id, device_id, key_id, public_jwk, retired_at)
         VALUES ($1, $2, $3, $4, $5)`,
      [accountId, deviceId, before, JSON.stringify(publicPart(device.deviceKey)), new Date(at)],
    )
    const back = await tx.query(
      'SELECT 1 FROM former_device_key WHERE account_id = $1 AND device_id = $2 AND key_id = $3',
      [accountId, deviceId, after],
    )
    if (back.length > 0) throw new ProblemError('malformed', 'this key was replaced before')
    const data = { from: before, to: after }
    await note(tx, { accountId, type: 'device.key_rotated', subject: deviceId, agentId: null, data, at })
    return answer(row)
  })
}

function answer(row: Row): DeviceAnswer {
  return {
    device_id: row.device_id,
    label: row.label,
    factor: row.factor,
    created_at: row.created_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
  }
}
