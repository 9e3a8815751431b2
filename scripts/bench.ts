/**
 * `npm run bench`: every measurement, one after the other, as one table with the machine it ran on. `--write` keeps the
 * table in docs/performance.md. `--only path,ui` runs some. Exit code 1 only where a measurement did not run: a missed
 * target is a figure to be read, not an error.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { type Figure, isMet, ratioOf, show, targetOf } from './figures.ts'

const PARTS = ['path', 'interception', 'reading', 'ui', 'ledger', 'backend', 'mcp'] as const
const PAGE = join(import.meta.dirname, '..', 'docs', 'performance.md')
const [BEGIN, END] = ['<!-- bench: begin -->', '<!-- bench: end -->']

const only = process.argv.find((_, index, all) => all[index - 1] === '--only')?.split(',')
const rows: string[] = []
let broken = false
for (const part of PARTS.filter((name) => only === undefined || only.includes(name))) {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, `bench-${part}.ts`)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  })
  const figures = figuresOf(run.stdout)
  if (figures === null) {
    console.error(`bench-${part} ended with ${run.status} and no figures`)
    broken = true
    continue
  }
  for (const figure of figures) rows.push(row(figure, part))
}
const table = `${machine()}\n
| what | measured | peer of the same run | ratio | target | command |
|---|---|---|---|---|---|
${rows.join('\n')}`
console.log(table)
if (process.argv.includes('--write')) {
  const [before = '', rest = ''] = readFileSync(PAGE, 'utf8').split(BEGIN)
  const [, after = ''] = rest.split(END)
  writeFileSync(PAGE, `${before}${BEGIN}\n${table}\n${END}${after}`)
}
process.exit(broken ? 1 : 0)

function figuresOf(output: string): Figure[] | null {
  try {
    const last: unknown = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '')
    return (last as { figures?: Figure[] }).figures ?? null
  } catch {
    return null
  }
}

function row(figure: Figure, part: string): string {
  const { what, value, unit, peer } = figure
  const ratio = ratioOf(figure)
  const cells = [
    what,
    show(value, unit),
    peer === undefined ? '' : `${show(peer.value, unit)}, ${peer.what}`,
    ratio === null ? '' : ratio.toFixed(2),
    targetOf(figure) + (isMet(figure) ? '' : ' **missed**'),
    `\`npm run bench:${part}\``,
  ]
  return `| ${cells.join(' | ')} |`
}

function machine(): string {
  const [cpu] = cpus()
  const chromium = spawnSync(process.env.CHROMIUM ?? '/usr/bin/chromium', ['--version'], { encoding: 'utf8' })
  const parts = [
    `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
    chromium.stdout?.trim() || 'no Chromium',
  ]
  return `${new Date().toISOString().slice(0, 10)}; ${parts.join(', ')}.`
}
