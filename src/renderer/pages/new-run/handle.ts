import type { ScheduleSpec } from '../../../core/domain/schedules/registry'
import { MAX_RATE } from '../../../core/domain/spec/fields'

/** A point of the preview that can be dragged: where it is, and the spec that puts it somewhere else. */
export interface Handle {
  id: string
  label: string
  t: number
  lr: number
  drag(to: { t: number; lr: number }): ScheduleSpec
  /** The spec without this point, where it can be done without. */
  remove?(): ScheduleSpec
}

export type Of<Kind extends ScheduleSpec['kind']> = Extract<ScheduleSpec, { kind: Kind }>

export const digits3 = (x: number): number => Number(x.toPrecision(3))
export const between = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x))
/** A rate above 0 that every family takes. */
export const asRate = (lr: number): number => digits3(between(lr, 1e-9, MAX_RATE))
/** A rate that may be 0, and not above another. */
export const asLow = (lr: number, most: number): number => (lr <= 0 ? 0 : Math.min(asRate(lr), most))
/** A number of updates from 1 to `most`. */
export const asCount = (t: number, most: number): number => between(Math.round(t), 1, Math.max(1, most))
