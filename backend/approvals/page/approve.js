/** The person's other device: pairs once by the token in the address, then shows what waits and takes the answer. */

const KEY = 'consent-guard-approver'
/** How long an order must be in view before Approve does anything, ms. */
const ARMING_MS = 1_000
const TOTALS = {
  subtotal: 'Subtotal',
  discount: 'Discount',
  shipping: 'Delivery',
  tax: 'Tax',
  fee: 'Fee',
  tip: 'Tip',
  gift_card: 'Gift card',
  other: 'Other',
}
const main = document.getElementById('main')

const token = location.hash.slice(1)
// The token must not stay in the address, where it would be shared or kept in the history.
if (token !== '') history.replaceState(null, '', location.pathname)

if (token !== '') showPairing(token)
else if (localStorage.getItem(KEY) === null) {
  show(
    heading('This device is not connected'),
    text('Scan the code in Consent Guard’s settings to connect it.'),
  )
} else void watch()

function showPairing(invitation) {
  const problem = text('', 'alert')
  problem.setAttribute('role', 'alert')
  const button = element('button', 'Connect with a passkey', 'primary')
  button.addEventListener('click', () => void pair(invitation, button, problem))
  show(
    heading('Approve payments on this device'),
    text(
      'From now on you can agree to payments here, away from the browser that an agent drives. This device needs a passkey: fingerprint, face or its own PIN.',
    ),
    button,
    problem,
  )
}

async function pair(invitation, button, problem) {
  button.disabled = true
  problem.textContent = ''
  try {
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`approver:${invitation}`))
    const credential = await navigator.credentials.create({
      publicKey: {
        challenge: hash,
        rp: { name: 'Consent Guard' },
        user: {
          id: crypto.getRandomValues(new Uint8Array(16)),
          name: 'Consent Guard',
          displayName: 'Consent Guard',
        },
        pubKeyCredParams: [
          { type: 'public-key', alg: -7 },
          { type: 'public-key', alg: -257 },
        ],
        authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
        attestation: 'none',
      },
    })
    const { id, type, response } = credential
    const answer = await call('POST', '/v1/approvers', {
      token: invitation,
      label: deviceName(),
      registration: {
        id,
        rawId: base64url(credential.rawId),
        type,
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(response.clientDataJSON),
          attestationObject: base64url(response.attestationObject),
        },
      },
    })
    if (!answer.ok) throw new Error(answer.body.title)
    localStorage.setItem(KEY, answer.body.key)
    void watch()
  } catch (error) {
    problem.textContent = `It was not connected. ${error.message}`
    button.disabled = false
  }
}

/** Shows the oldest question, and waits for others where there is none. */
async function watch() {
  let known = null
  for (;;) {
    const wait = known === null ? '0' : '20'
    const query = new URLSearchParams({ wait_s: wait, known: known ?? '' })
    const answer = await call('GET', `/v1/approvals?${query}`)
    if (answer.status === 401) {
      localStorage.removeItem(KEY)
      return show(
        heading('This device is no longer connected'),
        text('Nothing can be approved here any more.'),
      )
    }
    if (!answer.ok) {
      await new Promise((done) => setTimeout(done, 2_000))
      continue
    }
    const { approvals } = answer.body
    const now = approvals.map((one) => one.approval_id).join()
    if (now === known) continue
    known = now
    if (approvals.length === 0) {
      show(
        heading('Nothing is waiting'),
        text('When a payment is held in your browser, it is shown here.'),
        ...(answer.body.required ? [release()] : []),
      )
    } else ask(approvals[0], approvals.length, answer.body)
  }
}

/** Only from here, so that whoever drives the browser cannot do it. */
function release() {
  const box = element('section')
  box.append(text('Payments can only be approved on this device.'))
  const button = element('button', 'Let the browser approve by itself again')
  button.addEventListener('click', async () => {
    const answer = await call('POST', '/v1/approvers/release', {})
    box.replaceChildren(
      answer.ok
        ? text('The browser can approve again, where it is set so there.')
        : text(answer.body.title, 'alert'),
    )
  })
  box.append(button)
  return box
}

function ask(approval, count, { credential_id, rp_id }) {
  const { order } = approval
  const money = (amount) => formatMoney(amount, order.currency, approval.exponent)
  const total = money(order.total.amount)
  const who = element('section')
  who.append(
    element('strong', order.merchant ?? order.site.key),
    text(order.site.key, 'quiet'),
    text(total, 'total'),
  )
  if (!order.certain) who.append(text('This amount is not certain.', 'alert'))
  if (order.recurrence !== null) {
    const { every, unit, amount, trialDays } = order.recurrence
    const price = amount === null ? 'an unknown amount' : money(amount)
    const trial = trialDays > 0 ? `Free for ${trialDays} days, then: ` : ''
    who.append(text(`${trial}renews every ${every} ${unit}(s): ${price} each time.`, 'alert'))
  }
  const what = element('section')
  const list = element('ul')
  for (const item of order.items) {
    const line = element('li')
    const name = item.name === '' ? 'Item without a name' : item.name
    line.append(element('span', item.quantity === 1 ? name : `${item.quantity} × ${name}`))
    line.append(element('span', item.amount === null ? '?' : money(item.amount)))
    list.append(line)
  }
  what.append(element('strong', 'What is bought'))
  what.append(order.items.length === 0 ? text('The page does not say.', 'quiet') : list)
  // Without these the items would not seem to add up.
  const sums = element('ul', '', 'sums')
  for (const { type, label, amount } of order.totals) {
    const line = element('li', '', 'quiet')
    line.append(element('span', TOTALS[type] ?? label), element('span', money(amount)))
    sums.append(line)
  }
  const last = element('li')
  last.append(element('strong', 'Total'), element('strong', total))
  sums.append(last)
  what.append(sums)
  if (order.shipTo !== null) what.append(text(`Delivery to: ${order.shipTo}`, 'quiet'))

  const problem = text('', 'alert')
  problem.setAttribute('role', 'alert')
  const approve = element('button', 'Approve', 'primary')
  const reject = element('button', 'Reject')
  approve.dataset.testid = 'approve'
  approve.setAttribute('aria-disabled', 'true')
  setTimeout(() => approve.setAttribute('aria-disabled', 'false'), ARMING_MS)
  approve.addEventListener('click', () => {
    if (approve.getAttribute('aria-disabled') === 'true') return
    void answerWith(async () => {
      const credential = await navigator.credentials.get({
        publicKey: {
          // Only this order: the challenge is its digest, made anew by the backend.
          challenge: fromBase64url(approval.digest),
          rpId: rp_id,
          userVerification: 'required',
          allowCredentials: [{ type: 'public-key', id: fromBase64url(credential_id) }],
        },
      })
      return { path: 'approve', body: { assertion: assertionOf(credential) } }
    })
  })
  reject.addEventListener('click', () => void answerWith(async () => ({ path: 'reject', body: {} })))
  const buttons = element('div', '', 'buttons')
  buttons.append(reject, approve)
  const parts = [heading('Do you agree to this payment?'), who, what, buttons, problem]
  if (count > 1) parts.splice(1, 0, text(`${count} payments wait; this is the oldest.`, 'quiet'))
  show(...parts)

  async function answerWith(make) {
    problem.textContent = ''
    try {
      const { path, body } = await make()
      const answer = await call('POST', `/v1/approvals/${approval.approval_id}/${path}`, body)
      if (!answer.ok) throw new Error(answer.body.title)
      show(
        heading(path === 'approve' ? 'Approved' : 'Rejected'),
        text(path === 'approve' ? 'The browser goes on now.' : 'Nothing is paid.'),
      )
    } catch (error) {
      problem.textContent = `Nothing was approved. ${error.message}`
    }
  }
}

function assertionOf(credential) {
  const { id, rawId, type, response } = credential
  return {
    id,
    rawId: base64url(rawId),
    type,
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      authenticatorData: base64url(response.authenticatorData),
      signature: base64url(response.signature),
    },
  }
}

async function call(method, path, body) {
  const key = localStorage.getItem(KEY)
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'omit',
      cache: 'no-store',
    })
    return { ok: response.ok, status: response.status, body: await response.json() }
  } catch {
    return { ok: false, status: 0, body: { title: 'The backend cannot be reached.' } }
  }
}

/** Minor units in ISO 4217's exponent, which the backend says: what browsers know is for display and differs. */
function formatMoney(amount, currency, exponent) {
  const negative = amount.startsWith('-')
  const digits = amount.replace('-', '').padStart(exponent + 1, '0')
  const cut = digits.length - exponent
  const decimal = `${negative ? '-' : ''}${digits.slice(0, cut)}${exponent === 0 ? '' : `.${digits.slice(cut)}`}`
  const style = {
    style: 'currency',
    currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  }
  return new Intl.NumberFormat(navigator.language, style).format(decimal)
}

function deviceName() {
  const system = /iPhone|iPad|Android|Windows|Macintosh|Linux/.exec(navigator.userAgent)?.[0] ?? 'Device'
  return system === 'Macintosh' ? 'Mac' : system
}

function show(...parts) {
  main.replaceChildren(...parts)
  main.querySelector('h1')?.focus()
}

function heading(words) {
  const made = element('h1', words)
  made.tabIndex = -1
  return made
}

function text(words, name = '') {
  return element('p', words, name)
}

/** Text only, never markup: what a shop calls its goods is not to be trusted. */
function element(tag, words = '', name = '') {
  const made = document.createElement(tag)
  made.textContent = words
  made.className = name
  return made
}

function base64url(buffer) {
  let binary = ''
  for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64url(words) {
  const binary = atob(words.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}
