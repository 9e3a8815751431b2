/** A CSS selector that finds one element alone; inside open shadow roots joined by ` >>> `. */
const NAMING = ['data-testid', 'data-test', 'data-qa', 'data-test-id', 'name', 'aria-label', 'value', 'type']

export function selectorOf(element: Element): string {
  const root = element.getRootNode()
  const own = within(element, root instanceof ShadowRoot ? root : element.ownerDocument)
  return root instanceof ShadowRoot ? `${selectorOf(root.host)} >>> ${own}` : own
}

function within(element: Element, root: Document | ShadowRoot): string {
  const alone = (selector: string): boolean => {
    const found = root.querySelectorAll(selector)
    return found.length === 1 && found[0] === element
  }
  const tag = CSS.escape(element.localName)
  if (element.id !== '' && alone(`#${CSS.escape(element.id)}`)) return `#${CSS.escape(element.id)}`
  for (const attribute of NAMING) {
    const value = element.getAttribute(attribute)
    if (value === null || value === '' || value.length > 100) continue
    const selector = `${tag}[${attribute}=${JSON.stringify(value)}]`
    if (!/[\n\r\\]/.test(value) && alone(selector)) return selector
  }
  const steps: string[] = []
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    if (at !== element && at.id !== '' && root.querySelectorAll(`#${CSS.escape(at.id)}`).length === 1) {
      steps.unshift(`#${CSS.escape(at.id)}`)
      break
    }
    const siblings = [...(at.parentElement?.children ?? root.children)].filter(
      (other) => other.localName === at?.localName,
    )
    const place = siblings.length > 1 ? `:nth-of-type(${siblings.indexOf(at) + 1})` : ''
    steps.unshift(`${CSS.escape(at.localName)}${place}`)
  }
  return steps.join(' > ')
}
