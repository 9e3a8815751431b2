/** Setting and removing caps. Tightening is free; loosening needs the person, and a version that was really read. */
import type { CapRemoval, CapRequest, WireCap } from '../../utils/contract/caps.ts'
import { parseMoney } from '../../utils/money/money.ts'
import type { Device } from '../auth/device-request.ts'
import type { Context } from '../context.ts'
import { newIdOf } from '../http/identifiers.ts'
import { ProblemError } from '../http/problems.ts'
import { note } from '../log/events.ts'
import { consumeAction } from '../mandates/action.ts'
import { type CapRow, siteOfScope } from './caps.ts'

export async function setCap(context: Context, device: Device, request: CapRequest): Promise<void> {
  const { cap, version } = request
  const limit = parseMoney(cap.limit)
  if (limit === null || limit.amount < 0n)
    throw new ProblemError('malformed', 'a cap is zero or more, in a known currency')
  const { accountId } = device
  const at = context.now()
  await context.db.transaction(async (tx) => {
    // The same lock as an authorisation takes: a lower cap holds for every payment after it.
    await tx.query('SELECT 1 FROM account WHERE account_id = $1 FOR NO KEY UPDATE', [accountId])
    const [old] = await tx.query<CapRow>(
      `SELECT * FROM cap WHERE account_id = $1 AND site = $2 AND cap_window = $3 AND currency = $4`,
      [accountId, siteOf(cap), cap.window, limit.currency],
    )
    if ((old?.version ?? 0) !== version) throw new ProblemError('version_conflict')
    if (old !== undefined && limit.amount > old.amount) {
      await consumeAction(context, tx, device, { command: 'set-cap', cap, version }, request.consent)
    }
    const capId = old?.cap_id ?? newIdOf(accountId, 'cap')
    await tx.query(
      `INSERT INTO cap (account_id, cap_id, site, cap_window, amount, currency, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)
         ON CONFLICT (account_id, cap_id) DO UPDATE
           SET amount = excluded.amount, version = cap.version + 1, updated_at = excluded.updated_at`,
      [accountId, capId, siteOf(cap), cap.window, limit.amount, limit.currency, new Date(at)],
    )
    const data = {
      window: cap.window,
      site: siteOf(cap),
      limit: limit.amount.toString(),
      currency: limit.currency,
      version: version + 1,
      device: device.deviceId,
    }
    await note(tx, { accountId, type: 'cap.set', subject: capId, agentId: null, data, at })
  })
  context.wake('events')
}

export async function removeCap(context: Context, device: Device, request: CapRemoval): Promise<void> {
  const { cap_id, version } = request
  const { accountId } = device
  await context.db.transaction(async (tx) => {
    const removed = await tx.query<CapRow>(
      'DELETE FROM cap WHERE account_id = $1 AND cap_id = $2 RETURNING *',
      [accountId, cap_id],
    )
    const [row] = removed
    if (row === undefined) throw new ProblemError('not_found')
    if (row.version !== version) throw new ProblemError('version_conflict')
    await consumeAction(context, tx, device, { command: 'remove-cap', cap_id, version }, request.consent)
    const data = { version, device: device.deviceId }
    await note(tx, {
      accountId,
      type: 'cap.removed',
      subject: cap_id,
      agentId: null,
      data,
      at: context.now(),
    })
  })
  context.wake('events')
}

function siteOf(cap: WireCap): string {
  return siteOfScope(cap.scope)
}
