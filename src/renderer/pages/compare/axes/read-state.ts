import type { Lane } from './axis'
import type { Brush, Brushes, Scales } from './brush'
import { isField } from './columns'

/* States come from links and saved views: they may hold anything. What is sound is taken, the rest is left out. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldsOf = (value: unknown) => (isRecord(value) ? Object.entries(value).filter(([field]) => isField(field)) : [])

/** Scales that somebody chose, by field. */
export const readScales = (value: unknown): Scales =>
  Object.fromEntries(
    fieldsOf(value).flatMap(([field, scale]) => (scale === 'log' || scale === 'linear' ? [[field, scale]] : [])),
  )

/** What is brushed, by field. */
export const readBrushes = (value: unknown): Brushes =>
  Object.fromEntries(
    fieldsOf(value).flatMap(([field, given]) => {
      const brush = readBrush(given)
      return brush ? [[field, brush]] : []
    }),
  )

const LANES: readonly Lane[] = ['zero', 'others', 'none', 'diverged']

function readBrush(value: unknown): Brush | null {
  if (!isRecord(value)) return null
  const words = Array.isArray(value.words) ? value.words.filter((word): word is string => typeof word === 'string') : []
  const named = Array.isArray(value.lanes) ? value.lanes : []
  const lanes = LANES.filter((lane) => named.includes(lane))
  const brush: Brush = {
    ...(isRange(value.range) && { range: { low: value.range.low, high: value.range.high } }),
    ...(words.length && { words }),
    ...(lanes.length && { lanes }),
  }
  return Object.keys(brush).length ? brush : null
}

const isRange = (value: unknown): value is { low: number; high: number } =>
  isRecord(value) &&
  Number.isFinite(value.low) &&
  Number.isFinite(value.high) &&
  Number(value.low) <= Number(value.high)
