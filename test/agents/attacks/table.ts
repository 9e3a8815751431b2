/** Collects what each attack came to and writes the table of docs/attacks.md: results of a run, never typed by hand. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'

/**
 * `stopped`: no unconsented payment. `noticed`: the person was told before deciding. `out of reach`: it goes through at
 * an ordinary shop; `why` says what would stop it.
 */
export type Outcome = 'stopped' | 'noticed' | 'out of reach'

interface Row {
  id: string
  attack: string
  outcome: Outcome
  why: string
}

const rows: Row[] = []

/** An attack as a test. It asserts what its outcome claims, then tells how. */
export function attack(id: string, name: string, outcome: Outcome, run: () => Promise<string>): void {
  test(`${id} ${name}: ${outcome}`, async () => {
    const why = await run()
    rows.push({ id, attack: name, outcome, why })
  })
}

const DOC = join(import.meta.dirname, '..', '..', '..', 'docs', 'attacks.md')
const HEAD = `# Attacks

Written by \`CG_ATTACKS=1 npx vitest run --project e2e test/agents/attacks\`: each row is a test that ran in real Chromium with the
real extension, and its outcome was asked of the shop's own order store. Rows W are by whoever holds an agent token; they need no
browser, and their outcome was asked of the processor's own books.

| id | attack | outcome | how |
|---|---|---|---|
`

/** Adds this file's rows to the document; the whole suite rewrites all of them. */
export function writeTable(): void {
  if (process.env.CG_ATTACKS !== '1') return
  const known = new Map(readRows().map((line) => [line.split('|')[1]?.trim() ?? '', line]))
  for (const row of rows) known.set(row.id, `| ${row.id} | ${row.attack} | ${row.outcome} | ${row.why} |`)
  const lines = [...known.entries()].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
  writeFileSync(DOC, `${HEAD}${lines.map(([, line]) => line).join('\n')}\n`)
}

function readRows(): string[] {
  try {
    return (
      readFileSync(DOC, 'utf8')
        .split('\n')
        .filter((line) => /^\| [A-Z]\d+ /.test(line))
        // An editor may have aligned the columns.
        .map((line) => line.replace(/ {2,}\|/g, ' |'))
    )
  } catch {
    return []
  }
}
