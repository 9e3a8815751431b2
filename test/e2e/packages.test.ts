/** What is in the built packages of both browsers: permissions as the page says, no way in, no code from elsewhere. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const OUT = resolve(process.env.CG_OUT ?? join(ROOT, '.output'))
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }

interface Manifest {
  version: string
  permissions: string[]
  host_permissions?: string[]
  optional_permissions?: string[]
  optional_host_permissions?: string[]
  content_security_policy: string | { extension_pages: string }
  web_accessible_resources?: unknown
  externally_connectable?: unknown
}

const BUILDS = [
  { browser: 'Chromium', folder: join(OUT, 'chrome-mv3') },
  { browser: 'Firefox', folder: join(OUT, 'firefox-mv2') },
]

describe.each(BUILDS)('$browser', ({ browser, folder }) => {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const scripts = files.filter((name) => name.endsWith('.js'))

  test('asks for what docs/permissions.md explains, and for nothing else', () => {
    const asked = [...manifest.permissions, ...(manifest.host_permissions ?? [])]
    expect(asked.toSorted()).toEqual(explainedFor(browser).toSorted())
    expect(manifest.optional_permissions ?? []).toEqual([])
    expect(manifest.optional_host_permissions ?? []).toEqual([])
  })

  test('has the version of package.json', () => {
    expect(manifest.version).toBe(version)
  })

  test('lets nothing in: no script but its own, no frame, no file that a page can load', () => {
    const policy = manifest.content_security_policy
    const text = typeof policy === 'string' ? policy : policy.extension_pages
    const rules = new Map(
      text.split('; ').map((rule) => [rule.split(' ')[0], rule.slice(rule.indexOf(' ') + 1)]),
    )
    expect(rules.get('default-src')).toBe("'none'")
    expect(rules.get('script-src')).toBe("'self'")
    expect(rules.get('frame-ancestors')).toBe("'none'")
    expect(rules.get('base-uri')).toBe("'none'")
    expect(rules.get('form-action')).toBe("'none'")
    expect(text).not.toMatch(/unsafe-|wasm|blob:|\*(?!( |;|$|:\*))|http:\/\/(?!127\.0\.0\.1:\*|localhost:\*)/)
    expect(manifest.web_accessible_resources).toBeUndefined()
    if (browser === 'Chromium') expect(manifest.externally_connectable).toEqual({ ids: [] })
    else expect(manifest.externally_connectable).toBeUndefined()
  })

  test.each(scripts)('%s makes no code out of text and loads none from elsewhere', (name) => {
    const code = readFileSync(join(folder, name), 'utf8')
    expect(code).not.toMatch(/\beval\s*\)?\s*\(|\bnew Function\b|[^.\w]Function\s*\(\s*["'`]/)
    expect(code).not.toMatch(/\bimportScripts\b|\bimport\s*\(\s*["'`]https?:|\bfrom\s*["'`]https?:/)
    expect(code).not.toMatch(/sourceMappingURL/)
  })

  test('pages load scripts and styles of the package only, and have none inline', () => {
    for (const name of files.filter((file) => file.endsWith('.html'))) {
      const page = readFileSync(join(folder, name), 'utf8')
      for (const [, address = ''] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
        expect(existsSync(join(folder, address))).toBe(true)
      }
      expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style| on\w+="|javascript:/i)
    }
  })

  /** It runs in the page's world: the page owns all of this, may watch it, or must not find it there. */
  test('the page hook touches nothing that it has no business with', () => {
    const hook = withoutStrings(readFileSync(join(folder, 'hook.js'), 'utf8'))
    const forbidden =
      /(?<![.\w$])(?:chrome|browser|localStorage|sessionStorage|indexedDB|caches|cookieStore|alert|prompt|importScripts|WebSocket|Worker|SharedWorker|MutationObserver)\b(?!\s*:)/g
    expect(hook.match(forbidden) ?? []).toEqual([])
    expect(hook).not.toMatch(/\.cookie\b|\.innerHTML\b|\.outerHTML\b|\bdebugger\b|console\./)
  })
})

test('the version is written in one place: whatever else names one names the same', () => {
  const plugin = readFileSync(join(ROOT, 'agent/packages/claude-code/.claude-plugin/plugin.json'), 'utf8')
  expect(JSON.parse(plugin).version).toBe(version)
  expect(readFileSync(join(ROOT, 'agent/packages/hermes/SKILL.md'), 'utf8')).toContain(`version: ${version}`)
  expect(readFileSync(join(ROOT, 'agent/mcp/server.ts'), 'utf8')).toContain(`version: '${version}'`)
})

test.each(['lint-extension.ts', 'size.ts'])('scripts/%s finds nothing', (script) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', script)], {
    encoding: 'utf8',
  })
  expect(status, `${stdout}${stderr}`).toBe(0)
})

function explainedFor(browser: string): string[] {
  const page = readFileSync(join(ROOT, 'docs/permissions.md'), 'utf8')
  const table = page.slice(page.indexOf('<!-- permissions -->'), page.indexOf('<!-- /permissions -->'))
  return [...table.matchAll(/^\| `([^`]+)` \| (both|Chromium|Firefox) \|/gm)]
    .filter(([, , where]) => where === 'both' || where === browser)
    .map(([, permission = '']) => permission)
}

function withoutStrings(code: string): string {
  return code.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''")
}
