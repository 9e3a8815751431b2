/** The one door to PostgreSQL: a pool, transactions, and the types that money needs. */
import pg from 'pg'
import type { Connection } from '../postgres/server.ts'

export interface Sql {
  /** `name` makes it a prepared statement: use it for what runs at every request. */
  query<Row>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]>
}

export interface Database extends Sql {
  /**
   * For what may be forgotten if the database server crashes within the second, and only that: answers before the
   * commit is on disk (synchronous_commit off). A crash of this process loses nothing.
   */
  forgetful: Sql
  /**
   * Runs `work` in one transaction: committed when it returns, rolled back when it throws. After a conflict with another
   * transaction it is run again, so it may do nothing that the rollback does not undo.
   */
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>
  /** A connection of its own, for LISTEN and for migrations; the caller ends it. */
  client(): pg.Client
  end(): Promise<void>
}

const INT8 = 20
const TRIES = 3

/** bigint columns are money and counters: BigInt, never a rounded number. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8 && format !== 'binary') return BigInt
    return pg.types.getTypeParser(oid, format)
  },
}

export interface DatabaseOptions {
  connection: Connection | string
  max: number
  onError: (error: Error) => void
}

export function openDatabase(options: DatabaseOptions): Database {
  const config: pg.PoolConfig = {
    ...(typeof options.connection === 'string'
      ? { connectionString: options.connection }
      : { ...options.connection }),
    application_name: 'consent-guard',
    types,
  }
  const pool = new pg.Pool({
    ...config,
    max: options.max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 20_000,
  })
  // An idle connection that breaks must not end the process; the next query says what is wrong.
  pool.on('error', options.onError)
  const quick = new pg.Pool({
    ...config,
    options: '-c synchronous_commit=off',
    max: Math.max(1, Math.ceil(options.max / 4)),
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
  })
  quick.on('error', options.onError)
  return {
    query: (text, values, name) => rows(pool, text, values, name),
    forgetful: { query: (text, values, name) => rows(quick, text, values, name) },
    async transaction(work) {
      for (let tries = 1; ; tries++) {
        try {
          return await inTransaction(pool, work)
        } catch (error) {
          if (tries >= TRIES || !isConflict(error)) throw error
        }
      }
    },
    client: () => new pg.Client(config),
    async end() {
      await Promise.all([pool.end(), quick.end()])
    },
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  // A connection that breaks between two statements says so as an event; unheard, it would end the process.
  const onError = () => {
    broken = true
  }
  client.on('error', onError)
  try {
    await client.query('BEGIN')
    const result = await work({ query: (text, values, name) => rows(client, text, values, name) })
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** A deadlock or a serialisation failure: the server has undone everything, so it may simply be done again. */
function isConflict(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001')
}

async function rows<Row>(
  on: pg.Pool | pg.PoolClient,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<Row[]> {
  const result = await on.query({ text, values: [...values], ...(name === undefined ? {} : { name }) })
  return result.rows
}

/** The database is away, full or slow: says nothing about the request, which may be sent again. */
export function isDatabaseTrouble(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return /^(08|53|57|58)/.test(error.code ?? '') || isConflict(error)
  if (!(error instanceof Error)) return false
  const { code } = error as NodeJS.ErrnoException
  const broken = code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ENOENT'
  return (
    (broken && 'syscall' in error) || /^(timeout exceeded when|Connection terminated)/.test(error.message)
  )
}

/** The constraint that an insert broke, or null where the error is something else. */
export function uniqueViolation(error: unknown): string | null {
  if (!(error instanceof pg.DatabaseError) || error.code !== '23505') return null
  return error.constraint ?? ''
}
