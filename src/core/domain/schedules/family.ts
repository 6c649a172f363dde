import type * as v from 'valibot'
import type { Schedule } from './schedule'
import type { WarmupSpec } from './warmup'

/** What a spec asks for that its author may not have meant, in a sentence with its numbers. */
export interface ScheduleWarning {
  /** Path of the field that it is about, below the schedule: `steps`, `parts.1.schedule.steps`; '' for all of it. */
  field: string
  message: string
}

/** What every family's spec has. */
export interface AnySpec {
  kind: string
  warmup?: WarmupSpec
}

/**
 * All that the program knows about one schedule family; the registry lists them, nothing else does. The functions leave
 * the spec's `warmup` aside: the registry puts it in front of any family.
 */
export interface Family<Spec extends AnySpec> {
  kind: Spec['kind']
  /** Name for people, as the field writes it. */
  label: string
  schema: v.GenericSchema<unknown, Spec>
  /** The schedule over a run of `steps` updates, for t from 0 to steps − 1. */
  create(spec: Spec, steps: number): Schedule
  /** One sentence in words. */
  describe(spec: Spec, steps: number): string
  /** A sensible spec with this peak rate for a run of `steps` updates. */
  defaults(peak: number, steps: number): Spec
  /** What only this family can go wrong with. */
  warnings?(spec: Spec, steps: number): ScheduleWarning[]
}
