import * as v from 'valibot'
import { RangeTestSpec } from '../spec/range-test'
import { sweepSteps } from './sweep'

type Json = Record<string, unknown>

/**
 * A run spec, still unchecked, as that of a range test: with the test's fields, and where it has no schedule and budget
 * (which a range test does not use) with those that say what the test does. Whatever is wrong stays for the check.
 *
 * @param rangeTest fields that take the place of those that the spec has
 */
export function rangeTestSpec(spec: unknown, rangeTest: Json = {}): unknown {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return spec
  const own = (spec as Json).rangeTest
  // What is no object is for the check to refuse.
  const given = typeof own === 'object' || own === undefined ? { ...own, ...rangeTest } : own
  const { success, output } = v.safeParse(RangeTestSpec, given)
  return {
    schedule: { kind: 'constant', lr: success ? output.to : 1 },
    budget: { steps: success ? sweepSteps(output) : 1 },
    ...spec,
    rangeTest: given,
  }
}
