/** Signs a device's requests to the backend, after RFC 9449 (DPoP): the token fits one method, path and body. */
import { SignJWT } from 'jose'
import { base64url } from '../contract/order-wire.ts'

export interface DeviceRequest {
  deviceId: string
  deviceKey: CryptoKey
  /** Backend origin. */
  audience: string
  method: string
  path: string
  body: string
  /** Epoch ms. */
  now: number
}

export async function deviceAuthorization(request: DeviceRequest): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(request.body))
  const jws = await new SignJWT({
    htm: request.method,
    htu: request.path,
    bh: base64url(new Uint8Array(hash)),
  })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(request.deviceId)
    .setAudience(request.audience)
    .setIssuedAt(Math.floor(request.now / 1000))
    .setJti(crypto.randomUUID())
    .sign(request.deviceKey)
  return `Device ${jws}`
}
