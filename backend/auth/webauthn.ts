/** The WebAuthn library is 20 MB of parsers; it is loaded when the first passkey comes, not by a backend without one. */
export const webauthn = () => import('@simplewebauthn/server')
