const words = (_key: string, value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float64Array)
  return value
}

/** One JSON value on one line; numbers that JSON lacks become "NaN", "Infinity" and "-Infinity", typed arrays lists. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, words)}\n`

/** The same with an indentation, for files that people read. */
export const toPrettyJson = (value: unknown): string => `${JSON.stringify(value, words, 2)}\n`
