/**
 * What came of a release, as far as the page shows: the answers of the calls that passed, and a page that reads like a
 * confirmation or an error. Evidence only.
 */
import { type PageReading, readPage } from '../../utils/detect/confirmation.ts'
import type { OutcomeMessage } from '../../utils/messages/relay.ts'
import { send } from './link.ts'

const WATCH_MS = 60_000
const READ_EVERY_MS = 100
const TEXT_LENGTH = 300
const CALL_LENGTH = 1_000

/**
 * What was reported and not yet answered by a status. The worker may die with a report in its hands, so reports are said
 * again when the line is taken up anew; the background files each once.
 */
let told: { message: OutcomeMessage; at: number }[] = []
const MOST_TOLD = 20

function tell(message: OutcomeMessage): void {
  told = [...told.slice(1 - MOST_TOLD), { message, at: performance.now() }]
  send(message)
}

export function repeatOutcomes(): void {
  for (const { message } of told) send(message)
}

/** The background has judged; nothing needs to be said again. */
export function forgetOutcomes(): void {
  told = []
}

export function hasUnheardOutcome(): boolean {
  return told.some(({ at }) => performance.now() - at < WATCH_MS)
}

let attempt: { id: string; before: string; ends: number; ended: () => void } | null = null

/** After a release in this document. What the page said before the press does not count. */
export function watchOutcome(attemptId: string, ended: () => void): void {
  attempt = { id: attemptId, before: keyOf(readNow()), ends: performance.now() + WATCH_MS, ended }
  let due = false
  const observer = new MutationObserver(() => {
    if (due) return
    due = true
    setTimeout(() => {
      due = false
      if (attempt === null || attempt.id !== attemptId || performance.now() > attempt.ends)
        observer.disconnect()
      else if (report(attempt)) observer.disconnect()
    }, READ_EVERY_MS)
  })
  // A page that moves on at once must still be read.
  const last = () => {
    if (attempt?.id === attemptId) report(attempt)
  }
  addEventListener('pagehide', last, { once: true })
  observer.observe(document, { childList: true, subtree: true, characterData: true })
}

export function reportAnswer(status: number, method: string, url: string): void {
  if (attempt === null) return
  let path = ''
  let call: string | null = null
  try {
    const { origin, pathname } = new URL(url)
    path = pathname
    call = `${method} ${origin}${pathname}`.slice(0, CALL_LENGTH)
  } catch {
    // Not an address; the status says enough.
  }
  tell({
    type: 'outcome',
    attemptId: attempt.id,
    evidence: { kind: 'response', status, path: path.slice(0, TEXT_LENGTH), call },
  })
}

function report(of: { id: string; before: string; ended: () => void }): boolean {
  const reading = readNow()
  if (reading === null || keyOf(reading) === of.before) return false
  sendReading(of.id, reading)
  attempt = null
  of.ended()
  return true
}

/**
 * A document that comes after the release cannot know the attempt; only one that reads like an outcome says so, and the
 * background knows what it released last in this tab.
 */
export function reportArrival(): void {
  const read = () => {
    const reading = readNow()
    if (reading !== null && attempt === null) sendReading(null, reading)
  }
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', read, { once: true })
  else read()
}

function sendReading(attemptId: string | null, reading: PageReading): void {
  tell({
    type: 'outcome',
    attemptId,
    evidence: { kind: 'page', reads: reading.reads, text: reading.text.slice(0, TEXT_LENGTH) },
  })
}

function keyOf(reading: PageReading | null): string {
  return reading === null ? '' : `${reading.reads} ${reading.text}`
}

function readNow(): PageReading | null {
  const headings = [...document.querySelectorAll('h1,h2,h3,[role=heading],[role=alert],[role=status]')]
    .filter((heading) => heading.closest('[data-consent-guard]') === null)
    .slice(0, 30)
    .map((heading) => heading.textContent ?? '')
  return readPage(location.pathname, document.querySelector('title')?.textContent ?? '', headings)
}
