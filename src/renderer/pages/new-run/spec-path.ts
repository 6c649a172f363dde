/** A value inside plain JSON by its dotted path; undefined where there is none. */
export function valueAt(source: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], source)
}

/** A copy with one value set; undefined removes the field. Objects on the way are made where they are missing. */
export function withValue<T>(source: T, path: string, value: unknown): T {
  const [key, ...rest] = path.split('.') as [string, ...string[]]
  const copy = { ...(source as Record<string, unknown> | null | undefined) }
  const next = rest.length ? withValue(copy[key], rest.join('.'), value) : value
  if (next === undefined) delete copy[key]
  else copy[key] = next
  return copy as T
}

/** Every leaf of plain JSON by its dotted path; lists count as leaves. */
export function leaves(source: unknown, prefix = ''): Map<string, unknown> {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return new Map([[prefix, source]])
  return new Map(
    Object.entries(source).flatMap(([key, value]) => [...leaves(value, prefix ? `${prefix}.${key}` : key)]),
  )
}
