import { isField } from '../axes/columns'
import type { Brush, Brushes, Scales } from '../axes/brush'
import type { Lane } from '../axes/axis'

/** What the panel keeps: its axes (null: the usual ones), chosen scales, and what is brushed. */
export interface ParallelState {
  axes: readonly string[] | null
  scales: Scales
  brushes: Brushes
}

/** More axes could not be told apart. */
export const MOST_AXES = 12

const LANES: readonly Lane[] = ['zero', 'others', 'none', 'diverged']
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const entriesOf = (value: unknown) => (isObject(value) ? Object.entries(value).filter(([field]) => isField(field)) : [])

/** A sound state from whatever a link or a saved view holds. */
export function readParallelState(value: unknown): ParallelState {
  const { axes, scales, brushes } = isObject(value) ? value : {}
  const named = Array.isArray(axes) ? [...new Set(axes.filter(isField))].slice(0, MOST_AXES) : []
  return {
    axes: named.length > 1 ? named : null,
    scales: Object.fromEntries(
      entriesOf(scales).filter(([, scale]) => scale === 'log' || scale === 'linear'),
    ) as unknown as Scales,
    brushes: Object.fromEntries(
      entriesOf(brushes).flatMap(([field, brush]) => {
        const read = readBrush(brush)
        return read ? [[field, read]] : []
      }),
    ),
  }
}

function readBrush(value: unknown): Brush | null {
  if (!isObject(value)) return null
  const { range, words, lanes } = value
  const brush: Brush = {
    ...(isRange(range) && { range: { low: range.low, high: range.high } }),
    ...(Array.isArray(words) &&
      words.length && { words: words.filter((word): word is string => typeof word === 'string') }),
    ...(Array.isArray(lanes) && lanes.length && { lanes: LANES.filter((lane) => lanes.includes(lane)) }),
  }
  return Object.keys(brush).length ? brush : null
}

const isRange = (value: unknown): value is { low: number; high: number } =>
  isObject(value) &&
  Number.isFinite(value.low) &&
  Number.isFinite(value.high) &&
  Number(value.low) <= Number(value.high)

/** The axes with one moved by so many places; the same where it is at an end. */
export function moved(axes: readonly string[], field: string, by: number): string[] {
  const at = axes.indexOf(field)
  const to = Math.min(axes.length - 1, Math.max(0, at + by))
  const rest = axes.filter((axis) => axis !== field)
  return at < 0 ? [...axes] : rest.toSpliced(to, 0, field)
}
