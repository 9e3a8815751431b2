/** First run: the person sets a factor and switches the guard on; pairing with a payments backend. */
import browser from 'webextension-polyfill'
import { actionDigest } from '../../utils/contract/action.ts'
import type { ActivationRequest } from '../../utils/contract/api.ts'
import { base64url, fromBase64url } from '../../utils/contract/order-wire.ts'
import { Refusal } from '../../utils/errors/errors.ts'
import { activateDevice } from '../../utils/forward/backend.ts'
import {
  checkProof,
  type Identity,
  makeIdentity,
  readIdentity,
  writeIdentity,
} from '../../utils/identity/identity.ts'
import type { Party } from '../../utils/identity/passkey.ts'
import { appendLog } from '../../utils/ledger/log.ts'
import type { NewFactor, Proof } from '../../utils/messages/page.ts'
import { readSettings, type Settings } from '../../utils/settings/settings.ts'
import { armKeeping } from './alarms.ts'
import { alone, db, now, readSession, writeSession } from './services.ts'
import { watchWallet } from './wallet/stream.ts'

export const CHALLENGE = 'activation-challenge'

export async function activationChallenge(): Promise<{ challenge: string }> {
  if (await readIdentity(db)) throw new Refusal('already_activated')
  const challenge = base64url(crypto.getRandomValues(new Uint8Array(32)))
  await writeSession(CHALLENGE, challenge)
  return { challenge }
}

/** Only once: whoever could set a second factor would own the first one's approvals. */
export function activate(factor: NewFactor): Promise<void> {
  return alone('activation', async () => {
    if (await readIdentity(db)) throw new Refusal('already_activated')
    const challenge = await readSession<string>(CHALLENGE)
    const identity = await makeIdentity(factor, challenge, partyOf(factor))
    await writeSession(CHALLENGE, null)
    const settings = await readSettings(db)
    await db.transaction('rw', db.settings, db.log, async () => {
      await writeIdentity(db, identity)
      await db.settings.put({ key: 'settings', value: { ...settings, on: true } satisfies Settings })
      await appendLog(db, now(), {
        event: 'guard.activated',
        attemptId: null,
        data: { factor: identity.lock.kind },
      })
    })
    armKeeping()
  })
}

/** Connects a backend. Changing an existing pairing moves where money is authorised, so it needs the factor. */
export function pair(input: {
  url: string
  code: string
  proof: Proof | null
}): Promise<{ accountId: string }> {
  return alone('activation', async () => {
    const url = backendOrigin(input.url)
    const [identity, settings] = await Promise.all([readIdentity(db), readSettings(db)])
    if (!identity) throw new Refusal('not_activated')
    if (settings.backend !== null) {
      const digest = await actionDigest({ command: 'pair', url: input.url, code: input.code })
      await checkProof(db, input.proof, digest, now())
    }
    const answer = await activateDevice(url, await requestFor(identity, input.code), {
      fetch: (target, init) => fetch(target, init),
      now,
    })
    if (answer.kind === 'unreachable') throw new Refusal('backend_unreachable', answer.detail)
    if (answer.kind === 'refused') throw new Refusal('backend_refused', answer.detail)
    const { device_id, account_id, receipt_key } = answer.value
    const backend = { url, deviceId: device_id, accountId: account_id, receiptKey: receipt_key }
    await db.transaction('rw', db.settings, db.log, async () => {
      const current = await readSettings(db)
      await db.settings.put({ key: 'settings', value: { ...current, backend } satisfies Settings })
      await appendLog(db, now(), {
        event: 'backend.paired',
        attemptId: null,
        data: { url, account: account_id },
      })
    })
    void watchWallet()
    armKeeping()
    return { accountId: account_id }
  })
}

async function requestFor(identity: Identity, code: string): Promise<ActivationRequest> {
  const { lock } = identity
  return {
    code: code.trim(),
    device_key: await crypto.subtle.exportKey('jwk', identity.deviceKey.publicKey),
    consent:
      lock.kind === 'pin'
        ? { kind: 'pin', key: lock.publicKey }
        : {
            kind: 'passkey',
            credential_id: lock.credentialId,
            public_key: lock.publicKey,
            rp_id: lock.rpId,
            origin: lock.origin,
          },
    label: `Consent Guard ${browser.runtime.getManifest().version}`,
  }
}

/** https anywhere, http only on this machine: receipts and mandates do not travel in the clear. */
function backendOrigin(text: string): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new Refusal('malformed', 'not an address')
  }
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new Refusal('malformed', 'the backend must be reached over https')
  }
  return url.origin
}

/**
 * Chromium names the extension itself as relying party when none is asked for. Firefox wants an explicit RP id and
 * reports an origin that only the browser knows (a hash of the add-on id), so it is taken from the registration: it is
 * the browser that wrote it, and it must be an extension's.
 */
export function partyOf(factor: NewFactor): Party {
  const own = new URL(browser.runtime.getURL('')).origin
  if (factor.kind === 'pin' || !own.startsWith('moz-extension:')) return { origin: own, rpId: own }
  const client: unknown = JSON.parse(
    new TextDecoder().decode(fromBase64url(factor.registration.response.clientDataJSON)),
  )
  const origin = typeof client === 'object' && client !== null && 'origin' in client ? client.origin : null
  if (typeof origin !== 'string' || !origin.startsWith('moz-extension://')) throw new Refusal('factor_wrong')
  return { origin, rpId: FIREFOX_RP_ID }
}

/** Reserved name (RFC 2606): covered by the host permission, owned by nobody. */
const FIREFOX_RP_ID = 'consent-guard.example'
