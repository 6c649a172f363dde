import { createRng } from '../../../src/core/domain/rng'
import { sweepLr, sweepStride } from '../../../src/core/domain/range-test/sweep'
import type { Sweep } from '../../../src/core/domain/range-test/types'
import { watchSweep } from '../../../src/core/domain/range-test/watch-sweep'
import { RangeTestSpec } from '../../../src/core/domain/spec/range-test'
import * as v from 'valibot'

/** A loss over log10 of the rate. */
export type Course = (x: number) => number

/** Falls from 2.3 to 0.5 about a rate of 0.01, steepest there, is least at 0.0942 and diverges at about 0.5. */
export const REFERENCE: Course = (x) => 0.5 + 1.8 / (1 + Math.exp(4 * (x + 2))) + Math.exp(6 * (x + 0.4))

export const specOf = (given: object = {}): RangeTestSpec => v.parse(RangeTestSpec, given)

/** The course at every point of a sweep of n updates from 1e-6 to 10. */
export function sampled(course: Course, n: number): { lr: Float64Array; loss: Float64Array } {
  const spec = specOf({ steps: n })
  const lr = Float64Array.from({ length: n }, (_, k) => sweepLr(spec, k))
  return { lr, loss: lr.map((rate) => course(Math.log10(rate))) }
}

/** A sweep that follows a course with normal noise, and ends as a recorded one does. */
export function sweepAlong(course: Course, spec: RangeTestSpec, sigma: number, seed: number): Sweep {
  const rng = createRng(seed, 'noise of a sweep')
  const stride = sweepStride(spec)
  const watch = watchSweep(spec.steps, stride)
  const lr: number[] = []
  const loss: number[] = []
  for (let k = 0; ; k++) {
    lr.push(sweepLr(spec, k))
    loss.push(course(Math.log10(lr[k]!)) + sigma * rng.normal())
    const ended = watch(loss[k]!, 1)
    if (ended) return { lr: Float64Array.from(lr), loss: Float64Array.from(loss), ended }
  }
}

/** A whole test: its repeats differ by their noise alone. */
export const testAlong = (course: Course, spec: RangeTestSpec, sigma: number, seed: number): Sweep[] =>
  Array.from({ length: spec.repeats }, (_, r) => sweepAlong(course, spec, sigma, 100 * seed + r))
