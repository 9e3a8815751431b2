/**
 * The zone in which an account's days, weeks and months begin. Another zone can open a fresh window hours early, so the
 * person consents to it like to a higher cap, and it is in the log.
 */
import type { AccountAnswer, ZoneRequest } from '../../utils/contract/caps.ts'
import type { Device } from '../auth/device-request.ts'
import type { Context } from '../context.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import { consumeAction } from '../mandates/action.ts'

export async function readAccount(context: Context, accountId: string): Promise<AccountAnswer> {
  const [row] = await context.db.query<{ zone: string; zone_version: number }>(
    'SELECT zone, zone_version FROM account WHERE account_id = $1',
    [accountId],
  )
  if (row === undefined) throw new ProblemError('not_found')
  return { account_id: accountId, zone: row.zone, version: row.zone_version }
}

export async function setZone(
  context: Context,
  device: Device,
  request: ZoneRequest,
): Promise<AccountAnswer> {
  const { zone, version } = request
  if (!isZone(zone)) throw new ProblemError('malformed', 'not an IANA time zone')
  const { accountId } = device
  await context.db.transaction(async (tx) => {
    // The same lock as an authorisation under caps takes: no window changes in the middle of one.
    const [old] = await tx.query<{ zone: string; zone_version: number }>(
      'SELECT zone, zone_version FROM account WHERE account_id = $1 FOR NO KEY UPDATE',
      [accountId],
    )
    if (old?.zone_version !== version) throw new ProblemError('version_conflict')
    await consumeAction(context, tx, device, { command: 'set-zone', zone, version }, request.consent)
    await tx.query('UPDATE account SET zone = $2, zone_version = $3 WHERE account_id = $1', [
      accountId,
      zone,
      version + 1,
    ])
    const data = { from: old.zone, to: zone, device: device.deviceId }
    await note(tx, {
      accountId,
      type: 'zone.set',
      subject: accountId,
      agentId: null,
      data,
      at: context.now(),
    })
  })
  context.wake('events')
  return readAccount(context, accountId)
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    // Offsets are no zones: they know no summer time.
    return /^[A-Za-z]/.test(zone)
  } catch {
    return false
  }
}
