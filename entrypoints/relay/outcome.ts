/**
 * What came of a release, as far as the page shows: the answers of the calls that passed, and a page that reads like a
 * confirmation or an error. Evidence only.
 */
import { type PageReading, readPage } from '../../utils/detect/confirmation.ts'
import { send } from './link.ts'

const WATCH_MS = 60_000
const READ_EVERY_MS = 100
const TEXT_LENGTH = 300
const CALL_LENGTH = 1_000

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
  send({
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
  send({
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
