import { BODY_HINT } from '../../utils/detect/request.ts'
import { apply, frozenBody, textOf } from './captured.ts'
import { granted, hold, isPayment, suspicious, tell } from './desk.ts'
import { type Call, wrap } from './wrap.ts'

export function hookBeacon(): void {
  wrap(Navigator.prototype, 'sendBeacon', sendBeacon)
}

const sendBeacon: Call = (native, self, args) => {
  if (args.length === 0) return apply(native, self, args)
  args[0] = `${args[0]}`
  const url = suspicious(args[0] as string, args[1])
  if (url === null || !isPayment('POST', url, textOf(args[1], BODY_HINT)) || granted('POST', url)) {
    return apply(native, self, args)
  }
  const body = frozenBody(args[1])
  hold(
    'beacon',
    'POST',
    url,
    () => {
      apply(native, self, [url, body])
      tell({ type: 'answer', status: 0, url })
    },
    () => undefined,
  )
  // Queued, as far as the page may know: a beacon's fate is never told.
  return true
}
