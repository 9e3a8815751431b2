/** `npm run docs:api`: writes `docs/api.md` from the schemas that the backend judges requests by. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBackend } from '../backend/backend.ts'
import { renderApi } from './api-page.ts'

const folder = await mkdtemp(join(tmpdir(), 'consent-guard-api-'))
const backend = await startBackend({ dataFolder: join(folder, 'data'), logLevel: 'error' })
try {
  const response = await fetch(`${backend.url}/openapi.json`)
  await writeFile(join(import.meta.dirname, '..', 'docs', 'api.md'), renderApi(await response.json()))
} finally {
  await backend.close()
  await rm(folder, { recursive: true, force: true })
}
