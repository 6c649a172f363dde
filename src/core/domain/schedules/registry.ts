import * as v from 'valibot'
import { ConstantSpec, constantFamily } from './constant'
import type { Family } from './family'
import { OneCycleSpec, oneCycleFamily } from './one-cycle'
import type { Schedule } from './schedule'
import { StepSpec, stepFamily } from './step'

/** Any schedule's spec, told apart by `kind`. */
export const ScheduleSpec = v.variant('kind', [ConstantSpec, StepSpec, OneCycleSpec])
export type ScheduleSpec = v.InferOutput<typeof ScheduleSpec>
export type ScheduleKind = ScheduleSpec['kind']

type AnyFamily = Family<ScheduleSpec>

/** The families in the order that pickers show them. */
export const FAMILIES = [constantFamily, stepFamily, oneCycleFamily] as unknown as readonly AnyFamily[]

export function familyOf(kind: ScheduleKind): AnyFamily {
  return FAMILIES.find((family) => family.kind === kind)!
}

/** The schedule that a spec asks for over a run of `steps` updates (at least 1). */
export const createSchedule = (spec: ScheduleSpec, steps: number): Schedule => familyOf(spec.kind).create(spec, steps)

/** One sentence in words, for example "Constant: 0.050 for 1000 updates". */
export const describeSchedule = (spec: ScheduleSpec, steps: number): string => familyOf(spec.kind).describe(spec, steps)
