import { plotValues } from './derived'
import type { LineView, Points } from './line-view'
import type { PanelView } from './panel-view'
import { straightened } from './straighten'
import { type ChartTheme, colourOf, dashOf } from './theme'

/** A line with its looks: points in plot units, the rest in px. */
export interface Stroke {
  /** Of the series, and which part of it: raw, planned, line. */
  id: string
  points: Points
  color: string
  width: number
  opacity: number
  dash: 'solid' | readonly number[]
  cap: 'round' | 'butt'
  join: 'round' | 'bevel'
}

/**
 * From more lines on they are one device pixel wide: a canvas draws wider ones as areas, which takes ten to twenty times
 * as long.
 */
const THIN_FROM = 20
/** Colours times dashes: from more lines on neither tells them apart, and dashes and round joins cost most of a redraw. */
const TELLABLE = 36
/** Of so many lines, points this close to the line between their neighbours are drawn by that line, in px. */
const STRAIGHT_PX = 0.1

const EMPHASIS = ['dim', 'normal', 'focus'] as const
const rank = ({ series }: LineView): number => EMPHASIS.indexOf(series.emphasis ?? 'normal')

/** What is in the foreground comes last. */
export const inOrder = (lines: readonly LineView[]): LineView[] => [...lines].sort((a, b) => rank(a) - rank(b))

/**
 * All lines of a panel in the order in which they are drawn: recorded ghosts and planned parts behind the lines
 * themselves.
 */
export function strokesOf(view: PanelView, plotHeight: number, theme: ChartTheme): Stroke[] {
  const lines = inOrder(view.lines)
  const pixel = (view.axis.to - view.axis.from) / plotHeight
  const looks = { many: lines.length > TELLABLE, thin: lines.length > THIN_FROM, tolerance: STRAIGHT_PX * pixel }
  const parts = lines.map((line) => partsOf(line, view, looks, theme))
  return [...parts.flatMap(({ behind }) => behind), ...parts.map(({ line }) => line)]
}

/** How lines look among so many others. */
interface Looks {
  /** So many that neither colours nor dashes tell them apart: strokes are plain, straight parts straightened. */
  many: boolean
  thin: boolean
  /** Within which points are straightened, in plot units. */
  tolerance: number
}

function partsOf(
  { series, main, ghost }: LineView,
  { panel: { scale } }: PanelView,
  { many, thin, tolerance }: Looks,
  theme: ChartTheme,
): { behind: Stroke[]; line: Stroke } {
  const saysSomething = 'run' in series.colour && series.colour.dash !== undefined
  const emphasis = series.emphasis ?? 'normal'
  const fade = emphasis === 'dim' ? theme.dimAlpha : 1
  const one = (part: string, points: Points, style: Partial<Stroke>): Stroke => ({
    id: `${series.id}:${part}`,
    points: many ? straightened(points, tolerance) : points,
    color: colourOf(series.colour, theme),
    width: thin ? theme.thin : theme.line,
    opacity: fade,
    dash: 'solid',
    ...(many ? { cap: 'butt', join: 'bevel' } : { cap: 'round', join: 'round' }),
    ...style,
  })
  const { planned } = series
  const ahead = planned && { x: planned.x, y: plotValues(planned.values, scale) }
  return {
    behind: [
      ...(ghost
        ? [one('raw', ghost, { width: thin ? theme.thin : theme.ghost, opacity: theme.ghostAlpha * fade })]
        : []),
      ...(ahead ? [one('planned', ahead, { opacity: 0.8 * fade, dash: [2, 3] })] : []),
    ],
    line: one('line', main, {
      ...(emphasis === 'focus' && { width: theme.lineFocus }),
      dash: many && !saysSomething ? 'solid' : dashOf(series.colour, theme),
    }),
  }
}
