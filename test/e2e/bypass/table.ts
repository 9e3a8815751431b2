/**
 * The tables in docs/interception.md: each browser's test writes its own columns and holds the page to them. With
 * UPDATE_DOCS=1 the page is rewritten, without it the test fails where the page is not what was measured.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHANNELS, CROSSED_CHANNELS, CROSSINGS, FURTHER, REALMS } from './vectors.ts'

const FILE = join(import.meta.dirname, '../../../docs/interception.md')
const COLUMNS = [
  'Chromium, address in the catalogue',
  'Chromium, address of this shop alone',
  'Firefox, address in the catalogue',
  'Firefox, address of this shop alone',
] as const
const FURTHER_COLUMNS = ['Chromium', 'Firefox'] as const
export type Column = (typeof COLUMNS)[number] | (typeof FURTHER_COLUMNS)[number]
/** Row name → column → text. */
export type Cells = Map<string, Record<string, string>>

const TABLES: { name: string; columns: readonly string[]; rows: { name: string }[] }[] = [
  { name: 'bypass', columns: COLUMNS, rows: [...REALMS, ...CHANNELS] },
  { name: 'further', columns: FURTHER_COLUMNS, rows: FURTHER },
  {
    name: 'crossings',
    columns: CROSSED_CHANNELS.map(({ name }) => name),
    rows: [...new Set(CROSSINGS.map(({ realm }) => realm))].flatMap((realm) =>
      FURTHER_COLUMNS.map((browser) => ({ name: crossingRow(realm, browser) })),
    ),
  },
]

/** A table of its own for each browser would be too wide to read: a realm has a row for each. */
export function crossingRow(realm: string, browser: (typeof FURTHER_COLUMNS)[number]): string {
  return `${realm}, ${browser}`
}

/** What the page says, and what it would say with these cells. */
export function compareTable(measured: Cells): {
  page: string
  measured: string
} {
  const page = readFileSync(FILE, 'utf8')
  let fresh = page
  for (const { name: table, columns, rows } of TABLES) {
    const block = new RegExp(`(<!-- ${table} -->\\n)([\\s\\S]*?)(<!-- /${table} -->)`)
    const known = cellsOf(block.exec(page)?.[2] ?? '')
    const lines = rows.map(({ name }) => {
      const cells = columns.map(
        (column) => measured.get(name)?.[column] ?? known.get(name)?.get(column) ?? '–',
      )
      return `| ${[name, ...cells].join(' | ')} |\n`
    })
    const head = `| way out | ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length + 1)}\n`
    fresh = fresh.replace(block, (_all, start, _old, end) => `${start}${head}${lines.join('')}${end}`)
  }
  if (process.env.UPDATE_DOCS) writeFileSync(FILE, fresh)
  return { page: process.env.UPDATE_DOCS ? fresh : page, measured: fresh }
}

function cellsOf(table: string): Map<string, Map<string, string>> {
  const [head, , ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.slice(2, -2).split(' | '))
  return new Map(
    rows.map(([name = '', ...cells]) => [
      name,
      new Map(cells.map((cell, index) => [head?.[index + 1] ?? '', cell])),
    ]),
  )
}
