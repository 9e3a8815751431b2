/** The person's other device: pairs once by the token in the address, then shows what waits and takes the answer. */

const KEY = 'consent-guard-approver'
/** How long an order must be looked at without a break before Approve does anything, ms. */
const ARMING_MS = 1_000
const RETRY_MS = 2_000
/** As in `utils/order/neutralise.ts`: a name is one line without characters that turn or hide others. */
const MAX_NAME = 300

const main = document.getElementById('main')
const token = location.hash.slice(1)
// The token must not stay in the address, where it would be shared or kept in the history.
if (token !== '') history.replaceState(null, '', location.pathname)

const { locale, words } = await chooseWords()
document.documentElement.lang = locale
document.documentElement.dir = locale === 'ar' ? 'rtl' : 'ltr'
document.title = t('page_title')

/** Ends what the view on screen has running: timers and listeners. */
let leave = () => {}
/** Resolves when the person has seen how a question ended; the next one waits for it. */
let seen = Promise.resolve()
/** How many questions have ended here: a list that was asked for before that is old. */
let ended = 0
let asking = new AbortController()
/** The backend's time minus this device's monotonic one: a phone with a wrong clock shows the right time left. */
let backendTime = () => Date.now()

if (token !== '') showPairing(token)
else if (localStorage.getItem(KEY) === null) show(heading('unknown_heading'), text(t('unknown_text')))
else void watch()

function showPairing(invitation) {
  const problem = alert()
  const button = element('button', t('connect_button'), 'primary')
  button.addEventListener('click', () => void pair(invitation, button, problem))
  show(heading('connect_heading'), text(t('connect_text')), button, problem)
}

async function pair(invitation, button, problem) {
  button.disabled = true
  problem.textContent = ''
  try {
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`approver:${invitation}`))
    const credential = await withPasskey(() =>
      navigator.credentials.create({
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
      }),
    )
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
    if (!answer.ok) throw new Error(answer.said)
    localStorage.setItem(KEY, answer.body.key)
    void watch()
  } catch (error) {
    problem.textContent = `${t('connect_failed')} ${error.message}`
    button.disabled = false
  }
}

/** Shows the oldest question, and waits for others where there is none. */
async function watch() {
  let known = null
  for (;;) {
    await seen
    const before = ended
    asking = new AbortController()
    const query = new URLSearchParams({ wait_s: known === null ? '0' : '20', known: known ?? '' })
    const answer = await call('GET', `/v1/approvals?${query}`, undefined, asking.signal)
    if (before !== ended) {
      known = null
      continue
    }
    if (answer.status === 401) {
      localStorage.removeItem(KEY)
      return show(heading('gone_heading'), text(t('gone_text')))
    }
    if (!answer.ok) {
      // A question on screen stays: pressing there says by itself that the backend is away.
      if (known === null || known === '') {
        show(heading('empty_nothing_heading'), text(t('offline'), 'alert'))
        known = null
      }
      await new Promise((done) => setTimeout(done, RETRY_MS))
      continue
    }
    const { approvals } = answer.body
    const now = approvals.map((one) => one.approval_id).join()
    if (now === known) continue
    known = now
    if (approvals.length > 0) ask(approvals[0], approvals.length, answer.body)
    else {
      const more = answer.body.required ? [release()] : []
      show(heading('empty_nothing_heading'), text(t('nothing_text')), ...more)
    }
  }
}

/** Only from here, so that whoever drives the browser cannot do it. Loosens, so it is asked twice. */
function release() {
  const box = element('section')
  const first = element('button', t('release'))
  box.append(text(t('only_here')), first)
  first.addEventListener('click', () => {
    const buttons = element('div', '', 'buttons')
    const keep = element('button', t('cancel'), 'primary')
    const yes = element('button', t('release'))
    buttons.append(yes, keep)
    keep.addEventListener('click', () => box.replaceWith(release()))
    yes.addEventListener('click', async () => {
      const answer = await call('POST', '/v1/approvers/release', {})
      box.replaceChildren(answer.ok ? text(t('released')) : text(answer.said, 'alert'))
    })
    box.replaceChildren(text(t('release_sure')), buttons)
    keep.focus()
  })
  return box
}

function ask(approval, count, { credential_id, rp_id }) {
  const problem = alert()
  const hint = text(t('hint_arming'), 'quiet hint')
  const approve = element('button', t('approve'), 'primary')
  const reject = element('button', t('reject'))
  approve.dataset.testid = 'approve'
  let busy = false
  approve.addEventListener('click', () => {
    if (approve.getAttribute('aria-disabled') === 'true') return
    void answerWith(async () => {
      hint.textContent = t('hint_passkey_busy')
      const credential = await withPasskey(() =>
        navigator.credentials.get({
          publicKey: {
            // Only this order: the challenge is its digest, made anew by the backend.
            challenge: fromBase64url(approval.digest),
            rpId: rp_id,
            userVerification: 'required',
            allowCredentials: [{ type: 'public-key', id: fromBase64url(credential_id) }],
          },
        }),
      )
      return { path: 'approve', body: { assertion: assertionOf(credential) } }
    })
  })
  reject.addEventListener('click', () => void answerWith(async () => ({ path: 'reject', body: {} })))
  const buttons = element('div', '', 'buttons')
  buttons.append(reject, approve)
  const footer = element('footer')
  footer.append(problem, hint, buttons)
  const clock = element('p', '', 'quiet clock')
  clock.setAttribute('role', 'timer')
  clock.setAttribute('aria-live', 'off')
  const parts = [heading('consent_heading'), clock, whoIsPaid(approval), whatIsBought(approval), footer]
  if (count > 1) parts.splice(1, 0, text(t('waiting', { count }), 'quiet'))
  show(...parts)
  const { order } = approval
  const ready = `${order.total === null ? t('amount_unknown') : moneyOf(approval)(order.total.amount)} → ${order.site.key}`
  const stopArming = arm(approve, () => {
    if (!busy) hint.textContent = approve.getAttribute('aria-disabled') === 'true' ? t('hint_arming') : ready
  })
  const stopClock = countDown(clock, Date.parse(approval.expires_at), () => {
    if (!busy) end('result_expired', 'error_expired')
  })
  leave = () => {
    stopArming()
    stopClock()
  }

  async function answerWith(make) {
    if (busy) return
    busy = true
    problem.textContent = ''
    try {
      const { path, body } = await make()
      const answer = await call('POST', `/v1/approvals/${approval.approval_id}/${path}`, body)
      if (!answer.ok) throw new Error(answer.body.code === 'order_state' ? t('too_late') : answer.said)
      if (path === 'approve') end('approved_heading', 'approved_text', 'ok')
      else end('rejected_heading', 'rejected_text')
    } catch (error) {
      problem.textContent = `${t('not_approved')} ${error.message}`
      hint.textContent = ready
    }
    busy = false
  }
}

/** How it ended stays until the person has seen it. */
function end(title, said, mark = 'plain') {
  const done = element('button', t('result_close'), 'primary')
  const box = element('div', '', `end end-${mark}`)
  box.append(heading(title), text(t(said)), done)
  ended += 1
  asking.abort()
  seen = new Promise((resolve) => done.addEventListener('click', resolve, { once: true }))
  show(box)
}

function whoIsPaid(approval) {
  const { order } = approval
  const money = moneyOf(approval)
  const who = element('section')
  const shop = nameOf(order.merchant ?? order.site.key)
  who.append(wrapped('strong', shop, 'shop'))
  if (order.merchant !== null) who.append(wrapped('p', order.site.key, 'quiet'))
  who.append(wrapped('p', order.total === null ? t('amount_unknown') : money(order.total.amount), 'total'))
  if (!order.certain) who.append(text(t('total_unsure'), 'alert'))
  if (order.recurrence !== null) {
    const { every, unit, amount, trialDays } = order.recurrence
    const price = amount === null ? t('recurrence_unknown_price') : money(amount)
    const trial = trialDays > 0 ? `${t('recurrence_trial', { count: trialDays })} ` : ''
    const rule = t('recurrence_rule', { price, period: t(`every_${unit}`, { count: every }) })
    who.append(text(`${trial}${rule}`, 'warn'))
  }
  const facts = element('dl')
  for (const [label, value] of [
    [t('fact_method'), order.paymentMethod],
    [t('fact_ship_to'), order.shipTo],
    [t('fact_processor'), order.processor],
  ]) {
    if (value === null) continue
    const row = element('div')
    row.append(element('dt', label, 'quiet'), wrapped('dd', nameOf(value)))
    facts.append(row)
  }
  if (facts.childElementCount > 0) who.append(facts)
  return who
}

function whatIsBought(approval) {
  const { order } = approval
  const money = moneyOf(approval)
  const what = element('section')
  const title = element('h2', t('items_heading'))
  const list = element('ul')
  for (const item of order.items) {
    const name = item.name === '' ? t('item_unnamed') : nameOf(item.name)
    const line = element('li')
    line.append(
      wrapped('span', item.quantity === 1 ? name : `${item.quantity} × ${name}`),
      wrapped('span', item.amount === null ? t('amount_unknown') : money(item.amount)),
    )
    list.append(line)
  }
  what.append(title, order.items.length === 0 ? text(t('items_unknown'), 'quiet') : list)
  // Without these the items would not seem to add up.
  const sums = element('ul', '', 'sums')
  for (const { type, label, amount } of order.totals) {
    const line = element('li', '', 'quiet')
    const said = Object.hasOwn(words, `total_${type}`) ? t(`total_${type}`) : nameOf(label)
    line.append(wrapped('span', said), wrapped('span', money(amount)))
    sums.append(line)
  }
  const last = element('li', '', 'last')
  last.append(
    element('span', t('total_label')),
    wrapped('span', order.total === null ? t('amount_unknown') : money(order.total.amount)),
  )
  sums.append(last)
  what.append(sums)
  return what
}

/** Wakes a button once the page was in front for ARMING_MS without a break. Returns the clean-up. */
function arm(button, changed) {
  let timer
  function set(asleep) {
    button.setAttribute('aria-disabled', String(asleep))
    changed()
  }
  function start() {
    clearTimeout(timer)
    set(true)
    if (document.visibilityState === 'visible' && document.hasFocus()) {
      timer = setTimeout(() => set(false), ARMING_MS)
    }
  }
  function stop() {
    clearTimeout(timer)
    // The passkey's own dialog takes the focus; its answer must not be lost to that.
    set(true)
  }
  start()
  window.addEventListener('focus', start)
  window.addEventListener('blur', stop)
  document.addEventListener('visibilitychange', start)
  return () => {
    clearTimeout(timer)
    window.removeEventListener('focus', start)
    window.removeEventListener('blur', stop)
    document.removeEventListener('visibilitychange', start)
  }
}

function countDown(clock, until, over) {
  function tick() {
    const left = Math.max(0, Math.ceil((until - backendTime()) / 1000))
    clock.textContent = `${t('countdown_label')}: ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
    if (left > 0) return
    clearInterval(timer)
    over()
  }
  const timer = setInterval(tick, 1_000)
  tick()
  return () => clearInterval(timer)
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

/** The browser's own words about a passkey that was not used help nobody. */
async function withPasskey(use) {
  try {
    return await use()
  } catch {
    throw new Error(t('passkey_refused'))
  }
}

async function call(method, path, body, signal) {
  const key = localStorage.getItem(KEY)
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      credentials: 'omit',
      cache: 'no-store',
    })
    const at = Date.parse(response.headers.get('date') ?? '') - performance.now()
    if (!Number.isNaN(at)) backendTime = () => at + performance.now()
    const answer = await response.json()
    return { ok: response.ok, status: response.status, body: answer, said: String(answer.title ?? '') }
  } catch {
    return { ok: false, status: 0, body: {}, said: t('offline') }
  }
}

/** Minor units in ISO 4217's exponent, which the backend says: what browsers know is for display and differs. */
function moneyOf({ order, exponent }) {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: order.currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  })
  return (amount) => {
    const digits = amount.replace('-', '').padStart(exponent + 1, '0')
    const cut = digits.length - exponent
    const fraction = exponent === 0 ? '' : `.${digits.slice(cut)}`
    return format.format(`${amount.startsWith('-') ? '-' : ''}${digits.slice(0, cut)}${fraction}`)
  }
}

function nameOf(raw) {
  const clean = raw
    .slice(0, MAX_NAME * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
  return clean.length > MAX_NAME ? `${clean.slice(0, MAX_NAME - 3)}...` : clean
}

function deviceName() {
  const system = /iPhone|iPad|Android|Windows|Macintosh|Linux/.exec(navigator.userAgent)?.[0] ?? 'Device'
  return system === 'Macintosh' ? 'Mac' : system
}

/** The first of the person's languages that there are words for, as in `utils/words/words.ts`. */
async function chooseWords() {
  const all = await (await fetch('/approve/words.json')).json()
  for (const tag of navigator.languages) {
    const [language, ...rest] = tag.toLowerCase().split('-')
    const traditional = rest.some((part) => ['tw', 'hk', 'mo', 'hant'].includes(part))
    const wanted = language === 'zh' ? (traditional ? 'zh-TW' : 'zh-CN') : language
    if (Object.hasOwn(all, wanted)) return { locale: wanted, words: all[wanted] }
  }
  return { locale: 'en', words: all.en }
}

/** `{name}` and `{count, plural, one {…} other {…}}`; a value is never read as a pattern again. */
function t(key, values = {}) {
  return words[key].replace(/\{(\w+)(?:, plural,((?: =?\w+ \{[^{}]*\})+))?\}/g, (_whole, name, forms) => {
    if (forms === undefined) return String(values[name])
    const choices = new Map([...forms.matchAll(/ (=?\w+) \{([^{}]*)\}/g)].map((m) => [m[1], m[2]]))
    const count = values[name]
    const chosen = new Intl.PluralRules(locale).select(count)
    const form = choices.get(`=${count}`) ?? choices.get(chosen) ?? choices.get('other')
    return form.replaceAll('#', new Intl.NumberFormat(locale).format(count))
  })
}

function show(...parts) {
  leave()
  leave = () => {}
  main.replaceChildren(...parts)
  scrollTo(0, 0)
  main.querySelector('h1')?.focus()
}

function heading(key) {
  const made = element('h1', t(key))
  made.tabIndex = -1
  return made
}

function alert() {
  const made = element('p', '', 'alert')
  made.setAttribute('role', 'alert')
  return made
}

function text(said, name = '') {
  return element('p', said, name)
}

/** What somebody else wrote, or an amount: in its own direction. */
function wrapped(tag, said, name = '') {
  const made = element(tag, '', name)
  made.append(element('bdi', said))
  return made
}

/** Text only, never markup: what a shop calls its goods is not to be trusted. */
function element(tag, said = '', name = '') {
  const made = document.createElement(tag)
  made.textContent = said
  made.className = name
  return made
}

function base64url(buffer) {
  let binary = ''
  for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64url(encoded) {
  const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}
