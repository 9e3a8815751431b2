/**
 * Runs in the page's own world, before any page script, in every frame. Holds payment calls that no consented press
 * announced. An unlisted script rather than a WXT content script: see docs/interception.md.
 */
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { hookBeacon } from './beacon.ts'
import { openDesk } from './desk.ts'
import { hookFetch } from './fetch.ts'
import { hookForm } from './form.ts'
import { hookPaymentRequest } from './payment-request.ts'
import { hideSources } from './wrap.ts'
import { hookXhr } from './xhr.ts'

export default defineUnlistedScript(() => {
  openDesk()
  hookFetch()
  hookXhr()
  hookBeacon()
  hookForm()
  hookPaymentRequest()
  hideSources()
})
