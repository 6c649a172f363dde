import type { BandData } from '../../../core/api/contract'
import { METRIC } from '../../../core/domain/metrics'
import type { RunRow } from '../../../core/domain/run'
import { isByStep, loggedAt, stepPosition } from '../../run-charts/positions'
import type { CompareAxis } from './x-axis'

/** Steps and positions of some points of a run, steps ascending. */
export interface Clock {
  steps: Float64Array
  x: Float64Array
}

/** What positions of a mean are made from, beyond its steps. */
export interface BandPlaces {
  clockOf: (run: RunRow) => Clock | null
  /** The mean of the metric on the x axis over the same runs; null where it is not here, or another axis is shown. */
  against: BandData | null
}

/**
 * Where the points of a mean over runs stand on the x axis. A mean is made step by step: on an axis by time each step
 * stands where its runs came to it on average, on an axis by a metric at the mean of that.
 * @returns null while what it takes is not here
 */
export function bandPositions(
  band: Pick<BandData, 'x'>,
  runs: readonly RunRow[],
  { kind, log }: CompareAxis,
  { clockOf, against }: BandPlaces,
): Float64Array | null {
  const run = runs[0]!
  const unit = log ? loggedAt : (x: number) => x
  if (isByStep(kind)) return band.x.map((t) => unit(stepPosition(kind, run, t)))
  if (kind === 'metric') return against?.x.length ? between(against.x, against.mean, band.x).map(unit) : null
  const clocks = runs.filter(({ metrics }) => metrics[METRIC.lr]?.count).map(clockOf)
  if (clocks.some((clock) => clock === null)) return null
  return meanClock(clocks as Clock[], band.x).map(unit)
}

/**
 * When some runs came to each of some steps, on average. Where a run ends, the others go on from where the mean was: a
 * mean of what is left would jump, and could go back.
 */
export function meanClock(clocks: readonly Clock[], steps: Float64Array): Float64Array {
  const at = clocks.filter(({ steps: own }) => own.length).map((clock) => ({ clock, x: NaN }))
  let mean = NaN
  return steps.map((step) => {
    const there = at.map(({ clock }) => (step > clock.steps.at(-1)! ? NaN : placeOf(clock, step)))
    const moved = at.flatMap(({ x }, i) => (there[i]! - x >= 0 ? [there[i]! - x] : []))
    const known = there.filter(Number.isFinite)
    if (Number.isNaN(mean)) mean = average(known)
    else if (moved.length) mean += average(moved)
    at.forEach((one, i) => (one.x = there[i]!))
    return mean
  })
}

const average = (values: readonly number[]): number =>
  values.length ? values.reduce((sum, value) => sum + value / values.length, 0) : NaN

const placeOf = ({ steps, x }: Clock, step: number): number => between(steps, x, Float64Array.of(step))[0]!

/** Values at some positions on the line through known points; those of the ends beyond them. */
export function between(knownX: Float64Array, known: Float64Array, x: Float64Array): Float64Array {
  return x.map((position) => {
    if (!knownX.length) return NaN
    const after = firstAfter(knownX, position)
    if (after === 0) return known[0]!
    if (after === knownX.length) return known[after - 1]!
    const share = (position - knownX[after - 1]!) / (knownX[after]! - knownX[after - 1]!)
    return known[after - 1]! + share * (known[after]! - known[after - 1]!)
  })
}

/** Index of the first position behind one, by halves. */
function firstAfter(sorted: Float64Array, x: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= x) low = middle + 1
    else high = middle
  }
  return low
}
