/** Calls of pages that the person allowed to ask. Origin and frame are the browser's word; only an order can come of it. */
import browser from 'webextension-polyfill'
import type { BackendAnswer } from '../../../utils/forward/backend.ts'
import { parsePageAsk } from '../../../utils/forward/page-ask.ts'
import type { AgentOrder, Wallet } from '../../../utils/forward/wallet.ts'
import {
  type PageApiAnswer,
  type PageApiCall,
  type PageApiPayment,
  parsePageApiCall,
} from '../../../utils/messages/page-api.ts'
import { readSettings } from '../../../utils/settings/settings.ts'
import { siteOf } from '../../../utils/site/site.ts'
import { db, wallet } from '../services.ts'
import { watchWallet } from '../wallet/stream.ts'

/** null: not a call of a page. */
export async function onPageApiCall(
  raw: unknown,
  sender: browser.Runtime.MessageSender,
): Promise<PageApiAnswer | null> {
  const call = parsePageApiCall(raw)
  if (call === null) return null
  const origin = await allowedOrigin(sender)
  if (origin === null) return { ok: false, code: 'not_allowed' }
  const service = await wallet()
  if (service === null) return { ok: false, code: 'unavailable' }
  return answerOf(await act(service, call, origin), origin)
}

async function allowedOrigin(sender: browser.Runtime.MessageSender): Promise<string | null> {
  // The page itself, in its own tab: what is framed in it asks for nothing.
  if (sender.id !== browser.runtime.id || sender.frameId !== 0 || sender.url === undefined) return null
  const origin = siteOf(sender.url)?.origin
  const { on, pageApi = [] } = await readSettings(db)
  return on && origin !== undefined && pageApi.includes(origin) ? origin : null
}

async function act(
  service: Wallet,
  call: PageApiCall,
  origin: string,
): Promise<BackendAnswer<AgentOrder> | 'malformed' | 'not_found'> {
  if (call.verb === 'request') {
    const request = parsePageAsk(call.ask, origin)
    if (request === null) return 'malformed'
    const asked = await service.request(request, `${origin} ${call.key}`.slice(-200))
    void watchWallet()
    // The first answer is kept under the key; what became of the order since is asked anew.
    return asked.kind === 'ok' ? service.order(asked.value.orderId) : asked
  }
  const known = await service.order(call.id)
  if (known.kind !== 'ok' || known.value.order.site.origin !== origin) return 'not_found'
  return call.verb === 'status' ? known : service.cancel(call.id, 'withdrawn by the page')
}

function answerOf(answer: Awaited<ReturnType<typeof act>>, origin: string): PageApiAnswer {
  if (typeof answer === 'string') return { ok: false, code: answer }
  if (answer.kind === 'unreachable') return { ok: false, code: 'unavailable' }
  if (answer.kind === 'refused')
    return { ok: false, code: answer.code === 'too_late' ? 'too_late' : 'malformed' }
  if (answer.value.order.site.origin !== origin) return { ok: false, code: 'not_found' }
  return { ok: true, payment: paymentOf(answer.value) }
}

const STATUS: Record<AgentOrder['state'], PageApiPayment['status']> = {
  requested: 'pending',
  approved: 'approved',
  authorised: 'approved',
  settled: 'paid',
  cancelled: 'cancelled',
  rejected: 'rejected',
  expired: 'expired',
  failed: 'failed',
  unknown: 'unclear',
}

function paymentOf({ orderId, state, answer }: AgentOrder): PageApiPayment {
  return { id: orderId, status: STATUS[state], answer }
}
