/**
 * RP id to name when making a passkey. Chromium: none, the authenticator then binds to `chrome-extension://ID`.
 * Firefox refuses that and wants a domain that host permissions cover.
 */
export const FIREFOX_RP_ID = 'consent-guard.example'

export function rpIdHere(): string | null {
  return location.protocol === 'moz-extension:' ? FIREFOX_RP_ID : null
}
