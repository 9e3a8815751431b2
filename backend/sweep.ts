/** Clears what has no further use, a little at a time: heard requests after their window, old codes. */
import type { Context } from './context.ts'

const EVERY_MS = 60_000

const SWEEPS = [
  `DELETE FROM device_request WHERE (account_id, device_id, jti) IN
     (SELECT account_id, device_id, jti FROM device_request WHERE expires_at < $1 LIMIT 5000)`,
  `DELETE FROM activation_code WHERE expires_at < $1::timestamptz - interval '1 day'`,
]

export async function sweepOnce(context: Context): Promise<void> {
  for (const text of SWEEPS) await context.db.query(text, [new Date(context.now())])
}

/** Starts sweeping; the answer stops it. */
export function sweep(context: Context, onError: (error: unknown) => void): () => void {
  const timer = setInterval(() => sweepOnce(context).catch(onError), EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
