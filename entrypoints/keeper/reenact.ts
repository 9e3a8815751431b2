/** Lets happen what the relay has stopped for the keeper's sake and what turned out to be no payment. */
import { replay } from './grant.ts'

export function reenact(event: Event, path: EventTarget[]): void {
  replay('call', () => {
    if (event instanceof SubmitEvent) {
      if (event.target instanceof HTMLFormElement)
        HTMLFormElement.prototype.requestSubmit.call(event.target, event.submitter)
    } else if (event.type === 'navigate') {
      navigateAgain(event as NavigateEvent)
    } else if (event instanceof KeyboardEvent) {
      pressKeyAgain(event, path[0])
    } else {
      path[0]?.dispatchEvent(copyOf(event))
    }
  })
}

export function navigateAgain({ formData, sourceElement, destination }: NavigateEvent): boolean {
  const form = sourceElement instanceof HTMLFormElement ? sourceElement : formOf(sourceElement)
  if (formData === null) location.assign(destination.url)
  else if (form !== null) HTMLFormElement.prototype.submit.call(form)
  else return false
  return true
}

/** The form a control belongs to, also by its `form` attribute. */
export function formOf(element: Element | null): HTMLFormElement | null {
  if (element instanceof HTMLButtonElement || element instanceof HTMLInputElement) return element.form
  return element?.closest('form') ?? null
}

/** A key that is dispatched presses nothing by itself. */
function pressKeyAgain(event: KeyboardEvent, target: EventTarget | undefined): void {
  if (target === undefined || !target.dispatchEvent(copyOf(event)) || event.repeat) return
  const presses = event.type === (event.key === 'Enter' ? 'keydown' : 'keyup')
  if (presses && target instanceof HTMLElement) target.click()
}

/** An event of the same class with the same facts: the event itself serves as its own list of options. */
function copyOf(event: Event): Event {
  const Class = event.constructor as typeof Event
  return new Class(event.type, event)
}
