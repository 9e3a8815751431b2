/** How much of a built page must be there before it draws: the page, its styles, and its scripts with all that they import. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Bytes, each file gzipped by itself as a store's package keeps it. What is imported later, by `import()`, is left out. */
export function pageWeight(folder: string, page: string): number {
  const html = readFileSync(join(folder, page), 'utf8')
  const files = new Set([page])
  for (const [, path = ''] of html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)) addWithImports(path)
  return [...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length,
    0,
  )

  function addWithImports(path: string) {
    if (files.has(path)) return
    files.add(path)
    if (!path.endsWith('.js')) return
    const source = readFileSync(join(folder, path), 'utf8')
    for (const [, imported = ''] of source.matchAll(/\b(?:from|import)\s*["']([^"']+\.js)["']/g)) {
      addWithImports(join(dirname(path), imported))
    }
  }
}
