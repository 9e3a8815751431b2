import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { makeEntry } from './page-api/entry.ts'
import { offerTools } from './page-api/webmcp.ts'

export default defineUnlistedScript(() => {
  const entry = makeEntry()
  Object.defineProperty(navigator, 'consentGuard', { value: entry, enumerable: true })
  offerTools(entry)
})
