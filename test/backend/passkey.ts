/** An authenticator in software: a real WebAuthn assertion by a real key, without a browser. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { isoCBOR } from '@simplewebauthn/server/helpers'

export interface AssertChanges {
  /** Presence only, no verification of the person. */
  unverified?: boolean
  origin?: string
  rpId?: string
  counter?: number
}

export function softwarePasskey(origin: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const cose = new Map<number, number | Uint8Array<ArrayBuffer>>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
    [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
  ])
  const id = randomBytes(16).toString('base64url')
  // As Chromium does for an extension page: registered by id, hashed with the scheme.
  const rpId = origin.replace('chrome-extension://', '')
  return {
    registration: {
      kind: 'passkey' as const,
      credential_id: id,
      public_key: Buffer.from(isoCBOR.encode(cose)).toString('base64url'),
      rp_id: rpId,
      origin,
    },
    /** `challenge`: base64url, here the order digest. */
    assert(challenge: string, changes: AssertChanges = {}): AuthenticationResponseJSON {
      const client = Buffer.from(
        JSON.stringify({
          type: 'webauthn.get',
          challenge,
          origin: changes.origin ?? origin,
          crossOrigin: false,
        }),
      )
      const rpHash = createHash('sha256')
        .update(changes.rpId ?? origin)
        .digest()
      const counter = Buffer.alloc(4)
      counter.writeUInt32BE(changes.counter ?? 0)
      const flags = Buffer.from([changes.unverified === true ? 0x01 : 0x05])
      const authenticator = Buffer.concat([rpHash, flags, counter])
      const signed = Buffer.concat([authenticator, createHash('sha256').update(client).digest()])
      return {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: authenticator.toString('base64url'),
          signature: sign('sha256', signed, privateKey).toString('base64url'),
        },
      }
    },
  }
}
