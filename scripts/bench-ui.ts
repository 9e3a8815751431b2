/**
 * `npm run bench:ui`: what a person waits for. Consent window from navigation to painted with data (target 120 ms),
 * the history's first page with 100,000 entries (target 100 ms), weight of the consent window (target 60 kB gzipped).
 * Needs the built extension. Prints the figures, the last line as JSON.
 */
import { anAttempt } from '../test/component/attempts.ts'
import { extensionFolder, type Opened, open } from '../test/e2e/ui/open.ts'
import { seedCaps, seedWaiting } from '../test/e2e/ui/seed.ts'
import { activate } from '../test/e2e/ui/surfaces.ts'
import { report } from './figures.ts'
import { pageWeight } from './page-weight.ts'

const ROUNDS = 15
const ENTRIES = Number(process.env.ENTRIES ?? 100_000)

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Nothing is drawn before the data is there, so the first contentful paint is the one with data. */
async function consentPaint(opened: Opened): Promise<number> {
  await seedCaps(opened)
  await seedWaiting(opened, {})
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await opened.show('consent.html', 420, 640)
    await opened.page.getByTestId('consent-total').waitFor()
    times.push(
      await opened.page.evaluate(
        () =>
          new Promise<number>((done) => {
            new PerformanceObserver((list) => {
              const [paint] = list.getEntriesByName('first-contentful-paint')
              if (paint) done(paint.startTime)
            }).observe({ type: 'paint', buffered: true })
          }),
      ),
    )
  }
  return median(times)
}

/** From the press on "History" to its first row. */
async function historyPage(opened: Opened): Promise<number> {
  await opened.show('dashboard.html#sites', 1_100, 800)
  await opened.page.evaluate(
    async ({ row, entries }) => {
      const db = await new Promise<IDBDatabase>((done, fail) => {
        const request = indexedDB.open('consent-guard')
        request.onsuccess = () => done(request.result)
        request.onerror = () => fail(request.error)
      })
      for (let from = 0; from < entries; from += 10_000) {
        const transaction = db.transaction('attempts', 'readwrite')
        for (let i = from; i < Math.min(from + 10_000, entries); i++) {
          transaction
            .objectStore('attempts')
            .put({ ...row, id: `bench-${i}`, state: 'settled', createdAt: Date.now() - i * 60_000 })
        }
        await new Promise((done, fail) => {
          transaction.oncomplete = done
          transaction.onerror = fail
        })
      }
      db.close()
    },
    { row: anAttempt(), entries: ENTRIES },
  )
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await opened.show('dashboard.html#settings', 1_100, 800)
    times.push(
      await opened.page.evaluate(
        () =>
          new Promise<number>((done) => {
            const start = performance.now()
            new MutationObserver((_, observer) => {
              if (document.querySelector('[data-testid=history-row]') === null) return
              observer.disconnect()
              requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)))
            }).observe(document.body, { childList: true, subtree: true })
            location.hash = '#history'
          }),
      ),
    )
  }
  return median(times)
}

const opened = await open()
try {
  await activate(opened)
  report([
    {
      what: 'consent painted after its window exists',
      value: await consentPaint(opened),
      unit: 'ms',
      atMost: 120,
    },
    {
      what: `history, first page of ${ENTRIES.toLocaleString('en')}`,
      value: await historyPage(opened),
      unit: 'ms',
      atMost: 100,
    },
    {
      what: 'consent bundle, gzipped',
      value: pageWeight(extensionFolder(), 'consent.html') / 1_000,
      unit: 'kB',
      atMost: 60,
    },
  ])
} finally {
  await opened.close()
}
