/**
 * `consent-guard verify BUNDLE.json [--device-key THUMBPRINT] [--consent-key THUMBPRINT] [--receipt-key THUMBPRINT] [--all]`
 *
 * Checks an evidence bundle offline. Prints a verdict for every record that is not VERIFIED (with --all for every one)
 * and a line of totals. Exit code 0 when everything is verified, 1 when anything is not, 2 when there is no bundle.
 */
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { parseBundle } from '../../utils/evidence/bundle.ts'
import { type Trusted, verifyBundle } from '../../utils/evidence/verify.ts'

const USAGE =
  'Usage: consent-guard verify BUNDLE.json [--device-key THUMBPRINT] [--consent-key THUMBPRINT] [--receipt-key THUMBPRINT] [--all]'

/** Runs the command; `print` gets each line. The exit code is the answer. */
export async function verifyCommand(
  args: readonly string[],
  print: (line: string) => void = console.log,
): Promise<number> {
  const options = readOptions(args)
  if (options === null) {
    print(USAGE)
    return 2
  }
  let json: unknown
  try {
    json = JSON.parse(await readFile(options.file, 'utf8'))
  } catch (error) {
    print(`${options.file} cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`)
    return 2
  }
  const bundle = parseBundle(json)
  if (bundle === null) {
    print(`${options.file} is no evidence bundle of Consent Guard.`)
    return 2
  }
  const { checked, failed, thumbprints } = await verifyBundle(bundle, options.trusted)
  for (const { kind, id, verdict, detail } of options.all ? checked : failed) {
    print([verdict.padEnd(24), kind.padEnd(10), id, detail].join(' ').trimEnd())
  }
  print(`device key   ${thumbprints.device}${options.trusted.deviceKey ? '' : ' (as the bundle says)'}`)
  print(`consent key  ${thumbprints.consent}${options.trusted.consentKey ? '' : ' (as the bundle says)'}`)
  if (thumbprints.receipt !== null) {
    print(`backend key  ${thumbprints.receipt}${options.trusted.receiptKey ? '' : ' (as the bundle says)'}`)
  }
  print(`${checked.length - failed.length} of ${checked.length} records verified, ${failed.length} not`)
  return failed.length === 0 && checked.length > 0 ? 0 : 1
}

/** One thumbprint in sixty-four begins with "-", which parseArgs takes for another option unless it is joined by "=". */
function joined(args: readonly string[]): string[] {
  const result: string[] = []
  for (const arg of args) {
    const before = result.at(-1)
    if (before !== undefined && /^--\w+-key$/.test(before)) result[result.length - 1] = `${before}=${arg}`
    else result.push(arg)
  }
  return result
}

function readOptions(args: readonly string[]): { file: string; trusted: Trusted; all: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args: joined(args),
      allowPositionals: true,
      options: {
        'device-key': { type: 'string' },
        'consent-key': { type: 'string' },
        'receipt-key': { type: 'string' },
        all: { type: 'boolean', default: false },
      },
    })
    const [file, ...more] = positionals
    if (file === undefined || more.length > 0) return null
    const deviceKey = values['device-key']
    const receiptKey = values['receipt-key']
    const consentKey = values['consent-key']
    return {
      file,
      all: values.all,
      trusted: {
        ...(deviceKey ? { deviceKey } : {}),
        ...(receiptKey ? { receiptKey } : {}),
        ...(consentKey ? { consentKey } : {}),
      },
    }
  } catch {
    return null
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await verifyCommand(process.argv.slice(2))
}
