/** Prices of choices that a page offers: delivery options, suggested tips, donation amounts. */

/** A row with a radio button that is not chosen: one of several prices, not this order's. */
export function isUnchosenOption(row: Element): boolean {
  const option = row.closest('label,li,[role="radio"],tr,div')
  if (option === null) return false
  if (option.getAttribute('role') === 'radio') return option.getAttribute('aria-checked') !== 'true'
  const radios = option.querySelectorAll<HTMLInputElement>('input[type="radio"]')
  return radios.length === 1 && radios[0]?.checked === false
}

/** An amount that is itself pressed to choose it ("$2", "$5", "$10"): a suggestion, not what is charged. */
export function isChoice(element: Element): boolean {
  const control = element.closest('button,[role="button"],[role="radio"],[role="option"],option,label')
  if (control === null) return false
  if (control.matches('[aria-checked="true"],[aria-selected="true"],[aria-pressed="true"]')) return false
  if (control instanceof HTMLLabelElement) {
    const box = control.control
    return box instanceof HTMLInputElement && box.type === 'radio' && !box.checked
  }
  return true
}
