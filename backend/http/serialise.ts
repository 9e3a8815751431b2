/**
 * Answers as their schemas list them: a field that is not described does not leave, whatever the code holds in its hand.
 * A picker and JSON.stringify instead of Fastify's compiler: that one throws where a stored value is not what `anyOf`
 * wants, and costs 15 MB for validators that nothing else needs.
 */
interface Shape {
  properties?: Record<string, Shape>
  additionalProperties?: unknown
  items?: Shape
  anyOf?: Shape[]
}

type Pick = (value: unknown) => unknown

export function serialiser(schema: unknown): (answer: unknown) => string {
  const pick = pickerOf(Object(schema))
  return (answer) => JSON.stringify(pick === null ? answer : pick(answer)) ?? 'null'
}

/** null: all of it may leave. */
function pickerOf({ properties, additionalProperties, items, anyOf }: Shape): Pick | null {
  if (anyOf !== undefined) return anyOf.map(pickerOf).find((pick) => pick !== null) ?? null
  if (items !== undefined) {
    const pick = pickerOf(items)
    return pick && ((value) => (Array.isArray(value) ? value.map(pick) : value))
  }
  if (properties === undefined || (additionalProperties !== undefined && additionalProperties !== false)) {
    return null
  }
  const fields = Object.entries(properties).map(([name, field]) => [name, pickerOf(field)] as const)
  return (value) => {
    if (typeof value !== 'object' || value === null) return value
    const from: Record<string, unknown> = { ...value }
    const to: Record<string, unknown> = {}
    for (const [name, pick] of fields) to[name] = pick === null ? from[name] : pick(from[name])
    return to
  }
}
