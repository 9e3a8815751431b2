/** Looks into JSON of unknown shape without trusting it. */

export function at(value: unknown, ...path: (string | number)[]): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = Reflect.get(here, key)
  }
  return here
}

export function textAt(value: unknown, ...path: (string | number)[]): string | null {
  const found = at(value, ...path)
  return typeof found === 'string' && found !== '' ? found : null
}

/** A whole number of pieces, 1 where it says none. */
export function countAt(value: unknown, ...path: (string | number)[]): number {
  const found = Number(at(value, ...path) ?? 1)
  return Number.isFinite(found) && found > 0 ? found : 1
}

export function listAt(value: unknown, ...path: (string | number)[]): unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found.slice(0, 200) : []
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** ISO 4217 code in any case, as APIs write it. */
export function currencyAt(value: unknown, ...path: (string | number)[]): string | null {
  const found = textAt(value, ...path)?.toUpperCase() ?? ''
  return /^[A-Z]{3}$/.test(found) ? found : null
}
