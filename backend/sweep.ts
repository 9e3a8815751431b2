/** Clears what has no further use, a little at a time: heard requests after their window, old codes, old answers. */
import type { Context } from './context.ts'

const SWEEPS = [
  `DELETE FROM device_request WHERE (account_id, device_id, jti) IN
     (SELECT account_id, device_id, jti FROM device_request WHERE expires_at < $1 LIMIT 5000)`,
  `DELETE FROM idempotency WHERE (account_id, principal, route, key) IN
     (SELECT account_id, principal, route, key FROM idempotency WHERE expires_at < $1 LIMIT 5000)`,
  `DELETE FROM activation_code WHERE expires_at < $1::timestamptz - interval '1 day'`,
]

export async function sweepOnce(context: Context): Promise<void> {
  for (const text of SWEEPS) await context.db.query(text, [new Date(context.now())])
}
