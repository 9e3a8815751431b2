/**
 * Whether the text of an element can be read by a person: told from its background, opaque enough, and drawn where its
 * box is. Asked for the few amounts that may be the total, because it looks at every element above them.
 */
import { parentOf } from './visibility.ts'

/** Text closer to its background than this is not read (4.5 is the accessible minimum, 1 the same colour). */
const MIN_CONTRAST = 1.25
const MIN_OPACITY = 0.1
const MAX_CLIMB = 60

export function isLegible(element: Element): boolean {
  const style = getComputedStyle(element)
  const indent = Number.parseFloat(style.textIndent)
  if (indent < -100) return false
  const fill = style.getPropertyValue('-webkit-text-fill-color') || style.color
  const text = parseColor(fill)
  let opacity = 1
  let background: Color | null = null
  let known = text !== null
  let at: Element | null = element
  for (let climb = 0; at !== null && climb < MAX_CLIMB; climb++, at = parentOf(at)) {
    const own = at === element ? style : getComputedStyle(at)
    opacity *= Number.parseFloat(own.opacity)
    if (/opacity\(\s*(?:0|0?\.0\d*|[0-9]%)\s*\)/.test(own.filter)) return false
    if (background !== null || !known) continue
    // A picture or a gradient may have any colour.
    if (own.backgroundImage !== 'none') known = false
    const colour = parseColor(own.backgroundColor)
    if (colour === null) known = false
    else if (colour.alpha > 0.9) background = colour
    else if (colour.alpha > 0.1) known = false
  }
  if (opacity < MIN_OPACITY) return false
  if (!isInsideOwnBox(element)) return false
  if (!known || text === null) return true
  if (text.alpha < MIN_OPACITY) return false
  return contrast(text, background ?? { red: 255, green: 255, blue: 255, alpha: 1 }) >= MIN_CONTRAST
}

/** Padding, indents and scroll positions may push the words out of a box that clips. */
function isInsideOwnBox(element: Element): boolean {
  const range = element.ownerDocument.createRange()
  range.selectNodeContents(element)
  const text = range.getBoundingClientRect()
  if (text.width === 0 && text.height === 0) return element instanceof HTMLInputElement
  const style = getComputedStyle(element)
  if (style.overflowX === 'visible' && style.overflowY === 'visible') return true
  const box = element.getBoundingClientRect()
  return (
    Math.min(text.right, box.right) - Math.max(text.left, box.left) >= 1 &&
    Math.min(text.bottom, box.bottom) - Math.max(text.top, box.top) >= 1
  )
}

interface Color {
  red: number
  green: number
  blue: number
  alpha: number
}

/** `rgb()` and `rgba()` as computed styles give them; null for colour spaces that are not compared here. */
function parseColor(text: string): Color | null {
  const match = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text)
  if (match === null) return null
  const [, red, green, blue, alpha] = match
  return { red: Number(red), green: Number(green), blue: Number(blue), alpha: Number(alpha ?? 1) }
}

/** Contrast ratio of WCAG 2.2, 1 to 21. */
function contrast(a: Color, b: Color): number {
  const light = luminance(a)
  const dark = luminance(b)
  return (Math.max(light, dark) + 0.05) / (Math.min(light, dark) + 0.05)
}

function luminance({ red, green, blue }: Color): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
