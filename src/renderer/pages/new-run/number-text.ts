import type { Control } from './family-field'

const plain = (x: number): string => {
  const size = Math.abs(x)
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? x.toExponential().replace('e+', 'e') : String(x)
}
/** Removes what multiplying by 100 adds: 0.29 is 29 %, not 28.999999999999996 %. */
const clean = (x: number): number => Number(x.toPrecision(12))

/** A form's value as text: numbers as short as they are exact, anything else as it was typed. */
export function numberText(value: unknown, control: Control): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value !== 'number') return String(value)
  return plain(control === 'percent' ? clean(value * 100) : value)
}

/** Several numbers with commas or spaces between; what is none stays as it was typed. */
function parseList(text: string): (number | string)[] | undefined {
  const words = text.split(/[\s,;]+/).filter(Boolean)
  return words.length ? words.map((word) => (Number.isNaN(Number(word)) ? word : Number(word))) : undefined
}

/** The number in a text (comma or point, thin spaces between thousands), undefined for nothing, else the text itself. */
export function parseNumber(text: string, control: Control): number | string | (number | string)[] | undefined {
  if (control === 'counts') return parseList(text)
  const trimmed = text.replace(/[\s\u2009%]/g, '').replace(',', '.')
  if (!trimmed) return undefined
  const number = Number(trimmed)
  if (Number.isNaN(number)) return text
  return control === 'percent' ? clean(number / 100) : number
}

/**
 * The value after so many arrow presses: 1 % of a decade for rates and other positive numbers, 1 for counts and per
 * cent, 0.01 for momentum. Null where there is no number to move.
 */
export function nudged(value: unknown, control: Control, times: number): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null
  if (control === 'count') return Math.max(1, value + times)
  if (control === 'percent') return clean(Math.min(0.99, Math.max(0.01, value + times / 100)))
  if (control === 'momentum') return clean(Math.min(0.999, Math.max(0, value + times / 100)))
  if (value <= 0) return null
  // Four digits: with three, a step of 2.3 % would be rounded away or doubled.
  return Number((value * 10 ** (times / 100)).toPrecision(4))
}
