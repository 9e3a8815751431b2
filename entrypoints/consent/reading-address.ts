/** What the address of a consent window says that was opened while the order is still being read. */

const READING = /^#reading=(.*)/s

/** The site, or null. An address that somebody else made up says nothing worse than another name. */
export function siteBeingRead(hash: string): string | null {
  const [, encoded] = READING.exec(hash) ?? []
  try {
    return encoded === undefined ? null : decodeURIComponent(encoded)
  } catch {
    return ''
  }
}
