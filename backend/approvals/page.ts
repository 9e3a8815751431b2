/** The page on the person's other device: four files, no framework, nothing from elsewhere, never framed. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from '../http/server.ts'

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

const FILES = [
  ['/approve', 'approve.html', 'text/html; charset=utf-8'],
  ['/approve/approve.js', 'approve.js', 'text/javascript; charset=utf-8'],
  ['/approve/approve.css', 'approve.css', 'text/css; charset=utf-8'],
  ['/approve/words.json', 'words.json', 'application/json; charset=utf-8'],
] as const

export function addApprovalPage(app: App): void {
  for (const [url, file, type] of FILES) {
    app.get(
      url,
      {
        schema: { summary: 'Approval on another device, for people', hide: true },
        config: { access: { public: true } },
      },
      async (_request, reply) =>
        reply
          .type(type)
          .header('content-security-policy', CSP)
          .header('referrer-policy', 'no-referrer')
          .header('x-frame-options', 'DENY')
          .send(await readFile(join(import.meta.dirname, 'page', file))),
    )
  }
}
