import type { Brushes, Scales } from '../axes/brush'
import { isField } from '../axes/columns'
import { isRecord, readBrushes, readScales } from '../axes/read-state'

/** What the panel keeps: its axes (null: the usual ones), chosen scales, and what is brushed. */
export interface ParallelState {
  axes: readonly string[] | null
  scales: Scales
  brushes: Brushes
}

/** More axes could not be told apart. */
export const MOST_AXES = 12

/** A sound state from whatever a link or a saved view holds. */
export function readParallelState(value: unknown): ParallelState {
  const { axes, scales, brushes } = isRecord(value) ? value : {}
  const named = Array.isArray(axes) ? [...new Set(axes.filter(isField))].slice(0, MOST_AXES) : []
  return { axes: named.length > 1 ? named : null, scales: readScales(scales), brushes: readBrushes(brushes) }
}

/** The axes with one moved by so many places; the same where it is at an end. */
export function moved(axes: readonly string[], field: string, by: number): string[] {
  const at = axes.indexOf(field)
  const to = Math.min(axes.length - 1, Math.max(0, at + by))
  const rest = axes.filter((axis) => axis !== field)
  return at < 0 ? [...axes] : rest.toSpliced(to, 0, field)
}
