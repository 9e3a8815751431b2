import { createHash } from 'node:crypto'
import type { PublicPoint } from './es256.ts'

/** RFC 7638 thumbprint of a P-256 key: its name wherever a key must be told from others. */
export function keyIdOf({ x = '', y = '' }: PublicPoint): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }))
    .digest('base64url')
}
