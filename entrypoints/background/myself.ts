/** "I'm buying this myself": begins with the factor, ends by itself or at a press, and is in the log with what it let go. */
import { actorOf } from '../../utils/attempt/actor.ts'
import { actionDigest } from '../../utils/contract/action.ts'
import { Refusal } from '../../utils/errors/errors.ts'
import { checkProof } from '../../utils/identity/identity.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import type { Proof } from '../../utils/messages/page.ts'
import type { HoldMessage } from '../../utils/messages/relay.ts'
import { type Myself, shopsMyself } from '../../utils/policy/myself.ts'
import { readMyself, readSettings } from '../../utils/settings/settings.ts'
import type { Site } from '../../utils/site/site.ts'
import { statusWords } from '../../utils/words/speak.ts'
import { letGo } from './let-go.ts'
import type { Hold } from './relays.ts'
import { alone, db, now } from './services.ts'

const MINUTE = 60_000

export function startMyself(input: { site: string; minutes: number; proof: Proof | null }): Promise<void> {
  const { site, minutes, proof } = input
  return alone('settings', async () => {
    const { elsewhere, backend } = await readSettings(db)
    if (elsewhere === 'only' && backend !== null) throw new Refusal('elsewhere_only')
    await checkProof(db, proof, await actionDigest({ command: 'shop-myself', site, minutes }), now())
    const since = now()
    const others = (await readMyself(db)).filter((one) => one.site !== site && one.until > since)
    await write([...others, { site, since, until: since + minutes * MINUTE }], 'myself.started', {
      site,
      minutes,
    })
  })
}

export function stopMyself(site: string): Promise<void> {
  return alone('settings', async () => {
    const others = (await readMyself(db)).filter((one) => one.site !== site)
    await write(others, 'myself.stopped', { site })
  })
}

async function write(list: Myself[], event: string, data: Record<string, string | number>): Promise<void> {
  await db.transaction('rw', db.settings, db.log, async () => {
    await db.settings.put({ key: 'myself', value: list })
    await appendLog(db, now(), { event, attemptId: null, data })
  })
}

/** True where the person is buying here by themselves and this does not look like an agent: then it is let go, noted. */
export async function letPersonThrough(
  list: readonly Myself[],
  message: HoldMessage,
  site: Site,
  hold: Hold,
): Promise<boolean> {
  const actor = actorOf(message.signals).kind
  if (!shopsMyself(list, { site: site.key, actor, at: now() })) return false
  await db.transaction('rw', db.log, () =>
    appendLog(db, now(), {
      event: 'myself.passed',
      attemptId: null,
      data: { site: site.key, channel: message.channel, what: message.control, actor },
    }),
  )
  await letGo(crypto.randomUUID(), hold, { words: statusWords({ kind: 'myself' }) })
  return true
}
