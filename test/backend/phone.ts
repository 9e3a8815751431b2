/** Another device of the person, without a browser: makes and uses a passkey for the backend's own page. */
import { createHash } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import { softwarePasskey } from './passkey.ts'

/** A phone with a passkey for the backend's own page. */
export function phoneOf(origin: string) {
  const rpId = new URL(origin).hostname
  const passkey = softwarePasskey(origin)
  return {
    /** As `navigator.credentials.create` answers, attestation "none". */
    register(challenge: string, flags = 0x45) {
      const id = Buffer.from(passkey.registration.credential_id, 'base64url')
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const authData = Buffer.concat([
        createHash('sha256').update(rpId).digest(),
        Buffer.from([flags]),
        Buffer.alloc(4),
        Buffer.alloc(16),
        length,
        id,
        Buffer.from(passkey.registration.public_key, 'base64url'),
      ])
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ])
      const client = { type: 'webauthn.create', challenge, origin, crossOrigin: false }
      const credentialId = passkey.registration.credential_id
      return {
        id: credentialId,
        rawId: credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: Buffer.from(JSON.stringify(client)).toString('base64url'),
          attestationObject: Buffer.from(
            isoCBOR.encode(attestation as Parameters<typeof isoCBOR.encode>[0]),
          ).toString('base64url'),
        },
      }
    },
    assert: (digest: string, changes = {}) => passkey.assert(digest, { rpId, ...changes }),
  }
}
