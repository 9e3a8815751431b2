/**
 * Broken links of the Markdown pages, offline: relative paths must exist, anchors must be headings of their page.
 * `npm run links`; also a unit test. Addresses of the web are not visited.
 */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'

const PAGES = ['README.md', 'docs/**/*.md', 'agent/**/*.md', 'test/**/README.md', 'backend/**/*.md']

/** `page: link` for every link that leads nowhere. */
export function brokenLinks(root: string): string[] {
  return globSync(PAGES, { cwd: root }).flatMap((page) => {
    const file = join(root, page)
    return linksOf(readFileSync(file, 'utf8'))
      .filter((link) => !leadsSomewhere(file, link))
      .map((link) => `${relative(root, file)}: ${link}`)
  })
}

/** Targets of links and pictures, code left out. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '')
  return [
    ...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|<(?:img|a)\s[^>]*(?:src|href)="([^"]+)"/g),
  ].map(([, markdown, html]) => markdown ?? html ?? '')
}

function leadsSomewhere(from: string, link: string): boolean {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return true
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? from : join(dirname(from), decodeURIComponent(path))
  if (!existsSync(target)) return false
  if (anchor === undefined || statSync(target).isDirectory() || !target.endsWith('.md')) return true
  return anchorsOf(readFileSync(target, 'utf8')).has(anchor.toLowerCase())
}

/** As GitHub makes them of headings: lower case, punctuation gone, spaces to hyphens, repeats numbered. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*_]/g, '')
    const base = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-')
    let anchor = base
    for (let number = 1; anchors.has(anchor); number++) anchor = `${base}-${number}`
    anchors.add(anchor)
  }
  for (const [, id = ''] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id)
  return anchors
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const broken = brokenLinks(join(import.meta.dirname, '..'))
  for (const line of broken) console.log(line)
  console.log(`${broken.length} broken links`)
  process.exitCode = broken.length === 0 ? 0 : 1
}
