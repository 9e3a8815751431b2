import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderApi } from '../../scripts/api-page.ts'
import { runBackend } from './running.ts'

test('docs/api.md is what the schemas say; if not, run npm run docs:api', async () => {
  const backend = await runBackend()
  try {
    const api = await (await fetch(`${backend.url}/openapi.json`)).json()
    const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'api.md'), 'utf8')
    expect(renderApi(api)).toBe(page)
  } finally {
    await backend.close()
  }
})
