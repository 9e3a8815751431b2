/** Settings that the person changes. What takes protection away needs the factor; every change is in the log. */
import { actionDigest } from '../../utils/contract/action.ts'
import { Refusal } from '../../utils/errors/errors.ts'
import { checkProof } from '../../utils/identity/identity.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import type { Proof } from '../../utils/messages/page.ts'
import { loosensSettings } from '../../utils/settings/loosens.ts'
import { readSettings, type Settings, type SettingsChange } from '../../utils/settings/settings.ts'
import { loadWords } from '../shared/load-words.ts'
import { forgetEndpoint, learnedEndpoints } from './learning.ts'
import { alone, backend, db, now } from './services.ts'

export function setSettings(settings: SettingsChange, proof: Proof | null): Promise<void> {
  return alone('settings', async () => {
    if (loosensSettings(await readSettings(db), settings)) {
      await checkProof(db, proof, await actionDigest({ command: 'set-settings', settings }), now())
    }
    if (settings.elsewhere === 'only') await requireElsewhere()
    await db.transaction('rw', db.settings, db.log, async () => {
      const value: Settings = { ...(await readSettings(db)), ...settings }
      await db.settings.put({ key: 'settings', value })
      const { blocked, newSites, freeBelow } = settings
      await appendLog(db, now(), {
        event: 'settings.changed',
        attemptId: null,
        data: {
          changed: Object.keys(settings).join(' '),
          ...(blocked ? { blocked: blocked.join(' ') } : {}),
          ...(newSites ? { newSites } : {}),
          ...(freeBelow ? { freeBelow: JSON.stringify(freeBelow) } : {}),
        },
      })
    })
    if (settings.language !== undefined) await loadWords(settings.language)
  })
}

/** The address and its number must be of one rule: numbers are used again. */
export function forgetLearned(input: { id: number; address: string; proof: Proof | null }): Promise<void> {
  const { id, address, proof } = input
  return alone('learning', async () => {
    const known = (await learnedEndpoints()).some((one) => one.id === id && one.address === address)
    if (!known) throw new Refusal('malformed')
    await checkProof(db, proof, await actionDigest({ command: 'forget-endpoint', id, address }), now())
    await forgetEndpoint(id)
    await db.transaction('rw', db.log, () =>
      appendLog(db, now(), { event: 'endpoint.forgotten', attemptId: null, data: { address } }),
    )
  })
}

/** At the backend, which alone can hold against who drives this browser. */
async function requireElsewhere(): Promise<void> {
  const answer = await (await backend())?.requireApprover()
  if (answer?.kind === 'refused') throw new Refusal('backend_refused', answer.detail)
  if (answer?.kind !== 'ok') throw new Refusal('backend_unreachable')
}
