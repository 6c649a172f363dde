import type * as v from 'valibot'
import type { Schedule } from './schedule'

/** All that the program knows about one schedule family; the registry lists them, nothing else does. */
export interface Family<Spec extends { kind: string }> {
  kind: Spec['kind']
  /** Name for people, as the field writes it. */
  label: string
  schema: v.GenericSchema<unknown, Spec>
  /** The schedule over a run of `steps` updates. */
  create(spec: Spec, steps: number): Schedule
  /** One sentence in words. */
  describe(spec: Spec, steps: number): string
  /** A sensible spec with this peak rate for a run of `steps` updates. */
  defaults(peak: number, steps: number): Spec
}
