import { suspect } from '../../utils/detect/suspect.ts'
import { apply, frozenBody, textOf } from './captured.ts'
import { carrying, granted, hold, suspicious, tell } from './desk.ts'
import { type Call, wrap } from './wrap.ts'

export function hookBeacon(): void {
  wrap(Navigator.prototype, 'sendBeacon', sendBeacon)
}

const sendBeacon: Call = (native, self, args) => {
  if (args.length === 0) return apply(native, self, args)
  const given = `${args[0]}`
  args[0] = given
  const url = suspicious(given, args[1])
  const why = url === null ? null : suspect('POST', url, textOf(args[1]))
  if (url === null || why === null) return apply(native, self, args)
  const made = carrying(url)
  if (granted('POST', url, true)) return apply(native, self, [made, args[1]])
  const body = frozenBody(args[1])
  const release = () => {
    apply(native, self, [made, body])
    tell({ type: 'answer', status: 0, method: 'POST', url })
  }
  hold('beacon', 'POST', url, true, why, release, () => undefined, args[1])
  // Queued, as far as the page may know: a beacon's fate is never told.
  return true
}
