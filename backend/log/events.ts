/** Notes what happened, in the transaction in which it happens. Numbered and hashed afterwards (sequence.ts). */
import type { Sql } from '../db/database.ts'

export type EventData = Record<string, string | number | boolean | null>

export interface NewEvent {
  accountId: string
  type: string
  subject: string
  /** Agent whose order it is about, if any. */
  agentId: string | null
  data: EventData
  /** Epoch ms. */
  at: number
}

export async function note(tx: Sql, event: NewEvent): Promise<void> {
  await tx.query(
    'INSERT INTO event (account_id, type, subject, agent_id, data, at) VALUES ($1, $2, $3, $4, $5, $6)',
    [
      event.accountId,
      event.type,
      event.subject,
      event.agentId,
      JSON.stringify(event.data),
      new Date(event.at),
    ],
    'note_event',
  )
}
