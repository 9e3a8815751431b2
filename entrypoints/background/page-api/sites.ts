/**
 * Which sites have the entry for pages. Its scripts are registered for those origins and nowhere else: other pages pay
 * nothing for it and cannot tell by it that this extension is there.
 */
import browser from 'webextension-polyfill'
import { actionDigest } from '../../../utils/contract/action.ts'
import { Refusal } from '../../../utils/errors/errors.ts'
import { checkProof } from '../../../utils/identity/identity.ts'
import { appendLog } from '../../../utils/ledger/log.ts'
import type { Proof } from '../../../utils/messages/page.ts'
import { readSettings } from '../../../utils/settings/settings.ts'
import { siteOf } from '../../../utils/site/site.ts'
import { alone, db, now } from '../services.ts'

const BRIDGE = 'ask-bridge'
const ENTRY = 'ask-entry'

/** Allowing widens who may ask, so it needs the factor; forbidding does not. */
export function allowPage(address: string, allowed: boolean, proof: Proof | null): Promise<void> {
  return alone('page-api', async () => {
    const origin = siteOf(address)?.origin
    if (origin === undefined) throw new Refusal('malformed', 'not a web address')
    if (allowed) {
      await checkProof(
        db,
        proof,
        await actionDigest({ command: 'allow-page', origin: address, allowed }),
        now(),
      )
    }
    await db.transaction('rw', db.settings, db.log, async () => {
      const settings = await readSettings(db)
      const others = (settings.pageApi ?? []).filter((known) => known !== origin)
      const pageApi = allowed ? [...others, origin] : others
      await db.settings.put({ key: 'settings', value: { ...settings, pageApi } })
      const event = allowed ? 'page-api.allowed' : 'page-api.forbidden'
      await appendLog(db, now(), { event, attemptId: null, data: { origin } })
    })
    await registerPageApi()
  })
}

/** Brings the registered scripts in line with the settings; they outlive the worker and the browser. */
export async function registerPageApi(): Promise<void> {
  const { pageApi = [] } = await readSettings(db)
  const known = await browser.scripting.getRegisteredContentScripts({ ids: [BRIDGE, ENTRY] })
  if (known.length > 0) await browser.scripting.unregisterContentScripts({ ids: known.map(({ id }) => id) })
  if (pageApi.length === 0) return
  // A match pattern names no port; the background compares the whole origin.
  const matches = [...new Set(pageApi.map(patternOf))]
  const common = { matches, runAt: 'document_start', persistAcrossSessions: true } as const
  await browser.scripting.registerContentScripts([
    { ...common, id: BRIDGE, js: ['ask-bridge.js'] },
    { ...common, id: ENTRY, js: ['ask-entry.js'], world: 'MAIN' },
  ] as Parameters<typeof browser.scripting.registerContentScripts>[0])
}

function patternOf(origin: string): string {
  const { protocol, hostname } = new URL(origin)
  return `${protocol}//${hostname}/*`
}
