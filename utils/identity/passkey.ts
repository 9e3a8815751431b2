/**
 * Passkeys made in the extension's own pages. The relying party is the extension: on Chromium the authenticator
 * hashes `chrome-extension://ID` as RP id when none is named; Firefox wants an explicit RP id that host permissions
 * cover, and reports `moz-extension://` with a hash of the add-on id as origin (both measured).
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { base64url, fromBase64url } from '../contract/order-wire.ts'

export interface PasskeyLock {
  kind: 'passkey'
  credentialId: string
  /** COSE public key, base64url. */
  publicKey: string
  counter: number
  origin: string
  rpId: string
}

/** Where passkeys of this extension come from; see the file's head. */
export interface Party {
  origin: string
  rpId: string
}

/** Checks a fresh registration against its challenge; null where it does not hold. */
export async function makePasskeyLock(
  registration: RegistrationResponseJSON,
  challenge: string,
  party: Party,
): Promise<PasskeyLock | null> {
  try {
    const result = await verifyRegistrationResponse({
      response: registration,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.rpId,
      requireUserVerification: true,
    })
    if (!result.verified || !result.registrationInfo) return null
    const { id, publicKey, counter } = result.registrationInfo.credential
    return { kind: 'passkey', credentialId: id, publicKey: base64url(publicKey), counter, ...party }
  } catch {
    // The library throws on a wrong challenge, origin or flag instead of answering "not verified".
    return null
  }
}

/** New signature counter where the assertion is by this passkey, over this digest, with user verification; else null. */
export async function checkPasskey(
  lock: PasskeyLock,
  assertion: AuthenticationResponseJSON,
  digest: string,
): Promise<number | null> {
  try {
    const result = await verifyAuthenticationResponse({
      response: assertion,
      expectedChallenge: digest,
      expectedOrigin: lock.origin,
      expectedRPID: lock.rpId,
      credential: {
        id: lock.credentialId,
        publicKey: fromBase64url(lock.publicKey),
        counter: lock.counter,
      },
      requireUserVerification: true,
    })
    return result.verified ? result.authenticationInfo.newCounter : null
  } catch {
    return null
  }
}
