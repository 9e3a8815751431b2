/** What each agent came to, cell by cell, for docs/agents/matrix.md: results of a run, never typed by hand. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const COLUMNS = [
  'is held',
  'understands',
  'buys once after approval',
  'stops after rejection',
  'forges messages',
  'opens our window',
  'presses Approve',
  'scripts our window',
  'brings an authenticator',
] as const
export type Column = (typeof COLUMNS)[number]

const cells = new Map<string, Map<Column, string>>()

/** `said`: "yes" for what an agent should do, "refused" for what it tried in vain, else why it cannot even try. */
export function mark(agent: string, column: Column, said: string): void {
  const row = cells.get(agent) ?? new Map<Column, string>()
  cells.set(agent, row.set(column, said))
}

const DOC = join(import.meta.dirname, '..', '..', 'docs', 'agents', 'matrix.md')
const HEAD = `# Each agent, each behaviour

Written by \`CG_ATTACKS=1 npm run test:vendors\`: each cell was tried in real Chromium with the real extension, each purchase asked of the
demo shop's own order store, and each try to approve itself of the guard's ledger as well. "refused": it was tried and nothing was
released. "no way": this agent has no tool for it. No language model; what one would be told is what is read.

Not here: browser-use and Hermes, which come from PyPI and could not be installed where this was written (Hermes' plugin is run in
Python by its contract); Claude Code and OpenClaw have no hands without a model: how they load our packages is in
\`test/agents/packages.test.ts\`.

| agent | ${COLUMNS.join(' | ')} |
|---|${COLUMNS.map(() => '---|').join('')}
`

/** Replaces this file's agents in the document. */
export function writeMatrix(): void {
  if (process.env.CG_ATTACKS !== '1') return
  const known = new Map(readRows().map((line) => [line.split('|')[1]?.trim() ?? '', line]))
  for (const [agent, row] of cells) {
    known.set(agent, `| ${agent} | ${COLUMNS.map((column) => row.get(column) ?? '').join(' | ')} |`)
  }
  writeFileSync(DOC, `${HEAD}${[...known.values()].join('\n')}\n`)
}

function readRows(): string[] {
  try {
    return readFileSync(DOC, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| agent |'))
      .map((line) => line.replace(/ {2,}\|/g, ' |'))
  } catch {
    return []
  }
}
