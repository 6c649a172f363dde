import { MAX_RATE } from '../spec/fields'
import type { RangeTestSpec } from '../spec/range-test'
import type { Sweep, SweepEnd } from './types'
import { watchSweep } from './watch-sweep'

/** A sweep in which nothing rose goes on to this many times its last rate. */
const EXTENSION = 100

/**
 * Rate of a sweep's update k, from 0: `from` at its first update, `to` at its planned last (n − 1), and on with the same
 * growth where it is extended.
 */
export function sweepLr({ from, to, steps, growth }: RangeTestSpec, k: number): number {
  const position = steps > 1 ? k / (steps - 1) : 1
  return growth === 'linear' ? from + (to - from) * position : from * (to / from) ** position
}

/**
 * Updates that one sweep may take at most: those planned, and those of its extension to 100·`to` with the same growth,
 * which goes no further than {@link MAX_RATE} and takes no more updates than were planned.
 */
export function sweepStride(spec: RangeTestSpec): number {
  const { from, to, steps, growth } = spec
  const end = Math.min(to * EXTENSION, MAX_RATE)
  const position = growth === 'linear' ? (end - from) / (to - from) : Math.log(end / from) / Math.log(to / from)
  // A rate that rounding puts a hair above the end is still the end.
  const last = Math.floor(position * (steps - 1) * (1 + 1e-12))
  return Math.min(Math.max(last + 1, steps), 2 * steps)
}

/** Updates of a whole range test at most: its repeats one behind the other. */
export const sweepSteps = (spec: RangeTestSpec): number => spec.repeats * sweepStride(spec)

/** What a run has recorded of its sweeps, point by point: the step is repeat · stride + k. */
export interface RecordedSweeps {
  steps: ArrayLike<number>
  lr: ArrayLike<number>
  loss: ArrayLike<number>
  gradientNorm: ArrayLike<number>
}

/** The sweeps in recorded points, in the order of their repeats; why each ended is found again from its points. */
export function sweepsOf(spec: RangeTestSpec, { steps, lr, loss, gradientNorm }: RecordedSweeps): Sweep[] {
  const stride = sweepStride(spec)
  const repeats: { from: number; to: number }[] = []
  for (let i = 0; i < steps.length; i++) {
    const begins = i === 0 || Math.floor(steps[i]! / stride) !== Math.floor(steps[i - 1]! / stride)
    if (begins) repeats.push({ from: i, to: i + 1 })
    else repeats.at(-1)!.to = i + 1
  }
  return repeats.map(({ from, to }) => {
    const part = (values: ArrayLike<number>) => Float64Array.from({ length: to - from }, (_, i) => values[from + i]!)
    const losses = part(loss)
    const norms = part(gradientNorm)
    const watch = watchSweep(spec.steps, stride)
    let ended: SweepEnd | null = null
    for (let k = 0; k < losses.length; k++) ended = watch(losses[k]!, norms[k]!)
    return { lr: part(lr), loss: losses, ended }
  })
}
