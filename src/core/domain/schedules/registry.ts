import * as v from 'valibot'
import { ConstantSpec, constantFamily } from './constant'
import { CosineSpec, cosineFamily } from './cosine'
import { ExponentialSpec, exponentialFamily } from './exponential'
import type { Family } from './family'
import { InverseTimeSpec, inverseTimeFamily } from './inverse-time'
import { MultiStepSpec, multiStepFamily } from './multi-step'
import { OneCycleSpec, oneCycleFamily } from './one-cycle'
import { PiecewiseSpec, piecewiseFamily } from './piecewise'
import { PlateauSpec, plateauFamily } from './plateau'
import { PolynomialSpec, polynomialFamily } from './polynomial'
import { SawtoothSpec, sawtoothFamily } from './sawtooth'
import { held, MAX_PHASES, type Schedule } from './schedule'
import { sequenceFamily, type SequenceOf, sequenceSchema } from './sequence'
import { StepSpec, stepFamily } from './step'
import { TriangularSpec, triangularFamily } from './triangular'
import { describeWarmup, stepsBehind, warmed } from './warmup'
import { WarmRestartsSpec, warmRestartsFamily } from './warm-restarts'
import { WsdSpec, wsdFamily } from './wsd'

const SINGLE = [
  ConstantSpec,
  StepSpec,
  MultiStepSpec,
  ExponentialSpec,
  InverseTimeSpec,
  CosineSpec,
  PolynomialSpec,
  WarmRestartsSpec,
  TriangularSpec,
  SawtoothSpec,
  OneCycleSpec,
  WsdSpec,
  PlateauSpec,
  PiecewiseSpec,
] as const

type SingleSpec = v.InferOutput<(typeof SINGLE)[number]>
// Interfaces, since a type alias cannot name itself.
interface SequenceInput {
  kind: 'sequence'
  parts: { steps: number; schedule: ScheduleInput }[]
  warmup?: v.InferInput<(typeof SINGLE)[number]>['warmup']
}
export interface SequenceSpec extends SequenceOf<ScheduleSpec> {
  kind: 'sequence'
}

/** Any schedule's spec, told apart by `kind`. */
export type ScheduleSpec = SingleSpec | SequenceSpec
/** The same as people write it, without what has a default. */
export type ScheduleInput = v.InferInput<(typeof SINGLE)[number]> | SequenceInput
export type ScheduleKind = ScheduleSpec['kind']

/** Sequences in sequences in sequences are deep enough for people, and bound what a hostile spec can ask for. */
const MAX_DEPTH = 3

const TooDeep = v.pipe(
  v.looseObject({ kind: v.literal('sequence') }),
  v.check(() => false, `must not be a sequence: they go at most ${MAX_DEPTH} deep`),
)

const scheduleSchema = (depth: number): v.GenericSchema<ScheduleInput, ScheduleSpec> =>
  v.variant('kind', [
    ...SINGLE,
    depth > 0 ? sequenceSchema(scheduleSchema(depth - 1)) : TooDeep,
  ]) as unknown as v.GenericSchema<ScheduleInput, ScheduleSpec>

export const ScheduleSpec = scheduleSchema(MAX_DEPTH)

type AnyFamily = Family<ScheduleSpec>

const sequences = sequenceFamily<ScheduleSpec>({
  schema: sequenceSchema(scheduleSchema(MAX_DEPTH - 1)) as v.GenericSchema<unknown, SequenceSpec>,
  create: createSchedule,
  describe: describeSchedule,
  defaults: (peak, steps) => {
    const first = Math.max(1, Math.floor(steps / 2))
    const part = (family: { defaults(peak: number, steps: number): ScheduleSpec }, length: number) => ({
      steps: length,
      schedule: family.defaults(peak, length),
    })
    const parts = [part(constantFamily, first), part(cosineFamily, steps - first)]
    return { kind: 'sequence', parts: parts.filter((each) => each.steps > 0) }
  },
})

/** The families in the order that pickers show them. */
export const FAMILIES = [
  constantFamily,
  stepFamily,
  multiStepFamily,
  exponentialFamily,
  inverseTimeFamily,
  cosineFamily,
  polynomialFamily,
  warmRestartsFamily,
  triangularFamily,
  sawtoothFamily,
  oneCycleFamily,
  wsdFamily,
  plateauFamily,
  piecewiseFamily,
  sequences,
] as unknown as readonly AnyFamily[]

export function familyOf(kind: ScheduleKind): AnyFamily {
  return FAMILIES.find((family) => family.kind === kind)!
}

/** The schedule that a spec asks for over a run of `steps` updates (at least 1); before and after them its ends stay. */
export function createSchedule(spec: ScheduleSpec, steps: number): Schedule {
  const { warmup } = spec
  const { create } = familyOf(spec.kind)
  if (!warmup) return held(create(spec, steps), steps)
  const behind = stepsBehind(warmup, steps)
  const whole = warmed(warmup, held(create(spec, behind), behind))
  const phases = whole.phases.filter(({ from }) => from < steps).slice(0, MAX_PHASES)
  return held({ ...whole, phases: phases.map((phase) => ({ ...phase, to: Math.min(phase.to, steps - 1) })) }, steps)
}

/** One sentence in words, for example "Constant: 0.050 for 1000 updates". */
export function describeSchedule(spec: ScheduleSpec, steps: number): string {
  const { warmup } = spec
  const { create, describe, label } = familyOf(spec.kind)
  if (!warmup) return describe(spec, steps)
  const behind = stepsBehind(warmup, steps)
  const climb = describeWarmup(warmup, create(spec, behind).lr(0))
  return `${label} after ${climb}: ${describe(spec, behind).replace(/^[^:]*: /, '')}`
}
