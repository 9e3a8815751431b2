/**
 * What vendors' programs a test uses where they are installed: on PATH, or in folders of `CG_VENDORS`, which
 * `npm run test:vendors` fills.
 */
import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'

export class NotInstalled extends Error {
  override name = 'NotInstalled'
}

/** Path of the program. Throws NotInstalled; a test skips then and says so. */
export function installed(name: string): string {
  return found(name, (place) => join(place, name))
}

/** Address of a file of a package, which is installed beside the programs (`node_modules/.bin`). */
export function installedPackage(name: string, file: string): string {
  return pathToFileURL(found(name, (place) => join(place, '..', name, file))).href
}

function found(name: string, at: (place: string) => string): string {
  const places = [process.env.CG_VENDORS ?? '', process.env.PATH ?? ''].join(delimiter).split(delimiter)
  const path = places.map(at).find((candidate) => isAbsolute(candidate) && existsSync(candidate))
  if (path === undefined) {
    throw new NotInstalled(
      `skipped, because ${name} is not installed here (npm run test:vendors installs it)`,
    )
  }
  return path
}
