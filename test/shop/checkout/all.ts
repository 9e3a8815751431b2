/** Every checkout of the shop. */
import { bearer } from './bearer.ts'
import { fetchJson } from './fetch-json.ts'
import { fullPage } from './full-page.ts'
import { getXhr } from './get-xhr.ts'
import { integrated } from './integrated.ts'
import { hosted, processorIframe } from './larkpay.ts'
import { decoys, noCurrency, staleState, subscription } from './misleading.ts'
import { multiStep } from './multi-step.ts'
import { noNetwork } from './no-network.ts'
import { paymentRequest } from './payment-request.ts'
import { remix } from './remix.ts'
import { rowBefore } from './row-before.ts'
import { serverAction } from './server-action.ts'
import type { Checkout } from './view.ts'
import { xFrame } from './x-frame.ts'
import { xhrNonce } from './xhr-nonce.ts'

export const CHECKOUTS: readonly Checkout[] = [
  fetchJson,
  xhrNonce,
  getXhr,
  fullPage,
  multiStep,
  serverAction,
  remix,
  bearer,
  noNetwork,
  paymentRequest,
  processorIframe,
  hosted,
  rowBefore,
  staleState,
  decoys,
  noCurrency,
  subscription,
  integrated,
  xFrame,
]
