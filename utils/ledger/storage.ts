/** Room on the disk, and whether the browser has taken the ledger away. */
import type { Ledger } from './db.ts'
import { readHead } from './log.ts'

/** An approval needs a few kB; below this the person is told before one fails. */
const LOW_BYTES = 50_000_000

export interface StorageState {
  /** Bytes; null where the browser does not say. */
  usage: number | null
  quota: number | null
  /** false: the browser may delete everything when the disk is full. */
  persisted: boolean
  low: boolean
}

/** Workers have no `persist`: Firefox, whose background is a page, asks; Chromium keeps what has `unlimitedStorage`. */
type Manager = Pick<StorageManager, 'estimate' | 'persisted'> & Partial<Pick<StorageManager, 'persist'>>

export async function storageState(manager: Manager): Promise<StorageState> {
  const [{ usage, quota }, persisted] = await Promise.all([manager.estimate(), manager.persisted()])
  return {
    usage: usage ?? null,
    quota: quota ?? null,
    persisted,
    low: usage !== undefined && quota !== undefined && quota - usage < LOW_BYTES,
  }
}

/** A browser that asks the person may never answer where nobody can be asked. */
const ASKING_MS = 2_000

/** Asks the browser to keep the ledger; true where it will. An extension with `unlimitedStorage` is kept anyway. */
export async function keepStorage(manager: Manager): Promise<boolean> {
  if (await manager.persisted()) return true
  const silence = new Promise<false>((done) => setTimeout(done, ASKING_MS, false))
  try {
    return (await Promise.race([manager.persist?.(), silence])) === true
  } catch {
    return false
  }
}

/**
 * A few bytes to keep outside IndexedDB (`storage.local`): how far the log had come. After a start it shows whether the
 * ledger is the same one, was evicted, or was put back to an older state.
 */
export interface Witness {
  ledger: string
  seq: number
  hash: string
}

const LEDGER_ID = 'ledger'

/** This ledger's own id, made when it is first asked for. A ledger that is made anew gets another one. */
export async function ledgerId(db: Ledger): Promise<string> {
  return db.transaction('rw', db.settings, async () => {
    const row = await db.settings.get(LEDGER_ID)
    if (typeof row?.value === 'string') return row.value
    const id = crypto.randomUUID()
    await db.settings.put({ key: LEDGER_ID, value: id })
    return id
  })
}

export async function readWitness(db: Ledger): Promise<Witness> {
  const [ledger, { seq, hash }] = await Promise.all([ledgerId(db), readHead(db)])
  return { ledger, seq, hash }
}

/**
 * What became of the ledger since a witness was taken. `lost`: it is another, empty or new one. `rolled-back`: rows that
 * were there are gone. `rewritten`: the row that the witness saw is not the one that is there now.
 */
export async function compareWitness(
  db: Ledger,
  witness: Witness | null,
): Promise<'new' | 'same' | 'lost' | 'rolled-back' | 'rewritten'> {
  if (witness === null) return 'new'
  const now = await readWitness(db)
  if (now.ledger !== witness.ledger) return 'lost'
  if (now.seq < witness.seq) return 'rolled-back'
  if (witness.seq === 0) return 'same'
  return (await db.log.get(witness.seq))?.hash === witness.hash ? 'same' : 'rewritten'
}
