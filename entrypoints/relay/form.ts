/** Where a form goes and what is in it, read so that no field of the form can stand in the way. */
import { BODY_HINT } from '../../utils/detect/glance.ts'

/** Attributes, never properties: an input named "action" hides the form's own. */
export function targetOf(form: HTMLFormElement, submitter: Element | null): { method: string; url: string } {
  const attribute = (name: string) =>
    submitter?.getAttribute(`form${name}`) ?? Element.prototype.getAttribute.call(form, name)
  let url = location.href
  try {
    url = new URL(attribute('action') || url, document.baseURI).href
  } catch {
    // An address that is none submits to nowhere.
  }
  return { method: attribute('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET', url }
}

export function fieldsOf(form: HTMLFormElement): string {
  return [...Element.prototype.querySelectorAll.call(form, 'input')]
    .map((field) => (field instanceof HTMLInputElement ? `${field.name}=${field.value}` : ''))
    .join('&')
    .slice(0, BODY_HINT)
}

/** The button that submits it, also where the submission names none. */
export function submitterOf(form: HTMLFormElement, submitter: Element | null): Element | null {
  return submitter ?? form.querySelector(SUBMITTERS)
}

const SUBMITTERS = 'button:not([type=button]):not([type=reset]),input[type=submit],input[type=image]'

/** As much of a submission's text as is looked at. */
export function textOf(data: FormData): string {
  return [...data].map(([name, value]) => (typeof value === 'string' ? `${name}=${value}` : '')).join('&')
}
