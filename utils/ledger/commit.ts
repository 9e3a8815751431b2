import type { Transaction } from 'dexie'

/**
 * Commits now, when every request of a step has been made. Otherwise the browser first tells of each row, waits whether
 * more is wanted, and is told to commit in yet another round between its processes.
 *
 * A request that fails after this still undoes the whole step (Indexed DB 3.0, "asynchronously execute a request":
 * an error of a transaction that is committing aborts it). Nothing may be asked for afterwards; it would throw.
 */
export function commitNow(transaction: Transaction): void {
  // A step within a larger one is not the end of it.
  if (!transaction.parent) transaction.idbtrans.commit()
}
