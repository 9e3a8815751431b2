/**
 * Form payments: `submit` first, and as a catch-all the Navigation API. A driven click hangs until its time-out after
 * `navigate` was prevented (it waits for the navigation it saw being scheduled) but not after `submit` was, hence the order.
 * `navigate` also sees submissions from fresh realms, and survives `document.open()`, which wipes window listeners.
 */
import { mayBeCardStep } from '../../utils/detect/card-step.ts'
import { classifyRequest, type RequestFacts } from '../../utils/detect/request.ts'
import { leadsToReview } from '../../utils/detect/words.ts'
import { fieldsOf, submitterOf, targetOf, textOf } from '../relay/form.ts'
import { namesOf } from '../relay/pressed.ts'
import { answerAgent } from './agent-answer.ts'
import { judge } from './control.ts'
import { isGranted, replay, replayed, setsOut } from './grant.ts'
import { openHold, openHolds } from './holds.ts'
import { formOf, navigateAgain } from './reenact.ts'
import { signalsOf } from './signals.ts'

/** Where the last form went that only handed a card on to the review. */
let stepUrl: string | null = null

/** True where the submission is stopped. */
export function onSubmit(event: SubmitEvent): boolean {
  const form = event.target
  if (!(form instanceof HTMLFormElement)) return false
  const submitter = event.submitter
  const { method, url } = targetOf(form, submitter)
  const button = submitterOf(form, submitter)
  const control = button === null ? null : judge(button)
  const body = fieldsOf(form)
  const reasons = reasonsToHold(method, url, body)
  // Nothing but its button speaks of payment: the press has been asked about, or is none.
  if (reasons.length === 0 && (control === null || replayed() === 'press' || isGranted())) return false
  const step = control === null && isCardStep({ method, url, bodyHint: body }, submitter)
  if (step) {
    stepUrl = url
    // Only an address that says that it pays meets the shield. In Firefox the gate sees the form itself.
    if (import.meta.env.FIREFOX || !reasons.includes('names_payment')) return false
  }
  event.preventDefault()
  event.stopImmediatePropagation()
  const say = answerAgent(event)
  if (openHolds().some((hold) => hold.request?.url === url && hold.request.method === method)) return true
  openHold({
    channel: 'form',
    control: control?.name ?? '',
    request: { method, url },
    body,
    ...(step ? { step } : {}),
    signals: signalsOf(event),
    nonce: null,
    ...(say === null ? {} : { say }),
    go: () => {
      if (!form.isConnected) return false
      replay('call', () =>
        HTMLFormElement.prototype.requestSubmit.call(form, submitter?.isConnected ? submitter : undefined),
      )
      return true
    },
    deny: () => undefined,
  })
  return true
}

/** True where the navigation is stopped. */
export function onNavigate(event: NavigateEvent): boolean {
  if (!event.cancelable || event.hashChange || event.downloadRequest !== null) return false
  const { formData } = event
  const { url } = event.destination
  const method = formData === null ? 'GET' : 'POST'
  const body = formData === null ? '' : textOf(formData)
  const reasons = reasonsToHold(method, url, body)
  if (reasons.length === 0 || setsOut(method, url)) return false
  if (url === stepUrl && mayBeCardStep({ method, url, bodyHint: body })) return false
  // Firefox does not say whose data it is, so it could not be sent again; there the gate holds the navigation itself.
  if (import.meta.env.FIREFOX && formData !== null && formOf(event.sourceElement) === null) return false
  event.preventDefault()
  openHold({
    channel: formData === null ? 'navigation' : 'form',
    control: '',
    request: { method, url },
    body,
    signals: null,
    nonce: null,
    go: () => navigateAgain(event),
    deny: () => undefined,
  })
  return true
}

function reasonsToHold(method: string, url: string, bodyHint: string): string[] {
  return classifyRequest({ method, url, bodyHint }).reasons
}

/** A step goes through where the pressed control says that a review follows; any other form with a card in it is held. */
function isCardStep(facts: RequestFacts, submitter: Element | null): boolean {
  return mayBeCardStep(facts) && submitter !== null && namesOf(submitter).some(leadsToReview)
}
