/**
 * `npm run lint:extension`: Mozilla's linter over the built Firefox package, offline. Exit code 1 on any error, and on
 * any warning that is not listed here with its reason.
 */
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'

interface Message {
  code: string
  file?: string
  line?: number
  message: string
}

/** Not ours: code and file of the warning, and why it stays. */
const THEIRS = [
  {
    code: 'UNSAFE_VAR_ASSIGNMENT',
    file: /^chunks\//,
    why: "Preact's own support for dangerouslySetInnerHTML, which no component of ours uses (biome forbids it)",
  },
]

const root = join(import.meta.dirname, '..')
const built = resolve(process.env.CG_OUT ?? join(root, '.output'), 'firefox-mv2')
const { stdout, stderr } = spawnSync(
  join(root, 'node_modules', '.bin', 'web-ext'),
  ['lint', '--source-dir', built, '--no-config-discovery', '--output', 'json'],
  { encoding: 'utf8', maxBuffer: 1 << 26 },
)
const report = parse(stdout)
if (report === null) {
  console.error(`web-ext gave no report: ${stderr || stdout}`)
  process.exit(1)
}
const ours = report.warnings.filter(
  ({ code, file }) => !THEIRS.some((known) => known.code === code && known.file.test(file ?? '')),
)
for (const { code, file, line, message } of [...report.errors, ...ours]) {
  console.log(`${code} ${file ?? ''}:${line ?? ''} ${message}`)
}
const theirs = report.warnings.length - ours.length
console.log(`${report.errors.length} errors, ${ours.length} warnings, ${theirs} in libraries (known)`)
process.exitCode = report.errors.length + ours.length === 0 ? 0 : 1

function parse(text: string): { errors: Message[]; warnings: Message[] } | null {
  try {
    return JSON.parse(text) as { errors: Message[]; warnings: Message[] }
  } catch {
    return null
  }
}
