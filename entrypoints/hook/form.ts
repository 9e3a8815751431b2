import { BODY_HINT } from '../../utils/detect/glance.ts'
import { suspect } from '../../utils/detect/suspect.ts'
import { absolute, apply, getAttribute, inputValue, isKind, queryAll, upperCase } from './captured.ts'
import { hold } from './desk.ts'
import { type Call, wrap } from './wrap.ts'

/** `form.submit()` fires no submit event, so the relay cannot see it. */
export function hookForm(): void {
  wrap(HTMLFormElement.prototype, 'submit', submit)
}

const submit: Call = (native, self, args) => {
  const form = self as HTMLFormElement
  let method: string
  let url: string
  try {
    // Attributes, never properties: an input named "action" hides the form's own.
    method = upperCase(getAttribute(form, 'method') ?? '') === 'POST' ? 'POST' : 'GET'
    url = absolute(getAttribute(form, 'action') ?? '') ?? ''
  } catch {
    return apply(native, self, args)
  }
  const fields = fieldsOf(form)
  const why = suspect(method, url, fields)
  if (why === null) return apply(native, self, args)
  hold(
    'form',
    method,
    url,
    false,
    why,
    () => apply(native, form, []),
    () => undefined,
    fields,
  )
}

/** Names and values of its input fields. `new FormData(form)` would fire `formdata` at the page. */
function fieldsOf(form: HTMLFormElement): string {
  const fields = queryAll(form, 'input')
  let text = ''
  for (let i = 0; text.length < BODY_HINT; i++) {
    const field = fields[i]
    if (field === undefined) break
    if (isKind(inputValue, field)) text += `${getAttribute(field, 'name')}=${inputValue(field)}&`
  }
  return text
}
