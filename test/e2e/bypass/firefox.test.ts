/**
 * The bypass suite in Firefox: every way out is held, goes exactly once after consent, never after a refusal, and leaves
 * a page that works. The server that counts has the last word.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { firefoxPath, type GuardedFirefox, launchFirefox, type Seen, until } from '../../harness/firefox.ts'
import { type CountingServer, startCounting } from './server.ts'
import { type Cells, type Column, compareTable, crossingRow } from './table.ts'
import { CHANNELS, CROSSINGS, FURTHER, REALMS, type Vector } from './vectors.ts'

const KNOWN: Column = 'Firefox, address in the catalogue'
const OWN: Column = 'Firefox, address of this shop alone'
const LACKING = 'not in this browser'
const VECTORS = [...REALMS, ...CHANNELS]

let server: CountingServer
let guard: GuardedFirefox
let page: Page
/** Everything that ever arrived, and how many payments were agreed to. */
const arrivedInAll: string[] = []
let approvals = 0
const cells: Cells = new Map()

describe.skipIf(firefoxPath() === null)('Firefox', () => {
  beforeAll(async () => {
    server = await startCounting()
    // Firefox sends no pings unless it is told to.
    guard = await launchFirefox({ pin: 'correct horse 7', prefs: { 'browser.send_pings': true } })
  }, 60_000)
  afterEach(async () => {
    for (const attempt of await guard.attempts()) if (attempt.state === 'asked') await guard.reject(attempt)
    for (const open of await guard.browser.pages()) {
      const url = await open.evaluate(() => location.href).catch(() => '')
      if (!url.startsWith('moz-extension:')) await open.close()
    }
    arrivedInAll.push(...server.arrived())
    server.reset()
  })
  afterAll(async () => {
    await guard?.close()
    await server?.close()
  })

  test.each(VECTORS)('after consent exactly once: $name', async (vector) => {
    const asked = await attempt(vector, vector.get ? server.knownGet : server.known)
    note(vector, KNOWN, asked)
    if (asked === null) return
    const answer = await guard.approve(asked)
    if (vector.unpriced) {
      expect(answer).toMatchObject({ ok: false, code: 'unknown_total' })
      return
    }
    expect(answer).toMatchObject({ ok: true })
    approvals++
    await guard.attempt(
      (row) => row.id === asked.id && !['asked', 'approved', 'forwarding'].includes(row.state),
    )
    if (vector.retry) void page.evaluate(wayOut(vector, server.known)).catch(() => {})
    await until(async () => server.arrived().length > 0)
    expect(server.arrived()).toHaveLength(1)
  })

  test.each(VECTORS)('never after a refusal: $name', async (vector) => {
    const asked = await attempt(vector, vector.get ? server.unknownGet : server.unknown)
    note(vector, OWN, asked)
    if (asked === null) return
    expect(await guard.reject(asked)).toMatchObject({ ok: true })
    await guard.attempt((row) => row.id === asked.id && row.state === 'rejected')
    expect(server.arrived()).toEqual([])
    // The page is where it was and goes on working.
    expect(new URL((await page.evaluate('location.href')) as string).pathname).toBe('/')
    expect(await page.evaluate("fetch('/frame').then((answer) => answer.status)")).toBe(200)
  })

  test.each(FURTHER)('asked about, and never after it was taken back: $name', async (vector) => {
    const asked = await attempt(vector, vector.get ? server.unknownGet : server.unknown)
    note(vector, 'Firefox', asked)
    if (asked !== null) await takeBack(asked)
  })

  test.each(CROSSINGS)('in every realm: $vector.name', async ({ realm, channel, vector }) => {
    const asked = await attempt(vector, vector.get ? server.unknownGet : server.unknown)
    const row = crossingRow(realm, 'Firefox')
    cells.set(row, { ...cells.get(row), [channel]: asked === null ? LACKING : 'held' })
    if (asked !== null) await takeBack(asked)
  })

  test('in all there arrived what was agreed to and nothing else', () => {
    expect(arrivedInAll).toHaveLength(approvals)
    expect(approvals).toBeGreaterThan(40)
  })

  test('docs/interception.md says what was measured', () => {
    const { page: said, measured } = compareTable(cells)
    expect(said).toBe(measured)
  })
})

async function takeBack(asked: Seen): Promise<void> {
  expect(await guard.say({ command: 'cancel', attemptId: asked.id })).toMatchObject({ ok: true })
  await guard.attempt((row) => row.id === asked.id && row.state === 'cancelled')
  expect(server.arrived()).toEqual([])
}

/** The one question that it leads to, with nothing sent; null where this browser has no such way out. */
async function attempt(vector: Vector, url: string): Promise<Seen | null> {
  const known = new Set((await guard.attempts()).map(({ id }) => id))
  page = await guard.browser.newPage()
  await page.goto(server.shop)
  if (vector.needs && (await page.evaluate(`typeof ${vector.needs}`)) === 'undefined') return null
  void page.evaluate(wayOut(vector, url)).catch(() => {})
  if (vector.click) await page.waitForSelector('#go').then((button) => button?.click())
  const asked = await guard.attempt((row) => !known.has(row.id) && row.state === 'asked')
  expect(server.arrived()).toEqual([])
  expect((await guard.attempts()).filter(({ id }) => !known.has(id))).toHaveLength(1)
  return asked
}

/** From a task of the page's own: a driver waits for what it evaluates, and a held navigation would keep it waiting. */
function wayOut(vector: Vector, url: string): string {
  return `void setTimeout(() => (async () => { const url = ${JSON.stringify(url)}; const other = ${JSON.stringify(server.other)}; ${vector.code} })().catch(() => {}))`
}

function note(vector: Vector, column: Column, asked: Seen | null): void {
  cells.set(vector.name, { ...cells.get(vector.name), [column]: asked === null ? LACKING : 'held' })
}
