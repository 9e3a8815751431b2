/** What a built extension's manifest says about it. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export class ExtensionMissing extends Error {
  override name = 'ExtensionMissing'
  constructor(folder: string) {
    super(`No built extension in ${folder}. Run "npm run build" first.`)
  }
}

/**
 * The id that Chromium gives the extension: the first 32 hex digits of SHA-256 of the manifest's `key` (a DER public
 * key), written with the letters a to p.
 */
export function extensionIdOf(extensionDir: string): string {
  const path = join(extensionDir, 'manifest.json')
  if (!existsSync(path)) throw new ExtensionMissing(extensionDir)
  const { key } = JSON.parse(readFileSync(path, 'utf8')) as { key?: string }
  if (key === undefined) throw new Error(`${path} has no key, so the extension id is not fixed.`)
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 32)
  return digest.replace(/./g, (digit) => 'abcdefghijklmnop'.charAt(Number.parseInt(digit, 16)))
}
