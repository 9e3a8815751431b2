/**
 * Whether a person sees an element. Reading styles and boxes only, so the page is laid out at most once.
 * An amount that nobody sees is never trusted: hidden totals are the cheapest way to lie to a reader of the DOM.
 */
export class Visibility {
  private readonly rendered = new Map<Element, boolean>()
  private readonly seen = new Map<Element, boolean>()
  private readonly clipped = new Map<Element, Box | null>()
  private readonly struck = new Set<Element>()

  /** Rendered at all: no display none, visibility hidden, opacity 0 or content-visibility hidden on the way up. */
  isRendered(element: Element): boolean {
    let seen = this.rendered.get(element)
    if (seen === undefined) {
      seen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      this.rendered.set(element, seen)
    }
    return seen
  }

  /** Rendered, of a readable size, inside the page, and not cut away by clip or overflow of an ancestor. */
  isSeen(element: Element): boolean {
    let seen = this.seen.get(element)
    if (seen === undefined) {
      seen = this.look(element)
      this.seen.set(element, seen)
    }
    return seen
  }

  /** A price that is crossed out. Asked of what is seen. */
  isStruck(element: Element): boolean {
    return this.struck.has(element) || element.closest('del,s,strike') !== null
  }

  private look(element: Element): boolean {
    if (!this.isRendered(element)) return false
    const rect = element.getBoundingClientRect()
    const box = { left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom }
    if (rect.width < 2 || rect.height < 2) return false
    const view = element.ownerDocument.defaultView
    if (view === null) return false
    if (box.right + view.scrollX <= 0 || box.bottom + view.scrollY <= 0) return false
    const style = view.getComputedStyle(element)
    if (Number.parseFloat(style.fontSize) < 4) return false
    if (isTransparent(style.color) && isTransparent(style.getPropertyValue('-webkit-text-fill-color')))
      return false
    if (style.textDecorationLine.includes('line-through')) this.struck.add(element)
    const area = this.clipOf(element, style)
    return area === null || overlaps(box, area)
  }

  /** What the ancestors leave visible of an element, null where nothing is cut. */
  private clipOf(element: Element, given?: CSSStyleDeclaration): Box | null {
    const known = this.clipped.get(element)
    if (known !== undefined) return known
    const parent = parentOf(element)
    const above = parent === null ? null : this.clipOf(parent)
    const style = given ?? getComputedStyle(element)
    let own: Box | null = null
    const clip = style.clipPath
    if (style.clip !== 'auto' || /inset\((?:50|100)%|circle\(0|polygon\(0(?:px)? 0(?:px)?, ?0/.test(clip)) {
      // Both are used by "screen reader only" text and by little else.
      own = { left: 0, top: 0, right: 0, bottom: 0 }
    } else if (style.overflowX !== 'visible' || style.overflowY !== 'visible') {
      const root = element.ownerDocument
      if (element !== root.documentElement && element !== root.body && style.display !== 'inline') {
        const rect = element.getBoundingClientRect()
        // A box that scrolls shows its content to who scrolls; only one that clips hides it.
        const open = /auto|scroll/
        own = {
          left: open.test(style.overflowX) && rect.width >= 2 ? -1e9 : rect.left,
          right: open.test(style.overflowX) && rect.width >= 2 ? 1e9 : rect.right,
          top: open.test(style.overflowY) && rect.height >= 2 ? -1e9 : rect.top,
          bottom: open.test(style.overflowY) && rect.height >= 2 ? 1e9 : rect.bottom,
        }
      }
    }
    const area = own === null ? above : above === null ? own : intersect(own, above)
    this.clipped.set(element, area)
    return area
  }
}

interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** Parent across shadow roots. */
export function parentOf(element: Element): Element | null {
  if (element.assignedSlot !== null) return element.assignedSlot
  if (element.parentElement !== null) return element.parentElement
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? root.host : null
}

function intersect(a: Box, b: Box): Box {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  }
}

/** At least one pixel in common both ways. */
function overlaps(box: Box, area: Box): boolean {
  const shared = intersect(box, area)
  return shared.right - shared.left >= 1 && shared.bottom - shared.top >= 1
}

function isTransparent(color: string): boolean {
  return color === '' || color === 'transparent' || /^rgba\(.*,\s*0\)$|\/\s*0%?\)$/.test(color)
}
