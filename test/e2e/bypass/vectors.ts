/**
 * Every way out of a page, as source text that runs in it with `url` (where to pay) and `other` (another site). A
 * request is `POST pay` unless its channel can only GET.
 */
export interface Vector {
  name: string
  code: string
  /** Pays by GET, so it needs an address that pays by GET. */
  get?: true
  /** Runs after a real click, which some browsers want. */
  click?: true
  /** Cannot wait: it fails at once, and its next try passes after consent. */
  retry?: true
  /** The window shows no order, so it is asked about without a total and cannot be approved. */
  unpriced?: true
  /** What the browser must have for it; Firefox lacks some. */
  needs?: string
  /** Why Chromium cannot show it to an extension. */
  unseen?: string
}

const FETCH = "fetch(url, { method: 'POST', mode: 'no-cors', body: 'pay' }).catch(() => {})"
const frame = (setUp: string) =>
  `const f = document.createElement('iframe'); ${setUp}; document.body.append(f);`
const loaded = 'await new Promise((done) => (f.onload = done)); const w = f.contentWindow;'
const inWindow = 'w.eval(inner)'
const markup = "'<body><script>' + inner + '<\\/script>'"

/** Windows and frames other than the page's own: source that runs the text `inner` there. */
const ELSEWHERE: { name: string; run: string; unpriced?: true }[] = [
  { name: 'same-origin iframe', run: `${frame("f.src = '/frame'")} ${loaded} ${inWindow}` },
  {
    name: 'cross-origin iframe',
    run: `${frame("f.src = other + '/frame'")} ${loaded} w.postMessage(inner, '*')`,
  },
  { name: 'about:blank iframe, same tick', run: `${frame('')} const w = f.contentWindow; ${inWindow}` },
  { name: 'srcdoc iframe', run: frame(`f.srcdoc = ${markup}`) },
  {
    name: 'sandboxed srcdoc iframe',
    run: frame(`f.setAttribute('sandbox', 'allow-scripts allow-forms allow-popups'); f.srcdoc = ${markup}`),
  },
  {
    name: 'blob: iframe',
    run: frame(`f.src = URL.createObjectURL(new Blob([${markup}], { type: 'text/html' }))`),
  },
  { name: 'data: iframe', run: frame(`f.src = 'data:text/html,' + encodeURIComponent(${markup})`) },
  {
    name: 'object element',
    run: `const f = document.createElement('object'); f.data = '/frame'; document.body.append(f); ${loaded} ${inWindow}`,
  },
  { name: 'window.open, same tick', run: `const w = open('about:blank'); ${inWindow}`, unpriced: true },
  {
    name: 'document.write into an iframe',
    run: `${frame('')} f.contentDocument.write(${markup}); f.contentDocument.close()`,
  },
  {
    name: 'iframe touched before it loads',
    run: `${frame("f.src = '/frame'")} const w = f.contentWindow; ${inWindow}`,
  },
  {
    name: 'javascript: iframe',
    run: `${frame("f.src = 'javascript:1'")} const w = f.contentWindow; ${inWindow}`,
  },
]

const elsewhere = (run: string, code: string) =>
  `const inner = '{ const url = ' + JSON.stringify(url) + ';' + ${JSON.stringify(code)} + '}'; ${run}`

export const REALMS: Vector[] = [
  { name: 'top frame', code: FETCH },
  ...ELSEWHERE.map(({ run, ...realm }) => ({ ...realm, code: elsewhere(run, FETCH) })),
  {
    name: 'dedicated worker',
    code: "new Worker('/worker.js').postMessage(url)",
  },
  {
    name: 'shared worker',
    code: "const s = new SharedWorker('/shared.js'); s.port.start(); s.port.postMessage(url)",
  },
  {
    name: 'service worker',
    code: "await navigator.serviceWorker.register('/sw.js'); const r = await navigator.serviceWorker.ready; r.active.postMessage(url)",
  },
]

const form = (setUp: string) =>
  `const f = document.createElement('form'); f.method = 'post'; f.action = url; f.innerHTML = '<input name=a value=pay><button>Go on</button>'; document.body.append(f); ${setUp};`

const payment = (methods: string) =>
  `const p = new PaymentRequest(${methods}, { total: { label: 'Total', amount: { currency: 'EUR', value: '12.00' } } }); p.show().catch(() => {})`

export const CHANNELS: Vector[] = [
  {
    name: 'fetch, form data',
    code: "const body = new FormData(); body.set('a', 'pay'); fetch(url, { method: 'POST', mode: 'no-cors', body }).catch(() => {})",
  },
  {
    name: 'fetch, bytes',
    code: "fetch(url, { method: 'POST', mode: 'no-cors', body: new Uint8Array([112, 97, 121]) }).catch(() => {})",
  },
  {
    name: 'fetch, blob',
    code: "fetch(url, { method: 'POST', mode: 'no-cors', body: new Blob(['pay']) }).catch(() => {})",
  },
  {
    name: 'fetch, keepalive',
    code: "fetch(url, { method: 'POST', mode: 'no-cors', keepalive: true, body: 'pay' }).catch(() => {})",
  },
  {
    name: 'fetch, Request object',
    code: "fetch(new Request(url, { method: 'POST', mode: 'no-cors', body: 'pay' })).catch(() => {})",
  },
  {
    name: 'fetch, URL object that lies the second time',
    code: "let n = 0; fetch({ toString: () => (n++ === 0 ? url : '/frame') }, { method: 'POST', mode: 'no-cors' }).catch(() => {})",
  },
  { name: 'XMLHttpRequest', code: "const x = new XMLHttpRequest(); x.open('POST', url); x.send('pay')" },
  {
    name: 'XMLHttpRequest, synchronous',
    retry: true,
    code: "const x = new XMLHttpRequest(); x.open('POST', url, false); try { x.send('pay') } catch {}",
  },
  { name: 'sendBeacon', code: "navigator.sendBeacon(url, 'pay')" },
  {
    name: 'fetchLater',
    code: "fetchLater(url, { method: 'POST', body: 'pay', activateAfter: 0 })",
    needs: 'fetchLater',
  },
  { name: 'form, clicked', code: `${form('')} f.querySelector('button').id = 'go'`, click: true },
  { name: 'form, requestSubmit', code: form('f.requestSubmit()') },
  { name: 'form, submit()', code: form('f.submit()') },
  {
    name: 'form, submit() of a fresh realm',
    code: `${form('')} const i = document.createElement('iframe'); document.body.append(i); i.contentWindow.HTMLFormElement.prototype.submit.call(f)`,
  },
  { name: 'form, new tab', code: form("f.target = '_blank'; f.submit()") },
  {
    name: 'form, into an iframe',
    code: form(
      "const i = document.createElement('iframe'); i.name = 'box'; document.body.append(i); f.target = 'box'; f.submit()",
    ),
  },
  {
    name: 'form of an iframe, into the top frame',
    code: `const i = document.createElement('iframe'); document.body.append(i); const d = i.contentDocument; const f = d.createElement('form'); f.method = 'post'; f.target = '_top'; f.action = url; d.body.append(f); f.submit()`,
  },
  {
    name: 'form, formaction of the button',
    code: form(
      "f.action = '/frame'; const b = f.querySelector('button'); b.formAction = url; f.requestSubmit(b)",
    ),
  },
  {
    name: 'form whose field hides its address',
    code: form("const i = document.createElement('input'); i.name = 'action'; f.append(i); f.submit()"),
  },
  {
    name: 'link with ping',
    code: "const a = document.createElement('a'); a.href = '#here'; a.ping = url; document.body.append(a); a.click()",
  },
  {
    name: 'redirected to it by an ordinary address (307)',
    code: "fetch('/go?' + encodeURIComponent(url), { method: 'POST', mode: 'no-cors', body: 'pay' }).catch(() => {})",
  },
  {
    name: 'x402 proof of payment',
    code: "fetch('/frame', { headers: { 'PAYMENT-SIGNATURE': 'x' } }).catch(() => {})",
  },
  {
    name: 'prototypes overwritten first',
    code: `RegExp.prototype.exec = RegExp.prototype.test = () => null; String.prototype.indexOf = () => -1; Map.prototype.get = () => undefined; Reflect.apply = () => {}; MessagePort.prototype.postMessage = () => {}; Function.prototype.call = () => {}; ${FETCH}`,
  },
  {
    name: 'XMLHttpRequest, prototypes overwritten first',
    code: "WeakMap.prototype.get = () => undefined; String.prototype.toUpperCase = () => 'GET'; const x = new XMLHttpRequest(); x.open('POST', url); x.send('pay')",
  },
  {
    name: 'fetch of a fresh realm, wrapped afterwards',
    code: `${frame('')} window.fetch = f.contentWindow.fetch; ${FETCH}`,
  },
  {
    name: 'link',
    get: true,
    code: "const a = document.createElement('a'); a.href = url; document.body.append(a); a.click()",
  },
  { name: 'location', get: true, code: 'location.href = url' },
  { name: 'picture', get: true, code: 'new Image().src = url' },
  {
    name: 'script',
    get: true,
    code: "const s = document.createElement('script'); s.src = url; document.body.append(s)",
  },
  { name: 'EventSource', get: true, code: 'new EventSource(url)' },
  { name: 'WebSocket', get: true, code: "new WebSocket(url.replace('http', 'ws'))" },
]

/** A realm that no script of ours has reached yet: its `src` has not come. */
const RAW = `const raw = document.createElement('iframe'); raw.src = '/frame'; document.body.append(raw); const w = raw.contentWindow;`
const worker = (source: string) =>
  `new Worker(URL.createObjectURL(new Blob(['const url = ' + JSON.stringify(url) + ';' + ${JSON.stringify(source)}])))`
const QUIET_FETCH = "{ method: 'POST', mode: 'no-cors', body: 'pay' }).catch(() => {})"
const link = (more: string) =>
  `const a = document.createElement('a'); a.href = url; ${more}; document.body.append(a); a.click()`
const WALLET = `const body = JSON.stringify({ token: 'x' }); fetch(url, { method: 'POST', mode: 'no-cors', body }).catch(() => {})`

/** What an agent's script, or a shop with other habits, may try further; measured once a browser, to the shop's own address. */
export const FURTHER: Vector[] = [
  {
    name: 'worker of a worker',
    code: worker(
      `const inner = 'onmessage = (event) => fetch(event.data, { method: "POST", mode: "no-cors", body: "pay" })'; new Worker(URL.createObjectURL(new Blob([inner]))).postMessage(url)`,
    ),
  },
  {
    name: 'module worker',
    code: `new Worker(URL.createObjectURL(new Blob(['const url = ' + JSON.stringify(url) + ';' + ${JSON.stringify(FETCH)}], { type: 'text/javascript' })), { type: 'module' })`,
  },
  {
    name: 'XMLHttpRequest of a worker, synchronous',
    code: worker(
      'const x = new XMLHttpRequest(); x.open("POST", url, false); try { x.send("pay") } catch {}',
    ),
  },
  { name: 'importScripts of a worker', get: true, code: worker('try { importScripts(url) } catch {}') },
  { name: 'import()', get: true, code: 'import(url).catch(() => {})' },
  {
    name: 'style sheet and its pictures',
    get: true,
    code: `const s = document.createElement('style'); s.textContent = 'main { display: block; height: 9px; background: url("' + url + '") }'; document.head.append(s)`,
  },
  {
    name: 'link, prefetch',
    get: true,
    code: "const l = document.createElement('link'); l.rel = 'prefetch'; l.href = url; document.head.append(l)",
  },
  {
    name: 'link, new tab',
    get: true,
    code: link("a.target = '_blank'"),
  },
  { name: 'window.open with the address', get: true, code: 'open(url)' },
  { name: 'location of a new window', get: true, code: "const w = open('about:blank'); w.location = url" },
  {
    name: 'iframe with the address',
    get: true,
    code: frame('f.src = url'),
  },
  {
    name: 'location of an iframe of another site',
    get: true,
    code: `${frame("f.src = other + '/frame'")} await new Promise((done) => (f.onload = done)); f.contentWindow.location = url`,
  },
  {
    name: 'meta refresh',
    get: true,
    code: "const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=' + url; document.head.append(m)",
  },
  { name: 'navigation.navigate', get: true, needs: 'navigation', code: 'navigation.navigate(url)' },
  {
    name: 'redirected to it, link',
    get: true,
    code: "location.href = '/go?' + encodeURIComponent(url)",
  },
  {
    name: 'redirected to it, form (307)',
    code: form("f.action = '/go?' + encodeURIComponent(url); f.submit()"),
  },
  {
    name: 'form of an untouched realm, new tab',
    code: `${RAW} ${form("f.target = '_blank'; w.HTMLFormElement.prototype.submit.call(f)")}`,
  },
  {
    name: 'form of an untouched realm, into an iframe',
    code: `${RAW} const i = document.createElement('iframe'); i.name = 'box'; document.body.append(i); ${form("f.target = 'box'; w.HTMLFormElement.prototype.submit.call(f)")}`,
  },
  {
    name: 'form in a closed shadow root',
    code: form(
      "const h = document.createElement('div'); document.body.append(h); h.attachShadow({ mode: 'closed' }).append(f); f.requestSubmit()",
    ),
  },
  {
    name: 'form whose button promises a review',
    code: form(
      "f.innerHTML += '<input name=card_number value=4242424242424242>'; const b = f.querySelector('button'); b.textContent = 'Continue to review'; f.requestSubmit(b)",
    ),
  },
  {
    name: 'form after document.open()',
    code: `document.open(); document.write('<form method=post action="' + url + '"><button>Go on</button></form>'); document.close(); document.querySelector('form').requestSubmit()`,
  },
  {
    name: 'tool of the page (WebMCP)',
    needs: 'document.modelContext',
    code: `await document.modelContext.registerTool({ name: 'buy', description: 'Buys', inputSchema: { type: 'object', properties: {} }, execute: async () => { ${FETCH}; return 'done' } }); const [tool] = await document.modelContext.getTools(); void document.modelContext.executeTool(tool, {})`,
  },
  {
    name: 'fetch, clone of a Request',
    code: `fetch(new Request(url, { method: 'POST', mode: 'no-cors', body: 'pay' }).clone()).catch(() => {})`,
  },
  {
    name: 'fetch, body of a stream',
    code: "fetch(url, { method: 'POST', duplex: 'half', body: new Blob(['pay']).stream() }).catch(() => {})",
  },
  { name: 'fetch, an unknown method', code: "fetch(url, { method: 'MADEUP', body: 'pay' }).catch(() => {})" },
  {
    name: 'fetch of a worker, an unknown method',
    code: worker("fetch(url, { method: 'MADEUP', body: 'pay' }).catch(() => {})"),
  },
  {
    name: 'line break in the address',
    code: `fetch(' ' + url.replace('orders', 'or\\nders'), ${QUIET_FETCH}`,
  },
  { name: 'escaped letters in the address', code: `fetch(url.replace('orders', 'o%72ders'), ${QUIET_FETCH}` },
  {
    name: 'escaped letters in the address, worker',
    code: worker(`fetch(url.replace('orders', 'o%72ders'), ${QUIET_FETCH}`),
  },
  { name: 'more slashes in the address', code: `fetch(url.replace('/orders', '//orders//'), ${QUIET_FETCH}` },
  { name: 'a parameter in the path', code: `fetch(url + ';a=b', ${QUIET_FETCH}` },
  { name: 'an address that claims to report', code: `fetch(url + '?to=/events/', ${QUIET_FETCH}` },
  { name: 'sendBeacon of an untouched realm', code: `${RAW} w.navigator.sendBeacon(url, 'pay')` },
  {
    name: 'WebSocket of an untouched realm',
    get: true,
    code: `${RAW} new w.WebSocket(url.replace('http', 'ws'))`,
  },
  {
    name: 'x402 proof of payment, XMLHttpRequest',
    code: "const x = new XMLHttpRequest(); x.open('GET', '/frame'); x.setRequestHeader({ toString: () => 'Payment-Signature' }, 'x'); x.send()",
  },
  {
    name: 'x402 proof of payment, first version',
    code: "fetch(new Request('/frame', { headers: { 'X-Payment': 'x' } })).catch(() => {})",
  },
  {
    name: 'A402 proof of payment',
    code: "fetch('/frame', { headers: [['Payment-Proof', 'x']] }).catch(() => {})",
  },
  {
    name: 'x402 proof of payment, worker',
    code: worker("fetch(new URL('/frame', url), { headers: { 'PAYMENT-SIGNATURE': 'x' } }).catch(() => {})"),
    unseen: 'no rule of the browser reads headers',
  },
  {
    name: 'GraphQL order, worker',
    code: worker(
      `fetch(new URL('/graphql', url), { method: 'POST', body: JSON.stringify({ query: 'mutation { placeOrder { id } }' }) }).catch(() => {})`,
    ),
    unseen: 'no rule of the browser reads bodies',
  },
  {
    name: 'GraphQL order with its letters escaped',
    code: `fetch('/graphql', { method: 'POST', body: '{"query":"mutation { pl\\u0061ceOrder { id } }"}' }).catch(() => {})`,
  },
  {
    name: 'PaymentRequest.show',
    needs: 'PaymentRequest',
    code: `${payment("[{ supportedMethods: 'https://pay.example/method' }]")}`,
  },
  {
    name: 'Secure Payment Confirmation',
    needs: 'PaymentRequest',
    code: `${payment("[{ supportedMethods: 'secure-payment-confirmation', data: { rpId: location.hostname, credentialIds: [new Uint8Array(8)], challenge: new Uint8Array(8), instrument: { displayName: 'Card', icon: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' }, payeeOrigin: 'https://shop.example', timeout: 60000 } }]")}`,
  },
  {
    name: 'Google Pay, by the browser’s sheet',
    needs: 'PaymentRequest',
    code: `${payment("[{ supportedMethods: 'https://google.com/pay', data: { apiVersion: 2, apiVersionMinor: 0, merchantInfo: { merchantId: '1' }, allowedPaymentMethods: [] } }]")}`,
  },
  {
    name: 'Google Pay, its token handed on',
    code: `const client = { loadPaymentData: async () => ({ paymentMethodData: { tokenizationData: { token: 'x' } } }) }; client.loadPaymentData({}).then(() => { ${WALLET} })`,
  },
  {
    name: 'Apple Pay, its token handed on',
    code: `class ApplePaySession { begin() { setTimeout(() => this.onpaymentauthorized({ payment: {} })) } } window.ApplePaySession = ApplePaySession; const s = new ApplePaySession(3, {}); s.onpaymentauthorized = () => { ${WALLET} }; s.begin()`,
  },
  {
    name: 'prototypes full of traps',
    code: `for (const key of ['type', 'id', 'url', 'method', 'nonce', 'why', 'channel', 'release', 'refuse', 'then', 'ports', 'seen', 'until', 'value']) Object.defineProperty(Object.prototype, key, { get() { return undefined }, set() {}, configurable: true }); Array.prototype[Symbol.iterator] = function* () {}; Array.prototype.push = Array.prototype.slice = () => []; Promise.prototype.then = function () { return this }; window.MessagePort = window.MessageChannel = window.Request = window.URL = function () {}; ${FETCH.replace('.catch(() => {})', '')}`,
  },
]

const CROSSED = [
  'XMLHttpRequest',
  'sendBeacon',
  'form, requestSubmit',
  'form, submit()',
  'form, new tab',
  'link',
  'picture',
  'EventSource',
  'WebSocket',
]

/** Channels that are tried in every realm as well; `fetch` is tried there by REALMS. */
export const CROSSED_CHANNELS: Vector[] = [
  ...CHANNELS.filter(({ name }) => CROSSED.includes(name)),
  { name: 'worker', code: worker(FETCH) },
]

export interface Crossing {
  realm: string
  channel: string
  vector: Vector
}

export const CROSSINGS: Crossing[] = ELSEWHERE.flatMap(({ name: realm, run }) =>
  CROSSED_CHANNELS.map((channel) => ({
    realm,
    channel: channel.name,
    vector: { ...channel, name: `${realm}: ${channel.name}`, code: elsewhere(run, channel.code) },
  })),
)
