/**
 * Whose statements of a backend count: the key that was pinned at pairing and those that it was handed over to. A
 * statement by none of them is a reason to ask the backend once which key signs now; its word alone counts for nothing,
 * only the chain of handovers that begins at the pinned key does.
 */
import { followHandovers, statementBy } from '../contract/handovers.ts'
import type { BackendPairing } from '../settings/settings.ts'

export interface KeyDeps {
  fetch: typeof fetch
  /** Keeps handovers that were followed, so that evidence can be checked without the backend. */
  followed?: (handovers: string[]) => Promise<void>
}

/** More than a key a month for some years is no key set. */
const MOST = 100
const ANSWER_MS = 10_000

/** What a statement says, or null where it is not by the backend that was paired. */
export async function statementOf(
  jws: string,
  pairing: BackendPairing,
  deps: KeyDeps,
): Promise<Record<string, unknown> | null> {
  const { receiptKey, handovers = [] } = pairing
  const known = await statementBy(jws, await followHandovers(receiptKey, handovers))
  if (known !== null) return known
  const published = await readHandovers(pairing.url, deps)
  if (published.length <= handovers.length) return null
  const payload = await statementBy(jws, await followHandovers(receiptKey, published))
  if (payload !== null) await deps.followed?.(published)
  return payload
}

async function readHandovers(url: string, deps: KeyDeps): Promise<string[]> {
  try {
    const answer = await deps.fetch(`${url}/v1/keys`, {
      signal: AbortSignal.timeout(ANSWER_MS),
      credentials: 'omit',
      redirect: 'error',
    })
    const body: unknown = answer.ok ? await answer.json() : null
    const keys = typeof body === 'object' && body !== null && 'keys' in body ? body.keys : null
    if (!Array.isArray(keys) || keys.length > MOST) return []
    return keys.flatMap((key: unknown) =>
      typeof key === 'object' &&
      key !== null &&
      'purpose' in key &&
      key.purpose === 'receipt' &&
      'handover' in key &&
      typeof key.handover === 'string'
        ? [key.handover]
        : [],
    )
  } catch {
    return []
  }
}
