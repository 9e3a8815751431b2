/** Figures of a measurement, each beside its peer or limit of the same run: as lines for people, as JSON for `npm run bench`. */

export interface Figure {
  what: string
  value: number
  /** 'ms', 'µs', 'kB', '/s' … */
  unit: string
  /** What was measured beside it in the same run, same unit. */
  peer?: { what: string; value: number }
  /** Limits on the value itself, in its unit. */
  atMost?: number
  atLeast?: number
  /** Limits on value ÷ peer. */
  ratioAtMost?: number
  ratioAtLeast?: number
}

export function ratioOf({ value, peer }: Figure): number | null {
  return peer === undefined ? null : value / peer.value
}

/** False also where something was not a number: what was not measured meets no target. */
export function isMet(figure: Figure): boolean {
  const { value, atMost, atLeast, ratioAtMost, ratioAtLeast } = figure
  const ratio = ratioOf(figure) ?? Number.NaN
  return (
    (atMost === undefined || value <= atMost) &&
    (atLeast === undefined || value >= atLeast) &&
    (ratioAtMost === undefined || ratio <= ratioAtMost) &&
    (ratioAtLeast === undefined || ratio >= ratioAtLeast)
  )
}

export function targetOf({ unit, atMost, atLeast, ratioAtMost, ratioAtLeast }: Figure): string {
  const unitOf = unit === '' ? '' : ` ${unit}`
  return [
    ratioAtMost === undefined ? [] : [`≤ ${ratioAtMost} ×`],
    ratioAtLeast === undefined ? [] : [`≥ ${ratioAtLeast} ×`],
    atMost === undefined ? [] : [`≤ ${atMost}${unitOf}`],
    atLeast === undefined ? [] : [`≥ ${atLeast}${unitOf}`],
  ]
    .flat()
    .join(', ')
}

/** Three significant digits: more would be noise. */
export function show(value: number, unit: string): string {
  const text = Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '?'
  return unit === '' ? text : `${text} ${unit}`
}

/** Prints each figure in a line, and all of them as JSON in the last one. */
export function report(figures: readonly Figure[]): void {
  for (const figure of figures) {
    const ratio = ratioOf(figure)
    const peer =
      figure.peer === undefined ? '' : `; ${figure.peer.what}: ${show(figure.peer.value, figure.unit)}`
    const target = targetOf(figure)
    console.log(
      `${figure.what}: ${show(figure.value, figure.unit)}${peer}` +
        (ratio === null ? '' : `; ratio ${ratio.toFixed(2)}`) +
        (target === '' ? '' : ` (target ${target}: ${isMet(figure) ? 'met' : 'missed'})`),
    )
  }
  console.log(JSON.stringify({ figures }))
}
