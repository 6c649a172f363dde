import { fieldOf } from '../../../../core/domain/filter/fields'
import type { RunColumns } from '../../../../core/domain/table/columns'
import type { Values } from './axis'

/** Is it the name of a field? A link may hold anything. */
export function isField(name: unknown): name is string {
  try {
    return typeof name === 'string' && name !== '' && fieldOf(name, 0).name !== ''
  } catch {
    return false
  }
}

/** 1 for each run that diverged. */
export const divergedOf = ({ status }: RunColumns): Uint8Array =>
  Uint8Array.from(status, (word) => Number(word === 'diverged'))

/** A column of a field; as if no run had a value where it was not asked for. */
export const valuesOf = ({ columns, ids }: RunColumns, field: string): Values =>
  columns[field] ?? new Float64Array(ids.length).fill(NaN)

/** The first columns with those runs of the second that they lack: the chosen runs need not match the filter. */
export function joinColumns(first: RunColumns, second: RunColumns): RunColumns {
  const known = new Set(first.ids)
  const more = second.ids.flatMap((id, i) => (known.has(id) ? [] : [i]))
  if (!more.length) return first
  const pick = <T>(list: readonly T[]) => more.map((i) => list[i]!)
  return {
    ids: [...first.ids, ...pick(second.ids)],
    names: [...first.names, ...pick(second.names)],
    status: [...first.status, ...pick(second.status)],
    replicate: [...first.replicate, ...pick(second.replicate)],
    divergedAt: Float64Array.from([...first.divergedAt, ...more.map((i) => second.divergedAt[i]!)]),
    columns: Object.fromEntries(
      Object.keys(first.columns).map((field) => {
        const rest = valuesOf(second, field)
        return [
          field,
          joined(
            valuesOf(first, field),
            more.map((i) => rest[i]!),
          ),
        ]
      }),
    ),
  }
}

/** Numbers stay numbers where both sides are; else texts, and NaN, which stands for no value, is null. */
function joined(first: Values, more: readonly (number | string | null)[]): RunColumns['columns'][string] {
  const isNumber = (value: unknown) => typeof value === 'number'
  if (first instanceof Float64Array && more.every(isNumber)) return Float64Array.from([...first, ...(more as number[])])
  const text = (value: number | string | null) =>
    typeof value === 'number' ? (Number.isNaN(value) ? null : String(value)) : value
  return [...Array.from<number | string | null>(first), ...more].map(text)
}
