/**
 * The operator's acts from the command line, on the database itself: beside a running backend through its private
 * socket, else by starting the embedded server for a moment. Whoever can read the data folder is the operator.
 */
import { issueOperatorKey, revokeOperatorKey } from './auth/operator-key.ts'
import { type Database, openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { issueActivationCode } from './devices/activation.ts'
import { registerMerchant } from './merchants/orders.ts'
import { defaultDataFolder } from './postgres/data-folder.ts'
import { folderHolder } from './postgres/folder-lock.ts'
import { runningConnection, startPostgres } from './postgres/server.ts'

export interface Operator {
  issueActivationCode(label: string): Promise<{ code: string; account_id: string; expires_at: string }>
  registerMerchant(merchant: { name: string; origin: string }): Promise<{ id: string; key: string }>
  issueOperatorKey(label: string): Promise<{ id: string; key: string }>
  revokeOperatorKey(id: string): Promise<{ id: string; revoked: boolean }>
}

export interface Place {
  dataFolder?: string
  databaseUrl?: string
}

export async function withOperator<T>(place: Place, act: (operator: Operator) => Promise<T>): Promise<T> {
  const folder = place.dataFolder ?? defaultDataFolder()
  if (place.databaseUrl !== undefined) return onDatabase(place.databaseUrl, act)
  if ((await folderHolder(folder)) !== null) return onDatabase(await runningConnection(folder), act)
  const server = await startPostgres(folder, () => {})
  try {
    return await onDatabase(server.connection, act)
  } finally {
    await server.stop()
  }
}

async function onDatabase<T>(
  connection: Parameters<typeof openDatabase>[0]['connection'],
  act: (operator: Operator) => Promise<T>,
): Promise<T> {
  const db = openDatabase({ connection, max: 1, onError: () => {} })
  try {
    await migrate(db)
    return await act(operatorOf(db))
  } finally {
    await db.end()
  }
}

function operatorOf(db: Database): Operator {
  return {
    async issueActivationCode(label) {
      const issued = await issueActivationCode(db, Date.now(), { label })
      return {
        code: issued.code,
        account_id: issued.accountId,
        expires_at: new Date(issued.expiresAt).toISOString(),
      }
    },
    registerMerchant: (merchant) => registerMerchant(db, Date.now(), merchant),
    issueOperatorKey: (label) => issueOperatorKey(db, Date.now(), label),
    revokeOperatorKey: async (id) => ({ id, revoked: await revokeOperatorKey(db, Date.now(), id) }),
  }
}
