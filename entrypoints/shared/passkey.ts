import type { NewFactor, Proof } from '../../utils/messages/page.ts'
import type { IdentityView } from '../../utils/settings/settings.ts'
import { rpIdHere } from './rp.ts'

const TIMEOUT_MS = 60_000
const ES256 = -7
const RS256 = -257

/** Makes the passkey of an activation; null where the person cancelled or nothing here can make one. */
export async function makePasskey(challenge: string): Promise<NewFactor | null> {
  const rpId = rpIdHere()
  try {
    const { startRegistration } = await import('@simplewebauthn/browser')
    const registration = await startRegistration({
      optionsJSON: {
        challenge,
        rp: { name: 'Consent Guard', ...(rpId === null ? {} : { id: rpId }) },
        user: { id: 'Y29uc2VudC1ndWFyZA', name: 'Consent Guard', displayName: 'Consent Guard' },
        pubKeyCredParams: [
          { type: 'public-key', alg: ES256 },
          { type: 'public-key', alg: RS256 },
        ],
        timeout: TIMEOUT_MS,
        attestation: 'none',
        authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
      },
    })
    return { kind: 'passkey', registration }
  } catch {
    return null
  }
}

/** The person's proof over a digest, by the enrolled passkey; null where they cancelled or it is not here. */
export async function provePasskey(digest: string, identity: IdentityView): Promise<Proof | null> {
  if (identity.credentialId === null) return null
  try {
    const { startAuthentication } = await import('@simplewebauthn/browser')
    const assertion = await startAuthentication({
      optionsJSON: {
        challenge: digest,
        timeout: TIMEOUT_MS,
        userVerification: 'required',
        allowCredentials: [{ id: identity.credentialId, type: 'public-key' }],
        ...(identity.rpId === null ? {} : { rpId: identity.rpId }),
      },
    })
    return { kind: 'passkey', assertion }
  } catch {
    return null
  }
}
