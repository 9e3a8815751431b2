/**
 * Licences of every package in the lock file, offline. `npm run licences` prints how many of each and fails on one that
 * is not listed; also a unit test.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Permissive, or (MPL, only among tools that are not shipped) copyleft by file. */
const SHIPPED = [
  'MIT',
  'MIT-0',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
]
const TOOLS = [
  ...SHIPPED,
  'MPL-2.0',
  'CC0-1.0',
  'CC-BY-4.0',
  'CC-BY-3.0',
  'Python-2.0',
  'WTFPL',
  'Zlib',
  'BSD',
]

/** Read by hand where the package does not say it in SPDX. */
const READ: Record<string, string> = {
  'pause-stream@0.0.11': 'MIT OR Apache-2.0',
}

interface LockedPackage {
  version?: string
  license?: unknown
  dev?: boolean
  link?: boolean
}

export interface Licences {
  counts: Map<string, number>
  /** `name@version licence` that nobody has allowed. */
  refused: string[]
}

export function readLicences(root: string): Licences {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>
  }
  const counts = new Map<string, number>()
  const refused: string[] = []
  for (const [path, { version, license: locked, dev, link }] of Object.entries(lock.packages)) {
    if (path === '' || link) continue
    const name = `${path.replace(/^.*node_modules\//, '')}@${version}`
    const license = READ[name] ?? (typeof locked === 'string' ? locked : ownLicence(root, path))
    counts.set(license, (counts.get(license) ?? 0) + 1)
    if (!allows(license, dev === true ? TOOLS : SHIPPED)) {
      refused.push(`${name} ${license}`)
    }
  }
  return { counts, refused }
}

/** Some packages of old say it in their own file only. */
function ownLicence(root: string, path: string): string {
  try {
    const { license, licenses } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as {
      license?: unknown
      licenses?: { type?: string }[]
    }
    return typeof license === 'string' ? license : (licenses?.[0]?.type ?? 'none')
  } catch {
    return 'none'
  }
}

/** SPDX: one of the alternatives, or all of the parts. */
function allows(expression: string, allowed: readonly string[]): boolean {
  const plain = expression.replace(/[()]/g, '')
  if (plain.includes(' OR ')) return plain.split(' OR ').some((part) => allows(part, allowed))
  return plain.split(' AND ').every((part) => allowed.includes(part.trim()))
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { counts, refused } = readLicences(join(import.meta.dirname, '..'))
  for (const [licence, count] of [...counts].toSorted((one, other) => other[1] - one[1]))
    console.log(`${String(count).padStart(5)}  ${licence}`)
  for (const line of refused) console.log(`not allowed: ${line}`)
  process.exitCode = refused.length === 0 ? 0 : 1
}
