/**
 * Alipay by its official SDK: funds frozen under the payer's agreement, then paid from the freeze or released. Answers
 * count only with Alipay's signature: `validateSign` is off in the SDK unless asked for, and a forged answer would pass.
 */
import { createHash } from 'node:crypto'
import { AlipaySdk, type AlipaySdkCommonResult } from 'alipay-sdk'
import { toDecimal } from '../../utils/money/money.ts'
import { ProblemError } from '../http/problems.ts'
import type { LookupResult, Processor, ProcessorCall, ProcessorResult } from './processor.ts'

export interface AlipayOptions {
  appId: string
  privateKey: string
  /** Of Alipay, not of the application. Without it the SDK would check nothing. */
  alipayPublicKey: string
  agreementNo: string
  keyType?: 'PKCS1' | 'PKCS8'
  gateway?: string
}

/** Alipay takes letters, digits and underscores, 64 at most; ours are longer. */
export function alipayNumber(key: string): string {
  return `cg${createHash('sha256').update(key).digest('hex').slice(0, 40)}`
}

const METHODS = {
  authorise: 'alipay.fund.auth.order.freeze',
  capture: 'alipay.trade.pay',
  void: 'alipay.fund.auth.order.unfreeze',
  refund: 'alipay.trade.refund',
} as const

const LOOKUPS = {
  authorise: 'alipay.fund.auth.operation.detail.query',
  capture: 'alipay.trade.query',
  void: 'alipay.fund.auth.operation.detail.query',
  refund: 'alipay.trade.fastpay.refund.query',
} as const

/** Sub-codes that say "I never had this". */
const ABSENT = new Set(['ACQ.TRADE_NOT_EXIST', 'AUTH_ORDER_NOT_EXIST', 'AUTH_OPERATION_NOT_EXIST'])

export function alipayProcessor(options: AlipayOptions): Processor {
  if (options.alipayPublicKey === '') throw new Error('Alipay without its public key cannot be believed')
  const sdk = new AlipaySdk({
    appId: options.appId,
    privateKey: options.privateKey,
    alipayPublicKey: options.alipayPublicKey,
    ...(options.keyType === undefined ? {} : { keyType: options.keyType }),
    ...(options.gateway === undefined ? {} : { gateway: options.gateway }),
    timeout: 20_000,
  })

  function ask(method: string, bizContent: Record<string, string>): Promise<AlipaySdkCommonResult> {
    return sdk.exec(method, { bizContent }, { validateSign: true })
  }

  /** Numbers by which Alipay knows the call; the freeze keeps its own through capture, release and refund. */
  function numbers(call: ProcessorCall): Record<string, string> {
    const own = alipayNumber(call.key)
    const freeze = call.reference ?? ''
    switch (call.operation) {
      case 'authorise':
        return { out_order_no: own, out_request_no: own }
      case 'capture':
        return { out_trade_no: alipayNumber(`${call.orderId}:trade`), auth_no: freeze }
      case 'void':
        return { auth_no: freeze, out_request_no: own }
      case 'refund':
        return { out_trade_no: alipayNumber(`${call.orderId}:trade`), out_request_no: own }
    }
  }

  return {
    name: 'alipay',
    async execute(call): Promise<ProcessorResult> {
      if (call.amount.currency !== 'CNY') return { outcome: 'declined', code: 'currency_not_supported' }
      const amount = toDecimal(call.amount)
      const content = {
        ...numbers(call),
        ...(call.operation === 'authorise' ? { ...agreement(), order_title: call.description, amount } : {}),
        ...(call.operation === 'capture'
          ? {
              subject: call.description,
              total_amount: amount,
              product_code: 'PREAUTH_PAY',
              scene: 'bar_code',
            }
          : {}),
        ...(call.operation === 'void' ? { amount, remark: 'released' } : {}),
        ...(call.operation === 'refund' ? { refund_amount: amount } : {}),
      }
      const result = await ask(METHODS[call.operation], content)
      return resultOf(result, call) ?? declined(result)
    },
    async lookup(call): Promise<LookupResult> {
      const own = alipayNumber(call.key)
      const operation = { operation_type: call.operation === 'void' ? 'UNFREEZE' : 'FREEZE' }
      const content =
        call.operation === 'authorise' || call.operation === 'void'
          ? { ...numbers(call), out_request_no: own, ...operation }
          : numbers(call)
      const result = await ask(LOOKUPS[call.operation], content)
      if (ABSENT.has(String(result.subCode ?? ''))) return { outcome: 'absent' }
      // A refund query that knows the trade but not the refund answers success without a status.
      if (
        call.operation === 'refund' &&
        result.code === '10000' &&
        result.refundStatus !== 'REFUND_SUCCESS'
      ) {
        return { outcome: 'absent' }
      }
      return resultOf(result, call) ?? declined(result)
    },
    /** A notification only says "look"; unsigned ones say nothing. */
    async heard({ body }) {
      const form = Object.fromEntries(new URLSearchParams(Buffer.from(body).toString('utf8')))
      if (!sdk.checkNotifySignV2(form)) throw new ProblemError('signature_invalid', 'not signed by Alipay')
      const numbersHeard = [form.out_request_no, form.out_order_no, form.out_trade_no]
      return { hashed: numbersHeard.filter((one) => one !== undefined), keys: [], answer: 'success' }
    },
  }

  function agreement(): Record<string, string> {
    return {
      product_code: 'PREAUTH_PAY',
      agreement_params: JSON.stringify({ agreement_no: options.agreementNo }),
    }
  }
}

/** null: a refusal. 10003 and USERPAYING are still under way; 20000 is trouble at Alipay, which says nothing. */
function resultOf(result: AlipaySdkCommonResult, call: ProcessorCall): ProcessorResult | null {
  const status = String(result.status ?? result.tradeStatus ?? '')
  const unsure = String(result.subCode ?? '').endsWith('SYSTEM_ERROR')
  if (result.code === '20000' || unsure)
    throw new Error(`Alipay does not know: ${result.subCode ?? result.msg}`)
  if (result.code === '10003' || status === 'WAIT_BUYER_PAY' || status === 'INIT')
    return { outcome: 'pending' }
  if (result.code !== '10000' || status === 'TRADE_CLOSED' || status === 'CLOSED') return null
  const reference = call.reference ?? String(result.authNo ?? '')
  if (reference === '') throw new Error('Alipay names no authorisation')
  return { outcome: 'succeeded', reference }
}

function declined(result: AlipaySdkCommonResult): ProcessorResult {
  return { outcome: 'declined', code: String(result.subCode ?? result.code) }
}
