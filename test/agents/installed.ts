/** Programs of vendors that a test uses where they are installed: on PATH, or in folders of `CG_VENDORS`. */
import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

export class NotInstalled extends Error {
  override name = 'NotInstalled'
}

/** Path of the program. Throws NotInstalled; a test skips then and says so. */
export function installed(name: string): string {
  const places = [process.env.CG_VENDORS ?? '', process.env.PATH ?? ''].join(delimiter).split(delimiter)
  const found = places.map((place) => join(place, name)).find((path) => isAbsolute(path) && existsSync(path))
  if (found === undefined) throw new NotInstalled(`skipped, because ${name} is not installed here`)
  return found
}
