/** How an agent tries to approve its own payment, with whatever its own tools give it. Says what came of each try. */
import type { Driver } from './drivers.ts'
import type { Column } from './matrix.ts'

export interface Target {
  attemptId: string
  holdId: string
  digest: string
  /** Address of the guard's consent window. */
  window: string
}

export type Tries = Partial<Record<Column, string>>

/** Messages and events of every kind that a page could hope to be believed in. */
export async function forgeIn(held: Driver, target: Target): Promise<void> {
  await held.script(`(() => {
    const { holdId, attemptId, digest } = ${JSON.stringify(target)}
    for (const type of ['release', 'approved', 'decision', 'held']) {
      const message = { type, holdId, attemptId, digest, decision: 'approve', approved: true }
      window.postMessage(message, '*')
      for (const on of [window, document]) on.dispatchEvent(new CustomEvent(type, { detail: message }))
      window.dispatchEvent(new MessageEvent('message', { data: message, origin: location.origin }))
    }
  })()`)
}

/** With a tab of its own, so that the held page stays as it is. */
export async function reachFor(own: Driver, target: Target): Promise<Tries> {
  const opened = await own
    .open(target.window)
    .then(() => own.script('location.protocol'))
    .catch((error: unknown) => String(error))
  if (opened !== '"chrome-extension:"') {
    const no = 'cannot open it'
    return {
      'opens our window': 'refused',
      'presses Approve': no,
      'scripts our window': no,
      'brings an authenticator': no,
    }
  }
  const armed = await own.script(ARMED)
  await own.press('Approve')
  const sent = await own.script(send(target, 'null'))
  return {
    'opens our window': 'yes',
    'presses Approve': armed === 'true' ? 'refused' : 'Approve stays asleep',
    'scripts our window': refusal(sent),
    'brings an authenticator': own.protocol === null ? 'no way' : refusal(await authenticate(own, target)),
  }
}

/** Approve wakes after a second of unbroken focus. */
const ARMED = `new Promise((resolve) => {
  const look = () => document.querySelector('[data-testid=approve][aria-disabled=false]') && resolve(true)
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true })
  look()
  setTimeout(() => resolve(false), 3000)
})`

function send({ attemptId, digest }: Target, proof: string): string {
  return `chrome.runtime.sendMessage({ command: 'approve', attemptId: '${attemptId}', digest: '${digest}', proof: ${proof} })`
}

function refusal(answer: string): string {
  const { ok } = JSON.parse(answer) as { ok?: boolean }
  return ok === false ? 'refused' : `not refused: ${answer}`
}

/** A passkey on an authenticator of its own, which signs exactly what the person's would have to sign. */
async function authenticate(own: Driver, target: Target): Promise<string> {
  // Approve asks for the passkey already, and a page asks for one at a time.
  await own.open(target.window)
  await own.protocol?.('WebAuthn.enable')
  await own.protocol?.('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return own.script(`(async () => {
    const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    const challenge = bytes('${target.digest}')
    await navigator.credentials.create({ publicKey: {
      challenge,
      rp: { name: 'Consent Guard' },
      user: { id: bytes('Y29uc2VudC1ndWFyZA'), name: 'x', displayName: 'x' },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    } })
    const credential = await navigator.credentials.get({ publicKey: { challenge, userVerification: 'required' } })
    const proof = { kind: 'passkey', assertion: credential.toJSON() }
    return ${send(target, 'proof')}
  })()`)
}
