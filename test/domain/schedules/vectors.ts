import * as v from 'valibot'
import { ScheduleSpec } from '../../../src/core/domain/schedules/registry'
import recorded from '../../fixtures/schedules.vectors.json'

/** A schedule as one library computes it: its own class and argument names, values recorded from that library. */
interface Vector {
  id: string
  schedule: string
  params: Record<string, unknown>
  convention: string
  what: string
  steps: number[]
  values: (number | null)[]
  note: string
}

export interface Case {
  id: string
  what: 'lr' | 'momentum'
  spec: ScheduleSpec
  /** Updates in the run. */
  n: number
  steps: number[]
  values: number[]
  /** Largest allowed difference, relative: fastai computes positions in float32. */
  tolerance: number
}

const pytorchOneCycle = (p: Record<string, unknown>) => ({
  kind: 'one-cycle',
  maxLr: p.max_lr,
  pctStart: p.pct_start,
  anneal: p.anneal_strategy === 'linear' ? 'linear' : 'cosine',
  div: p.div_factor,
  finalDiv: p.final_div_factor,
  threePhase: p.three_phase,
  momentum: { base: p.base_momentum, max: p.max_momentum },
})

const fastaiOneCycle = (p: Record<string, unknown>) => ({
  kind: 'one-cycle',
  convention: 'fastai',
  maxLr: p.lr_max,
  pctStart: p.pct_start,
  div: p.div,
  finalDiv: p.div_final,
})

const TRANSLATE: Record<string, (p: Record<string, unknown>) => object> = {
  OneCycleLR: pytorchOneCycle,
  fit_one_cycle: fastaiOneCycle,
  StepLR: (p) => ({ kind: 'step', lr: p.lr, everySteps: p.step_size, gamma: p.gamma }),
}

const withoutUndefined = (value: object): object => JSON.parse(JSON.stringify(value)) as object

/** Momentum that starts and ends at different values has no field: fastai's three-value `moms`. */
const expressible = ({ what, params, note }: Vector) =>
  !note.startsWith('QUIRK') && !(what === 'momentum' && 'moms' in params)

/** The recorded vectors of one library function, as specs of ours. */
export function vectors(schedule: keyof typeof TRANSLATE): Case[] {
  const ours = (recorded as unknown as Vector[]).filter((vector) => vector.schedule === schedule && expressible(vector))
  return ours.map(({ id, what, params, steps, values, convention }) => ({
    id,
    what: what as Case['what'],
    spec: v.parse(ScheduleSpec, withoutUndefined(TRANSLATE[schedule]!(params))),
    n: Number(params.total_steps ?? params.n ?? steps.at(-1)! + 1),
    steps,
    values: values as number[],
    tolerance: convention === 'fastai' ? 1e-6 : 1e-9,
  }))
}

/** |a − b| ≤ tolerance · (|b| + 0.001 · max|b|) for every value. */
export function largestExcess(ours: number[], { values, tolerance }: Case): number {
  const scale = 0.001 * Math.max(...values.map(Math.abs))
  return Math.max(...values.map((b, i) => Math.abs(ours[i]! - b) / (tolerance * (Math.abs(b) + scale))))
}
