/**
 * Form payments: `submit` first, and as a catch-all the Navigation API. A driven click hangs until its time-out after
 * `navigate` was prevented (it waits for the navigation it saw being scheduled) but not after `submit` was, hence the order.
 * `navigate` also sees submissions from fresh realms, and survives `document.open()`, which wipes window listeners.
 */
import { BODY_HINT, classifyRequest } from '../../utils/detect/request.ts'
import { leadsToReview } from '../../utils/detect/words.ts'
import { judge, namesOf } from './control.ts'
import { isReplay, passesHere, replay } from './grant.ts'
import { openHold, openHolds } from './holds.ts'
import { signalsOf } from './signals.ts'

const SUBMITTERS = 'button:not([type=button]):not([type=reset]),input[type=submit],input[type=image]'

/** Where the last form went that only handed a card on to the review. */
let stepUrl: string | null = null

export function watchForms(): void {
  addEventListener('submit', onSubmit, true)
  globalThis.navigation?.addEventListener('navigate', onNavigate)
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target
  if (isReplay() || !(form instanceof HTMLFormElement)) return
  const submitter = event.submitter
  const { method, url } = targetOf(form, submitter)
  const button = submitter ?? form.querySelector(SUBMITTERS)
  const control = button === null ? null : judge(button)
  const reasons = control === null ? reasonsToHold(method, url, fieldsOf(form)) : ['press']
  if (reasons.length === 0 || passesHere('submit', method, url)) return
  if (isCardStep(reasons, submitter)) {
    stepUrl = url
    return
  }
  event.preventDefault()
  event.stopImmediatePropagation()
  if (openHolds().some((hold) => hold.request?.url === url && hold.request.method === method)) return
  openHold({
    channel: 'form',
    control: control?.name ?? '',
    request: { method, url },
    body: fieldsOf(form),
    signals: signalsOf(event),
    carries: true,
    go: () => {
      if (!form.isConnected) return false
      replay(() =>
        HTMLFormElement.prototype.requestSubmit.call(form, submitter?.isConnected ? submitter : undefined),
      )
      return true
    },
    deny: () => undefined,
  })
}

function onNavigate(event: NavigateEvent): void {
  if (!event.cancelable || event.hashChange || event.downloadRequest !== null || isReplay()) return
  const { formData } = event
  const { url } = event.destination
  const method = formData === null ? 'GET' : 'POST'
  const body = formData === null ? '' : textOf(formData)
  const reasons = reasonsToHold(method, url, body)
  if (reasons.length === 0 || passesHere('navigate', method, url)) return
  if (url === stepUrl && mayBeStep(reasons)) return
  const source = event.sourceElement
  const form = source instanceof HTMLFormElement ? source : formOwner(source)
  // Firefox does not say whose data it is, so it could not be sent again; there the gate holds the navigation itself.
  if (import.meta.env.FIREFOX && formData !== null && form === null) return
  event.preventDefault()
  openHold({
    channel: formData === null ? 'navigation' : 'form',
    control: '',
    request: { method, url },
    body,
    signals: null,
    carries: true,
    go: () => {
      if (formData === null) location.assign(url)
      else if (form !== null) HTMLFormElement.prototype.submit.call(form)
      else return false
      return true
    },
    deny: () => undefined,
  })
}

function formOwner(source: Element | null): HTMLFormElement | null {
  return source instanceof HTMLButtonElement || source instanceof HTMLInputElement ? source.form : null
}

/** Attributes, never properties: an input named "action" hides the form's own. */
function targetOf(form: HTMLFormElement, submitter: Element | null): { method: string; url: string } {
  const attribute = (name: string) =>
    submitter?.getAttribute(`form${name}`) ?? Element.prototype.getAttribute.call(form, name)
  const method = (attribute('method') ?? 'get').toUpperCase()
  let url = location.href
  try {
    url = new URL(attribute('action') || location.href, document.baseURI).href
  } catch {
    // An address that is none submits to nowhere.
  }
  return { method: method === 'POST' ? 'POST' : 'GET', url }
}

function fieldsOf(form: HTMLFormElement): string {
  const fields = [...Element.prototype.querySelectorAll.call(form, 'input')]
  return fields
    .map((field) => (field instanceof HTMLInputElement ? `${field.name}=${field.value}` : ''))
    .join('&')
    .slice(0, BODY_HINT)
}

function textOf(data: FormData): string {
  return [...data].map(([name, value]) => (typeof value === 'string' ? `${name}=${value}` : '')).join('&')
}

function reasonsToHold(method: string, url: string, bodyHint: string): string[] {
  return classifyRequest({ method, url, bodyHint, pageUrl: location.href }).reasons
}

/**
 * Many checkouts take the card one step before the review that pays. Such a form goes through where the pressed control
 * says that a review follows; any other form with a card number in it is held.
 */
function isCardStep(reasons: readonly string[], submitter: Element | null): boolean {
  return mayBeStep(reasons) && submitter !== null && namesOf(submitter).some(leadsToReview)
}

function mayBeStep(reasons: readonly string[]): boolean {
  return reasons.every((reason) => reason === 'card_number' || reason === 'names_payment')
}
