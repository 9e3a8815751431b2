/** Our emulation of Alipay's gateway on loopback: checks the SDK's RSA2 signature, signs its own answers. Not Alipay. */
import { createSign, createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface AlipayServer {
  gateway: string
  appPrivateKey: string
  alipayPublicKey: string
  /** Methods called, in order; only those with a good signature. */
  calls: { method: string; content: Record<string, string> }[]
  badSignatures: number
  /** Answers are signed by somebody else from now on. */
  forge: boolean
  notification(form: Record<string, string>): string
  close(): void
}

function rsaKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
}

export async function alipayServer(): Promise<AlipayServer> {
  const app = rsaKeys()
  const alipay = rsaKeys()
  const stranger = rsaKeys()
  const sign = (text: string) =>
    createSign('RSA-SHA256')
      .update(text, 'utf8')
      .sign(self.forge ? stranger.privateKey : alipay.privateKey, 'base64')
  const trades = new Set<string>()

  function answer(method: string, content: Record<string, string>): Record<string, string> {
    const ok = { code: '10000', msg: 'Success' }
    switch (method) {
      case 'alipay.fund.auth.order.freeze':
        if (content.order_title?.includes('decline') === true) {
          return { code: '40004', msg: 'Business Failed', sub_code: 'PAYER_BALANCE_NOT_ENOUGH' }
        }
        return {
          ...ok,
          auth_no: `auth-${content.out_order_no}`,
          status: 'SUCCESS',
          amount: content.amount ?? '',
        }
      case 'alipay.trade.pay':
        trades.add(content.out_trade_no ?? '')
        return { ...ok, trade_no: '2026', total_amount: content.total_amount ?? '' }
      case 'alipay.trade.refund':
        return { ...ok, fund_change: 'Y' }
      case 'alipay.trade.query':
        return trades.has(content.out_trade_no ?? '')
          ? { ...ok, trade_status: 'TRADE_SUCCESS' }
          : { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_NOT_EXIST' }
      case 'alipay.fund.auth.operation.detail.query':
        return { code: '40004', msg: 'Business Failed', sub_code: 'AUTH_ORDER_NOT_EXIST' }
      default:
        return ok
    }
  }

  const server = createServer(async (request, response) => {
    const body: Buffer[] = []
    for await (const chunk of request) body.push(chunk)
    const query = new URL(request.url ?? '', 'http://x').searchParams
    const form = new URLSearchParams(Buffer.concat(body).toString())
    const all: Record<string, string> = { ...Object.fromEntries(query), ...Object.fromEntries(form) }
    const { sign: signature = '', ...signed } = all
    const text = Object.keys(signed)
      .sort()
      .map((name) => `${name}=${signed[name]}`)
      .join('&')
    if (!createVerify('RSA-SHA256').update(text, 'utf8').verify(app.publicKey, signature, 'base64')) {
      self.badSignatures++
      response.writeHead(400).end()
      return
    }
    const method = signed.method ?? ''
    const content = JSON.parse(signed.biz_content ?? '{}') as Record<string, string>
    self.calls.push({ method, content })
    const inner = JSON.stringify(answer(method, content))
    const name = `${method.replaceAll('.', '_')}_response`
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`{"${name}":${inner},"sign":"${sign(inner)}"}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const self: AlipayServer = {
    gateway: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway.do`,
    appPrivateKey: app.privateKey,
    alipayPublicKey: alipay.publicKey,
    calls: [],
    badSignatures: 0,
    forge: false,
    notification(form) {
      const names = Object.keys(form).sort()
      const text = names.map((name) => `${name}=${form[name]}`).join('&')
      return new URLSearchParams({ ...form, sign: sign(text), sign_type: 'RSA2' }).toString()
    },
    close: () => server.close(),
  }
  return self
}
