import type { RangeAnalysis, Sweep } from '../../../core/domain/range-test/types'
import { linearTicks, logTicks } from '../../charts/ticks'
import { plotUnit, type YAxis } from '../../charts/y-range'

/** One test as it is drawn. */
export interface LabCurve {
  id: string
  /** Place in the palette. */
  place: number
  /** The one that is looked at: with its repeats and their band. */
  focused: boolean
  sweeps: readonly Sweep[]
  analysis: RangeAnalysis | null
}

export type LossScale = 'linear' | 'log'

/** Label heights that must fit between two ticks, in px. */
const LABEL_SPACE = { loss: 44, slope: 22 }

/** First and last log10 rate of all curves; a test that still runs has its planned end. */
export function rateRange(curves: readonly LabCurve[], planned: readonly number[] = []): { from: number; to: number } {
  let [low, high] = [Infinity, -Infinity]
  const take = (lr: number | undefined) => {
    if (lr === undefined || !(lr > 0)) return
    low = Math.min(low, lr)
    high = Math.max(high, lr)
  }
  for (const { sweeps } of curves) for (const { lr } of sweeps) [lr[0], lr.at(-1)].forEach(take)
  planned.forEach(take)
  if (low > high) return { from: -6, to: 1 }
  const [from, to] = [Math.log10(low), Math.log10(high)]
  return to - from > 0.01 ? { from, to } : { from: from - 0.5, to: to + 0.5 }
}

/** Index of the least finite value; −1 where there is none. */
function leastIndex(values: Float64Array): number {
  let at = -1
  values.forEach((value, i) => {
    if (Number.isFinite(value) && (at < 0 || value < values[at]!)) at = i
  })
  return at
}

/** Losses up to the least smoothed one, where a test is read; of one without an analysis all raw ones. */
function readLosses({ sweeps, analysis }: LabCurve): number[] {
  if (!analysis) return sweeps.flatMap(({ loss }) => Array.from(loss)).filter(Number.isFinite)
  const least = leastIndex(analysis.loss)
  // A loss that rises from its first point is read there: some of its rise belongs to the picture.
  const end = Math.max(least, Math.ceil(analysis.loss.length / 5))
  const until = analysis.lr[Math.min(end, analysis.lr.length - 1)] ?? Infinity
  const raw = sweeps.flatMap(({ lr, loss }) => Array.from(loss).filter((_, i) => lr[i]! <= until))
  const finite = [...analysis.loss.slice(0, end + 1), ...raw].filter(Number.isFinite)
  const cap = 3 * Math.max(...analysis.loss.slice(0, Math.max(5, least)).filter(Number.isFinite))
  return finite.filter((value) => !(value > cap))
}

/**
 * The loss axis: what lies left of the minimum fits, and a third of that above, into which the loss rises as it
 * diverges; all of that rise would press the fall into a line. The axis of a test that still runs begins at 0, so that it
 * does not move with each point of the fall.
 */
export function lossAxis(curves: readonly LabCurve[], scale: LossScale, plotHeight: number, isLive = false): YAxis {
  const values = curves
    .flatMap(readLosses)
    .map((value) => plotUnit(value, scale))
    .filter(Number.isFinite)
  let [from, to] = [Infinity, -Infinity]
  for (const value of values) [from, to] = [Math.min(from, value), Math.max(to, value)]
  if (from > to) [from, to] = scale === 'log' ? [-1, 1] : [0, 3]
  const span = Math.max(to - from, scale === 'log' ? 0.1 : 0.1 * Math.abs(to), 1e-6)
  to += 0.3 * span
  // Losses are not negative: a fall to near nothing is drawn down to nothing.
  const floor = from - 0.12 * span
  from = scale === 'linear' && from >= 0 && (isLive || floor < 0.25 * span) ? 0 : floor
  const most = Math.max(2, Math.floor(plotHeight / LABEL_SPACE.loss))
  return { from, to, ticks: scale === 'log' ? logTicks(10 ** from, 10 ** to, most) : linearTicks(from, to, most) }
}

/** Steepest fall per decade left of the minimum, below 0; null where nothing falls. */
export function steepestSlope({ loss, slope }: Pick<RangeAnalysis, 'loss' | 'slope'>): number | null {
  const until = leastIndex(loss)
  let least = 0
  for (let i = 0; i <= until; i++) if (slope[i]! < least) least = slope[i]!
  return least < 0 ? least : null
}

/** The slope axis: the steepest fall and as much of the rise as of half of it. */
export function slopeAxis(curves: readonly LabCurve[], plotHeight: number): YAxis {
  const steepest = curves.flatMap(({ analysis }) => (analysis && steepestSlope(analysis)) ?? [])
  const least = Math.min(0, ...steepest)
  const [from, to] = least < 0 ? [1.3 * least, -0.6 * least] : [-1, 1]
  const ticks = linearTicks(from, to, Math.max(2, Math.floor(plotHeight / LABEL_SPACE.slope)))
  // A label at the very foot would touch those of the rates.
  return { from, to, ticks: ticks.filter((tick) => tick - from > 0.08 * (to - from)) }
}

/**
 * The last rate that all ended repeats came to: beyond it the mean is one of ever fewer repeats and jumps at each end.
 * Infinity while none has ended.
 */
export const sharedEnd = ({ sweeps }: Pick<LabCurve, 'sweeps'>): number =>
  Math.min(...sweeps.filter(({ ended }) => ended !== null).map(({ lr }) => lr.at(-1)!))

/** Where each sweep that did not come to its last rate stopped: the last finite loss and the rate there. */
export function stoppedAt({ sweeps }: Pick<LabCurve, 'sweeps'>): { lr: number; loss: number }[] {
  return sweeps.flatMap(({ lr, loss, ended }) => {
    if (ended !== 'diverged' && ended !== 'non-finite') return []
    const last = loss.findLastIndex((value) => Number.isFinite(value))
    return last < 0 ? [] : [{ lr: lr[loss.length - 1]!, loss: loss[last]! }]
  })
}

/** A curve's value at a rate, by the nearest grid point in log rate; NaN outside of its grid. */
export function valueAt(grid: Float64Array, values: Float64Array, lr: number): number {
  if (!grid.length || lr < grid[0]! * 0.999 || lr > grid.at(-1)! * 1.001) return NaN
  let [low, high] = [0, grid.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (grid[middle]! <= lr) low = middle
    else high = middle
  }
  return Math.abs(Math.log(grid[low]! / lr)) <= Math.abs(Math.log(grid[high]! / lr)) ? values[low]! : values[high]!
}
