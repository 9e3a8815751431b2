/**
 * Pages that the person does not want to be asked by again. Bound to the document in the tab, so a reload lifts it;
 * a payment of such a page is refused, never let through. Kept in session storage: it outlives this worker.
 */
import { topDocument } from './relays.ts'
import { readSession, writeSession } from './services.ts'

export async function ignoreDocument(tabId: number): Promise<void> {
  const document = topDocument(tabId)
  if (document !== null) await writeSession(key(tabId), document)
}

/** False also where the browser does not tell documents apart: then the person is simply asked. */
export async function isIgnored(tabId: number): Promise<boolean> {
  const ignored = await readSession<string>(key(tabId))
  return ignored !== null && ignored === topDocument(tabId)
}

function key(tabId: number): string {
  return `ignored-${tabId}`
}
