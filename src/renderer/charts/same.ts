/**
 * Do two values say the same? Plain objects and lists are compared by what is in them, columns of numbers and everything
 * else by identity.
 * @param ignored names of fields that do not matter
 */
export function same(a: unknown, b: unknown, ignored: ReadonlySet<string>): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => same(x, b[i], ignored))
  if (!isPlain(a) || !isPlain(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => ignored.has(key) || (key in b && same(a[key], b[key], ignored)))
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
