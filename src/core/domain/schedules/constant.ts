import * as v from 'valibot'
import { rate } from '../spec/fields'
import { formatRate } from '../format'
import type { Schedule } from './schedule'
import type { Family } from './family'
import { warmup } from './warmup'

export const ConstantSpec = v.strictObject({ kind: v.literal('constant'), lr: rate(), ...warmup })
export type ConstantSpec = v.InferOutput<typeof ConstantSpec>

/** The same rate at each update. */
export function constant(spec: ConstantSpec, steps: number): Schedule {
  return { lr: () => spec.lr, momentum: null, phases: [{ label: 'constant', from: 0, to: steps - 1 }] }
}

export const constantFamily: Family<ConstantSpec> = {
  kind: 'constant',
  label: 'Constant',
  schema: ConstantSpec,
  create: constant,
  describe: (spec, steps) => `Constant: ${formatRate(spec.lr)} for ${steps} updates`,
  defaults: (peak) => ({ kind: 'constant', lr: peak }),
}
