import { isField } from '../axes/columns'
import { isRecord, readBrushes, readScales } from '../axes/read-state'
import type { Brushes, Scales } from '../axes/brush'

/** What the panel keeps; null or '' stands for the usual field, or for none. */
export interface ScatterState {
  x: string | null
  y: string | null
  colour: string
  size: string
  trend: boolean
  scales: Scales
  brushes: Brushes
}

/** A sound state from whatever a link or a saved view holds. */
export function readScatterState(value: unknown): ScatterState {
  const { x, y, colour, size, trend, scales, brushes } = isRecord(value) ? value : {}
  return {
    x: isField(x) ? x : null,
    y: isField(y) ? y : null,
    colour: isField(colour) ? colour : '',
    size: isField(size) ? size : '',
    trend: trend !== false,
    scales: readScales(scales),
    brushes: readBrushes(brushes),
  }
}
